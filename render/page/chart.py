"""Charts: drawn by matplotlib, and written as small SVGs in the colours and fonts of the page's style sheet.

A figure is drawn in placeholder colours, which then become variables of the style sheet, so that a chart follows the
page: light, dark or printed. Lengths are in points of matplotlib, in which small print has a size of 11.5.
"""

import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import ArrayLike

from render.page.words import number, raised

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {f"c{at}": f"c{at}" for at in range(6)} | {"plain": "ink", "quiet": "quiet", "faint": "faint", "page": "page"}
"""The style sheet's variable for every colour."""
WIDE, NARROW = (460, 300), (320, 244)  # a chart in a row of two, and of three
RIGHT, TOP, BOTTOM = 12, 26, 42  # margins
UNTITLED = 9  # margin at the top of a chart without a title
LETTER, BOLD = 6.4, 7.7  # approximate widths of a letter
SMALL, LARGE = 11.5, 12.5
STEPS = ((0.7, ()), (1.1, (1, 2, 3, 5, 7)), (1.6, (1, 2, 5)), (2.6, (1, 3)))  # tick labels for so many decades
NOTHING = 1e-12  # an axis shorter than twice this has a single value
FEW, CROWDED = 8, 0.09  # so few values are tick labels themselves if they are this share of the axis apart
REMOVED = re.compile(
    r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->"
    r'|(?<=<g) id="[^"]*"|xlink:(?=href)| transform="rotate\(-0 [^"]*"', re.S,
)  # fmt: skip
FONT = re.compile(r"font-family:[^;\"]*;? ?|(?<=font): ((?:\w+ )?)([\d.]+)px [^;\"]*")  # as one property or as several


def placeholder(colour: str) -> str:
    """The colour in a figure that stands for one of the style sheet."""
    return f"#a1{list(COLOURS).index(colour):02x}e3"


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high`, which differ, and are above 0 on a `log` axis. `named` are its tick labels."""

    low: float
    high: float
    label: str = ""
    log: bool = False
    named: Mapping[float, str] = field(default_factory=dict)

    def ticks(self) -> dict[float, str]:
        """The tick labels by value: on an axis of several decades, powers of ten."""
        from matplotlib.ticker import LogLocator, MaxNLocator

        if self.named:
            return dict(self.named)
        decades = math.log10(self.high / self.low) if self.log else 0.0
        digits = next((each for most, each in STEPS if decades < most), (1,))
        if decades > STEPS[0][0]:
            values = LogLocator(subs=digits, numticks=5 if len(digits) == 1 else 20).tick_values(self.low, self.high)
        else:
            values = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(self.low, self.high)
        inside = [each for each in values if self.low <= each * (1 + 1e-9) and each * (1 - 1e-9) <= self.high]
        exact = [float(f"{each:.6g}") for each in inside]
        return {each: f"10{raised(round(math.log10(each)))}" if decades > 3 else number(each) for each in exact}


def axis(
    values: Iterable[ArrayLike], label: str = "", *, log: bool = False, room: float = 0.04, few: bool = False
) -> Axis:
    """An axis for all finite values, or those above 0 if `log`. It begins at 0 if that is not far below the values.

    With `few`, the values themselves are the tick labels if there are few of them and they are not crowded.
    """
    seen = np.unique(np.concatenate([np.empty(0), *(np.ravel(np.asarray(each, np.float64)) for each in values)]))
    seen = seen[np.isfinite(seen) & ((seen > 0) | (not log))]
    scaled = np.log10(seen) if log else seen
    least, most = (float(scaled[0]), float(scaled[-1])) if seen.size else (0.0, 0.0)
    margin = room * (most - least) or (0.5 if log else 0.5 * abs(most))
    margin = margin if margin > NOTHING else 1.0
    apart = 1 < seen.size <= FEW and np.diff(scaled).min() >= CROWDED * (most - least)
    named = {each: number(each) for each in seen.tolist()} if few and apart else {}
    low, high = 0.0 if not log and 0 <= least < most - least else least - margin, most + margin
    return Axis(10**low, 10**high, label, True, named) if log else Axis(low, high, label, named=named)


def chart(
    name: str,
    title: str,
    x: Axis,
    y: Axis,
    draw: Callable[["Axes"], None],
    size: tuple[float, float] = WIDE,
    *,
    titled: bool = True,
) -> Markup:
    """A chart that `draw` fills. `name` is unique on the page. A y axis without label and names has no ticks.

    A chart that is not `titled` has its title only for those who cannot see it.
    """
    from matplotlib.figure import Figure

    (width, height), figure = size, Figure(figsize=(size[0] / 72, size[1] / 72))
    longest = max(map(len, y.ticks().values()), default=0) if y.label or y.named else 0
    wanted, most = (BOLD if y.named else LETTER) * longest, 0.6 * width
    left, small = (32 if y.label else 6) + min(wanted, most), SMALL * min(1, most / max(1, wanted))  # long names shrink
    top = TOP if titled else UNTITLED
    axes = figure.add_axes((left / width, BOTTOM / height, 1 - (left + RIGHT) / width, 1 - (top + BOTTOM) / height))
    _dress(axes, x, y, small)
    large = min(LARGE, LARGE * (width - 12) / (1 + BOLD * len(title)))  # a long title shrinks
    if titled:
        figure.text(6 / width, 1 - 15 / height, title, **style("plain", large, "bold"))
    for label, room in ((axes.xaxis.label, width - left), (axes.yaxis.label, height - BOTTOM)):  # so do long labels
        label.set_fontsize(SMALL * min(1, room / max(1, LETTER * len(label.get_text()))))
    draw(axes)
    return svg(figure, name, title)


def _dress(axes: "Axes", x: Axis, y: Axis, small: float) -> None:
    """Limits, labels, ticks and grid; `small` is the size of the tick labels along y."""
    for axle, limits in ((axes.xaxis, x), (axes.yaxis, y)):
        getattr(axes, f"set_{axle.axis_name}scale")("log" if limits.log else "linear")
        named = limits.ticks() if limits is x or y.label or y.named else {}
        axle.set_ticks(list(named), list(named.values()))
        axle.set_ticks([], minor=True)
        axle.set_label_text(limits.label, **style("quiet"))
        labelsize = SMALL if limits is x else small
        axle.set_tick_params(length=0, pad=5, labelsize=labelsize, labelcolor=placeholder("quiet"))
        if limits is x or not y.named:
            axle.grid(color=placeholder("faint"), linewidth=0.7)
    axes.set(xlim=(x.low, x.high), ylim=(y.low, y.high), axisbelow=True)
    axes.spines[["top", "right", *([] if y.label else ["left"])]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=placeholder("quiet"), linewidth=0.9)


def style(colour: str, size: float = SMALL, weight: str = "normal") -> dict[str, Any]:
    """The style of a text in a figure."""
    return {"fontsize": size, "color": placeholder(colour), "fontweight": weight, "parse_math": False}


def svg(figure: "Figure", name: str, label: str) -> Markup:
    """A figure as an SVG of the page, without fonts and metadata. The ids in it depend on its `name`."""
    import matplotlib

    stream = io.BytesIO()
    for patch in (figure.patch, *(axes.patch for axes in figure.axes)):
        patch.set_visible(False)
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "path.simplify_threshold": 0.3}):
        figure.savefig(stream, format="svg", dpi=72, metadata={"Date": None})
    width, height = 72 * figure.get_size_inches()
    text = REMOVED.sub("", stream.getvalue().decode().partition("<svg ")[2].partition(">")[2])
    text = re.sub(r"<[^>]*>", lambda tag: _shortened(tag[0]), text)
    for colour, variable in COLOURS.items():
        text = text.replace(placeholder(colour), f"var(--{variable})")
    text = re.sub(r"\s+", " ", text).replace("> <", "><")
    head = f'<svg class="chart" role="img" aria-label="{escape(label)}" viewBox="0 0 {width:g} {height:g}">'
    return Markup(head + text.strip())


def _shortened(tag: str) -> str:
    """A tag without font families, and with one decimal of its numbers."""
    tag = FONT.sub(lambda font: f"-size: {font[2]}px; font-weight: {font[1]}" if font[2] else "", tag)
    return re.sub(r"-?\d+\.\d{2,}", lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), tag)

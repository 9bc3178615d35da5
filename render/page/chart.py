"""Charts by matplotlib, as small SVGs whose inks and fonts are those of the style sheet.

Figures are drawn in colours that nothing else has, which become the style sheet's variables: so a chart is light, dark
or for paper as the page is. A size is in units of which small print has 11.5.
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

INKS = {f"c{at}": f"c{at}" for at in range(6)} | {"plain": "ink", "quiet": "quiet", "faint": "faint", "page": "page"}
"""The style sheet's variable of every ink."""
WIDE, NARROW = (460, 300), (320, 244)  # of a chart in a row of two, and of three
RIGHT, TOP, BOTTOM = 12, 26, 42  # margins
LETTER, BOLD = 6.4, 7.7  # about the width of one, and of a bold one
SMALL, LARGE = 11.5, 12.5
STEPS = ((0.7, ()), (1.1, (1, 2, 3, 5, 7)), (1.6, (1, 2, 5)), (2.6, (1, 3)))  # that are named in so many decades
NOTHING = 1e-12  # half of an axis, below which all values are one
FEW, CROWDED = 8, 0.09  # values that may be named themselves, and the share of an axis that they stand apart at least


def ink(name: str) -> str:
    """The colour that stands for an ink in a figure."""
    return f"#a1{list(INKS).index(name):02x}e3"


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, which differ; where `log`, both are above 0. `named` has names for its ticks."""

    low: float
    high: float
    label: str = ""
    log: bool = False
    named: Mapping[float, str] = field(default_factory=dict)

    def ticks(self) -> dict[float, str]:
        """The values to name, and what they are called: powers of ten where the axis spans several."""
        from matplotlib.ticker import LogLocator, MaxNLocator

        if self.named:
            return dict(self.named)
        decades = math.log10(self.high / self.low) if self.log else 0.0
        every = next((each for most, each in STEPS if decades < most), (1,))
        if decades > STEPS[0][0]:
            found = LogLocator(subs=every, numticks=5 if len(every) == 1 else 20).tick_values(self.low, self.high)
        else:
            found = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(self.low, self.high)
        inside = [
            float(f"{each:.6g}") for each in found if self.low <= each * (1 + 1e-9) and each * (1 - 1e-9) <= self.high
        ]
        return {each: f"10{raised(round(math.log10(each)))}" if decades > 3 else number(each) for each in inside}


def axis(
    values: Iterable[ArrayLike], label: str = "", *, log: bool = False, room: float = 0.04, few: bool = False
) -> Axis:
    """The axis of all finite values, of those above 0 where `log`; from 0 where that is not far below them.

    `few` values are named themselves, if they are few and not crowded.
    """
    seen = np.unique(np.concatenate([np.empty(0), *(np.ravel(np.asarray(each, np.float64)) for each in values)]))
    seen = seen[np.isfinite(seen) & ((seen > 0) | (not log))]
    scaled = np.log10(seen) if log else seen
    least, most = (float(scaled[0]), float(scaled[-1])) if seen.size else (0.0, 0.0)
    more = room * (most - least) or (0.5 if log else 0.5 * abs(most))
    more = more if more > NOTHING else 1.0
    apart = 1 < seen.size <= FEW and np.diff(scaled).min() >= CROWDED * (most - least)
    named = {each: number(each) for each in seen.tolist()} if few and apart else {}
    low, high = 0.0 if not log and 0 <= least < most - least else least - more, most + more
    return Axis(10**low, 10**high, label, True, named) if log else Axis(low, high, label, named=named)


def chart(
    name: str, title: str, x: Axis, y: Axis, draw: Callable[["Axes"], None], size: tuple[float, float] = WIDE
) -> Markup:
    """A chart that `draw` draws, without ticks along y where it has neither label nor names.

    `name` is its own on the page.
    """
    from matplotlib.figure import Figure

    (width, height), whole = size, Figure(figsize=(size[0] / 72, size[1] / 72))
    left = 32.0 if y.label else 6.0
    if y.label or y.named:
        left += (BOLD if y.named else LETTER) * max(map(len, y.ticks().values()), default=0)
    axes = whole.add_axes((left / width, BOTTOM / height, 1 - (left + RIGHT) / width, 1 - (TOP + BOTTOM) / height))
    _dress(axes, x, y)
    small = min(LARGE, LARGE * (width - 12) / (1 + BOLD * len(title)))  # so that it fits
    whole.text(6 / width, 1 - 15 / height, title, **words("plain", small, "bold"))
    draw(axes)
    return svg(whole, name, title)


def _dress(axes: "Axes", x: Axis, y: Axis) -> None:
    """Limits, labels, ticks and grid."""
    for axle, limits in ((axes.xaxis, x), (axes.yaxis, y)):
        getattr(axes, f"set_{axle.axis_name}scale")("log" if limits.log else "linear")
        named = limits.ticks() if limits is x or y.label or y.named else {}
        axle.set_ticks(list(named), list(named.values()))
        axle.set_ticks([], minor=True)
        axle.set_label_text(limits.label, **words("quiet"))
        axle.set_tick_params(length=0, pad=5, labelsize=SMALL, labelcolor=ink("quiet"))
        if limits is x or not y.named:
            axle.grid(color=ink("faint"), linewidth=0.7)
    axes.set(xlim=(x.low, x.high), ylim=(y.low, y.high), axisbelow=True)
    axes.spines[["top", "right", *([] if y.label else ["left"])]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=ink("quiet"), linewidth=0.9)


def words(colour: str, size: float = SMALL, weight: str = "normal") -> dict[str, Any]:
    """How a text is written."""
    return {"fontsize": size, "color": ink(colour), "fontweight": weight, "parse_math": False}


def svg(whole: "Figure", name: str, label: str) -> Markup:
    """A figure as an SVG of the page: without what it does not need, and with ids that begin with its `name`."""
    import matplotlib

    name = re.sub(r"\W+", "-", name)
    stream = io.BytesIO()
    whole.patch.set_visible(False)
    for axes in whole.axes:
        axes.patch.set_visible(False)
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "path.simplify_threshold": 0.3}):
        whole.savefig(stream, format="svg", dpi=72, metadata={"Date": None})
    text = stream.getvalue().decode().partition("<svg ")[2]
    for pattern, put in CUTS:
        text = pattern.sub(put, text)
    used = list(dict.fromkeys(re.findall(r"[(\"]#([\w-]+)[)\"]", text)))
    text = re.sub(r' id="([\w.-]+)"', lambda found: f' id="{found[1]}"' if found[1] in used else "", text)
    for at, each in enumerate(used):
        text = re.sub(rf'(id="|#){each}(?=[")])', rf"\g<1>{name}-{at}", text)
    for each, variable in INKS.items():
        text = text.replace(ink(each), f"var(--{variable})")
    return Markup(f'<svg class="chart" role="img" aria-label="{escape(label)}" {text.strip()}')


def _rounded(found: re.Match[str]) -> str:
    return f"{float(found[0]):.1f}".removesuffix(".0")


COORDINATE = re.compile(r"(?<=[ \"(])-?\d+\.\d+(?=[ \",)\n])")
CUTS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", re.S), ""),
    (re.compile(r'(width|height)="[\d.]+pt" ?|xmlns(:xlink)?="[^"]*" ?|version="[^"]*" ?'), ""),
    (re.compile(r"xlink:href"), "href"),
    (re.compile(r"font-family:[^;\"]*;? ?|transform=\"rotate\(-0 [^\"]*\"|stroke-(linejoin|miterlimit): \w+;? ?"), ""),
    (re.compile(r"font: (\w+) ([\d.]+)px [^;\"]*"), r"font-size: \2px; font-weight: \1"),
    (re.compile(r"<[^>]*>"), lambda tag: COORDINATE.sub(_rounded, tag[0])),
    (re.compile(r"\s+"), " "),
    (re.compile(r"> <"), "><"),
    (re.compile(r"<defs>\s*</defs>"), ""),
)  # fmt: skip

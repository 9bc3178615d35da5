"""Points of several classes: each run has a chart of its own, in which the colour of a point says its class."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from render.page.chart import NARROW, WIDE, Axis, axis, chart, placeholder
from render.page.contents import Contents, Entry, Label
from render.page.words import capital
from sim.statistics.results import Scatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("c0", "c1", "c2", "c3", "plain", "c5", "c4", "quiet")
"""Of classes in their order: neighbours differ also in brightness. All classes after the seventh are grey."""
DOTS = 4000  # the most points in a chart
RARE = 0.05  # share of the points, up to which those of a class are opaque
SIZES = ((600, 4.4), (1500, 3.6), (DOTS, 3.0))  # of a point, where there are up to so many


def has_classes(entry: Entry) -> bool:
    """True if a result is points of classes."""
    return isinstance(entry.result, Scatter) and bool(entry.result.classes)


def class_labels(entries: Sequence[Entry]) -> list[Label]:
    """The classes of all points with their colours, for a legend: a name has one colour in all charts."""
    results = [entry.result for entry in entries if isinstance(entry.result, Scatter)]
    names = dict.fromkeys(name for result in results for name in result.classes)
    return [Label(name, (name,), (COLOURS[min(at, len(COLOURS) - 1)],)) for at, name in enumerate(names)]


def class_charts(contents: Contents, name: str, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """A chart for each result, all with the same axes; `name` is unique on the page."""
    quantity, labels = entries[0].quantity, class_labels(entries)
    results = [entry.result for entry in entries if isinstance(entry.result, Scatter)]
    along = [values for one in results for values in (one.x, one.extent[:2] if one.shade is not None else ())]
    up = [values for one in results for values in (one.y, one.extent[2:] if one.shade is not None else ())]
    x = axis(along, quantity.axes[0], log="x" in quantity.log)
    y = axis(up, quantity.axes[1], log="y" in quantity.log)
    several, size = len({entry.runs for entry in entries}) > 1, WIDE if columns_of(entries) < 3 else NARROW
    cells = []
    for at, (entry, one) in enumerate(zip(entries, results, strict=True)):
        title = ", ".join(filter(None, (_run(contents, entry) if several else "", entry.detail)))
        title = title or capital(entry.basic.name)

        def draw(axes: "Axes", scatter: Scatter = one) -> None:
            _draw(axes, scatter, labels, x, y)

        cells.append(
            {"kind": "svg", "svg": chart(f"{name}-{at}", title or capital(entry.basic.name), x, y, draw, size)}
        )
    return cells


def columns_of(entries: Sequence[Entry]) -> int:
    """How many charts stand side by side: two, if there are no more or if every run has two."""
    return 2 if len(entries) in (1, 2, 2 * len({entry.runs for entry in entries})) else 3


def _run(contents: Contents, entry: Entry) -> str:
    """The name of the run that was measured, or of the label of several runs."""
    if len(entry.runs) == 1:
        return contents.names.get(entry.runs[0], entry.runs[0])
    return " × ".join(contents.labels[entry.key].names) if entry.key in contents.labels else ""


def _draw(axes: "Axes", scatter: Scatter, labels: Sequence[Label], x: Axis, y: Axis) -> None:
    """Draw the shade, and on it the points of each class; the rarest class is drawn last, above the others."""
    if scatter.shade is not None:  # beyond its extent it is as at its edge
        rows, columns = scatter.shade.shape
        across = np.r_[x.low, np.linspace(*scatter.extent[:2], columns), x.high]
        up = np.r_[y.low, np.linspace(*scatter.extent[2:], rows), y.high]
        heights = np.pad(scatter.shade, 1, mode="edge")
        axes.contourf(across, up, heights, [0.0, np.inf], colors=[placeholder("faint")], alpha=0.55)
    colours = {label.key: label.colours[0] for label in labels}
    step = -(-len(scatter.x) // DOTS)
    of = (np.zeros(len(scatter.x), np.intp) if scatter.of is None else scatter.of)[::step]
    shown = np.stack([scatter.x[::step], scatter.y[::step]])
    size = next(size for most, size in SIZES if len(of) <= most)
    count = np.bincount(of, minlength=len(scatter.classes))
    for at in np.argsort(-count, kind="stable").tolist():
        pen = placeholder(colours[scatter.classes[at]])
        alpha = 0.6 if count[at] > RARE * len(of) else 1.0
        axes.plot(*shown[:, of == at], "o", color=pen, markersize=size, alpha=alpha, markeredgewidth=0)


def of_some_runs(entries: Sequence[Entry], most: int) -> tuple[list[Entry], str]:
    """The results of every n-th run, so that there are at most so many results, and a sentence that says so."""
    runs = list(dict.fromkeys(entry.runs for entry in entries))
    step = -(-len(entries) // most)
    chosen = set(runs[::step])
    text = f"Of {len(runs)} runs, one in {step} is drawn." if step > 1 else ""
    return [entry for entry in entries if entry.runs in chosen], text

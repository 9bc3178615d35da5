"""The merge tree of a field: its peaks or basins, how persistent they are, and at which passes they join.

G planes, H and W rows and columns, K extrema.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agents.checks import choice
from sim.landscape.field import Field
from sim.landscape.persistence import Extrema, MergeTree, merge_tree
from sim.landscape.plane import Window
from sim.measures import NO_INTERVAL, FieldMeasure, Quantity, define, setting
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Curve, Findings, Map, Mark, Number, Scatter, number

MOST = 24  # extrema of a drawn tree: the page thins longer curves
SHARES = np.geomspace(1 / 256, 1, 25)  # of the range of heights: the thresholds of the curve of counts
HEIGHTS = ("height", "persistence")  # how the labels of axes begin that have the unit of heights
DOUBLE_WELL = "(x² - 1)² + y² has one pair, of persistence 1."


def tree_quantities(one: str, many: str, highest: str) -> Mapping[str, Quantity]:
    """The quantities of merge trees of one frame, in words for one extremum, for many, and for the highest."""
    return define(
        extrema=Quantity(
            f"persistent {many}",
            f"How many {many} have a persistence above a share of the range of heights. The persistence of a peak is "
            "its height above the pass at which the pixels above a falling level join those of a higher peak "
            "(Edelsbrunner, Letscher, Zomorodian 2002), or leave the frame without such a pass: that of the highest is "
            "the range of heights. Basins are the same from below. Pixels that share a side or corner are neighbours.",
            "", "frames", NO_INTERVAL, DOUBLE_WELL,
        ),
        every=Quantity(
            f"all {many}",
            f"How many {many} there are, however small their persistence. Of a rough landscape, more pixels show more.",
            "", "frames", NO_INTERVAL,
        ),
        largest=Quantity(
            "largest persistence", f"Largest persistence of all {many} but the {highest}; 0 if there are no others.",
            "", "frames", NO_INTERVAL, DOUBLE_WELL,
        ),
        total=Quantity(
            "total persistence", f"Sum of the persistence of all {many} but the {highest}.",
            "", "frames", NO_INTERVAL, DOUBLE_WELL,
        ),
        map=Quantity(
            f"landscape with its {many}",
            f"Discs are the most persistent {many}, with their numbers in the merge tree; rings are the passes at "
            "which they join. One at the edge may belong to a hill outside.",
            kind="map",
        ),
        tree=Quantity(
            "merge tree",
            f"Each upright line is a {one} with its number on the map, from its own height (disc) to that of the pass "
            f"(ring) at which it joins another. The line of the {highest} spans the range of heights.",
            kind="curve", axes=(f"number of the {one}", "height"),
        ),
        persistence=Quantity(
            f"{many} and their passes",
            f"Heights of all {many} but the {highest}, and of the passes at which they join.",
            kind="scatter", axes=(f"height of the {one}", "height of its pass"),
        ),
        counts=Quantity(
            f"{many} by persistence", f"How many {many} have a larger persistence.",
            kind="curve", axes=("persistence", f"{many} with more"), log="xy",
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldTree(FieldMeasure):
    """The merge tree of one frame of a field, in heights per maze."""

    frame: int = -1
    """The number of the frame; -1 is the last."""
    extrema: Extrema = "peaks"
    """Peaks, or basins: those of a loss."""
    threshold: float = setting(0.1, 0, 1)
    """The persistence above which extrema are counted, as a share of the range of heights."""
    named: int = setting(8, 3, MOST)
    """Extrema that are marked on the map and drawn in the tree, at most."""

    quantities = tree_quantities("peak or basin", "peaks or basins", "highest peak or lowest basin")

    def __post_init__(self) -> None:
        """Check the kind of extrema as well."""
        FieldMeasure.__post_init__(self)  # super() without arguments fails in a dataclass with slots
        choice("extrema", self.extrema, Extrema)

    def compute(self, field: Field, seed: int) -> Findings:
        """Join the sets beyond each level."""
        heights, tour = field.per_maze[self.frame], field.tour
        window = tour.windows[0 if tour.layers else self.frame]
        tree = merge_tree(heights, self.extrema)
        values = {slot: values.tolist()[0] for slot, values in counted([tree], self.threshold).items()}
        numbers: Findings = {slot: number(slot, value) for slot, value in values.items()}
        return numbers | drawn(heights, tree, window, self.named) | pooled([tree])


def per_plane(unit: str, interval: str) -> Mapping[str, Quantity]:
    """The quantities of the peaks of planes through a genome, with the unit of heights and the interval of numbers."""
    found = {}
    for name, quantity in tree_quantities("peak", "peaks", "highest peak").items():
        if quantity.kind == "number":
            measured = unit if name in ("largest", "total") else ""
            found[name] = replace(quantity, unit=measured, counted="planes", interval=interval)
        elif quantity.kind == "map":
            middle = f"{quantity.meaning} The champion is in the middle of the plane."
            found[name] = replace(quantity, unit=unit, meaning=middle)
        else:
            x, y = (f"{each}, {unit}" if each.startswith(HEIGHTS) else each for each in quantity.axes)
            found[name] = replace(quantity, axes=(x, y))
    return {**found, "counts": replace(found["counts"], meaning=f"{found['counts'].meaning} Mean over planes.")}


def counted(trees: Sequence[MergeTree], threshold: float) -> dict[str, NDArray[np.float64]]:
    """The numbers of each of G trees, [G] each; `threshold` is a share of the range of heights."""
    every = [tree.persistence for tree in trees]
    return {
        "extrema": np.array([(each > threshold * each[0]).sum() for each in every], np.float64),
        "every": np.array([each.size for each in every], np.float64),
        "largest": np.array([each[1] if each.size > 1 else 0.0 for each in every], np.float64),
        "total": np.array([each[1:].sum() for each in every], np.float64),
    }


def over_planes(trees: Sequence[MergeTree], threshold: float, seed: int, suffix: str = "") -> dict[str, Number]:
    """Means of these numbers over planes, with their bootstrap intervals; `suffix` is that of their quantities."""
    detail = f"above {100 * threshold:g} % of the range"
    return {
        f"{slot}{suffix}": resampled(f"{slot}{suffix}", values, seed=seed, detail=detail if slot == "extrema" else "")
        for slot, values in counted(trees, threshold).items()
    }


def drawn(heights: NDArray[np.float64], tree: MergeTree, window: Window, named: int) -> Findings:
    """The map of a field [H, W] with its most persistent extrema and their passes, and the tree of these."""
    places, points = tree.places(named), window.points()
    count = len(places)
    spots, passes = (points[pixels[:, 0], pixels[:, 1]] for pixels in (tree.extrema[:count], tree.passes[1:count]))
    marks = [Mark(passes, "", "ring")] * (count > 1)
    marks += [Mark(spots[[at]], str(place + 1)) for place, at in enumerate(np.argsort(places).tolist())]
    limits = (min(0.0, float(heights.min())), float(heights.max()))
    place = Map(
        "map", heights.astype(np.float32), window.pixel, centre=(window.x, window.y), limits=limits, marks=tuple(marks)
    )
    return {"map": place, **_lines(tree, places, named)}


def _lines(tree: MergeTree, places: NDArray[np.int64], named: int) -> Findings:
    """The drawn tree: a broken line from each extremum down to its pass and across, and dots at both."""
    count = len(places)
    x, births, deaths = places + 1.0, tree.births[:count], tree.deaths[:count]
    corners = ((x, births), (x, deaths), (x[tree.parents[:count]], deaths))
    lines: NDArray[np.float64] = np.full((named, 4, 2), np.nan)  # not a number breaks the line after each extremum
    lines[:count, :3] = np.stack([np.column_stack(corner) for corner in corners], axis=1)
    dots = lines.copy()
    dots[:, 1], dots[0, 2] = np.nan, np.nan  # the first joins no other
    (x, y), (spots_x, spots_y) = lines.reshape(-1, 2).T, dots.reshape(-1, 2).T
    solid = np.tile([True, True, False, False], named)
    points = Curve("tree", spots_x, spots_y, fitted=solid, apart=True)
    return {"tree": Curve("tree", x, y, apart=True), "tree_points": points}


def pooled(trees: Sequence[MergeTree]) -> Findings:
    """The extrema of all trees with their passes, and how many there are of each persistence."""
    births, deaths = (np.concatenate([getattr(tree, name)[1:] for tree in trees]) for name in ("births", "deaths"))
    every = np.sort(np.concatenate([tree.persistence for tree in trees]))
    thresholds = SHARES * every[-1]
    more = (every.size - np.searchsorted(every, thresholds, side="right")) / len(trees)
    findings: Findings = {}
    if more.any():
        findings["counts"] = Curve("counts", thresholds[more > 0], more[more > 0])
    if births.size:
        findings["persistence"] = Scatter("persistence", births, deaths)
    return findings

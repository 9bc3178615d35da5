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
PERSISTENCE = (
    "The persistence of a peak is its height above the pass at which the pixels above a falling level join those of a "
    "higher peak (Edelsbrunner, Letscher, Zomorodian 2002); that of the highest is the whole range of heights. Basins "
    "are the same from below."
)
DOUBLE_WELL = "(x² - 1)² + y² has one pair, of persistence 1."
TREE = define(
    extrema=Quantity(
        "persistent extrema",
        f"Peaks or basins with a persistence above a share of the range of heights. {PERSISTENCE}",
        "", "frames", NO_INTERVAL, DOUBLE_WELL,
    ),
    every=Quantity("all extrema", "The same, however small their persistence.", "", "frames", NO_INTERVAL),
    largest=Quantity(
        "largest persistence",
        "Largest persistence of all extrema but the highest peak (or the lowest basin); 0 if there are no others.",
        "", "frames", NO_INTERVAL, DOUBLE_WELL,
    ),
    total=Quantity(
        "total persistence", "Sum of the persistence of all extrema but the highest peak (or the lowest basin).",
        "", "frames", NO_INTERVAL, DOUBLE_WELL,
    ),
    map=Quantity(
        "landscape with its extrema",
        "The most persistent extrema (discs, with the numbers of the merge tree) and the passes (rings) at which they "
        "join others.",
        kind="map",
    ),
    tree=Quantity(
        "merge tree",
        "Each line is a peak or basin with its number on the map. It begins at the height of the extremum (disc), and "
        "ends at the height of the pass (ring), at which it joins a line that began higher (for basins: lower).",
        kind="curve", axes=("number of the extremum", "height"), apart=True,
    ),
    persistence=Quantity(
        "extrema and their passes", "Heights of all extrema but the first, and of the passes at which they join.",
        kind="scatter", axes=("height of the extremum", "height of its pass"),
    ),
    counts=Quantity(
        "extrema by persistence", "How many extrema have a larger persistence; mean over planes.",
        kind="curve", axes=("persistence", "extrema with more"), log="xy",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldTree(FieldMeasure):
    """The merge tree of one frame of a field, in heights per maze."""

    frame: int = -1
    """The number of the frame; -1 is the last."""
    of: Extrema = "peaks"
    """Peaks, or basins: those of a loss."""
    threshold: float = setting(0.1, 0, 1)
    """The persistence above which extrema are counted, as a share of the range of heights."""
    named: int = setting(12, 3, MOST)
    """Extrema that are marked on the map and drawn in the tree, at most."""

    quantities = TREE

    def __post_init__(self) -> None:
        """Check the kind of extrema as well."""
        FieldMeasure.__post_init__(self)  # super() without arguments fails in a dataclass with slots
        choice("of", self.of, Extrema)

    def compute(self, field: Field, seed: int) -> Findings:
        """Join the sets beyond each level."""
        heights, tour = field.per_maze[self.frame], field.tour
        window = tour.windows[0 if tour.layers else self.frame]
        tree = merge_tree(heights, self.of)
        values = {slot: values.tolist()[0] for slot, values in counted([tree], self.threshold).items()}
        numbers: Findings = {slot: number(slot, value) for slot, value in values.items()}
        return numbers | drawn(heights, tree, window, self.named) | pooled([tree])


def per_plane(unit: str, interval: str) -> Mapping[str, Quantity]:
    """The quantities of planes through a genome: of peaks in this `unit`, per plane, with this `interval`."""
    found = {}
    for name, quantity in TREE.items():
        x, y = quantity.axes
        axes = (x, f"{y}, {unit}") if name == "tree" else (f"{x}, {unit}", y) if name == "counts" else quantity.axes
        if name == "persistence":
            axes = (f"{x}, {unit}", f"{y}, {unit}")
        unitless = quantity.kind != "map" and name not in ("largest", "total")
        about = {"counted": "planes", "interval": interval} if quantity.kind == "number" else {}
        found[name] = replace(quantity, unit="" if unitless else unit, axes=axes, **about)
    return found


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
    places = tree.places(named)
    count = len(places)
    points, order = window.points(), np.argsort(places)
    spots, passes = (points[pixels[:, 0], pixels[:, 1]] for pixels in (tree.extrema[:count], tree.passes[1:count]))
    marks = [Mark(passes, "", "ring")] * (count > 1)
    marks += [Mark(spots[[at]], str(place + 1)) for place, at in enumerate(order.tolist())]
    limits = (min(0.0, float(heights.min())), float(heights.max()))
    branches, points_x = np.full((named, 4, 2), np.nan), np.full((named, 4, 2), np.nan)
    x, births, deaths = places + 1.0, tree.births[:count], tree.deaths[:count]
    ends = x[tree.parents[:count]]
    branches[:count, :3] = np.stack([np.column_stack(each) for each in ((x, births), (x, deaths), (ends, deaths))], 1)
    points_x[:count, 0], points_x[1:count, 2] = branches[:count, 0], branches[1:count, 2]
    fitted = np.tile([True, True, False, False], named)
    lines, dots = (each.reshape(-1, 2).T for each in (branches, points_x))
    return {
        "map": Map(
            "map", heights.astype(np.float32), window.pixel, centre=(window.x, window.y), limits=limits,
            marks=tuple(marks),
        ),
        "tree": Curve("tree", *lines),
        "tree_points": Curve("tree", *dots, fitted=fitted),
    }  # fmt: skip


def pooled(trees: Sequence[MergeTree]) -> Findings:
    """The extrema of all trees with their passes, and how many there are of each persistence."""
    births, deaths = (np.concatenate([getattr(tree, name)[1:] for tree in trees]) for name in ("births", "deaths"))
    every = np.sort(np.concatenate([tree.persistence for tree in trees]))
    thresholds = SHARES * every[-1]
    more = (every.size - np.searchsorted(every, thresholds, side="right")) / len(trees)
    found: Findings = {"counts": Curve("counts", thresholds[more > 0], more[more > 0])}
    return found | ({"persistence": Scatter("persistence", births, deaths)} if births.size else {})

"""How rough boundaries are: the dimension of where outcomes change, by boxes and by lines.

G planes, H and W rows and columns of pixels, K scales. Pixels are points; a cell is the square between four of them,
and a box of cells is closed. So a box holds both sides of a level set exactly if one of its cells does, and a straight
edge measures 1 at every scale, not only in the limit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.checks import between, positive
from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import words
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.bowl import null_field
from sim.landscape.function import Function
from sim.landscape.plane import Plane, Window, random_plane
from sim.landscape.sampling import sample_function
from sim.measures import FunctionMeasure, Quantity, with_controls
from sim.rollout.machine import Machine
from sim.statistics.results import Findings
from sim.statistics.scaling import SATURATED, Scaling, fit, planes, reported
from sim.world.maze import Mazes

BLOCKS = 8  # along each side of a plane, for the bootstrap
COARSEST = 8  # of a side, as a divisor: larger boxes are too few
FINEST = 2  # log2 of the smallest box that is fitted: pixels do not show the folds of a boundary between them
OVER_PLANES = (
    "The interval is a 95 % bootstrap over random planes, then parts of each; other seeds of the method are not in it."
)
DIMENSIONS: dict[str, Quantity] = {
    "boundary": Quantity(
        "boundary dimension",
        "Box-counting dimension of where the pellets of one maze change, in small windows off the peak that each have "
        "a maze of their own: 2 minus the slope of log(share of boxes that hold a change) against log(side).",
        "", "blocks of planes", OVER_PLANES, known="A straight edge measures 1.",
    ),
    "lines": Quantity(
        "line dimension",
        "1 minus the slope of log(share of points whose pellets of one maze differ one stride on) against log(stride), "
        "along rows and columns; the boundary has a dimension 1 higher. As only two pixels are compared, what lies "
        "hidden between cannot bias it.",
        "", "blocks of lines", OVER_PLANES, known="A straight edge measures 0.",
    ),
    "boundary_points": Quantity(
        "boxes that hold a change", "The shares that the boundary dimension is fitted to.",
        kind="curve", axes=("side of a box, pixels", "share of boxes"), log="xy",
    ),
    "lines_points": Quantity(
        "points that differ one stride on", "The shares that the line dimension is fitted to.",
        kind="curve", axes=("stride, pixels", "share of points"), log="xy",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoundaryDimension(FunctionMeasure):
    """Dimensions of the boundary between outcomes of one maze, in small windows off the peak."""

    windows: int = 24
    """Random planes, with a window and a maze of its own on each."""
    side: int = 512
    """Pixels along a side of a window."""
    centre: float = 0.3
    """How far from the champion the windows are centred, in norms."""
    radius: float = 0.01
    """Half the side of a window, in norms: small, as most boxes of a large one hold a change."""
    mazes: int = 16
    """Mazes that the windows take in turn."""

    quantities: ClassVar[Mapping[str, Quantity]] = with_controls(DIMENSIONS)

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("windows", self.windows, 2, 1024)
        between("side", self.side, 64, 4096)
        between("mazes", self.mazes, 1, 65536)
        positive("centre", self.centre)
        positive("radius", self.radius)

    def episodes(self) -> float:
        """One maze a pixel, here and in other mazes."""
        return 2 * self.windows * self.side**2

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Sweep the windows in some mazes and in others; bowls have the heights of the first.

        Each window is of one maze: the sum of many mazes changes nearly everywhere.
        """

        def swept(mazes: Mazes) -> NDArray[Any]:
            each = [ground.pellets(subject.layout, mazes.take([at]), machine) for at in range(mazes.count)]
            return self._fields([mean(one) for one in each], subject.genome, subject.layout, ground.seed)

        here, elsewhere = (swept(ground.mazes(self.mazes, skip=skip)) for skip in (0, self.mazes))
        found = self._dimensions("", here, ground.seed) | self._dimensions("_bowl", bowls(here), ground.seed)
        return found | self._dimensions("_other", elsewhere, ground.seed)

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Sample the windows; bowls have the same heights."""
        fields = self._fields([function], genome, layout, seed)
        return self._dimensions("", fields, seed) | self._dimensions("_bowl", bowls(fields), seed)

    def _fields(
        self, functions: Sequence[Function], genome: NDArray[Any], layout: Layout | None, seed: int
    ) -> NDArray[Any]:
        """Fields [G, H, W] of functions that take turns, off the peak."""
        window = Window(self.centre, 0.0, self.radius, (self.side, self.side))
        planes = random_planes(genome, layout, seed, self.windows)
        every = (sample_function(functions[at % len(functions)], plane, window) for at, plane in enumerate(planes))
        return np.stack(list(every))

    def _dimensions(self, suffix: str, fields: NDArray[Any], seed: int) -> Findings:
        boundary, lines = f"boundary{suffix}", f"lines{suffix}"
        found = reported(boundary, boundary, boundary_dimension(fields, seed=seed))
        return found | reported(lines, lines, line_dimension(fields, seed=seed))


def random_planes(genome: NDArray[Any], layout: Layout | None, seed: int, count: int) -> list[Plane]:
    """The first random planes through a genome [P], of a seed's endless list of them."""
    seeds = words(count, seed, "comparison/planes").tolist()
    return [random_plane(genome, layout, each) for each in seeds]


def bowls(fields: NDArray[Any]) -> NDArray[Any]:
    """A bowl with the heights of each field [G, H, W]."""
    return np.stack([null_field(field) for field in fields])


def boundary(field: ArrayLike, share: float | None = None) -> NDArray[np.bool_]:
    """Cells bool [..., H-1, W-1] whose corners hold both sides of a level of their field [..., H, W].

    The level is the one that `share` of the pixels lie at or below; without a share, any two corners that differ count.
    """
    heights = np.asarray(field)
    heights = heights if share is None else above(heights, share)
    corners = [
        heights[..., i : i + heights.shape[-2] - 1, j : j + heights.shape[-1] - 1] for i in (0, 1) for j in (0, 1)
    ]
    return np.asarray((corners[0] != corners[1]) | (corners[0] != corners[2]) | (corners[0] != corners[3]))


def above(fields: NDArray[Any], share: float) -> NDArray[np.bool_]:
    """Which pixels [..., H, W] lie above the level that `share` of their field's pixels lie at or below."""
    if not 0 < share < 1:
        raise UserError(f"the share of a field below a level must be between 0 and 1, got {share}")
    return np.asarray(fields > np.quantile(fields, share, axis=(-2, -1), keepdims=True, method="lower"))


def boundary_dimension(fields: ArrayLike, share: float | None = None, *, seed: int = 0) -> Scaling:
    """Box-counting dimension of a level set, or of every change of outcome, of fields [H, W] or [G, H, W]."""
    name = "every change of outcome" if share is None else f"the level above {share:g} of the pixels"
    return replace(box_dimension(boundary(planes(fields), share), seed=seed), quantity=f"boundary dimension of {name}")


def box_dimension(cells: ArrayLike, *, seed: int = 0) -> Scaling:
    """Box-counting dimension of sets of cells, bool [H, W] or [G, H, W], by boxes of 2^k cells at every offset.

    Folds that the pixels do not resolve are missed: at 256 x 256 a level line of dimension 1.7 measures about 1.63. The
    share of the boxes that are hit, of all places where the largest box fits, times the number of boxes that tile
    the plane, is the box count averaged over all grids.
    """
    hit = planes(np.asarray(cells, np.bool_), least=63)
    sizes = 2 ** np.arange(int(np.log2(max(16, (1 + min(hit.shape[1:])) // COARSEST))) + 1)
    height, width = (side - sizes[-1] + 1 for side in hit.shape[1:])
    statistics = np.empty((len(hit), BLOCKS**2, sizes.size))
    for k, size in enumerate(sizes):
        if k:
            half = size // 2
            hit = hit[:, :-half] | hit[:, half:]
            hit = hit[:, :, :-half] | hit[:, :, half:]
        statistics[:, :, k] = _block_means(hit[:, :height, :width])
    definition = (
        "D = 2 - slope of log(share of boxes hit) against log(side), boxes of 2^k cells at every offset; "
        f"95 % bootstrap over {BLOCKS} x {BLOCKS} blocks of each plane, planes first"
    )
    scales = sizes.astype(np.float64)
    return fit("box dimension", definition, lambda slope: 2 - slope, scales, statistics, seed=seed, first=FINEST)


def line_dimension(fields: ArrayLike, share: float | None = None, *, seed: int = 0) -> Scaling:
    """Dimension in [0, 1] of the changes along rows and columns of fields [H, W] or [G, H, W].

    The changes counted on a line that is subsampled to 2^n points grow as 2^(nD), and the boundary in N dimensions has
    dimension N - 1 + D. Of a level, as in `boundary`, or of every outcome. As only two pixels are compared, what lies
    hidden between them cannot bias it, as it does boxes.
    """
    stack = planes(fields)
    name, ceiling = "line count of every change of outcome", SATURATED
    if share is not None:
        stack = above(stack, share)
        name, ceiling = f"line count of the level above {share:g} of the pixels", SATURATED * 2 * share * (1 - share)
    lags = 2 ** np.arange(int(np.log2(min(stack.shape[1:]) // COARSEST)) + 1)
    changes = np.concatenate([_changes(turned, lags) for turned in (stack, stack.swapaxes(1, 2))], axis=1)
    definition = (
        "D = 1 - slope of log(share of points that differ one stride on) against log(stride), 2^k at every offset; "
        f"95 % bootstrap over {4 * BLOCKS} blocks of rows and columns of each plane, planes first"
    )
    scales = lags.astype(np.float64)
    return fit(name, definition, lambda slope: 1 - slope, scales, changes, seed=seed, ceiling=ceiling)


def _changes(stack: NDArray[Any], lags: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shares [G, 2 * BLOCKS, K] of pixels that differ from the one a lag on, by blocks of rows of [G, H, W].

    All lags start from the same points: otherwise a jump near an end would count for some lags only.
    """
    starts = stack.shape[2] - int(lags[-1])
    shares = np.stack([(stack[:, :, k : k + starts] != stack[:, :, :starts]).mean(axis=2) for k in lags], axis=2)
    blocks = [block.mean(axis=1) for block in np.array_split(shares, 2 * BLOCKS, axis=1)]
    return np.asarray(np.stack(blocks, axis=1))


def _block_means(cells: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Means [G, BLOCKS^2] over the blocks of planes [G, H, W], weighted so that their mean is that of the plane."""
    groups, height, width = cells.shape
    rows, columns = (np.linspace(0, side, BLOCKS + 1).astype(int)[:-1] for side in (height, width))
    sums: NDArray[np.int64] = np.add.reduceat(np.add.reduceat(cells, rows, axis=1, dtype=np.int64), columns, axis=2)
    return np.asarray(sums.reshape(groups, -1) * (BLOCKS**2 / (height * width)))

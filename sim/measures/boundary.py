"""The dimension of boundaries between outcomes, by counting boxes and by comparing points along lines.

G planes, H and W rows and columns of pixels, K scales. A pixel is a point, and a cell is the square between four
pixels. A box of cells includes its border, so it holds both sides of a boundary if and only if one of its cells does.
So a straight edge measures 1 at every scale, and not only in the limit.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import words
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.bowl import null_field
from sim.landscape.function import Function
from sim.landscape.plane import Plane, Window, random_plane
from sim.landscape.sampling import sample_function
from sim.measures import FunctionMeasure, Quantity, bootstrap_over, define, positive, setting, with_controls
from sim.rollout.machine import Machine
from sim.statistics.results import Findings
from sim.statistics.scaling import SATURATED, Scaling, differing, fit, planes, reported
from sim.world.maze import Mazes

BLOCKS = 8  # along each side of a plane, for the bootstrap
COARSEST = 8  # the largest box is a side divided by this; there are too few larger ones
MISSED = 0.25  # of a boundary's excess over dimension 1: the most that pixels hid of known ones (the tests have them)
EXCEEDED = 0.02  # of the same: the most by which the interval of lines alone lay too high on Koch's curve
FINEST = 2  # log2 of the smallest box that is fitted: pixels do not show the folds of a boundary between them
LEVEL = 0.5  # the boundary of a window is the line between the heights above its median and the others
OVER_PLANES = bootstrap_over("random planes, then over parts of each plane")
HULL = "It also contains the slopes between neighbouring scales, which differ if there is no single dimension."
DIMENSIONS = define(
    boundary=Quantity(
        "boundary dimension",
        "Box-counting dimension of the line between more and fewer pellets than the median, in small windows away from "
        "the champion, each with a maze of its own: 2 minus the slope of log(share of boxes that contain a part of the "
        "line) against log(side of a box). Pixels do not show the folds between them, so it reads low by up to 0.11: "
        "take it as \"at least\". Where every change of outcome counts, even a bowl with the same heights reads 1.4.",
        "", "blocks of planes", f"{OVER_PLANES} {HULL} Its upper bound includes the folds that are missed.",
        known="A straight edge measures 1.", smooth=1.0,
    ),
    lines=Quantity(
        "line dimension",
        "1 minus the slope of log(share of points on the other side of the same line than those a lag further) against "
        "log(lag), along rows and columns. The boundary has a dimension 1 higher. Level lines of random surfaces are "
        "measured without a bias. The edge of Koch's quadratic curve of type 2, whose folds have few sizes, reads low "
        "by up to 0.05 at 512 pixels, and by 0.15 at 64.",
        "", "blocks of lines", f"{OVER_PLANES} {HULL} Its upper bound includes what such a curve reads low.",
        known="A straight edge measures 0.", smooth=0.0,
    ),
    boundary_points=Quantity(
        "boxes that contain a part of the boundary", "The shares to which the boundary dimension is fitted.",
        kind="curve", axes=("side of a box, pixels", "share of boxes"), log="xy",
    ),
    lines_points=Quantity(
        "points that lie on the other side a lag further", "The shares to which the line dimension is fitted.",
        kind="curve", axes=("lag, pixels", "share of points"), log="xy",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoundaryDimension(FunctionMeasure):
    """Dimensions of the boundaries between more and fewer pellets in one maze, in small windows off the champion."""

    windows: int = setting(24, 2, 1024)
    """Windows, each on a random plane of its own, with a maze of its own."""
    side: int = setting(512, 64, 4096)
    """Pixels along a side of a window."""
    centre: float = positive(0.3)
    """Distance of the windows' centres from the champion, as a fraction of the genome's norm."""
    radius: float = positive(0.01)
    """Half the side of a window, as a fraction of the genome's norm."""
    mazes: int = setting(16, 1)
    """Mazes that the windows use in turn."""

    version = 3
    quantities = with_controls(DIMENSIONS)

    def episodes(self) -> float:
        """Count one episode a pixel, in each of two sets of mazes."""
        return 2 * self.windows * self.side**2

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Sweep the windows in two sets of mazes, each window in one maze: sums over many change almost everywhere."""
        findings: Findings = {}
        seed = evaluation_set.draws(subject)

        def sweep(mazes: Mazes) -> NDArray[Any]:
            singles = (mazes.take([at]) for at in range(mazes.count))
            functions = [mean(evaluation_set.pellets(subject.layout, maze, machine)) for maze in singles]
            return self._sweep(functions, subject.genome, subject.layout, seed)

        for suffix, fields in beside_controls(evaluation_set, self.mazes, sweep):
            findings |= _dimensions(suffix, fields, seed)
        return findings

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Sweep the windows, and measure bowls with the same heights."""
        fields = self._sweep([function], genome, layout, seed)
        return _dimensions("", fields, seed) | _dimensions("_bowl", _bowls(fields), seed)

    def _sweep(
        self, functions: Sequence[Function], genome: NDArray[Any], layout: Layout | None, seed: int
    ) -> NDArray[Any]:
        """Fields [G, H, W] of the windows, which use the functions in turn."""
        window = Window(self.centre, 0.0, self.radius, (self.side, self.side))
        planes = zip(random_planes(genome, layout, seed, self.windows), cycle(functions), strict=False)
        return np.stack([sample_function(function, plane, window) for plane, function in planes])


def _dimensions(suffix: str, fields: NDArray[Any], seed: int) -> Findings:
    """Both dimensions of the boundaries in fields [G, H, W]; `suffix` is that of their quantities."""
    boxes, lines = boundary_dimension(fields, LEVEL, seed=seed), line_dimension(fields, LEVEL, seed=seed)
    findings = reported(f"boundary{suffix}", f"boundary{suffix}", boxes)
    return findings | reported(f"lines{suffix}", f"lines{suffix}", lines)


def _bowls(fields: NDArray[Any]) -> NDArray[Any]:
    """Smooth bowls with the heights of fields [G, H, W]."""
    return np.stack([null_field(field) for field in fields])


def beside_controls(
    evaluation_set: EvaluationSet, mazes: int, sweep: Callable[[Mazes], NDArray[Any]]
) -> Iterator[tuple[str, NDArray[Any]]]:
    """Fields [G, H, W] with the suffix of their quantities: those that `sweep` returns, bowls, and other mazes."""
    heights = sweep(evaluation_set.mazes(mazes))
    yield "", heights
    yield "_bowl", _bowls(heights)
    yield "_other", sweep(evaluation_set.mazes(mazes, skip=mazes))


def random_planes(genome: NDArray[Any], layout: Layout | None, seed: int, count: int) -> list[Plane]:
    """The first `count` of the random planes through a genome [P] that a seed names."""
    seeds = words(count, seed, "comparison/planes").tolist()
    return [random_plane(genome, layout, each) for each in seeds]


def boundary(field: ArrayLike, share: float | None = None) -> NDArray[np.bool_]:
    """The cells bool [..., H-1, W-1] of fields [..., H, W] that a boundary crosses: whose corners differ.

    With a `share`, corners differ if they lie on both sides of the level that this share of the pixels lie at or below.
    """
    heights = np.asarray(field)
    heights = heights if share is None else above(heights, share)
    corners = [
        heights[..., i : i + heights.shape[-2] - 1, j : j + heights.shape[-1] - 1] for i in (0, 1) for j in (0, 1)
    ]
    return np.asarray((corners[0] != corners[1]) | (corners[0] != corners[2]) | (corners[0] != corners[3]))


def above(fields: NDArray[Any], share: float) -> NDArray[np.bool_]:
    """The pixels [..., H, W] above the level that this share of the pixels of their field lie at or below."""
    if not 0 < share < 1:
        raise UserError(f"the share of a field below a level must be between 0 and 1, got {share}")
    return np.asarray(fields > np.quantile(fields, share, axis=(-2, -1), keepdims=True, method="lower"))


def boundary_dimension(fields: ArrayLike, share: float | None = None, *, seed: int = 0) -> Scaling:
    """Box-counting dimension of a level line, or of all changes of outcome, of fields [H, W] or [G, H, W]."""
    return box_dimension(boundary(planes(fields), share), seed=seed)


def box_dimension(cells: ArrayLike, *, seed: int = 0) -> Scaling:
    """Box-counting dimension of sets of cells, bool [H, W] or [G, H, W]: D = 2 - slope of log(share) against log(side).

    Boxes have sides of 2^k cells, and stand at every offset at which the largest of them fits. The share of boxes that
    contain a cell of the set, times the number of boxes that tile the plane, is the box count averaged over all grids.
    The interval is a bootstrap over planes, then over BLOCKS x BLOCKS blocks of each, and contains the slopes between
    neighbouring scales. Pixels do not show the folds between them, so the estimate is low: of dimensions between 1.26
    and 1.7 by .02 to .11, more the larger the dimension, and never by more than MISSED of its distance from 1. The
    upper bound includes that; a straight edge misses nothing.
    """
    hit = planes(np.asarray(cells, np.bool_), least=63)
    sizes = 2 ** np.arange(int(np.log2(max(16, (1 + min(hit.shape[1:])) // COARSEST))) + 1)
    height, width = (side - sizes[-1] + 1 for side in hit.shape[1:])
    shares = np.empty((len(hit), BLOCKS**2, sizes.size))
    for k, size in enumerate(sizes):
        if k:
            half = size // 2
            hit = hit[:, :-half] | hit[:, half:]
            hit = hit[:, :, :-half] | hit[:, :, half:]
        shares[:, :, k] = _block_means(hit[:, :height, :width])
    found = fit(lambda slope: 2 - slope, sizes.astype(np.float64), shares, seed=seed, first=FINEST, local=True)
    low, high = found.interval
    return replace(found, interval=(low, min(2.0, high + MISSED * max(0.0, found.estimate - 1))))


def line_dimension(fields: ArrayLike, share: float | None = None, *, seed: int = 0) -> Scaling:
    """Dimension in [0, 1] of the changes along rows and columns of fields [H, W] or [G, H, W].

    D = 1 - slope of log(share of changes) against log(lag), of a level as in `boundary` or of all changes. The changes
    on a line that is subsampled to 2^n points increase as 2^(nD), and the boundary in N dimensions has dimension N - 1
    + D. Two pixels of a line that are far apart differ as often as two that are drawn at random: lags at which half as
    many differ are left out. The interval is a bootstrap over planes, then over blocks of rows and columns of each, and
    contains the slopes between neighbouring lags. Neither shows what a window's own size does to a curve whose folds
    have few sizes: of Koch's quadratic curve of type 2, of dimension 1/2 here, windows of 64 to 512 pixels read .35 to
    .49. So the interval also reaches higher by MISSED of the estimate, and lower by EXCEEDED of it.
    """
    stack = planes(fields)
    stack = stack if share is None else above(stack, share)
    turned = stack, stack.swapaxes(1, 2)
    lags = 2 ** np.arange(int(np.log2(min(stack.shape[1:]) // COARSEST)) + 1)
    changes = np.concatenate([_changes(each, lags) for each in turned], axis=1)
    ceiling = SATURATED * float(np.mean([differing(each) for each in turned]))
    found = fit(lambda slope: 1 - slope, lags.astype(np.float64), changes, seed=seed, ceiling=ceiling, local=True)
    (low, high), above_smooth = found.interval, max(0.0, found.estimate)
    return replace(found, interval=(low - EXCEEDED * above_smooth, min(1.0, high + MISSED * above_smooth)))


def _changes(stack: NDArray[Any], lags: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shares [G, 2 * BLOCKS, K] of pixels that differ from the pixel a lag further, by blocks of rows of [G, H, W].

    All lags start from the same pixels: otherwise a jump near an end would count for some lags only.
    """
    starts = stack.shape[2] - int(lags[-1])
    shares = np.stack([(stack[:, :, k : k + starts] != stack[:, :, :starts]).mean(axis=2) for k in lags], axis=2)
    blocks = [block.mean(axis=1) for block in np.array_split(shares, 2 * BLOCKS, axis=1)]
    return np.asarray(np.stack(blocks, axis=1))


def _block_means(cells: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Means [G, BLOCKS^2] over the blocks of planes [G, H, W], weighted so that their mean is the plane's mean."""
    groups, height, width = cells.shape
    rows, columns = (np.linspace(0, side, BLOCKS + 1).astype(int)[:-1] for side in (height, width))
    sums: NDArray[np.int64] = np.add.reduceat(np.add.reduceat(cells, rows, axis=1, dtype=np.int64), columns, axis=2)
    return np.asarray(sums.reshape(groups, -1) * (BLOCKS**2 / (height * width)))

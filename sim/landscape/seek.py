"""Search for the centre of a zoom: a point around which the landscape shows structure at every depth.

A look is a coarse sample of n x n pixels.
"""

from dataclasses import replace
from math import ceil, log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.landscape.detail import coherence, detail, slopes
from sim.landscape.objective import AnyObjective, Objective
from sim.landscape.plane import Plane, Window
from sim.landscape.sampling import sample
from sim.landscape.tour import Tour
from sim.rollout.machine import CPU, Machine

LOOK = 32  # n
OCTAVES = 16  # how often the window is halved, unless told otherwise
BEAM = 4  # candidates that are kept after each octave
BRANCHES = 3  # candidates that a look proposes
APART = LOOK // 5  # pixels between two candidates of a look, at least
REACH = 3  # pixels up to this distance are neighbours
WANTED = 0.4  # best share of distinct heights among a pixel and its neighbours: fewer at a plain edge, more in noise
STRIPED = 0.5  # the cost of full coherence around a pixel; a share of distinct heights costs its distance to WANTED
FLAT = 1.5  # the cost where all heights around a pixel are equal
EDGED = 0.4  # share of a look's pixels at an edge, of the last frame of a zoom: with fewer, it is a few flat polygons
ENDED = 1.0  # what a look costs that shows too little, so that a way that ends early loses against one that goes on


def settle(objective: AnyObjective, tour: Tour, machine: Machine = CPU) -> Tour:
    """Move a zoom to the centre that `seek` finds, and cut it where there is too little to see from there on.

    The first frame is kept. The zoom is cut before its first frame with too few heights, and then after its last frame
    with enough edges: frames in between may have fewer. Whole numbers that show only parallel stripes are no detail,
    either. The note of the tour says at which radius detail ended, and why, and what would go deeper.
    """
    first, last = tour.windows[0], tour.windows[-1]
    plane, dtype = tour.plane(0), tour.dtype(0)
    octaves = ceil(log2(first.radius / last.radius)) + 1
    centre = seek(objective, plane, first, machine, octaves, dtype)
    finest = plane.finest(centre.x, centre.y)
    windows = [replace(window, x=centre.x, y=centre.y) for window in tour.windows]
    windows = [window for window in windows if window.pixel >= finest or window.radius == first.radius]
    note = tour.note if len(windows) == len(tour) else f"float64 resolves {finest:.2g} norms here"
    count, why = _worth_seeing(objective, plane, windows, machine, dtype)
    if why:
        note = f"from a radius of {windows[count].radius:.2g} norms on there is too little to see ({why})"
    windows = windows[:count]
    if count < len(tour):
        closer = first.radius / windows[-1].radius
        note = f"{note}: cut at {count} of {len(tour)} frames"
        note += f", the last {closer:.3g} times closer than the first" if count > 1 else ""
        note += _deeper(objective) if why else ""
    axis = replace(tour.axis, values=tour.axis.values[:count])
    return replace(tour, windows=tuple(windows), axis=axis, mix=tour.mix[:count], note=note)


def _worth_seeing(
    objective: AnyObjective, plane: Plane, windows: list[Window], machine: Machine, dtype: str
) -> tuple[int, str]:
    """How many windows of a zoom are worth seeing, and why the next one is not; "" if all are.

    A zoom that begins with few edges may go on with few.
    """
    shares: list[float] = []
    why = ""
    for frame, window in enumerate(windows):
        heights = _look(objective, plane, window, machine, dtype)
        why = _ends(heights) if frame else ""
        if why:
            break
        shares.append(detail(heights).boundary)
    edged = [frame for frame, share in enumerate(shares) if share >= EDGED]
    if edged and edged[-1] + 1 < len(shares):
        count = edged[-1] + 1
        return count, f"{100 * shares[count]:.0f} % of {LOOK} x {LOOK} pixels lie at an edge"
    return len(shares), why


def _ends(heights: NDArray[Any]) -> str:
    """Why a zoom ends at a look, or ""; parallel stripes of numbers that are not whole are no reason."""
    ends = detail(heights).ends
    return ends if heights.dtype.kind == "i" or "stripes" not in ends else ""


def _deeper(objective: AnyObjective) -> str:
    """Which settings have edges deeper in: longer lives have more turns to differ in, and larger mazes more places."""
    if not isinstance(objective, Objective):
        return ""
    world = objective.world
    return f"; more lifetime and cells (now {world.lifetime} and {world.maze.size}) go deeper"


def watched(objective: AnyObjective, tour: Tour, machine: Machine = CPU) -> Tour:
    """The same zoom about its own centre, whose note tells a person how many of its frames show little or nothing."""
    plane, dtype = tour.plane(0), tour.dtype(0)
    looks = [_look(objective, plane, window, machine, dtype) for window in tour.windows]
    dull = [frame for frame, look in enumerate(looks) if _ends(look) or detail(look).boundary < EDGED]
    if not dull:
        return tour
    level = sum(detail(look).distinct == 1 for look in looks)
    radius = tour.windows[dull[0]].radius
    told = f"{len(dull)} of {len(tour)} frames show few edges, {level} of them one height only"
    told += f", the first at a radius of {radius:.2g} norms; leave no-seek out to zoom in where edges are"
    return replace(tour, note=f"{tour.note}; {told}" if tour.note else told)


def seek(
    objective: AnyObjective,
    plane: Plane,
    window: Window,
    machine: Machine = CPU,
    octaves: int = OCTAVES,
    dtype: str = "auto",
) -> Window:
    """Move the window to a point around which a look of every octave shows structure, and not only parallel stripes.

    This is a beam search. Each look is centred on a candidate of the octave before and half as wide, so all candidates
    lie within the window. `dtype` is the arithmetic of all looks; a zoom has one for all its frames.
    """
    beam = [(0.0, window.x, window.y)]
    for octave in range(octaves):
        found = []
        for cost, x, y in beam:
            view = replace(window, x=x, y=y, radius=window.radius / 2**octave)
            heights = _look(objective, plane, view, machine, dtype)
            rows, columns = replace(view, shape=heights.shape).axes()
            ended = ENDED if detail(heights).ends else 0.0
            for further, row, column in _richest(heights):
                found.append((cost + further**2 + ended, float(columns[column]), float(rows[row])))
        beam = _apart(sorted(found), APART * 2 * window.radius / 2**octave / LOOK)
    return replace(window, x=beam[0][1], y=beam[0][2])


def _apart(found: list[tuple[float, float, float]], distance: float) -> list[tuple[float, float, float]]:
    """The first BEAM of the sorted candidates (cost, x, y) of which no two are nearer than a distance."""
    beam: list[tuple[float, float, float]] = []
    for cost, x, y in found:
        if all(max(abs(x - a), abs(y - b)) >= distance for _, a, b in beam):
            beam.append((cost, x, y))
    return beam[:BEAM]


def _look(objective: AnyObjective, plane: Plane, window: Window, machine: Machine, dtype: str) -> NDArray[Any]:
    """A look [n, n] at a window; of an objective with layers, at the last one."""
    heights = sample(objective, plane, replace(window, shape=(LOOK, LOOK)), machine, dtype)
    return heights if heights.ndim == 2 else heights[-1]


def _richest(heights: NDArray[Any]) -> list[tuple[float, int, int]]:
    """The best pixels in the middle half of a look [n, n], as (cost, row, column).

    The cost is highest where all is flat; elsewhere it grows with the coherence of slopes around a pixel, and with the
    distance of the share of distinct heights there from WANTED; near the middle it is a bit lower.
    """
    margin = len(heights) // 4
    span = np.arange(margin, len(heights) - margin)
    reach = range(-REACH, REACH + 1)
    shifted = [np.ix_(span + i, span + j) for i in reach for j in reach]
    around = np.sort([heights[places] for places in shifted], axis=0)
    distinct = np.mean(around[1:] != around[:-1], axis=0)
    tensor = slopes(heights)
    striped = coherence(np.sum([[part[places] for part in tensor] for places in shifted], axis=0))
    offset = np.abs(span - (len(heights) - 1) / 2) / len(heights)
    dull = np.where(distinct > 0, STRIPED * striped, FLAT)  # a plain edge leads deeper than no edge at all
    cost = np.abs(distinct - WANTED) + dull + 0.01 * np.add.outer(offset, offset)
    found = []
    for _ in range(BRANCHES):
        row, column = divmod(int(cost.argmin()), len(span))
        found.append((float(cost[row, column]), int(span[row]), int(span[column])))
        cost[max(0, row - APART) : row + APART, max(0, column - APART) : column + APART] = np.inf
    return found

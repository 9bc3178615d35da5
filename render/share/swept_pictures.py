"""The pictures that a page holds: the landscape of a run or of a field, for several lifetimes and single mazes.

K layers, H and W rows and columns, M mazes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.objective import Objective
from sim.landscape.plane import Plane, Window
from sim.landscape.rings import refuse_rings
from sim.landscape.sampling import all_heights_at
from sim.landscape.score import ByMaze, ByStep, Observed, Pellets
from sim.landscape.several import only, separate
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.tour import Tour
from sim.learning.run import Run
from sim.rollout.machine import CPU, Machine

MOST_LIFETIMES = 10  # lifetimes that have a picture of their own
MOST_MAZES = 16  # mazes that have one
PIXELS = 400_000  # of the largest picture of a quantity; larger ones are thinned out
THUMBNAILS = 1_500_000  # pixels of all other pictures, shared by the quantities
OF_CATEGORIES = 4  # times fewer pixels of all other pictures: categories hardly compress
CELLS = 1 << 19  # of all mazes

Read = Callable[[int], NDArray[Any]]
"""A function that returns the stored heights [H, W] of a frame."""


@dataclass(frozen=True, slots=True, eq=False)
class SweptPicture:
    """Heights [H, W] as fields store them: every `stride`-th row and column of a window, after `lifetime` steps.

    They show one `quantity`, and are sums over mazes, or hashes of categories. `maze` is 0 if they are those of all
    mazes, else the number of the only maze, from 1.
    """

    quantity: str
    window: Window
    stride: int
    dtype: str
    lifetime: int
    maze: int
    heights: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class SharedLandscape:
    """What a page shows: the objectives, one for each quantity, the plane, and the pictures of the quantities.

    The first picture of a quantity is its largest, and the page begins with the first quantity. `unit` is the length of
    a unit of the plane's coordinates, as a fraction of the norm of the genome at its origin.
    """

    landscape: Landscape
    objectives: tuple[Objective, ...]
    plane: Plane
    pictures: tuple[SweptPicture, ...]
    unit: float
    frame: int = 0

    @property
    def objective(self) -> Objective:
        """The objective of the first quantity."""
        return self.objectives[0]

    @property
    def window(self) -> Window:
        """The window of the first picture."""
        return self.pictures[0].window


def of_run(run: Run, spec: LandscapeSpec, machine: Machine = CPU) -> SharedLandscape:
    """The landscape of a spec around the champion of a run, computed in memory, with all its quantities.

    Its tour does not matter: the page shows one window. Raises UserError for an objective that a page cannot play.
    """
    landscape = plan(run, replace(spec, tour="slide", frames=1), machine=machine)
    objective, tour = _playable(landscape), landscape.tour
    objectives = {each: _playable(only(landscape, each)) for each in separate(objective)}
    plane, window, dtype, mazes = tour.plane(0), tour.windows[0], tour.dtype(0), objective.mazes.count
    life = objective.world.lifetime
    counts = [count for count in range(1, MOST_LIFETIMES + 1) if life % count == 0]
    by_step = replace(objective, layers=ByStep(life // counts[-1]))
    layers = all_heights_at(by_step, plane, window.points(), machine, dtype)
    steps = np.arange(1, counts[-1] + 1) * by_step.every
    strides = {
        name: _stride(window.shape, _room(each, len(objectives)) // (len(steps) + min(MOST_MAZES, mazes)), least=2)
        for name, each in objectives.items()
    }
    summed = [name for name, each in objectives.items() if not each.categorical]
    sums: dict[str, NDArray[Any]] = {}
    if mazes > 1 and summed:  # a page computes the categories of single mazes itself
        thinned = strides[summed[0]]
        points = window.points(slice(None, None, thinned), slice(None, None, thinned))
        sums = all_heights_at(replace(objective, layers=ByMaze()), plane, points, machine, dtype)
    pictures: list[SweptPicture] = []
    for name, stride in strides.items():
        pictures.append(_thin(name, window, dtype, life, layers[name][-1], _stride(window.shape, PIXELS)))
        short = zip(steps[:-1], layers[name], strict=False)
        pictures += [_thin(name, window, dtype, int(step), layer, stride) for step, layer in short]
        if name in summed and sums:
            pictures += _single_mazes(name, sums[name], window, stride, dtype, life)
    return SharedLandscape(landscape, tuple(objectives.values()), plane, tuple(pictures), tour.scale)


def of_field(
    landscape: Landscape, reads: Mapping[str, Read], frame: int = -1, name: str = "the field"
) -> SharedLandscape:
    """The landscape of a frame of a field; the frames of a tour of layers are all shown.

    `reads` are the functions that read the heights of the quantities to show, by name; the first one is shown at first.
    Raises UserError, which names the field, for a frame that is not there, and for objectives other than pellets.
    """
    _playable(landscape)
    tour = landscape.tour
    refuse_rings(tour)
    if not -len(tour) <= frame < len(tour):
        raise UserError(f"{name} has frames 0 to {len(tour) - 1}, got {frame}; choose one of them")
    frame %= len(tour)
    view = 0 if tour.layers else frame
    window, dtype = tour.windows[view], tour.dtype(view)
    objectives = [_playable(only(landscape, each)) for each in reads]
    pictures: list[SweptPicture] = []
    for objective, read in zip(objectives, reads.values(), strict=True):
        if tour.layers:
            pictures += _layers(tour, read, objective, _room(objective, len(reads)))
        else:
            life, stride = objective.world.lifetime, _stride(window.shape, PIXELS)
            pictures.append(_thin(objective.quantity, window, dtype, life, read(frame), stride))
    bare = tuple(replace(objective, layers=None) for objective in objectives)
    return SharedLandscape(landscape, bare, tour.plane(view), tuple(pictures), tour.scale, frame)


def _room(objective: Objective, quantities: int) -> int:
    """How many pixels the smaller pictures of one of the quantities may have."""
    return THUMBNAILS // quantities // (OF_CATEGORIES if objective.categorical else 1)


def _layers(tour: Tour, read: Read, objective: Objective, room: int) -> tuple[SweptPicture, ...]:
    """The pictures of one quantity of a field whose frames are lifetimes, or numbers of mazes."""
    window, dtype, count = tour.windows[0], tour.dtype(0), len(tour)
    name, life = objective.quantity, objective.world.lifetime
    first = _thin(name, window, dtype, life, read(count - 1), _stride(window.shape, PIXELS))
    if tour.name == "mazes" and (objective.categorical or count == 1):
        return (first,)
    if tour.name == "mazes":
        most = min(MOST_MAZES, count)
        thinned = _stride(window.shape, room // most)
        sums = np.stack([read(number)[::thinned, ::thinned] for number in range(most)])
        return (first, *_single_mazes(name, sums, window, thinned, dtype, life))
    chosen = np.unique(np.linspace(0, count - 1, MOST_LIFETIMES).round().astype(int))[:-1]
    thinned = _stride(window.shape, room // MOST_LIFETIMES)
    steps = tour.axis.values.astype(int)
    return (first, *(_thin(name, window, dtype, int(steps[at]), read(int(at)), thinned) for at in chosen))


def _single_mazes(
    quantity: str, sums: NDArray[np.int32], window: Window, stride: int, dtype: str, life: int
) -> Iterator[SweptPicture]:
    """The pictures of single mazes, from sums [M, H, W] over the first mazes."""
    for number, heights in enumerate(np.diff(sums, axis=0, prepend=np.int32(0))[:MOST_MAZES], 1):
        yield SweptPicture(quantity, window, stride, dtype, life, number, heights)


def _thin(quantity: str, window: Window, dtype: str, life: int, heights: NDArray[Any], stride: int) -> SweptPicture:
    """A picture of every `stride`-th row and column of heights [H, W] of all mazes over a window."""
    return SweptPicture(quantity, window, stride, dtype, life, 0, np.ascontiguousarray(heights[::stride, ::stride]))


def _stride(shape: tuple[int, int], pixels: int, least: int = 1) -> int:
    """The smallest stride from `least` on that leaves at most so many pixels of a picture."""
    stride = min(least, *shape)
    while -(-shape[0] // stride) * -(-shape[1] // stride) > pixels:
        stride += 1
    return stride


def _playable(landscape: Landscape) -> Objective:
    """The objective of a landscape. Raises UserError unless a page can play it."""
    objective = landscape.objective
    if isinstance(objective, FunctionObjective):
        raise UserError("a shared page plays foragers, and this landscape is a function's; film it, or share a run")
    if not isinstance(objective.score, Pellets | Observed):
        name = objective.score.name
        raise UserError(f"a shared page plays greedily, got the objective {name}; share pellets")
    cells = objective.mazes.count * objective.world.maze.size**2
    if cells > CELLS:
        raise UserError(f"a shared page holds at most {CELLS:,} cells of mazes, got {cells:,}; choose fewer mazes")
    return objective

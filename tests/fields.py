"""Make fields of known heights: by their metadata they show pellets, but they hold the values of a function."""

from pathlib import Path

from sim.landscape.chunks import create, open_array
from sim.landscape.filling import UnfinishedField
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.objective import Objective
from sim.landscape.sampling import sample
from sim.landscape.score import ByMaze, Pellets
from sim.landscape.sweep import finish
from sim.world.maze import MazeSet
from sim.world.rules import World


def pellets(tour, mazes=range(8, 12)):
    """The landscape of pellets along a tour, in worlds of 200 steps."""
    world = World()
    layers = ByMaze() if tour.name == "mazes" else None
    return Landscape(
        tour, Objective(Pellets(), world.layout(), world, MazeSet(world.maze, 0, "validation", mazes), layers)
    )


def stored(path, tour, function, mazes=range(8, 12), tile=128, pixels=None) -> Path:
    """Store the values of a function along a tour as a field of pellets at `path`; stop after so many `pixels`."""
    known = Landscape(tour, FunctionObjective.of(function, "pellets", "pellets"))
    if not path.exists():
        dtype = sample(known.objective, tour.plane(0), tour.windows[0], dtype=tour.dtype(0)).dtype
        create(path, pellets(tour, mazes), tile, dtype)
    field, done = UnfinishedField(path, known, {"pellets": open_array(path, "pellets", "r+")}), 0
    for each in field.tiles():
        if pixels is not None and done >= pixels:
            return path
        if not field.is_intact(each):
            field.fill(each)
        done += field.pixels(each)
    assert finish(path)
    return path

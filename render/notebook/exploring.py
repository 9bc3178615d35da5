"""Exploring a landscape in a window, from Python. The call returns when the window is closed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from numpy.typing import ArrayLike

from agents.files import local_path
from agents.genome import Genome
from agents.layout import Layout
from render.notebook.inputs import AUTO
from render.notebook.targets import Around, Source, target_of
from render.window.explore.explorer import Explorer
from render.window.explore.origin import Origin
from render.window.explore.place import Terrain
from render.window.pygame_window import check_display, show
from sim.landscape.spec import LandscapeSpec
from sim.learning.run import RunFolder
from sim.rollout.machine import Machine
from sim.world.rules import World


def explore(
    source: Source,
    *,
    genome: Genome | ArrayLike | None = None,
    layout: Layout | None = None,
    world: World | None = None,
    seed: int | None = None,
    quantity: str | None = None,
    unit: str | None = None,
    machine: Machine = AUTO,
) -> None:
    """Explore a landscape in a window, which computes what it shows; h lists the keys. Sources: see `landscape`.

    Bookmarks are stored in the folder of a run; without a folder they are lost when the window is closed.
    """
    check_display()
    if isinstance(source, str | Path | RunFolder):
        path = source.path if isinstance(source, RunFolder) else local_path(source)
        show(Explorer(Origin.open(path, machine)))
        return
    spec, around = LandscapeSpec(mazes=Terrain().mazes), Around(genome, layout, world, seed, quantity, unit)
    found = target_of(source, spec, {}, around)
    machine = Machine(machine.threads, machine.target)  # so that the device of "auto" is chosen once
    with TemporaryDirectory() as folder:
        path = Path(folder) / found.objective.quantity  # pictures are named after it
        path.mkdir()
        origin = Origin(path, found.genome, found.layout, found.objective, machine)
        show(Explorer(origin))

"""Map landscapes: `landscape` samples one window in memory, `sweep` a tour into a field on disk.

N genomes of P weights, H and W rows and columns.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from agents.errors import UserError
from agents.genome import Genome
from agents.layout import Layout
from render.commands.workers import Workers
from render.notebook.inputs import AUTO, config_of
from render.notebook.notebook_field import NotebookField
from render.notebook.opening import open_field
from render.notebook.targets import Around, Source, planned
from render.streams import silence
from render.studio import sweep_into
from sim.landscape.sampling import sample_field
from sim.landscape.spec import LandscapeSpec
from sim.rollout.machine import Machine
from sim.world.rules import World


def landscape(
    source: Source,
    *,
    radius: float = 0.7,
    shape: tuple[int, int] = (256, 256),
    genome: Genome | ArrayLike | None = None,
    layout: Layout | None = None,
    world: World | None = None,
    seed: int | None = None,
    quantity: str | None = None,
    unit: str | None = None,
    machine: Machine = AUTO,
    **settings: Any,
) -> NotebookField:
    """Sample the landscape on a plane, a window of `shape` (rows, columns) that reaches `radius` norms to either side.

    The source is one of
    - a run or its folder: pellets that genomes around its champion eat, in `mazes` (16) of its validation mazes;
      objective="return", "imitation" or "smoothed" for other heights;
    - a Genome from elsewhere, which is played in a `world`, in the mazes of a `seed` (0);
    - any function, genomes float32 [N, P] -> values [N], around a `genome` [P]. Each row of its `layout` has as long a
      part of the plane's directions as of the genome; without a layout all weights are one row. `quantity` (an
      identifier, by default the function's name) and `unit` say what values are. Each value must depend on its own
      genome alone. An Objective is such a function.

    `settings` are those of `foragescape sweep`: directions, a seed, names the plane; x and y centre the window;
    plane="principal"; mazes, first, split; tour="horizon" or "mazes" gives [T, H, W] with the lifetime or the number of
    mazes. Raises UserError for settings that do not exist or fit.

        landscape(run, radius=0.3, shape=(512, 512), mazes=1).heights        # float64 [512, 512], pellets per maze
        landscape(lambda genomes: -(genomes**2).sum(axis=1), genome=[1, 2, 3], quantity="bowl")
    """
    around = Around(genome, layout, world, seed, quantity, unit)
    spec = spec_of({"tour": "slide", "frames": 1, "radius": radius, **settings}, shape)
    field = sample_field(planned(source, spec, settings, around, machine), machine)
    return NotebookField(field.landscape, lambda frame: field.heights[frame])


def sweep(
    source: Source,
    out: str | Path,
    *,
    shape: tuple[int, int] = (360, 640),
    genome: Genome | ArrayLike | None = None,
    layout: Layout | None = None,
    world: World | None = None,
    seed: int | None = None,
    quantity: str | None = None,
    unit: str | None = None,
    fresh: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
    machine: Machine = AUTO,
    quiet: bool = False,
    **settings: Any,
) -> NotebookField:
    """Sweep a tour of windows into the field `out`, a zarr folder, and open it. The same call continues what is there.

    Sources are those of `landscape`. `settings` are those of `foragescape sweep`, such as tour="turn", frames=60; a
    function has the tours slide, turn and zoom. `workers` processes share the work, or those of a Dask `cluster`; they
    must be able to import a function. `fresh` starts over, `quiet` shows no progress.
    """
    path, spec = Path(out), spec_of(settings, shape)
    found = planned(source, spec, settings, Around(genome, layout, world, seed, quantity, unit), machine)
    shared = workers is not None or cluster is not None  # else this process calls the function itself, by no name
    executor = Workers(workers, cluster).executor(machine) if shared else None
    with silence(quiet):
        sweep_into(path, found, spec.tile, machine=machine, fresh=fresh, executor=executor)
    return open_field(path)


def spec_of(settings: Mapping[str, Any], shape: tuple[int, int]) -> LandscapeSpec:
    """The spec of settings by keyword; the window's `shape` is rows and columns."""
    for name, which in (("width", 1), ("height", 0)):
        if name in settings:
            raise UserError(f"shape has the {name}: pass shape=(rows, columns), whose entry {which} it is")
    if not isinstance(shape, Sequence) or len(shape) != 2:
        raise UserError(f"shape must be (rows, columns), got {shape!r}")
    rows, columns = shape
    return config_of(LandscapeSpec, {**settings, "height": rows, "width": columns})

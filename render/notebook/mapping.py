"""Computing landscapes from Python: `landscape` samples one window in memory, `sweep` a tour into a field on disk.

N genomes of P weights, H and W rows and columns.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from agents.errors import UserError
from agents.files import local_path
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
    """Sample the landscape in a window of a plane, with `shape` (rows, columns) pixels.

    `radius` is half the shorter side of the window, as a fraction of the genome's norm.

    The source is one of
    - a run or its folder: the pellets that genomes around its champion eat, in `mazes` (16) of its validation mazes;
      objective="return", "imitation" or "smoothed" gives other heights, and so does quantity="tempo", "divergence",
      "revisits", "last_meal", "end" or "path";
    - a Genome from elsewhere, which is evaluated in a `world`, in the mazes of a `seed` (0);
    - any function, genomes float32 [N, P] -> values [N], around a `genome` [P]. The plane's directions have the norm of
      the genome in each row of its `layout`; without a layout all weights are one row. `quantity` (an identifier, by
      default the function's name) and `unit` name the values. Each value must depend on its own genome alone. An
      Objective is such a function.

    `settings` are those of `foragescape sweep`: `directions` is the seed of the plane, `x` and `y` are the window's
    centre; plane="principal"; mazes, first, split; tour="horizon" or "mazes" gives [T, H, W] with the lifetime or the
    number of mazes. Raises UserError for unknown or wrong settings.

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
    quantity: str | tuple[str, ...] | None = None,
    unit: str | None = None,
    fresh: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
    machine: Machine = AUTO,
    quiet: bool = False,
    **settings: Any,
) -> NotebookField:
    """Sweep a tour of windows into the field `out`, a zarr folder, and open it. The same call continues an earlier one.

    Sources are those of `landscape`. `settings` are those of `foragescape sweep`, such as tour="turn", frames=60; a
    function has the tours slide, turn and zoom. Several quantities of a run are stored at once. `workers` processes
    share the work, or the workers of a Dask `cluster`; they must be able to import the function. `fresh` starts over,
    `quiet` shows no progress.
    """
    path, spec = local_path(out), spec_of(settings, shape)
    found = planned(source, spec, settings, Around(genome, layout, world, seed, quantity, unit), machine)
    shared = workers is not None or cluster is not None  # without workers, the function need not be importable
    executor = Workers(workers, cluster).executor(machine) if shared else None
    with silence(quiet):
        sweep_into(path, found, spec.tile, machine=machine, fresh=fresh, executor=executor)
    return open_field(path)


def spec_of(settings: Mapping[str, Any], shape: tuple[int, int]) -> LandscapeSpec:
    """The landscape spec from keyword settings, and the window's `shape`: rows and columns."""
    for name, which in (("width", 1), ("height", 0)):
        if name in settings:
            raise UserError(f"the {name} is entry {which} of shape; pass shape=(rows, columns)")
    if not isinstance(shape, Sequence) or len(shape) != 2:
        raise UserError(f"shape must be (rows, columns), got {shape!r}")
    rows, columns = shape
    return config_of(LandscapeSpec, {**settings, "height": rows, "width": columns})

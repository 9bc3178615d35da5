"""Filming a landscape from Python: of a field, or of a run, genome or function, which is swept first."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from agents.errors import UserError
from agents.files import local_path
from agents.genome import Genome
from agents.layout import Layout
from render.film import FilmConfig
from render.notebook.inline_video import video_html
from render.notebook.inputs import AUTO, config_of, split_settings
from render.notebook.mapping import sweep
from render.notebook.notebook_field import NotebookField, reel_for
from render.notebook.opening import open_field
from render.notebook.targets import Source
from render.pair_of_reels import check_two
from render.streams import silence
from render.studio import check_film, is_run, write_film
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec
from sim.rollout.machine import Machine
from sim.world.rules import World


@dataclass(frozen=True, slots=True)
class Film:
    """A film on disk. A notebook plays it."""

    path: Path
    frames: int

    def __fspath__(self) -> str:
        """The path, so that functions that open files accept a film."""
        return str(self.path)

    def _repr_html_(self) -> str:
        return video_html(self.path, self.path.name)


def film(
    source: Source | NotebookField,
    out: str | Path,
    *,
    shape: tuple[int, int] = (360, 640),
    genome: Genome | ArrayLike | None = None,
    layout: Layout | None = None,
    world: World | None = None,
    seed: int | None = None,
    quantity: str | None = None,
    unit: str | None = None,
    overwrite: bool = False,
    fresh: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
    machine: Machine = AUTO,
    quiet: bool = False,
    **settings: Any,
) -> Film:
    """Film a field, or a source of `sweep`, which is first swept into a field beside the film.

    `out` ends in .mp4, .webm, .gif, .apng, .webp or .frames. `settings` are those of `foragescape film`: of the sweep
    (tour, frames, mazes, ...), of the look (view, palette, lightness, seconds, title, ...) and of the file (quality,
    resolution, fps, crf, loop). The other parameters are those of `sweep`. Raises UserError before any work if the film
    cannot be made.

        film(run, "slide.mp4", tour="slide", mazes=4, shape=(160, 160), seconds=6, quality="low")
    """
    path, (swept, look, file) = local_path(out), split_settings(settings, LandscapeSpec, FilmConfig, VideoConfig)
    config, video = config_of(FilmConfig, look), config_of(VideoConfig, file)
    check_film(path, config, video, overwrite=overwrite)
    given: dict[str, Any] = {"genome": genome, "layout": layout, "world": world, "seed": seed}
    given |= {"quantity": quantity, "unit": unit}
    if isinstance(source, str | Path) and not is_run(local_path(source)):
        source = open_field(source)
    if isinstance(source, NotebookField):
        late = next(iter([*swept, *(name for name, value in given.items() if value is not None)]), None)
        if late is not None:
            raise UserError(f"the field is swept already, so {late} has no effect; leave {late} out, or give the run")
        field = source
    else:
        work: dict[str, Any] = {"fresh": fresh, "workers": workers, "cluster": cluster, "machine": machine}
        beside = path.with_suffix(".zarr")
        if config.lightness is not None:
            check_two(quantity or "pellets", config.lightness)
            given["quantity"] = (quantity or "pellets", config.lightness)
        field = sweep(source, beside, shape=shape, quiet=quiet, **given, **work, **swept)
    with silence(quiet):
        return Film(path, write_film(reel_for(field, config), path, config, video, overwrite=overwrite))

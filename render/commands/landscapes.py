"""Commands that sweep landscapes, and make films and pictures of them."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import ClassVar

import tyro

from agents.errors import UserError
from render.commands.common import Flat, Playing, Source, answer, describe
from render.commands.workers import Workers
from render.film import FilmConfig
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec


@dataclass(frozen=True, kw_only=True)
class Sweep(Playing):
    """Sweep the landscape around a run's champion into a field. The same command continues one that was stopped."""

    run: Source
    """The run folder."""
    out: Path
    """The field: a zarr folder."""
    config: Path | None = None
    """A TOML file of the settings below; flags win over it."""
    fresh: bool = False
    """Start over where there is a field already."""
    dry_run: bool = False
    """Only say what it would cost, from a timed sample."""
    who: Flat[Workers] = field(default_factory=Workers)
    settings: Flat[LandscapeSpec] = field(default_factory=LandscapeSpec)

    def __call__(self) -> None:
        """Sweep, or say what it would cost."""
        from render.studio import sweep_into
        from sim.landscape.cost import cost
        from sim.landscape.spec import plan
        from sim.learning.run import Run

        if not self.out.name:
            raise UserError(f"--out should name a field, such as field.zarr, got {self.out}")
        spec, machine, executor = self.settings, self.machine, self.who.executor(self.machine)
        landscape = plan(Run.open(self.run), spec, machine=machine)
        if self.dry_run:
            answer(asdict(cost(landscape, machine)), self.json)
            return
        sweep_into(self.out, landscape, spec.tile, machine=machine, fresh=self.fresh, executor=executor)
        answer(describe(self.out), self.json)


@dataclass(frozen=True)
class FilmSettings:
    """How the landscape of a run is swept, how the film looks, and how it is encoded."""

    landscape: Flat[LandscapeSpec] = field(default_factory=LandscapeSpec)
    film: Flat[FilmConfig] = field(default_factory=FilmConfig)
    video: Flat[VideoConfig] = field(default_factory=VideoConfig)

    renamed: ClassVar = {"survey": "landscape"}


@dataclass(frozen=True, kw_only=True)
class Shown(Playing):
    """The options of the commands that show a run's landscape or a field."""

    config: Path | None = None
    """A TOML file with tables landscape, film and video of the settings below; flags win over it."""
    overwrite: bool = False
    """Replace what is there."""
    settings: Flat[FilmSettings] = field(default_factory=FilmSettings)
    given: tyro.conf.Suppress[frozenset[str]] = frozenset()
    """The names of the options on the command line, also of those that were given their default value."""


@dataclass(frozen=True, kw_only=True)
class Film(Shown):
    """Film a run's landscape, or a field that was swept before. -ql -qm -qh -qk are short for --quality."""

    source: Source
    """A run folder, which is swept first into a field beside the film, or a field."""
    out: Path
    """The film: .mp4, .webm, .gif, .apng, or a folder of pictures, .frames."""
    fresh: bool = False
    """Start the field beside the film over."""
    who: Flat[Workers] = field(default_factory=Workers)

    def __call__(self) -> None:
        """Sweep if need be, then film."""
        from render.studio import check_film, reel_of, shoot

        spec, film, video = self.settings.landscape, self.settings.film, self.settings.video
        check_film(self.out, film, video, overwrite=self.overwrite)
        swept, executor = self.out.with_suffix(".zarr"), self.who.executor(self.machine)
        reel = reel_of(
            self.source, swept, spec, machine=self.machine, executor=executor, fresh=self.fresh, given=self.given
        )
        if reel is None:
            answer(describe(swept), self.json)
            return
        shoot(reel, self.out, film, video, overwrite=self.overwrite)
        answer(describe(self.out), self.json)


@dataclass(frozen=True, kw_only=True)
class Picture(Shown):
    """One picture of a run's landscape, or of a frame of a field."""

    source: Source
    """A run folder, whose landscape is swept in memory, or a field."""
    out: Path
    """The picture, a .png."""
    frame: int = -1
    """Which frame of a field; -1 is the last."""

    def __call__(self) -> None:
        """Draw it."""
        from render.studio import check_picture, draw

        spec, film, video = self.settings.landscape, self.settings.film, self.settings.video
        check_picture(self.out, film, video, overwrite=self.overwrite)
        draw(
            self.source,
            self.out,
            self.frame,
            spec,
            film,
            video,
            machine=self.machine,
            overwrite=self.overwrite,
            given=self.given,
        )
        answer(describe(self.out), self.json)

"""The commands sweep, film and picture."""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import tyro

from agents.errors import UserError
from render.commands.common import Flat, Grouped, Playing, Source, answer, answer_made
from render.commands.demand import of_film, of_picture, of_sweep
from render.commands.workers import Workers
from render.film import FilmConfig
from render.streams import say
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec
from sim.learning.run import Run


@dataclass(frozen=True, kw_only=True)
class Sweep(Playing):
    """Compute the landscape around a run's champion, and store it as a field.

    The same command continues a sweep that was stopped.

    The options that are used most:
    - where: --tour zoom --frames 30 --x 0.1 --y 0.2 --radius 0.3 --plane principal
    - what: --quantity tempo --mazes 4 --lifetime 1000
    - work: --width 1280 --height 720 --workers 2 --dry-run
    """

    run: Source
    """The run folder."""
    out: Path
    """The folder of the field, in the format of zarr, such as field.zarr."""
    config: Path | None = None
    """A TOML file of settings; options on the command line override it."""
    fresh: bool = False
    """Start over if there is a field already; by default it is continued."""
    dry_run: bool = False
    """Only estimate the evaluations, bytes and seconds of the sweep, from a timed sample."""
    yes: bool = False
    """Begin even if it takes days, or most of the memory or disk; without it, the command tells what it would take."""
    workers: Grouped[Workers] = field(default_factory=Workers)
    settings: Grouped[LandscapeSpec] = field(default_factory=LandscapeSpec)

    def __call__(self) -> None:
        """Sweep, or only estimate the cost."""
        from render.open_run import open_run
        from render.studio import sweep_into
        from sim.landscape.cost import cost
        from sim.landscape.spec import plan

        if not self.out.name:
            raise UserError(f"--out should name a field, such as field.zarr, got {self.out}")
        spec, machine, executor = self.settings, self.machine, self.workers.executor(self.machine)
        run = open_run(self.run)
        of_sweep(spec, run.setting(), machine).refuse_unasked(self.out, self.yes or self.dry_run)
        landscape = plan(run, spec, machine=machine)
        if self.dry_run:
            if landscape.tour.note:
                say(landscape.tour.note)
            answer(asdict(cost(landscape, machine)), self.json)
            return
        sweep_into(self.out, landscape, spec.tile, machine=machine, fresh=self.fresh, executor=executor)
        answer_made(self.out, self.json)


@dataclass(frozen=True)
class FilmSettings:
    """How the landscape of a run is swept, how the film looks, and how it is encoded."""

    landscape: Grouped[LandscapeSpec] = field(default_factory=LandscapeSpec)
    film: Grouped[FilmConfig] = field(default_factory=FilmConfig)
    video: Grouped[VideoConfig] = field(default_factory=VideoConfig)

    renamed: ClassVar[dict[str, str]] = {"survey": "landscape"}


@dataclass(frozen=True, kw_only=True)
class Shown(Playing):
    """The options of the commands that show a run's landscape or a field."""

    config: Path | None = None
    """A TOML file of settings, in tables landscape, film and video; options on the command line override it."""
    overwrite: bool = False
    """Replace a file that is there already."""
    yes: bool = False
    """Begin even if it takes days, or most of the memory or disk; without it, the command tells what it would take."""
    settings: Flat[FilmSettings] = field(default_factory=FilmSettings)
    given: tyro.conf.Suppress[frozenset[str]] = frozenset()
    """The names of the options on the command line, with those whose value is the default."""


@dataclass(frozen=True, kw_only=True)
class Film(Shown):
    """Make a film of a run's landscape, or of a field.

    The options -ql, -qm, -qh and -qk are short for --quality low, medium, high and 4k. With a quality, a run's
    landscape is swept at the size of the frames (as land: at half of it), unless --width or --height say otherwise.

    The options that are used most:
    - where: --tour zoom --frames 30 --x 0.1 --y 0.2 --radius 0.3 --plane principal
    - what: --quantity tempo --mazes 4 --lifetime 1000
    - look: --view land --palette batlow --lightness path --title "My landscape"
    - video: -qh --seconds 20 --fps 60 --max-size 9MB
    """

    source: Source
    """A run folder or a field. The landscape of a run is first swept into a field beside the film."""
    out: Path
    """The film, named .mp4, .webm, .gif, .apng, .webp, or .frames, which is a folder of pictures."""
    fresh: bool = False
    """Sweep the field beside the film anew; by default it is continued."""
    workers: Grouped[Workers] = field(default_factory=Workers)

    def __call__(self) -> None:
        """Sweep the landscape of a run, then film it."""
        from render.film_size import swept_for
        from render.studio import check_film, is_run, reel_of, write_film

        spec, film, video = self.settings.landscape, self.settings.film, self.settings.video
        check_film(self.out, film, video, overwrite=self.overwrite)
        of_film(video).refuse_unasked(self.out, self.yes)
        if is_run(self.source):
            spec = swept_for(spec, film, video, self.given)
            of_sweep(spec, Run.open(self.source).setting(), self.machine).refuse_unasked(self.out, self.yes)
        swept, executor = self.out.with_suffix(".zarr"), self.workers.executor(self.machine)
        reel = reel_of(
            self.source,
            swept,
            spec,
            machine=self.machine,
            executor=executor,
            fresh=self.fresh,
            given=self.given,
            lightness=film.lightness,
            aspect=video.preset.width / video.preset.height,
        )
        if reel is None:
            answer_made(swept, self.json)
            return
        write_film(reel, self.out, film, video, overwrite=self.overwrite)
        answer_made(self.out, self.json)


@dataclass(frozen=True, kw_only=True)
class Picture(Shown):
    """Draw one picture of a run's landscape, or of a frame of a field.

    <<<<<<< HEAD
        The options that are used most:
        - where: --x 0.1 --y 0.2 --radius 0.3 --plane principal --frame -1
        - what: --quantity tempo --mazes 4 --lifetime 1000
        - look: --view land --palette batlow --lightness path --title "My landscape"
        - size: -qh, or --resolution 800 600
    =======
        A run's landscape is computed at the size of the picture, 1280 x 720 by default, unless --width or --height say
        otherwise.
    >>>>>>> films
    """

    source: Source
    """A run folder or a field. The landscape of a run is computed in memory and not stored."""
    out: Path
    """The picture, named .png."""
    frame: int | None = None
    """Number of the field's frame, from 0; negative numbers count from the end. By default the champion's frame of a
    slide, else the last."""

    def __call__(self) -> None:
        """Draw the picture."""
        from render.film_size import swept_for
        from render.stills import write_picture
        from render.studio import check_picture, is_run

        spec, film, video = self.settings.landscape, self.settings.film, self.settings.video
        check_picture(self.out, film, video, overwrite=self.overwrite)
        of_film(video).refuse_unasked(self.out, self.yes)
        if is_run(self.source):
            spec = swept_for(spec, replace(film, view="flat"), video, self.given, picture=True)
            of_picture(spec, Run.open(self.source).setting(), self.machine).refuse_unasked(self.out, self.yes)
        write_picture(
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
        answer_made(self.out, self.json)

"""The commands of the command line: each is a dataclass whose fields are its options, and that can be called.

Results go to stdout, talk to stderr. What is heavy is imported by the command that needs it.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import tyro

from agents.errors import UserError
from render.demo import DemoConfig
from render.film import FilmConfig
from render.progress import evolving, progress, say, sweeping, training
from render.video import VideoConfig
from render.window.watch.watch_config import WatchConfig
from sim.comparison.config import CompareConfig
from sim.evolution import EvolutionConfig
from sim.gradient.config import TrainConfig
from sim.maze import Split
from sim.policy import Policy
from sim.rollout.machine import Machine
from sim.survey import SurveyConfig

T = TypeVar("T")
Source = tyro.conf.Positional[Path]
Flat = Annotated[T, tyro.conf.arg(name="")]  # its flags carry no prefix

MOST_SECONDS = 3600.0


@dataclass(frozen=True)
class Common:
    """What every command takes."""

    json: bool = False
    """Print the result as one JSON object on stdout."""


@dataclass(frozen=True)
class Playing(Common):
    """What every command that plays episodes takes."""

    machine: Flat[Machine] = field(default_factory=lambda: Machine(device="auto"))


@dataclass(frozen=True, kw_only=True)
class Demo(Common):
    """Evolve foragers, sweep the landscape around their champion, and film both."""

    settings: Flat[DemoConfig] = field(default_factory=DemoConfig)

    def __call__(self) -> None:
        """Run the demo."""
        from render.demo import demo

        answer(demo(self.settings), self.json)


@dataclass(frozen=True, kw_only=True)
class Evolve(Playing):
    """Evolve foragers into a run folder. The same command continues a run that was stopped, to the same bits."""

    out: Path
    """The run folder."""
    config: Path | None = None
    """A TOML file of the settings below; flags win over it."""
    fresh: bool = False
    """Start over where the folder holds a run already."""
    settings: Flat[EvolutionConfig] = field(default_factory=EvolutionConfig)

    def __call__(self) -> None:
        """Evolve."""
        from sim.evolution import evolve

        with evolving(self.settings.generations, self.machine) as heard:
            run = evolve(self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=heard)
        answer({"run": str(run.path), **run.history()[-1]}, self.json)
        say(f"next: foragescape evaluate {run.path} --split validation")


@dataclass(frozen=True, kw_only=True)
class Train(Playing):
    """Train a forager along gradients into a run folder. The same command continues a run that was stopped."""

    out: Path
    """The run folder."""
    config: Path | None = None
    """A TOML file of the settings below; flags win over it."""
    fresh: bool = False
    """Start over where the folder holds a run already."""
    settings: Flat[TrainConfig] = field(default_factory=TrainConfig)

    def __call__(self) -> None:
        """Train."""
        from sim.gradient.train import train

        with training(self.settings.generations) as heard:
            run = train(self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=heard)
        answer({"run": str(run.path), **run.history()[-1]}, self.json)
        say(f"next: foragescape evaluate {run.path} --split validation")


@dataclass(frozen=True, kw_only=True)
class Evaluate(Playing):
    """Play a run's champion on many mazes, with and without its memory."""

    run: Source
    """The run folder."""
    split: Split = "validation"
    """train, validation, or test: opening the test mazes is written into the run's ledger."""
    mazes: int = 256
    """How many mazes."""
    policy: Policy = "greedy"
    """The action of the largest output, or one sampled from their softmax, with the same draws for every genome."""

    def __call__(self) -> None:
        """Evaluate."""
        from sim.evaluation import evaluate
        from sim.run import Run

        result = evaluate(
            Run.open(self.run), split=self.split, mazes=self.mazes, policy=self.policy, machine=self.machine
        )
        answer(asdict(result), self.json)


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
    settings: Flat[SurveyConfig] = field(default_factory=SurveyConfig)

    def __call__(self) -> None:
        """Sweep, or say what it would cost."""
        from sim.run import Run
        from sim.survey import plan

        if not self.out.name:
            raise UserError(f"--out should name a field, such as field.zarr, got {self.out}")
        survey = plan(Run.open(self.run), self.settings, machine=self.machine)
        if self.dry_run:
            answer(asdict(survey.cost()), self.json)
            return
        if survey.tour.note:
            say(survey.tour.note)
        with sweeping(machine=self.machine) as heard:
            survey.sweep(self.out, tile=self.settings.tile, fresh=self.fresh, progress=heard)
        answer(describe(self.out), self.json)


@dataclass(frozen=True)
class FilmSettings:
    """What is swept where a run is filmed, how it looks, and how it is encoded."""

    survey: Flat[SurveyConfig] = field(default_factory=SurveyConfig)
    film: Flat[FilmConfig] = field(default_factory=FilmConfig)
    video: Flat[VideoConfig] = field(default_factory=VideoConfig)


@dataclass(frozen=True, kw_only=True)
class Shown(Playing):
    """What the commands take that show a run's landscape or a field."""

    config: Path | None = None
    """A TOML file with tables survey, film and video of the settings below; flags win over it."""
    overwrite: bool = False
    """Replace what is there."""
    settings: Flat[FilmSettings] = field(default_factory=FilmSettings)
    given: tyro.conf.Suppress[frozenset[str]] = frozenset()
    """The options that were named, be it with their defaults."""


@dataclass(frozen=True, kw_only=True)
class Film(Shown):
    """Film a run's landscape, or a field that was swept before. -ql -qm -qh -qk are short for --quality."""

    source: Source
    """A run folder, which is swept first into a field beside the film, or a field."""
    out: Path
    """The film: .mp4, .webm, .gif, .apng, or a folder of pictures, .frames."""
    fresh: bool = False
    """Start the field beside the film over."""

    def __call__(self) -> None:
        """Sweep if need be, then film."""
        from render.studio import check_film, reel_of, shoot

        survey, film, video = self.settings.survey, self.settings.film, self.settings.video
        check_film(self.out, film, video, overwrite=self.overwrite)
        swept = self.out.with_suffix(".zarr")
        reel = reel_of(self.source, swept, survey, machine=self.machine, fresh=self.fresh, given=self.given)
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

        survey, film, video = self.settings.survey, self.settings.film, self.settings.video
        check_picture(self.out, film, video, overwrite=self.overwrite)
        draw(self.source, self.out, self.frame, survey, film, video, machine=self.machine, given=self.given)
        answer(describe(self.out), self.json)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Watch a run's foragers at work in a window, or drive one against its champion; h lists the keys."""

    run: Source
    """The run folder."""
    settings: Flat[WatchConfig] = field(default_factory=WatchConfig)

    def __call__(self) -> None:
        """Open the window."""
        from render.window.shell import show
        from render.window.watch.watch import Watch as Model

        show(Model(self.run, self.settings), f"foragescape: {self.run.name or self.run}")


@dataclass(frozen=True, kw_only=True)
class Play(Playing):
    """Play a tour of landscapes in a window: a field, or a run's, which is swept meanwhile; h lists the keys."""

    source: Source
    """A field, be it finished or still being swept, or a run folder."""
    settings: Flat[SurveyConfig] = field(
        default_factory=lambda: SurveyConfig(frames=90, width=256, height=144, mazes=8, tile=72)
    )
    """What is swept of a run; a window that is watched meanwhile wants less than a film."""

    def __call__(self) -> None:
        """Open the window."""
        from render.window.play.player import Player
        from render.window.play.source import open_source
        from render.window.shell import show

        landscape, sweep = open_source(self.source, self.settings, self.machine)
        if sweep is not None:
            say(f"sweeping into {landscape.path}; the same command goes on with it")
        show(Player(landscape, sweep), f"foragescape: {self.source.name or self.source}")


@dataclass(frozen=True, kw_only=True)
class Explore(Playing):
    """Explore a run's landscape in a window, live, as a fractal; h lists the keys."""

    run: Source
    """The run folder."""
    at: Path | None = None
    """A picture that was saved with s: begin where it was taken."""
    journey: Path | None = None
    """A film that was recorded with r: no window, but the same journey computed anew into --out."""
    out: Path | None = None
    """The new film of the journey."""
    overwrite: bool = False
    """Replace the film that is there."""
    video: Flat[VideoConfig] = field(default_factory=VideoConfig)

    def __call__(self) -> None:
        """Open the window, or film a journey."""
        from render.window.explore.place import Origin, read_place

        if (self.journey is None) != (self.out is None):
            raise UserError("--journey FILM and --out FILM go together: name both, or neither to open the window")
        origin = Origin.open(self.run, self.machine)
        if self.journey is not None and self.out is not None:
            from render.window.explore.journey import refilm

            refilm(origin, self.journey, self.out, self.video, overwrite=self.overwrite)
            answer(describe(self.out), self.json)
            return
        from render.window.explore.explorer import Explorer
        from render.window.shell import show

        place = read_place(self.at) if self.at is not None else None
        show(Explorer(origin, place), f"foragescape: {self.run.name or self.run}")


@dataclass(frozen=True, kw_only=True)
class Compare(Playing):
    """Compare the champions of runs, and the landscapes around them. The same command continues what was stopped."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """The run folders, two or more; the first is compared with each other one."""
    out: Path
    """The folder for the page, the film and the numbers."""
    config: Path | None = None
    """A TOML file of the settings below; flags win over it."""
    fresh: bool = False
    """Start over where the folder holds a comparison already."""
    settings: Flat[CompareConfig] = field(default_factory=CompareConfig)

    def __call__(self) -> None:
        """Compare."""
        from render.report.report import report
        from sim.run import Run

        runs = [Run.open(path) for path in self.runs]
        with progress("comparing", 1.0) as heard:
            result = report(runs, self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=heard)
        answer(result, self.json)


@dataclass(frozen=True, kw_only=True)
class Info(Common):
    """Tell what a file of ours is: run, field, genome, comparison, film or picture."""

    path: Source
    """The file or folder."""

    def __call__(self) -> None:
        """Tell."""
        answer(describe(self.path), self.json)


@dataclass(frozen=True, kw_only=True)
class Bench(Common):
    """Measure rollouts, as a share of the machine's peak of fused multiply-adds, a sweep, and the frames of films."""

    seconds: float = 20.0
    """About how long to measure rollouts; the rest takes a few more."""
    windows: bool = False
    """Measure the explorer's window too: its first picture after a pan or zoom, and the events it handles meanwhile."""

    def __call__(self) -> None:
        """Measure."""
        if not 0 < self.seconds <= MOST_SECONDS:
            raise UserError(f"seconds must be above 0 and at most {MOST_SECONDS:g}, got {self.seconds:g}")
        from render.bench import bench

        result = bench(self.seconds)
        if self.windows:
            from render.window.explore.measure import measure_windows

            result["windows"] = measure_windows()
        answer(result, self.json)


COMMANDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind
    for kind in (Demo, Evolve, Train, Evaluate, Sweep, Film, Picture, Watch, Play, Explore, Compare, Info, Bench)
}


def answer(result: Any, as_json: bool) -> None:
    """Print a result for machines, as JSON, or as a short table."""
    table = asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
    if as_json:
        print(json.dumps(_finite(table), allow_nan=False))
        return
    from render.table import lines

    print("\n".join(lines(table)))


def describe(path: Path) -> dict[str, Any]:
    """What a file of ours is."""
    from render.info import info

    return info(path)


def _finite(value: Any) -> Any:
    """A result as JSON has it: what is not a finite number is null."""
    if isinstance(value, Mapping):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

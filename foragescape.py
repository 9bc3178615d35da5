"""Foragescape's door: the command line. It parses, calls and prints; a command is a dataclass that can be called.

Results go to stdout; talk, progress and errors to stderr. Exit code 0, 2 for bad input and SIGTERM, 130 for Ctrl-C.
What is heavy is imported by the command that needs it.
"""

import difflib
import json
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import tyro

from agents.errors import UserError
from render.demo import DemoConfig
from render.film import FilmConfig
from render.progress import evolving, say, sweeping
from render.video import VideoConfig
from sim.config import from_toml
from sim.evolution import EvolutionConfig
from sim.maze import Split
from sim.survey import SurveyConfig

T = TypeVar("T")
Source = tyro.conf.Positional[Path]
Flat = Annotated[T, tyro.conf.arg(name="")]  # its flags carry no prefix


@dataclass(frozen=True)
class Common:
    """What every command takes."""

    json: bool = False
    """Print the result as one JSON object on stdout."""


@dataclass(frozen=True)
class Threads(Common):
    """What every command that plays episodes takes."""

    threads: int | None = None
    """Threads for rollouts; by default all cores. Changes no bit of any result."""


@dataclass(frozen=True, kw_only=True)
class Demo(Common):
    """Evolve foragers, sweep the landscape around their champion, and film both."""

    settings: Flat[DemoConfig] = field(default_factory=DemoConfig)

    def __call__(self) -> None:
        """Run the demo."""
        from render.demo import demo

        answer(demo(self.settings), self.json)


@dataclass(frozen=True, kw_only=True)
class Evolve(Threads):
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

        with evolving(self.settings.generations) as heard:
            run = evolve(self.settings, self.out, fresh=self.fresh, threads=self.threads, progress=heard)
        answer({"run": str(run.path), **run.history()[-1]}, self.json)
        say(f"next: foragescape evaluate {run.path} --split validation")


@dataclass(frozen=True, kw_only=True)
class Evaluate(Threads):
    """Play a run's champion on many mazes, with and without its memory."""

    run: Source
    """The run folder."""
    split: Split = "validation"
    """train, validation, or test: opening the test mazes is written into the run's ledger."""
    mazes: int = 256
    """How many mazes."""

    def __call__(self) -> None:
        """Evaluate."""
        from sim.evaluation import evaluate
        from sim.run import Run

        result = evaluate(Run.open(self.run), split=self.split, mazes=self.mazes, threads=self.threads)
        answer(asdict(result), self.json)


@dataclass(frozen=True, kw_only=True)
class Sweep(Threads):
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

        survey = plan(Run.open(self.run), self.settings, threads=self.threads)
        if self.dry_run:
            answer(asdict(survey.cost()), self.json)
            return
        with sweeping() as heard:
            survey.sweep(self.out, tile=self.settings.tile, fresh=self.fresh, progress=heard)
        answer(describe(self.out), self.json)


@dataclass(frozen=True)
class FilmSettings:
    """What is swept where a run is filmed, how it looks, and how it is encoded."""

    survey: Flat[SurveyConfig] = field(default_factory=SurveyConfig)
    film: Flat[FilmConfig] = field(default_factory=FilmConfig)
    video: Flat[VideoConfig] = field(default_factory=VideoConfig)


@dataclass(frozen=True, kw_only=True)
class Film(Threads):
    """Film a run's landscape, or a field that was swept before. -ql -qm -qh -qk are short for --quality."""

    source: Source
    """A run folder, which is swept first into a field beside the film, or a field."""
    out: Path
    """The film: .mp4, .webm, .gif, .apng, or a folder of pictures, .frames."""
    config: Path | None = None
    """A TOML file with tables survey, film and video of the settings below; flags win over it."""
    overwrite: bool = False
    """Replace a film that is there."""
    settings: Flat[FilmSettings] = field(default_factory=FilmSettings)

    def __call__(self) -> None:
        """Sweep if need be, then film."""
        from render.studio import reel_of, refuse_existing, shoot

        refuse_existing(self.out, self.overwrite)
        reel = reel_of(self.source, self.out.with_suffix(".zarr"), self.settings.survey, self.threads)
        shoot(reel, self.out, self.settings.film, self.settings.video, overwrite=self.overwrite)
        answer(describe(self.out), self.json)


@dataclass(frozen=True, kw_only=True)
class Picture(Threads):
    """One picture of a run's landscape, or of a frame of a field."""

    source: Source
    """A run folder, whose landscape is swept in memory, or a field."""
    out: Path
    """The picture, a .png."""
    frame: int = -1
    """Which frame of a field; -1 is the last."""
    overwrite: bool = False
    """Replace a picture that is there."""
    settings: Flat[FilmSettings] = field(default_factory=FilmSettings)
    config: Path | None = None
    """A TOML file with tables survey, film and video of the settings below; flags win over it."""

    def __call__(self) -> None:
        """Draw it."""
        from render.studio import draw, refuse_existing

        refuse_existing(self.out, self.overwrite)
        each = (self.settings.survey, self.settings.film, self.settings.video)
        draw(self.source, self.out, self.frame, *each, threads=self.threads, overwrite=self.overwrite)
        answer(describe(self.out), self.json)


@dataclass(frozen=True, kw_only=True)
class Info(Common):
    """Tell what a file of ours is: run, field, genome, film or picture."""

    path: Source
    """The file or folder."""

    def __call__(self) -> None:
        """Tell."""
        answer(describe(self.path), self.json)


@dataclass(frozen=True, kw_only=True)
class Bench(Common):
    """Measure agent-steps a second, and their share of the machine's peak of fused multiply-adds."""

    seconds: float = 20.0
    """About how long to measure."""

    def __call__(self) -> None:
        """Measure."""
        from sim.bench import bench

        answer(bench(self.seconds), self.json)


COMMANDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (Demo, Evolve, Evaluate, Sweep, Film, Picture, Info, Bench)
}
QUALITIES = {"-ql": "low", "-qm": "medium", "-qh": "high", "-qk": "4k"}


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; `words` are what follows the program's name. Returns the exit code."""
    words = sys.argv[1:] if words is None else words
    signal.signal(signal.SIGTERM, _terminate)
    try:
        if not words or words[0] in ("-h", "--help"):
            print(usage())
            return 0 if words else 2
        parse(words[0], words[1:])()
    except Terminated:
        return complain("terminated; what was finished is kept, and the same command goes on from there", 2)
    except KeyboardInterrupt:
        return complain("interrupted; what was finished is kept, and the same command goes on from there", 130)
    except UserError as error:
        return complain(str(error), 2)
    except MemoryError:
        return complain("out of memory; ask for fewer pixels, mazes or genomes", 2)
    return 0


def usage() -> str:
    """The list of commands."""
    rows = [f"  {name:<10}{(kind.__doc__ or '').split('. ')[0].rstrip('.')}" for name, kind in COMMANDS.items()]
    head = "usage: foragescape COMMAND [OPTIONS]\n\nEvolve recurrent foragers and film their fitness landscape."
    return "\n".join([head, "", *rows, "", "foragescape COMMAND --help lists the options of a command."])


def parse(name: str, words: Sequence[str]) -> Callable[[], None]:
    """The command `name` with its options, or UserError in one line."""
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, 1)
        fix = f"did you mean {near[0]}?" if near else f"choose from {', '.join(COMMANDS)}"
        raise UserError(f"there is no command {name!r}; {fix}")
    words = [part for word in words for part in (("--quality", QUALITIES[word]) if word in QUALITIES else (word,))]
    box = StringIO()
    try:
        with redirect_stderr(box):
            command: Callable[[], None] = tyro.cli(
                COMMANDS[name], prog=f"foragescape {name}", args=words, default=_defaults(COMMANDS[name], words)
            )
    except SystemExit as stop:
        if not stop.code:
            raise
        raise UserError(f"{_unboxed(box.getvalue())}; see foragescape {name} --help") from stop
    return command


def _defaults(kind: type[Any], words: Sequence[str]) -> Any:
    """The command's defaults, with the settings of the TOML file that `words` name."""
    values: dict[str, Any] = {
        each.name: tyro.MISSING for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING
    }
    given = [
        word.partition("=")[2] or following
        for word, following in zip(words, [*words[1:], ""], strict=True)
        if word == "--config" or word.startswith("--config=")
    ]
    if given:
        settings = next((each for each in fields(kind) if each.name == "settings"), None)
        if settings is None or settings.default_factory is MISSING:
            raise UserError("this command takes no --config")
        values["settings"] = from_toml(type(settings.default_factory()), Path(given[-1]))
    return kind(**values)


def _unboxed(text: str) -> str:
    """The first message of tyro's box of error messages, and what it suggests, as one line."""
    lines = [line.strip().strip("│").strip() for line in text.splitlines()]
    body = [line for line in lines if line and line[0] not in "╭╰"]
    message: list[str] = []
    for line in body:
        if set(line) == {"─"}:
            break
        message.append(line)
    if "Perhaps you meant:" in body:
        message.append("perhaps you meant " + body[body.index("Perhaps you meant:") + 1].split()[0])
    return " ".join(message).rstrip(".")


def answer(result: Any, as_json: bool) -> None:
    """Print a result for machines, as JSON, or as a short table."""
    table = asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
    if as_json:
        print(json.dumps(table))
        return
    from render.table import lines

    print("\n".join(lines(table)))


def describe(path: Path) -> dict[str, Any]:
    """What a file of ours is."""
    from render.info import info

    return info(path)


def complain(text: str, code: int) -> int:
    """One line on stderr."""
    print(f"foragescape: {' '.join(text.split())}", file=sys.stderr)
    return code


class Terminated(KeyboardInterrupt):
    """SIGTERM came."""


def _terminate(*_: Any) -> NoReturn:
    raise Terminated


if __name__ == "__main__":
    sys.exit(main())

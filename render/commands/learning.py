"""Commands that learn, and that tell what was learned."""

from dataclasses import asdict, dataclass, field
from pathlib import Path

import tyro

from render.commands.common import Flat, Playing, Source, answer
from render.progress import evolving, progress, say, training
from sim.comparison.config import CompareConfig
from sim.learning.evolution import EvolutionConfig
from sim.learning.train import TrainConfig
from sim.methods.config import MethodsConfig
from sim.world.maze import Split
from sim.world.policy import Policy


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
        from sim.learning.learn import learn

        with evolving(self.settings.generations, self.machine) as heard:
            run = learn(self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=heard)
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
        from sim.learning.learn import learn

        with training(self.settings.generations) as heard:
            run = learn(self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=heard)
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
        from sim.evaluation.evaluate import evaluate
        from sim.learning.run import Run

        result = evaluate(
            Run.open(self.run), split=self.split, mazes=self.mazes, policy=self.policy, machine=self.machine
        )
        answer(asdict(result), self.json)


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
        from sim.learning.run import Run

        runs = [Run.open(path) for path in self.runs]
        with progress("comparing", 1.0) as heard:
            result = report(runs, self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=heard)
        answer(result, self.json)


@dataclass(frozen=True, kw_only=True)
class Methods(Playing):
    """Compare methods by many runs of each, the run being the unit. The same command continues what was stopped."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """The run folders: two or more of each method, four for intervals, better ten, that differ in their seeds alone."""
    out: Path
    """The folder for the page, the figure and the numbers."""
    config: Path | None = None
    """A TOML file of the settings below; flags win over it."""
    fresh: bool = False
    """Start over where the folder holds such a comparison already."""
    settings: Flat[MethodsConfig] = field(default_factory=MethodsConfig)

    def __call__(self) -> None:
        """Compare methods."""
        from render.report.methods import report_methods
        from sim.learning.run import Run

        runs = [Run.open(path) for path in self.runs]
        with progress("comparing methods", 1.0) as heard:
            result = report_methods(
                runs, self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=heard
            )
        answer(result, self.json)

"""The commands evolve, train and evaluate."""

from dataclasses import asdict, dataclass, field
from pathlib import Path

from render.commands.common import Flat, Playing, Source, answer
from render.commands.demand import of_learning
from render.progress import evolving, training
from render.shell import shell_word
from render.streams import say
from sim.learning.evolution import EvolutionConfig
from sim.learning.train import TrainConfig
from sim.world.maze import Split
from sim.world.policy import Policy


def suggest_next(run: Path) -> None:
    """Say on stderr what to do with a run, as commands that can be copied."""
    say(f"next: foragescape explore {shell_word(run)}")
    say(f"or:   foragescape evaluate {shell_word(run)} --split validation")


@dataclass(frozen=True, kw_only=True)
class Evolve(Playing):
    """Evolve foragers, and store the run in a folder.

    The same command continues a run that was stopped; it ends with the same bits.
    """

    out: Path
    """The folder of the run."""
    config: Path | None = None
    """A TOML file of settings; options on the command line override it."""
    fresh: bool = False
    """Start over if the folder holds a run already; by default it is continued."""
    yes: bool = False
    """Begin even if it takes days, or most of the memory or disk; without it, the command tells what it would take."""
    settings: Flat[EvolutionConfig] = field(default_factory=EvolutionConfig)

    def __call__(self) -> None:
        """Evolve."""
        from sim.learning.learn import learn

        of_learning(self.settings, self.machine).refuse_unasked(self.out, self.yes)
        with evolving(self.settings.generations, self.machine) as advance:
            run = learn(self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=advance)
        answer({"run": str(run.path), **run.history()[-1]}, self.json)
        suggest_next(self.out)


@dataclass(frozen=True, kw_only=True)
class Train(Playing):
    """Train a forager by gradients, and store the run in a folder.

    The same command continues a run that was stopped.
    """

    out: Path
    """The folder of the run."""
    config: Path | None = None
    """A TOML file of settings; options on the command line override it."""
    fresh: bool = False
    """Start over if the folder holds a run already; by default it is continued."""
    yes: bool = False
    """Begin even if it takes days, or most of the memory or disk; without it, the command tells what it would take."""
    settings: Flat[TrainConfig] = field(default_factory=TrainConfig)

    def __call__(self) -> None:
        """Train."""
        from sim.learning.learn import learn

        of_learning(self.settings, self.machine).refuse_unasked(self.out, self.yes)
        with training(self.settings.generations) as advance:
            run = learn(self.settings, self.out, fresh=self.fresh, machine=self.machine, progress=advance)
        answer({"run": str(run.path), **run.history()[-1]}, self.json)
        suggest_next(self.out)


@dataclass(frozen=True, kw_only=True)
class Evaluate(Playing):
    """Play a run's champion on many mazes, with and without its memory."""

    run: Source
    """The run folder."""
    split: Split = "validation"
    """Which mazes: train, validation or test. Each use of the test mazes is noted in the run's ledger."""
    mazes: int = 256
    """How many mazes, 1 to 65536."""
    policy: Policy = "greedy"
    """greedy takes the action with the largest output; sampled draws it from their softmax, alike for each genome."""

    def __call__(self) -> None:
        """Evaluate."""
        from render.open_run import open_run
        from sim.evaluation.evaluate import evaluate

        result = evaluate(
            open_run(self.run), split=self.split, mazes=self.mazes, policy=self.policy, machine=self.machine
        )
        answer(asdict(result), self.json)

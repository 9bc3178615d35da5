"""Commands that learn, and that tell what was learned."""

from dataclasses import asdict, dataclass, field
from pathlib import Path

from render.commands.common import Flat, Playing, Source, answer
from render.progress import evolving, say, training
from sim.learning.evolution import EvolutionConfig
from sim.learning.train_config import TrainConfig
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
        from sim.learning.evolution import evolve

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
        from sim.learning.train import train

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
        from sim.evaluation.evaluate import evaluate
        from sim.learning.run import Run

        result = evaluate(
            Run.open(self.run), split=self.split, mazes=self.mazes, policy=self.policy, machine=self.machine
        )
        answer(asdict(result), self.json)

"""Learning from Python: `evolve` a population, or `train` by gradients. The results are those of the commands."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.files import local_path
from render.notebook.inputs import AUTO, as_table
from render.progress import evolving, training
from render.streams import silence
from sim.learning.configs import LearnerName, configured
from sim.learning.evolution import EvolutionConfig, OptimiserName
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.learning.train import Method
from sim.rollout.machine import Machine
from sim.study.grid import flat


def evolve(
    *,
    generations: int | None = None,
    seed: int = 0,
    optimiser: OptimiserName = "es",
    out: str | Path | None = None,
    fresh: bool = False,
    machine: Machine = AUTO,
    quiet: bool = False,
    **settings: Any,
) -> Run:
    """Evolve foragers, and return the run: in memory, or in the folder `out`, where an earlier run continues.

    `settings` are those of `foragescape evolve`. A nested setting is a config, a dict, or has a dotted name:
    hidden=8, es={"sigma": 0.1}, world=World(sight=3), **{"world.maze.size": 6}. Raises UserError for unknown or wrong
    settings. `fresh` starts over; `quiet` shows no progress.

        run = evolve(generations=200, seed=1)
        run.champion().weights, run.history()[-1]["validation"]
    """
    return _learned(optimiser, seed, generations, settings, out, fresh, machine, quiet)


def train(
    *,
    generations: int | None = None,
    seed: int = 0,
    method: Method = "imitate",
    out: str | Path | None = None,
    fresh: bool = False,
    machine: Machine = AUTO,
    quiet: bool = False,
    **settings: Any,
) -> Run:
    """Train a forager by gradients, by imitation of a teacher or by reinforcement learning, and return the run.

    `generations` are updates. `settings` are those of `foragescape train`; the other parameters are those of `evolve`.

        run = train(method="reinforce", generations=300, reinforce={"mazes": 16})
    """
    return _learned(method, seed, generations, settings, out, fresh, machine, quiet)


def _learned(
    learner: LearnerName,
    seed: int,
    generations: int | None,
    settings: Mapping[str, Any],
    out: str | Path | None,
    fresh: bool,
    machine: Machine,
    quiet: bool,
) -> Run:
    config = configured(learner, flat(as_table({"generations": generations, **settings})), seed=seed)
    path = None if out is None else local_path(out)
    shown = (
        evolving(config.generations, machine) if isinstance(config, EvolutionConfig) else training(config.generations)
    )
    with silence(quiet), shown as advance:
        return learn(config, path, fresh=fresh, machine=machine, progress=advance)

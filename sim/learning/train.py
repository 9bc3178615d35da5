"""Learning along gradients into a run folder, as `sim.learning.evolution` evolves into one.

C candidates of P weights.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.learning.champion import Champion, choose
from sim.learning.checkpoint import Checkpoint
from sim.learning.run import Run
from sim.learning.threads import one_thread
from sim.learning.train_config import TrainConfig
from sim.rollout.machine import CPU, Machine
from sim.values import to_toml
from sim.world.maze import carve

Progress = Callable[[dict[str, Any]], None]

LEARNER = "learner."  # begins the names of the learner's arrays in a checkpoint


class Learner(Protocol):
    """What moves a genome along gradients. All its randomness is named by the seed and the number of the update."""

    @property
    def generation(self) -> int:
        """Updates done."""

    def update(self) -> dict[str, float]:
        """One update; its record, with the "generation" that it ends."""

    def candidates(self) -> NDArray[np.float32]:
        """The genomes [C, P] that stand for champion."""

    def measure(self) -> dict[str, float]:
        """What is measured at checkpoints, beside the pellets on the validation mazes."""

    def state(self) -> dict[str, NDArray[Any]]:
        """All that is needed to go on with the same bits, beside the config."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`."""


def train(
    config: TrainConfig,
    path: Path,
    *,
    fresh: bool = False,
    machine: Machine = CPU,
    progress: Progress | None = None,
) -> Run:
    """Train a forager into the run folder `path`; resumes a run of the same config.

    It resumes to the same bits with the same torch on the same kind of processor, however many threads the machine
    has: torch's matrix products are its own, and run on one thread. A finished run goes on where more `generations`
    are asked of it, as an evolved one does. `fresh` starts over. `progress` is called with the record of every update.
    """
    with Run.writing(path, config, fresh=fresh) as run, one_thread():
        learner, champion, history = _resume(run, config, machine)
        validation = carve(config.world.maze, config.validation, seed=config.seed, split="validation")
        while learner.generation < config.generations:
            history.append(learner.update())
            done = learner.generation
            if done % config.checkpoint == 0 or done == config.generations:
                champion = choose(champion, learner.candidates(), done, config, validation, machine)
                history[-1] |= {"validation": champion.pellets / validation.count, **learner.measure()}
                run.save(_checkpoint(config, learner, champion, history), champion.published(config, config.method))
            if progress:
                progress(history[-1])
    return run


def start(config: TrainConfig, machine: Machine = CPU) -> Learner:
    """The learner before its first update. Its gradients are computed on a GPU where cuda is asked for by name."""
    device = machine.target if machine.device == "cuda" else "cpu"
    if config.method == "imitate":
        from sim.learning.imitate import Imitate

        return Imitate(config, machine, device)
    from sim.learning.reinforce import Reinforce

    return Reinforce(config, config.reinforce, device)


def _checkpoint(config: TrainConfig, learner: Learner, champion: Champion, history: list[dict[str, Any]]) -> Checkpoint:
    state = {f"{LEARNER}{name}": array for name, array in learner.state().items()} | champion.state()
    return Checkpoint(to_toml(config), history, state)


def _resume(run: Run, config: TrainConfig, machine: Machine) -> tuple[Learner, Champion | None, list[dict[str, Any]]]:
    """The run as its newest checkpoint left it."""
    learner, newest = start(config, machine), run.checkpoint(config)
    if newest is None:
        return learner, None, []
    state = newest.state
    learner.restore({name.removeprefix(LEARNER): state[name] for name in state if name.startswith(LEARNER)})
    champion = Champion.from_state(state)
    run.publish(newest, champion.published(config, config.method))
    return learner, champion, newest.history

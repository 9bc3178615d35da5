"""Learning: one loop for all learners.

A learner changes a genome, or a population, generation by generation. At every checkpoint its candidates play the
validation mazes, and the best of them becomes champion if it beats the champion so far; with `choose = "last"` the
first of them does, whatever it eats. Then a checkpoint is saved, from which the run can go on. All randomness is named
by the seed and the number of the generation, so a run that was stopped and goes on ends with the same bits as one that
was not. A run that ends between two checkpoints chooses a champion there too; if it goes on later, that choice is
withdrawn, as a longer run would not have made it.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.reading import parse_object
from sim.learning.champion import CHOSEN, Champion, choose
from sim.learning.checkpoint import Checkpoint
from sim.learning.learner import Learner, LearnerConfig, Record
from sim.learning.memory import RunInMemory
from sim.learning.run import Run
from sim.learning.writable_run import writable_run
from sim.rollout.machine import CPU, Machine
from sim.values import to_toml
from sim.world.maze import carve

Progress = Callable[[Record], None]

LAST = "last."  # prefix of the arrays of a champion that was chosen between two checkpoints
RECORD = f"{LAST}record"


def learn(
    config: LearnerConfig,
    path: Path | None = None,
    *,
    fresh: bool = False,
    machine: Machine = CPU,
    progress: Progress | None = None,
) -> Run:
    """Learn by a config, into the run folder `path`, or in memory if no path is given.

    If the folder holds a run of the same config, that run goes on, to the same bits (where torch computes gradients:
    with the same torch on the same kind of processor). A finished run goes on if the config asks for more
    `generations`, and ends with the bits of a run that learned them at once. `fresh` starts over. `progress` is called
    with the record of every generation. Raises UserError if the folder cannot be used; see `writable_run`.
    """
    with _open(config, path, fresh) as run:
        learner, champion, history, withdrawn = _resume(run, config, machine)
        validation = carve(config.world.maze, config.validation, seed=config.seed, split="validation")
        while learner.generation < config.generations:
            history.append(learner.update())
            done = learner.generation
            between = done % config.checkpoint != 0
            if not between or done == config.generations:
                found = choose(champion, learner.candidates(), done, config, validation, machine)
                champion, last = (champion, _last(found, history[-1])) if between else (found, {})
                history[-1] |= {"validation": found.pellets / validation.count, **learner.measure()}
                state = {**learner.state(), **(champion.state() if champion else {}), **last}
                run.save(Checkpoint(to_toml(config), history, state), found.as_genome(config), withdrawn)
                withdrawn = None
            if progress:
                progress(history[-1])
    return run


def _open(config: LearnerConfig, path: Path | None, fresh: bool) -> AbstractContextManager[Run]:
    """The run to write to, in memory or in a folder that is locked meanwhile."""
    return nullcontext(RunInMemory(config)) if path is None else writable_run(path, config, fresh=fresh)


def _last(champion: Champion, record: Record) -> dict[str, NDArray[Any]]:
    """The arrays of a champion that is chosen between two checkpoints, with the record as it is without the choice."""
    return {**champion.state(LAST), RECORD: np.frombuffer(json.dumps(record).encode(), np.uint8)}


def _resume(
    run: Run, config: LearnerConfig, machine: Machine
) -> tuple[Learner, Champion | None, list[Record], int | None]:
    """The learner, the champion and the history at the newest checkpoint of the run, or before the first generation.

    Last, the generation of a champion that is withdrawn, because the run goes on beyond it.
    """
    learner, newest = config.start(machine), run.checkpoint(config)
    if newest is None:
        return learner, None, [], None
    learner.restore(newest.state)
    size, history = config.layout.size, newest.history
    if RECORD not in newest.state:
        champion = Champion.from_state(newest.state, size)
        run.publish(newest, champion.as_genome(config))
        return learner, champion, history, None
    last = Champion.from_state(newest.state, size, LAST)
    chosen = Champion.from_state(newest.state, size) if f"{CHOSEN}genome" in newest.state else None
    run.publish(newest, last.as_genome(config))
    if config.generations == learner.generation:
        return learner, chosen, history, None
    record = parse_object(newest.state[RECORD].tobytes(), finite=False)
    withdrawn = None if chosen is not None and chosen.generation == last.generation else last.generation
    return learner, chosen, [*history[:-1], record], withdrawn

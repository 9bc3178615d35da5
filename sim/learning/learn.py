"""Learning: one loop for all learners.

A learner changes a genome, or a population, generation by generation. At every checkpoint its candidates play the
validation mazes, and the best of them becomes champion if it beats the champion so far; with `choose = "last"` the
first of them does, whatever it eats. Then a checkpoint is saved, from which the run can go on. All randomness is named
by the seed and the number of the generation, so a run that was stopped and goes on ends with the same bits as one that
was not.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from sim.learning.champion import Champion, choose
from sim.learning.checkpoint import Checkpoint
from sim.learning.learner import Learner, LearnerConfig, Record
from sim.learning.memory import RunInMemory
from sim.learning.run import Run
from sim.learning.writable_run import writable_run
from sim.rollout.machine import CPU, Machine
from sim.values import to_toml
from sim.world.maze import carve

Progress = Callable[[Record], None]


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
    `generations`. It ends with the bits of a run that learned them at once, if the old number is a multiple of
    `checkpoint`; else a champion could be chosen once more often. `fresh` starts over. `progress` is called with the
    record of every generation. Raises UserError if the folder cannot be used; see `writable_run`.
    """
    with _open(config, path, fresh) as run:
        learner, champion, history = _resume(run, config, machine)
        validation = carve(config.world.maze, config.validation, seed=config.seed, split="validation")
        while learner.generation < config.generations:
            history.append(learner.update())
            done = learner.generation
            if done % config.checkpoint == 0 or done == config.generations:
                champion = choose(champion, learner.candidates(), done, config, validation, machine)
                history[-1] |= {"validation": champion.pellets / validation.count, **learner.measure()}
                state = {**learner.state(), **champion.state()}
                run.save(Checkpoint(to_toml(config), history, state), champion.as_genome(config))
            if progress:
                progress(history[-1])
    return run


def _open(config: LearnerConfig, path: Path | None, fresh: bool) -> AbstractContextManager[Run]:
    """The run to write to, in memory or in a folder that is locked meanwhile."""
    return nullcontext(RunInMemory(config)) if path is None else writable_run(path, config, fresh=fresh)


def _resume(run: Run, config: LearnerConfig, machine: Machine) -> tuple[Learner, Champion | None, list[Record]]:
    """The learner, the champion and the history at the newest checkpoint of the run, or before the first generation."""
    learner, newest = config.start(machine), run.checkpoint(config)
    if newest is None:
        return learner, None, []
    learner.restore(newest.state)
    champion = Champion.from_state(newest.state, config.layout.size)
    run.publish(newest, champion.as_genome(config))
    return learner, champion, newest.history

"""Roster: the foragers of a run that can be watched: its champions, and the best of its newest population.

N genomes of P weights in a population, M mazes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import Remedy, UserError
from agents.layout import Layout
from sim.learning.evolution import EvolutionConfig
from sim.learning.run import Run
from sim.rollout import play
from sim.rollout.machine import Machine


@dataclass(frozen=True, slots=True, eq=False)
class Forager:
    """A genome [P], its layout, its generation, and the pellets per maze by which it was selected."""

    weights: NDArray[Any]
    layout: Layout
    generation: int
    pellets: float
    champion: bool = True

    @property
    def key(self) -> bytes:
        """The weights as bytes: equal for equal foragers."""
        return self.weights.tobytes()


def champions(run: Run) -> list[Forager]:
    """All champions of a run, oldest first. Raises UserError where there is none, and for other layouts."""
    layout = Run.open(run.path).setting().layout
    found = run.champions()
    if not found:
        run.champion()  # raises an error that says how to get one
        raise UserError(f"{run.path}/champions is empty; take it from a backup, or evolve the run again")
    for champion in found:
        if champion.layout != layout or champion.weights.ndim != 1:
            got, wanted = champion.layout.describe(), layout.describe()
            raise UserError(f"a champion of {run.path} is {got}, its run evolves {wanted}; take it from a backup")
    foragers = []
    for champion in found:
        about = champion.provenance
        pellets = float(about.get("validation_pellets", np.nan))
        foragers.append(Forager(champion.weights, layout, int(about.get("generation", 0)), pellets))
    return foragers


def champion_at(foragers: list[Forager], generation: int | None) -> Forager:
    """Of the champions, oldest first, the one in a generation; by default the newest.

    Raises UserError for a generation before the first champion.
    """
    if generation is None:
        return foragers[-1]
    until = [forager for forager in foragers if forager.generation <= generation]
    if not until:
        first = foragers[0].generation
        got = f"there was no champion yet in generation {generation}"
        raise UserError(f"{got}, the first is of {first}; choose generation {first} or a later one")
    return until[-1]


def population(run: Run, count: int) -> list[Forager]:
    """The best `count` genomes of the run's newest population, best first, by pellets in its own training mazes.

    Raises UserError where there is no checkpoint, or it cannot be continued here.
    """
    config = run.config()
    if not isinstance(config, EvolutionConfig):
        raise UserError(f"{run.path} learned along gradients and has no population; watch its champions")
    newest = run.checkpoint(config)
    if newest is None:
        raise UserError(f"{run.path} has no checkpoint", Remedy.CONTINUE_RUN)
    learner = config.start()
    learner.restore(newest.state)
    genomes = learner.population()
    pellets = play(genomes, config.layout, learner.mazes(), config.world, machine=Machine(threads=1)).mean(axis=1)
    best = np.argsort(-pellets, kind="stable")[:count]
    generation = learner.generation  # how many are finished; these genomes were bred after the last one
    return [Forager(genomes[one].copy(), config.layout, generation, float(pellets[one]), False) for one in best]

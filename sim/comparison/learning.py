"""Section 1: how they learned: the curves that the runs wrote down, and whether what was learned holds in other mazes.

M mazes, K records of a quantity.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.comparison.config import ChampionsConfig
from sim.comparison.contest import Contest, Contestant
from sim.comparison.number import Number, Numbers, Section, number
from sim.comparison.progress import Heard
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import Mazes, Split, carve

NEARLY = 0.9  # share of what the champion eats, for how soon a run came near it


def measure(contest: Contest, config: ChampionsConfig, machine: Machine, heard: Heard) -> Section:
    """Gather the curves, and play every champion in mazes that it learned in, was chosen by, and never met."""
    never = contest.mazes(config.mazes)
    numbers: Numbers = {}
    arrays: dict[str, NDArray[np.float64]] = {}
    for at, contestant in enumerate(contest.contestants):
        history = contestant.history
        arrays |= {f"{name}.{at}": curve for name, curve in history.curves.items()}
        learned = _own(contest, contestant, "train", history.mazes - config.mazes, history.mazes)
        chosen = _own(contest, contestant, "validation", 0, min(history.validation, config.mazes))
        inside, before, elsewhere = (_shares(contest, contestant, mazes, machine) for mazes in (learned, chosen, never))
        numbers[contestant.name] = {
            "champion_steps": number(
                "champion_steps", contestant.steps, sample=contestant.generation, seed=contest.seed
            ),
            "nearly_steps": _nearly(contestant, contest.seed),
            "generalisation_gap": _gap("generalisation_gap", inside, elsewhere, contest.seed),
            "selection_bias": _gap("selection_bias", before, elsewhere, contest.seed),
        }
        heard((at + 1) / len(contest.contestants))
    facts = {
        "mazes": never.identity(),
        "pellets": contest.world.maze.laid_pellets,
        "steps": {each.name: each.history.steps for each in contest.contestants},
        "damage": {each.name: each.history.damage for each in contest.contestants if each.history.damage},
    }
    return Section(numbers, facts, dict(arrays))


def _own(contest: Contest, contestant: Contestant, split: Split, first: int, stop: int) -> Mazes:
    """Mazes of the run's own stream, from `first`, or 0 where that is less, to before `stop`."""
    first = max(0, first)
    return carve(contest.world.maze, stop - first, seed=contestant.seed, split=split, first=first)


def _shares(contest: Contest, contestant: Contestant, mazes: Mazes, machine: Machine) -> NDArray[np.float64]:
    """The share of each maze's pellets [M] that the champion eats greedily, in percent."""
    pellets = play(contestant.genome[None], contest.layout, mazes, contest.world, machine=machine)[0]
    return np.asarray(100 * pellets / mazes.pellet_counts)


def _nearly(contestant: Contestant, seed: int) -> Number:
    """The agent-steps until a champion first ate nearly what the last one eats."""
    curve = contestant.history.curves.get("validation")
    if curve is None:
        return number("nearly_steps", math.nan, sample=0, seed=seed, note="no validation is on record")
    first = int(np.argmax(curve[:, 1] >= NEARLY * curve[-1, 1]))
    generation = int(curve[first, 0])
    note = f"generation {generation}{'' if first else ', the first checkpoint'}"
    return number("nearly_steps", generation * contestant.history.steps, sample=len(curve), seed=seed, note=note)


def _gap(key: str, some: NDArray[np.float64], others: NDArray[np.float64], seed: int) -> Number:
    """The mean of some shares less that of others, of other mazes, with 1.96 standard errors on either side."""
    gap = float(some.mean() - others.mean())
    if min(some.size, others.size) < 2:
        return number(key, gap, sample=some.size, seed=seed, note="too few mazes for an interval")
    error = 1.96 * math.sqrt(some.var(ddof=1) / some.size + others.var(ddof=1) / others.size)
    return number(key, gap, (gap - error, gap + error), sample=some.size, seed=seed)

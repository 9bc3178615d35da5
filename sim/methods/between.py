"""What is measured of two runs: how far apart their champions are, and what lies on the line between them.

P weights, S strangers.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.network.alignment import align
from agents.network.symmetry import twin
from agents.randomness import generator
from sim.comparison.contest import Contest, Contestant, eaten, mean
from sim.landscape.function import Function
from sim.landscape.path import profile, straight
from sim.landscape.rays import rays
from sim.methods.around import Values
from sim.methods.config import BetweenConfig
from sim.rollout.machine import Machine


def measure(contest: Contest, one: Contestant, other: Contestant, config: BetweenConfig, machine: Machine) -> Values:
    """The value of every quantity of one pair."""
    a, b = one.genome, other.genome
    mazes = contest.mazes(config.mazes)
    pellets, there = eaten(contest, mazes, machine), mazes.pellet_counts
    share = mean(lambda genomes: 100 * pellets(genomes) / there)
    near = twin(b, contest.layout, align(a, b, contest.layout, starts=config.starts, seed=contest.seed))
    strangers = [
        twin(each, contest.layout, align(a, each, contest.layout, starts=config.starts, seed=contest.seed))
        for each in _strangers(contest, b, config.strangers)
    ]
    apart, aligned = _distance(a, b), _distance(a, near)
    stranger = float(np.mean([_distance(a, each) for each in strangers]))
    straight_on, around = (_barrier(share, a, end, config.points) for end in (b, near))
    return {
        "distance": apart,
        "distance_aligned": aligned,
        "distance_stranger": stranger,
        "nearer": stranger - aligned,
        "barrier": straight_on,
        "barrier_aligned": around,
        "spared": straight_on - around,
    }


def _distance(a: NDArray[Any], b: NDArray[Any]) -> float:
    """How far apart two genomes [P] are, in the mean of their norms."""
    one, other = a.astype(np.float64), b.astype(np.float64)
    return float(np.linalg.norm(other - one)) * 2 / float(np.linalg.norm(one) + np.linalg.norm(other))


def _barrier(share: Function, a: NDArray[Any], b: NDArray[Any], points: int) -> float:
    return profile(share, straight(a, b), points).barrier


def _strangers(contest: Contest, genome: NDArray[Any], count: int) -> NDArray[np.float64]:
    """Random genomes [S, P] with the norms of this one's rows, others for every genome."""
    own = int.from_bytes(genome.tobytes()[-8:], "little")
    return rays(genome.astype(np.float64), contest.layout, count, generator(contest.seed, "methods/strangers", own))

"""Section 5: the paths again, after the hidden units of each other champion are aligned to the first one's.

P weights, R random twins.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.network.alignment import align
from agents.network.symmetry import Symmetry, draw, twin
from agents.randomness import generator
from sim.comparison.config import AlignmentConfig
from sim.comparison.contest import Contest, Contestant, eaten, pair_name
from sim.comparison.number import Number, Numbers, Section, number
from sim.comparison.paths import connect
from sim.comparison.progress import Heard, part
from sim.comparison.statistics import resampled
from sim.landscape.rays import rays
from sim.rollout.machine import Machine

STARTS = 32  # of the search for controls


def measure(contest: Contest, config: AlignmentConfig, machine: Machine, heard: Heard) -> Section:
    """Align each other champion to the first, and join them again."""
    numbers: Numbers = {}
    arrays: dict[str, NDArray[Any]] = {}
    for at, (one, other) in enumerate(contest.pairs):
        symmetry = align(one.genome, other.genome, contest.layout, starts=config.starts, seed=contest.seed)
        nearest = twin(other.genome, contest.layout, symmetry)
        share = 1 / len(contest.pairs)
        heard(share * (at + 0.2))
        joined = part(heard, share * (at + 0.2), share * 0.8)
        found, along = connect(contest, one.genome, nearest, config.paths, machine, joined)
        numbers[pair_name(one, other)] = {
            **_distances(contest, one, other, symmetry, config),
            "twin_difference": _difference(contest, other.genome, nearest, config, machine),
            **found,
        }
        arrays |= {f"pair.{at}.{name}": values for name, values in along.items()}
        arrays |= {f"pair.{at}.permutation": symmetry.permutation, f"pair.{at}.signs": symmetry.signs}
        arrays[f"pair.{at}.twin"] = nearest
    return Section(numbers, {"starts": config.starts}, arrays)


def _distances(
    contest: Contest, one: Contestant, other: Contestant, symmetry: Symmetry, config: AlignmentConfig
) -> dict[str, Number]:
    """Before and after; of random twins; and of two whose symmetry is known, a random twin of the first and itself."""
    a, seed = one.genome.astype(np.float64), contest.seed
    size = float(np.linalg.norm(a))

    def away(b: NDArray[Any]) -> float:
        return float(np.linalg.norm(b.astype(np.float64) - a)) / size

    twins = [twin(other.genome, contest.layout, draw(contest.layout, seed, at)) for at in range(config.controls)]
    strangers = _strangers(contest, one, other, config.controls)
    planted = twin(one.genome, contest.layout, draw(contest.layout, seed))
    undone = twin(planted, contest.layout, align(one.genome, planted, contest.layout, seed=seed))
    after = twin(other.genome, contest.layout, symmetry)
    return {
        "distance_before": number("distance", away(other.genome), sample=a.size, seed=seed),
        "distance_after": number("distance_aligned", away(after), sample=a.size, seed=seed),
        "distance_random": resampled("distance_random", np.array([away(each) for each in twins]), seed=seed),
        "distance_stranger": resampled("distance_stranger", np.array([away(each) for each in strangers]), seed=seed),
        "distance_planted": number("distance_planted", away(undone), sample=a.size, seed=seed),
        "moved": number("moved", symmetry.moved, sample=contest.layout.hidden, seed=seed),
    }


def _strangers(contest: Contest, one: Contestant, other: Contestant, count: int) -> list[NDArray[Any]]:
    """Random genomes with the norms of the other's rows, aligned to the first."""
    home = other.genome.astype(np.float64)
    drawn = rays(home, contest.layout, count, generator(contest.seed, "comparison/strangers"))
    return [twin(each, contest.layout, align(one.genome, each, contest.layout, starts=STARTS)) for each in drawn]


def _difference(
    contest: Contest, genome: NDArray[Any], nearest: NDArray[Any], config: AlignmentConfig, machine: Machine
) -> Number:
    """What rounding makes of a twin's pellets."""
    counts = eaten(contest, contest.mazes(config.paths.mazes), machine)(np.stack([genome, nearest]))
    return resampled("twin_difference", counts[1] - counts[0], seed=contest.seed)

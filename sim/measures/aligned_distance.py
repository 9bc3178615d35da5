"""How far apart two champions are once hidden units are aligned, held against twins, strangers and a planted twin.

P weights, C controls.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from agents.checks import between
from agents.network.alignment import align
from agents.network.symmetry import draw, twin
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.landscape.rays import rays
from sim.measures import PairMeasure, Quantity
from sim.measures.genome_distance import ALONE, mean_distance
from sim.measures.pellets_eaten import OVER_MAZES
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, number

OVER_CONTROLS = "The interval is a 95 % bootstrap over them."


@dataclass(frozen=True, slots=True)
class AlignedDistance(PairMeasure):
    """The distance of two champions before and after their hidden units are aligned, with four controls."""

    starts: int = 256
    """Starts of the search for the nearest twin."""
    controls: int = 16
    """Random twins, and genomes that have nothing to do with the first, that it is held against."""
    mazes: int = 256
    """Mazes in which rounding may make the twin eat otherwise."""
    unit: Literal["first", "mean"] = "first"
    """The norm that distances are counted in: that of the first champion, or the mean of both."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "distance_before": Quantity(
            "distance", "Euclidean distance of the two champions' genomes, in norms.", "norms", "weights", ALONE
        ),
        "distance_aligned": Quantity(
            "distance, aligned",
            "The distance once the hidden units of the other champion are renamed, and their signs flipped, to lie as "
            "near as the search finds; such a twin behaves the same, up to rounding (Hecht-Nielsen 1990; search: "
            "Vogelstein et al. 2015).",
            "norms", "weights", ALONE,
        ),
        "distance_random": Quantity(
            "distance, random twins", "A control: mean distance of random twins of the other champion.",
            "norms", "twins", OVER_CONTROLS, control_of="distance_aligned",
        ),
        "distance_stranger": Quantity(
            "distance, aligned strangers",
            "A control: mean distance of random genomes with the norms of the other's rows, once they are aligned in "
            "the same way: what alignment finds where nothing is in common.",
            "norms", "genomes", OVER_CONTROLS, control_of="distance_aligned",
        ),
        "nearer": Quantity(
            "nearer than strangers",
            "How much nearer the aligned champion is than the aligned strangers of the same pair, on average.",
            "norms", "genomes", OVER_CONTROLS,
        ),
        "distance_planted": Quantity(
            "distance, planted",
            "A control: a random twin of the first champion, aligned to that champion; 0 if the search finds what is "
            "there.",
            "norms", "weights", ALONE, control_of="distance_aligned",
        ),
        "moved": Quantity("units moved", "Hidden units that alignment renames or flips.", "units", "units", ALONE),
        "twin_difference": Quantity(
            "what the twin eats more",
            "A control: pellets of the aligned twin less the champion's, which differ by rounding alone.",
            "pellets", "mazes", OVER_MAZES, control_of="distance_aligned",
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("starts", self.starts, 1, 65536)
        between("controls", self.controls, 1, 65536)
        between("mazes", self.mazes, 2, 65536)

    def episodes(self) -> float:
        """A start of the search takes about as long as 30 episodes."""
        return 2 * self.mazes + 30 * self.starts * (2 + self.controls)

    def compute(self, one: Subject, other: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Align the other champion, and the controls, to the first."""
        a, b, layout, seed = one.genome, other.genome, one.layout, ground.seed
        symmetry = align(a, b, layout, starts=self.starts, seed=seed)
        near = twin(b, layout, symmetry)
        twins = [twin(b, layout, draw(layout, seed, at)) for at in range(self.controls)]
        strangers = [
            twin(each, layout, align(a, each, layout, starts=self.starts, seed=seed))
            for each in _strangers(one, other, self.controls, seed)
        ]
        planted = twin(a, layout, draw(layout, seed))
        undone = twin(planted, layout, align(a, planted, layout, starts=self.starts, seed=seed))
        mazes = ground.mazes(self.mazes)
        eaten = ground.pellets(layout, mazes, machine)(np.stack([b, near]))
        away = [self._distance(a, each) for each in strangers]
        aligned = self._distance(a, near)
        return {
            "distance_before": number("distance_before", self._distance(a, b), sample=a.size),
            "distance_aligned": number("distance_aligned", aligned, sample=a.size),
            "distance_random": resampled(
                "distance_random", np.array([self._distance(a, each) for each in twins]), seed=seed
            ),
            "distance_stranger": resampled("distance_stranger", np.array(away), seed=seed),
            "nearer": resampled("nearer", np.array(away) - aligned, seed=seed),
            "distance_planted": number("distance_planted", self._distance(a, undone), sample=a.size),
            "moved": number("moved", symmetry.moved, sample=layout.hidden),
            "twin_difference": resampled("twin_difference", eaten[1] - eaten[0], seed=seed),
        }

    def _distance(self, a: NDArray[Any], b: NDArray[Any]) -> float:
        one, other = a.astype(np.float64), b.astype(np.float64)
        if self.unit == "mean":
            return mean_distance(one, other)
        return float(np.linalg.norm(other - one)) / float(np.linalg.norm(one))


def _strangers(one: Subject, other: Subject, count: int, seed: int) -> NDArray[np.float64]:
    """Random genomes [C, P] with the norms of the other's rows, others for every genome."""
    own = int.from_bytes(other.genome.tobytes()[-8:], "little")
    rng = generator(seed, "methods/strangers", own)
    return rays(other.genome.astype(np.float64), one.layout, count, rng)

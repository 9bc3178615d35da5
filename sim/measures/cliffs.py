"""Cliffs of the return along its gradient, against random directions. D directions, K steps, P weights."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet, Values, mean
from sim.evaluation.subject import Subject
from sim.landscape.plane import random_directions
from sim.landscape.smoothing import gradient
from sim.landscape.vectors import length
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, positive, setting
from sim.measures.half_radius import first_place, quantile_of_places
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import interval, resampled
from sim.statistics.results import Curve, Findings
from sim.world.maze import carve

FALL, RANGE = 0.5, 0.25  # a cliff: to this share of the centre's return, and by this share of the range of returns
OVER_DIRECTIONS = bootstrap_over("directions")
CLIFF = (
    "A cliff is the first step at which the return is at most 50 % of the champion's, and lower by at least 25 % of "
    "the range of returns, from no pellet to all (Sullivan et al. 2022)."
)
KINDS = {"gradient": "up the estimated gradient", "random": "random directions"}


@dataclass(frozen=True, slots=True)
class Cliffs(RunMeasure):
    """First cliffs along estimated gradients of the return, and along random directions."""

    gradients: int = setting(32, 2)
    """Independent estimates of the gradient, each in its own training mazes that the run never met."""
    samples: int = setting(512, 4, 1 << 20, step=2)
    """Genomes of an estimate, in antithetic pairs."""
    sigma: float = positive(0.05)
    """Standard deviation of their noise on each weight."""
    rollouts: int = setting(16, 1)
    """Training mazes of an estimate."""
    directions: int = setting(64, 2)
    """Random directions."""
    reach: float = positive(2.0)
    """The largest step, as a fraction of the genome's norm."""
    near: float = positive(1.0)
    """The largest step of a cliff that counts in the shares."""
    steps: int = setting(65, 2)
    """Steps along a direction: a geometric grid up to the largest, eight to an octave by default."""
    mazes: int = setting(64, 1)
    """Unseen mazes in which the returns are measured."""

    version = 2
    quantities = define(
        cliff_gradient=Quantity(
            "distance of the cliff, gradient",
            f"{CLIFF} Median over the directions of its step, as a fraction of the genome's norm, up estimates of the "
            "gradient of the smoothed return (Salimans et al. 2017); a direction without a cliff counts as the largest "
            "step.",
            "‖g‖", "directions", OVER_DIRECTIONS, "Of a step function, the step.",
        ),
        cliff_random=Quantity(
            "distance of the cliff, random",
            "The same along random directions, which change each unit's weights in proportion to their norm (Li et al. "
            "2018). Both kinds have the length of the genome, but the gradient need not move all units alike.",
            "‖g‖", "directions", OVER_DIRECTIONS, control_of="cliff_gradient",
        ),
        cliff_share_gradient=Quantity(
            "share with a cliff, gradient",
            f"{CLIFF} Share of the gradient's estimates with one near the champion: up to the step that the settings "
            "name.",
            "%", "directions", OVER_DIRECTIONS,
        ),
        cliff_share_random=Quantity(
            "share with a cliff, random", "The same of the random directions.",
            "%", "directions", OVER_DIRECTIONS, control_of="cliff_share_gradient",
        ),
        gradient_cosine=Quantity(
            "agreement of the gradients",
            "Mean cosine between the first estimate of each pair of estimates and the second. Near 0, an estimate is "
            "noise, and its direction is no other than random.",
            "", "pairs", bootstrap_over("pairs"), "About n / (n + 2 P) for a linear return, n samples and P weights.",
        ),
        returns=Quantity(
            "return along directions", "Mean return over the directions, and its 95 % bootstrap over them.",
            "%", kind="curve", axes=("step, ‖g‖", "pellets eaten, %"), log="x",
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the samples of the gradients, and all steps of all directions."""
        lines = (self.gradients + self.directions) * self.steps * self.mazes
        return self.gradients * self.samples * self.rollouts + lines

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Estimate gradients, and follow both kinds of directions."""
        laid = subject.world.maze.laid_pellets

        def fresh(index: int) -> Values:
            first = subject.record.mazes + index * self.rollouts
            mazes = carve(subject.world.maze, self.rollouts, seed=subject.seed, split="train", first=first)
            return mean(evaluation_set.pellets(subject.layout, mazes, machine))

        pellets = mean(evaluation_set.pellets(subject.layout, evaluation_set.mazes(self.mazes), machine))
        seed, genome = evaluation_set.draws(subject), subject.genome
        ups = self.gradient_directions(fresh, genome, seed)
        randoms = random_directions(genome, subject.layout, self.directions, seed, "measure/cliffs")

        def share(genomes: NDArray[np.float32]) -> NDArray[np.float64]:
            return np.asarray(100 * pellets(genomes) / laid)

        found = self.along(share, genome, {"gradient": ups, "random": randoms}, seed)
        half = self.gradients // 2
        cosines = (ups[:half] * ups[half : 2 * half]).sum(axis=1) / np.maximum(
            length(genome.astype(float)) ** 2, 1e-300
        )
        return found | {"gradient_cosine": resampled("gradient_cosine", cosines, seed=seed)}

    def gradient_directions(
        self, functions: Callable[[int], Values], genome: NDArray[np.float32], seed: int
    ) -> NDArray[np.float64]:
        """Estimates of the gradient at a genome [P], scaled to its norm, [D, P]; one estimate for each function.

        An estimate is zero if no sample's value differs.
        """
        norm, found = length(genome.astype(np.float64)), []
        for index in range(self.gradients):
            up = gradient(functions(index), genome, self.sigma, self.samples, seed, index)
            found.append(up * (norm / (length(up) or 1.0)))
        return np.stack(found)

    def along(
        self,
        share: Callable[[NDArray[np.float32]], NDArray[np.float64]],
        genome: NDArray[np.float32],
        kinds: dict[str, NDArray[np.float64]],
        seed: int,
    ) -> Findings:
        """Follow the directions [D, P] of each kind from a genome [P]; `share` maps genomes [N, P] to percent [N]."""
        grid = self.reach * 2.0 ** (-(np.arange(self.steps)[::-1]) / 8)
        centre = float(share(genome[None])[0])
        note = "" if centre >= 100 * RANGE else f"the champion eats {centre:.1f} %, less than the fall of a cliff"
        findings: Findings = {}
        for kind, ways in kinds.items():
            moved = np.asarray(genome, np.float64) + grid[:, None] * ways[:, None, :]
            values = share(moved.astype(genome.dtype).reshape(-1, genome.size)).reshape(len(ways), -1)
            steps = first_cliffs(values, centre, grid)
            findings[f"cliff_{kind}"] = quantile_of_places(
                f"cliff_{kind}", steps, 0.5, self.reach, seed=seed, note=note
            )
            findings[f"cliff_share_{kind}"] = resampled(
                f"cliff_share_{kind}",
                100.0 * (steps <= self.near),
                seed=seed,
                detail=f"up to {self.near:g} ‖g‖",
                note=note,
                doubtful=bool(note),
            )
            low, high = interval(values, seed=seed)
            detail = KINDS[kind]
            findings[f"returns_{kind}"] = Curve("returns", grid, values.mean(axis=0), low, high, detail=detail)
        return findings


def first_cliffs(values: NDArray[np.float64], centre: float, grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """The first step of the grid [K] at which each line of returns [D, K] is below its cliff; inf if none is.

    Returns are in percent of all pellets, so that their range is 100.
    """
    below = (values <= FALL * centre) & (centre - values >= 100 * RANGE)
    return first_place(below, grid)

"""What a champion is worth: pellets on many mazes, with and without its memory.

M mazes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.randomness import generator
from sim.evolution import EvolutionConfig
from sim.maze import Split, carve
from sim.rollout import play
from sim.run import Run

RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A champion on M mazes of one split. Ablated means: the hidden state is zeroed before every step."""

    split: Split
    mazes: int
    pellets_mean: float
    pellets_share: float
    ablated_mean: float
    ablated_share: float
    difference_mean: float
    difference_ci95: tuple[float, float]
    openings: int  # how often this run opened the test split, this time included


def evaluate(run: Run, *, split: Split, mazes: int = 256, threads: int | None = None) -> Evaluation:
    """Play the run's champion; opening the test split is appended to the run's ledger, before the mazes are seen."""
    config = run.config(EvolutionConfig)
    champion = run.champion()
    openings = len(run.openings())
    if split == "test":
        when = datetime.now(UTC).isoformat(timespec="seconds")
        openings = run.record_opening({"opened": when, "mazes": mazes, "champion": champion.provenance["generation"]})
    batch = carve(config.world.maze, mazes, seed=config.seed, split=split)
    eaten, ablated = (
        play(champion.weights[None], champion.layout, batch, config.world, ablate=ablate, threads=threads)[0]
        for ablate in (False, True)
    )
    there = int(batch.pellet_counts.sum())
    difference = eaten - ablated
    return Evaluation(
        split=split,
        mazes=mazes,
        pellets_mean=float(eaten.mean()),
        pellets_share=int(eaten.sum()) / there,
        ablated_mean=float(ablated.mean()),
        ablated_share=int(ablated.sum()) / there,
        difference_mean=float(difference.mean()),
        difference_ci95=bootstrap(difference, config.seed),
        openings=openings,
    )


def bootstrap(sample: NDArray[Any], seed: int) -> tuple[float, float]:
    """The 95 % percentile interval (Efron 1979) of the mean of a sample [M]; pairs are kept by giving differences."""
    rng = generator(seed, "evaluation/bootstrap")
    counts = rng.multinomial(len(sample), np.full(len(sample), 1 / len(sample)), size=RESAMPLES)
    low, high = np.percentile((counts * sample).sum(axis=1) / len(sample), [2.5, 97.5])
    return float(low), float(high)

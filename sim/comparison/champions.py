"""Section 2: what the champions eat, how they go about it, and what memory is worth to them.

C contestants, M mazes, R repetitions of sampled play.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.comparison.config import ChampionsConfig
from sim.comparison.contest import Contest, pair_name
from sim.comparison.number import Number, Numbers, Section, number
from sim.comparison.progress import Heard
from sim.comparison.statistics import FEWEST, iqm, resampled
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.rollout.trace import revisits, trace
from sim.world.maze import Mazes

PART = 64  # mazes that are traced at once


def measure(contest: Contest, config: ChampionsConfig, machine: Machine, heard: Heard) -> Section:
    """Play every champion in the same mazes."""
    mazes = contest.mazes(config.mazes)
    there = mazes.pellet_counts
    numbers: Numbers = {}
    greedy, sampled, ablated = (
        np.stack(each)
        for each in zip(*(_play(contest, g, mazes, config, machine) for g in contest.genomes), strict=True)
    )
    heard(0.7)
    seed = contest.seed
    for at, contestant in enumerate(contest.contestants):
        known, bumps = _wasted(contest, contestant.genome, mazes, machine)
        numbers[contestant.name] = {
            "share": resampled("share", 100 * greedy[at] / there, iqm, seed=seed),
            "share_sampled": resampled("share_sampled", 100 * sampled[at] / there, iqm, seed=seed),
            "pellets": resampled("pellets", greedy[at], seed=seed),
            "pellets_sampled": resampled("pellets_sampled", sampled[at], seed=seed),
            "revisits": resampled("revisits", 100 * known, seed=seed),
            "bumps": resampled("bumps", 100 * bumps, seed=seed),
            "ablation": resampled("ablation", greedy[at] - ablated[at], seed=seed),
        }
    for at, (one, other) in enumerate(contest.pairs, start=1):
        numbers[pair_name(one, other)] = {
            "difference": resampled("difference", greedy[0] - greedy[at], seed=seed),
            "difference_sampled": resampled("difference_sampled", sampled[0] - sampled[at], seed=seed),
        }
    numbers |= _methods(contest, 100 * greedy / there)
    heard(1.0)
    facts = {"mazes": mazes.identity(), "repetitions": config.repetitions}
    return Section(numbers, facts, {"pellets": greedy, "pellets_sampled": sampled, "pellets_ablated": ablated})


def _play(
    contest: Contest, genome: NDArray[Any], mazes: Mazes, config: ChampionsConfig, machine: Machine
) -> tuple[NDArray[Any], ...]:
    """Pellets eaten [M] greedily, by sampled play (a mean of R), and without memory."""
    ground = (contest.layout, mazes, contest.world)
    greedy, ablated = (play(genome[None], *ground, ablate=ablate, machine=machine)[0] for ablate in (False, True))
    sampled = [
        play(genome[None], *ground, policy="sampled", repetition=repetition, machine=machine)[0]
        for repetition in range(config.repetitions)
    ]
    return greedy, np.mean(sampled, axis=0), ablated


def _wasted(
    contest: Contest, genome: NDArray[Any], mazes: Mazes, machine: Machine
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The shares of steps that revisit a cell, and that a wall stops, [M] each."""
    found = []
    for first in range(0, mazes.count, PART):
        some = mazes.take(np.arange(first, min(first + PART, mazes.count)))
        lives = trace(genome[None], contest.layout, some, contest.world, machine=machine)
        found.append([share[0] for share in revisits(lives)])
    known, bumps = (np.concatenate(shares) for shares in zip(*found, strict=True))
    return known, bumps


def _methods(contest: Contest, shares: NDArray[np.float64]) -> Numbers:
    """Of each method with several runs, from shares [C, M]: over all its runs."""
    numbers: dict[str, dict[str, Number]] = {}
    methods = [contestant.method for contestant in contest.contestants]
    for method in dict.fromkeys(methods):
        runs = [at for at, each in enumerate(methods) if each == method]
        if len(runs) > 1:
            numbers[f"all of {method}"] = {"method_share": _pooled(shares[runs].mean(axis=1), contest.seed)}
    return numbers


def _pooled(runs: NDArray[np.float64], seed: int) -> Number:
    """Over the mean shares [R] of a method's runs."""
    note = f"{len(runs)} runs"
    if len(runs) < FEWEST:
        return number("method_share", iqm(runs), sample=len(runs), seed=seed, note=f"{note}, too few for an interval")
    return resampled("method_share", runs, iqm, seed=seed, note=note)

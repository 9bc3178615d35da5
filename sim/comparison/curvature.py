"""Section 7: curvature at the champions, how far half of their fitness reaches, and how alike they answer.

P weights, E episodes, T steps, M mazes, S sequences of observations, C contestants, D directions.
"""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.network.response import respond
from agents.network.similarity import linear_cka
from sim.comparison.config import CurvatureConfig
from sim.comparison.contest import Contest, Contestant, eaten, mean, pair_name
from sim.comparison.number import Number, Numbers, Section, number
from sim.comparison.progress import Heard
from sim.comparison.statistics import resampled
from sim.evaluation.observations import observe
from sim.imitation.teacher import Bank
from sim.landscape.curvature import Estimate, hessian, top_eigenvalue, trace
from sim.landscape.function import Function
from sim.landscape.radius import half_radius
from sim.landscape.smoothing import smooth_curvature
from sim.learning.threads import one_thread
from sim.rollout.machine import Machine
from sim.statistics.scaling import bootstrap

QUARTILES = {"half_radius_lower": 0.25, "half_radius": 0.5, "half_radius_upper": 0.75}
NORMAL = 1.96  # standard errors on either side


def measure(contest: Contest, config: CurvatureConfig, machine: Machine, heard: Heard) -> Section:
    """Measure at each champion, then compare what they answer."""
    lessons = contest.teacher(contest.mazes(config.episodes))
    objective = mean(eaten(contest, contest.mazes(config.mazes), machine))
    numbers: Numbers = {}
    arrays: dict[str, NDArray[Any]] = {}
    count = len(contest.contestants)
    for at, contestant in enumerate(contest.contestants):
        numbers[contestant.name] = _hessians(contest, contestant, lessons, config)
        heard((at + 0.5) / (count + 0.2))
        smoothed = smooth_curvature(objective, contestant.genome, config.sigma, config.samples, contest.seed)
        numbers[contestant.name] |= {
            "smooth_value": _estimated("smooth_value", smoothed.value, config.samples, contest.seed),
            "smooth_trace": _estimated("smooth_trace", smoothed.trace_by_blur, config.samples, contest.seed),
            "smooth_top": number("smooth_top", smoothed.top, sample=config.samples, seed=contest.seed),
            "smooth_noise": number("smooth_noise", smoothed.noise, sample=config.samples, seed=contest.seed),
            "smooth_held_out": _estimated("smooth_held_out", smoothed.held_out, config.samples, contest.seed),
        }
        radii, furthest = _half_radii(objective, contest, contestant, config.directions)
        numbers[contestant.name] |= _radii(radii, furthest, contest.seed)
        arrays[f"half_radii.{at}"] = radii
        heard((at + 1) / (count + 0.2))
    numbers |= _similarities(contest, config)
    heard(1.0)
    facts = {
        "horizons": _horizons(contest, config),
        "sigma": config.sigma,
        "episodes": config.episodes,
        "mazes": config.mazes,
        "arithmetic": "float64 for the Hessian of the imitation loss, float32 for pellets",
    }
    return Section(numbers, facts, arrays)


def _horizons(contest: Contest, config: CurvatureConfig) -> list[int]:
    """The horizons in order, none longer than a life."""
    return sorted({min(steps, contest.world.lifetime) for steps in config.horizons})


def _hessians(contest: Contest, contestant: Contestant, lessons: Bank, config: CurvatureConfig) -> dict[str, Number]:
    """Top eigenvalue and trace of the imitation loss through the first steps of life, at each horizon."""
    from sim.learning.imitate import cross_entropy

    found: dict[str, Number] = {}
    weights, seed = contestant.genome.astype(np.float64), contest.seed
    for steps in _horizons(contest, config):
        early = Bank(lessons.senses[:, :steps], lessons.targets[:, :steps], lessons.identity)
        with one_thread():
            product = hessian(cross_entropy(contest.layout, early), weights)
            top = top_eigenvalue(product, weights.size, seed=seed, most=config.products)
            whole = trace(product, weights.size, probes=config.probes, seed=seed)
        settled = "" if top.products < config.products else ", not settled"
        note = f"{steps} steps, {top.products} products, residual {top.residual:.2g}{settled}"
        found |= {
            f"hessian_top_{steps}": number("hessian_top", top.value, sample=config.episodes, seed=seed, note=note),
            f"hessian_trace_{steps}": _estimated(
                "hessian_trace", whole, config.probes, seed, f"{steps} steps, {config.episodes} episodes"
            ),
        }
    return found


def _half_radii(
    objective: Function, contest: Contest, contestant: Contestant, count: int
) -> tuple[NDArray[np.float64], float]:
    """The radii of half fitness [D], nan where nothing is eaten that could be halved, and how far was looked."""
    if objective(contestant.genome[None])[0] <= 0:
        return np.full(count, np.nan), 0.0
    half = half_radius(objective, contestant.genome, contest.layout, count=count, seed=contest.seed)
    return half.radii, half.furthest


def _radii(radii: NDArray[np.float64], furthest: float, seed: int) -> dict[str, Number]:
    """Quartiles of the radius of half fitness [D], and how many directions have none."""
    if np.isnan(radii).any():
        lost = partial(number, sample=radii.size, seed=seed, note="the champion eats nothing that could be halved")
        return {name: lost(name, float("nan")) for name in (*QUARTILES, "censored")}
    numbers = {}
    for name, share in QUARTILES.items():
        quantile = partial(np.quantile, q=share, method="inverted_cdf")
        note = "" if np.isfinite(quantile(radii)) else f"beyond {furthest:g} norms"
        numbers[name] = resampled(name, radii, quantile, seed=seed, note=note)
    beyond = 100.0 * np.isinf(radii)
    return numbers | {"censored": resampled("censored", beyond, seed=seed, note=f"looked up to {furthest:g} norms")}


def _similarities(contest: Contest, config: CurvatureConfig) -> Numbers:
    """CKA of each pair's outputs and hidden states on the observations of all champions' lives."""
    seen = observe(contest.genomes, contest.layout, contest.mazes(config.lives), contest.world)
    answers = [respond(genome, contest.layout, seen) for genome in contest.genomes]
    numbers: Numbers = {}
    for at, (one, other) in enumerate(contest.pairs, start=1):
        outputs = _similarity("cka_outputs", answers[0].outputs, answers[at].outputs, contest.seed)
        hidden = _similarity("cka_hidden", answers[0].hidden, answers[at].hidden, contest.seed)
        numbers[pair_name(one, other)] = {"cka_outputs": outputs, "cka_hidden": hidden}
    return numbers


def _similarity(key: str, one: NDArray[Any], other: NDArray[Any], seed: int) -> Number:
    """CKA of answers [S, T, p] and [S, T, q], resampled over whole sequences."""

    def found(index: NDArray[np.intp]) -> float:
        some = [answers[index].reshape(-1, answers.shape[-1]) for answers in (one, other)]
        if any((answers == answers[0]).all() for answers in some):
            return float("nan")  # CKA asks how answers change together
        return linear_cka(*some)

    value = found(np.arange(len(one)))
    if np.isnan(value):
        return number(key, value, sample=len(one), seed=seed, note="one of them always answers the same")
    return number(key, value, bootstrap(found, 1, len(one), seed), sample=len(one), seed=seed)


def _estimated(key: str, found: Estimate, sample: int, seed: int, note: str = "") -> Number:
    """A mean with 1.96 standard errors on either side."""
    bounds = found.value - NORMAL * found.error, found.value + NORMAL * found.error
    return number(key, found.value, bounds, sample=sample, seed=seed, note=note)

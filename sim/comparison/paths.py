"""Ways from one champion to another: the line, and the curves that are trained to go around what lies between.

K points of a path, M mazes or episodes, N genomes, P weights.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.network.threads import one_thread
from agents.optimisers.openai_es import OpenAIESConfig
from sim.comparison.config import PathsConfig
from sim.comparison.contest import Contest, Each, eaten, losses, mean
from sim.comparison.number import Number, number
from sim.comparison.progress import Heard
from sim.comparison.statistics import resampled
from sim.landscape.path import (
    STATIONS,
    Curve,
    Profile,
    evolve_curve,
    mode_connectivity,
    straight,
    train_curve,
)
from sim.rollout.machine import Machine

if TYPE_CHECKING:
    from torch import Tensor

    from sim.imitation.teacher import Demonstrations


def connect(
    contest: Contest, a: NDArray[Any], b: NDArray[Any], config: PathsConfig, machine: Machine, heard: Heard
) -> tuple[dict[str, Number], dict[str, NDArray[Any]]]:
    """Numbers by slot and arrays of the line and of both curves from genome a to b [P].

    The paths are line, curve_pellets and curve_imitation. Arrays: `t` [K], of each path `PATH.share` [K] in percent of
    the pellets and `PATH.loss` [K] in nats, and of a curve its `PATH.control` [P].
    """
    mazes = contest.mazes(config.mazes)
    pellets = eaten(contest, mazes, machine)
    there = mazes.pellet_counts
    measures: dict[str, Each] = {
        "share": lambda genomes: 100 * pellets(genomes) / there,
        "loss": losses(contest, contest.teacher(mazes), machine),
    }
    routes = {"line": straight(a, b)}
    routes["curve_pellets"] = _evolved(contest, a, b, config, machine)
    heard(0.5)
    routes["curve_imitation"] = _trained(contest, a, b, config)
    heard(0.9)
    numbers: dict[str, Number] = {}
    arrays: dict[str, NDArray[Any]] = {"t": np.linspace(0, 1, config.points)}
    for name, route in routes.items():
        along = {kind: _profile(each, route, config.points) for kind, each in measures.items()}
        arrays |= {f"{name}.{kind}": values.mean(axis=1) for kind, values in along.items()}
        if name != "curve_imitation":
            numbers |= _barrier(f"{name}_pellets" if name == "line" else name, along["share"], contest.seed)
        if name != "curve_pellets":
            numbers |= _barrier(f"{name}_imitation" if name == "line" else name, -along["loss"], contest.seed)
        if name != "line":
            arrays[f"{name}.control"] = route.control
            detour = route.detour if (route.a != route.b).any() else 0.0
            numbers[f"{name}_detour"] = number("detour", detour, sample=1, seed=contest.seed)
    numbers |= _connectivity(contest, routes["curve_pellets"], measures["share"])
    heard(1.0)
    return numbers, arrays


def _evolved(contest: Contest, a: NDArray[Any], b: NDArray[Any], config: PathsConfig, machine: Machine) -> Curve:
    """The curve that is bent towards pellets, on fresh training mazes."""

    def objectives(generation: int) -> Callable[[NDArray[Any]], NDArray[Any]]:
        return mean(
            eaten(contest, contest.mazes(config.rollouts, skip=generation * config.rollouts, split="train"), machine)
        )

    strategy = OpenAIESConfig(population=config.population)
    return evolve_curve(objectives, a, b, strategy, generations=config.generations, seed=contest.seed)[0]


def _trained(contest: Contest, a: NDArray[Any], b: NDArray[Any], config: PathsConfig) -> Curve:
    """The curve that is bent towards a low imitation loss, on the teacher's lives in training mazes."""
    lessons = contest.teacher(contest.mazes(config.episodes, split="train"))
    with one_thread():
        return train_curve(_loss(contest, lessons), a, b, steps=config.steps, seed=contest.seed)[0]


def _loss(contest: Contest, lessons: "Demonstrations") -> Callable[["Tensor"], "Tensor"]:
    """The imitation loss with its fast first derivative."""
    import torch

    from agents.network.module import split
    from agents.network.recurrence import unroll

    felt, targets = (torch.from_numpy(array).transpose(0, 1) for array in (lessons.senses, lessons.labels))

    def loss(weights: "Tensor") -> "Tensor":
        wanted = targets.to(weights)
        chances = unroll(contest.layout, split(contest.layout, weights), felt.to(weights)).log_softmax(-1)
        return -(wanted * chances).sum() / wanted.sum()

    return loss


def _profile(each: Each, route: Curve, points: int) -> NDArray[np.float64]:
    """Values [K, M] along a path."""
    return np.asarray(each(route.at(np.linspace(0, 1, points))), np.float64)


def _barrier(name: str, values: NDArray[np.float64], seed: int) -> dict[str, Number]:
    """The barrier of values [K, M], larger being better, and where it is, resampled over mazes."""
    kind = "imitation" if name.endswith("imitation") else "pellets"
    t = np.linspace(0, 1, len(values))

    def found(some: NDArray[Any]) -> Profile:
        return Profile(t, some.mean(axis=0))

    return {
        f"{name}_barrier": resampled(f"{kind}_barrier", values.T, lambda some: found(some).barrier, seed=seed),
        f"{name}_barrier_at": resampled("barrier_at", values.T, lambda some: found(some).barrier_at, seed=seed),
    }


def _connectivity(contest: Contest, route: Curve, share: Each) -> dict[str, Number]:
    """Mode connectivity as it is defined, and of the inner stations alone, which has a sign also for unequal ends."""
    errors = 100 - np.asarray(share(route.at(STATIONS)), np.float64).T

    def inside(some: NDArray[Any]) -> float:
        first, *inner, last = some.mean(axis=0)
        middle = (first + last) / 2
        return float(max((middle - each for each in inner), key=abs))

    at = mode_connectivity(errors.mean(axis=0)).at
    note = f"at t = {at:g}" + (": the ends differ by more than what lies between" if at in (0, 1) else "")
    seed = contest.seed
    defined = resampled(
        "mode_connectivity", errors, lambda some: mode_connectivity(some.mean(axis=0)).value, seed=seed, note=note
    )
    return {
        "mode_connectivity": defined,
        "mode_connectivity_inside": resampled("mode_connectivity_inside", errors, inside, seed=seed),
    }

"""Section 3: the landscape around each champion, of pellets and of the imitation loss, each within the same limits.

C contestants, H and W rows and columns, N genomes, M mazes or episodes.
"""

import numpy as np
from numpy.typing import NDArray

from sim.comparison.config import LandscapesConfig
from sim.comparison.contest import Contest, Each, eaten, losses
from sim.comparison.number import Number, Numbers, Section, number
from sim.comparison.progress import Heard
from sim.comparison.statistics import resampled
from sim.landscape.function import FunctionObjective
from sim.landscape.plane import Plane, Window, random_plane
from sim.landscape.sampling import sample
from sim.rollout.machine import Machine


def measure(contest: Contest, config: LandscapesConfig, machine: Machine, heard: Heard) -> Section:
    """Sample both landscapes on a plane through each champion, its directions drawn with the same seed."""
    mazes = contest.mazes(config.mazes)
    window = Window(radius=config.radius, shape=(config.side, config.side))
    kinds = {
        "pellets": eaten(contest, mazes, machine),
        "imitation": losses(contest, contest.teacher(mazes), machine),
    }
    fields: dict[str, list[NDArray[np.float32]]] = {kind: [] for kind in kinds}
    numbers: Numbers = {}
    for at, contestant in enumerate(contest.contestants):
        numbers[contestant.name] = {}
        plane = random_plane(contestant.genome, contest.layout, contest.seed)
        for step, (kind, each) in enumerate(kinds.items(), start=1):
            field, by_maze = _sampled(each, plane, window)
            fields[kind].append(field.astype(np.float32))
            centre = each(contestant.genome[None])[0]
            numbers[contestant.name] |= {
                f"{kind}_centre": resampled(f"{kind}_centre", centre, seed=contest.seed),
                f"{kind}_mean": resampled(f"{kind}_mean", by_maze, seed=contest.seed),
            }
            if kind == "pellets":
                numbers[contestant.name]["half_share"] = _above_half(field, float(centre.mean()), contest.seed)
            heard((at + step / len(kinds)) / len(contest.contestants))
    stacks = {kind: np.stack(each) for kind, each in fields.items()}
    limits = {
        "pellets": [0.0, float(stacks["pellets"].max())],
        # the loss has no ceiling: what is worse than most of what is seen is all one colour
        "imitation": [float(stacks["imitation"].min()), float(np.quantile(stacks["imitation"], 0.98))],
    }
    facts = {
        "mazes": mazes.identity(),
        "radius": config.radius,
        "directions": contest.seed,
        "limits": limits,
        "units": {"pellets": "pellets per maze", "imitation": "nats a taught step"},
        "policy": "greedy",
    }
    return Section(numbers, facts, stacks)


def _sampled(each: Each, plane: Plane, window: Window) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The field [H, W] of means over mazes, and the means over the field of each maze [M]."""
    layers = sample(FunctionObjective.of(each), plane, window)
    total = np.add.accumulate(layers, axis=0, dtype=np.float64)[-1]
    return total / len(layers), layers.mean(axis=(1, 2), dtype=np.float64)


def _above_half(field: NDArray[np.float64], centre: float, seed: int) -> Number:
    return number("half_share", 100 * float((field > centre / 2).mean()), sample=field.size, seed=seed)

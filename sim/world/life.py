"""One episode in plain Python: the oracle of all rollouts, and what is replayed for looking.

T steps, I senses, H hidden units, A actions.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from agents.network.cells import PlainNetwork
from sim.world.body import Body
from sim.world.maze import Mazes
from sim.world.policy import Policy, noise
from sim.world.rules import World


@dataclass(frozen=True, slots=True, eq=False)
class Episode:
    """All that happened: entry 0 of places and headings is the start, entry t of the rest belongs to step t+1.

    places [T+1] (row * size + column), headings [T+1], actions [T], eaten bool [T], senses [T, I], hidden [T, H]
    """

    places: NDArray[np.int32]
    headings: NDArray[np.int32]
    actions: NDArray[np.int32]
    eaten: NDArray[np.bool_]
    senses: NDArray[Any]
    hidden: NDArray[Any]

    @property
    def pellets(self) -> int:
        """The fitness: pellets eaten."""
        return int(self.eaten.sum())


def play_episode(
    genome: NDArray[Any],
    layout: Layout,
    mazes: Mazes,
    maze: int,
    setting: World,
    *,
    ablate: bool = False,
    policy: Policy = "greedy",
    repetition: int = 0,
) -> Episode:
    """Let the genome [P] (float32 or float64) live in maze number `maze` of the batch and record it.

    Policy "sampled" draws the actions from the softmax of the outputs, by the noise of `policy` for a repetition.
    """
    network = PlainNetwork(layout, genome)
    gumbel = None
    if policy == "sampled":
        gumbel = noise(mazes.take([maze]), setting.lifetime, repetition)[0].astype(genome.dtype)
    body = Body(mazes, maze, setting)
    log: dict[str, list[Any]] = {name: [] for name in Episode.__slots__}
    log["places"].append(body.place)
    log["headings"].append(body.heading)
    for step in range(setting.lifetime):
        senses = np.array(body.senses(), genome.dtype)
        if ablate:
            network.forget()
        outputs = network.forward(senses)
        action = best_action(outputs if gumbel is None else outputs + gumbel[step])
        ate = body.step(action)
        now = (body.place, body.heading, action, ate, senses, network.hidden.copy())
        for name, value in zip(log, now, strict=True):
            log[name].append(value)
    kinds: tuple[Any, ...] = (np.int32, np.int32, np.int32, np.bool_, genome.dtype, genome.dtype)
    return Episode(*(np.array(entries, kind) for entries, kind in zip(log.values(), kinds, strict=True)))


def best_action(outputs: NDArray[Any]) -> int:
    """The lowest index of the largest output; a NaN is never larger than anything, nor anything than a NaN."""
    best = 0
    for choice in range(1, len(outputs)):
        if outputs[choice] > outputs[best]:
            best = choice
    return best

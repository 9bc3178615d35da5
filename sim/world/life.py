"""One episode in plain Python: rollouts are tested against it, and windows and films replay it.

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
    """The record of an episode. Entry 0 of places and headings is the start; entry t of the others is step t+1.

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
        """The fitness: the number of pellets eaten."""
        return int(self.eaten.sum())


def play_episode(
    genome: NDArray[Any],
    layout: Layout,
    mazes: Mazes,
    maze: int,
    world: World,
    *,
    ablate: bool = False,
    policy: Policy = "greedy",
    repetition: int = 0,
) -> Episode:
    """Play one episode of a genome [P] (float32 or float64) in maze number `maze` of the batch.

    In each of the world's `lifetime` steps the network reads the senses, the lowest index of the largest output is the
    action, and the body acts (`sim.world.rules`). All states of the network are 0 at first. `ablate` sets the hidden
    state, and an LSTM's cell state, to zero before each step. The policy "sampled" draws each action from the softmax
    of the outputs, with the noise of `sim.world.policy` for this repetition.
    """
    network = PlainNetwork(layout, genome)
    gumbel = None
    if policy == "sampled":
        gumbel = noise(mazes.take([maze]), world.lifetime, repetition)[0].astype(genome.dtype)
    body = Body(mazes, maze, world)
    log: dict[str, list[Any]] = {name: [] for name in Episode.__slots__}
    log["places"].append(body.place)
    log["headings"].append(body.heading)
    for step in range(world.lifetime):
        senses = np.array(body.senses(), genome.dtype)
        if ablate:
            network.forget()
        outputs = network.forward(senses)
        action = best_action(outputs if gumbel is None else outputs + gumbel[step])
        ate = body.step(action)
        record = (body.place, body.heading, action, ate, senses, network.hidden.copy())
        for name, value in zip(log, record, strict=True):
            log[name].append(value)
    kinds: tuple[Any, ...] = (np.int32, np.int32, np.int32, np.bool_, genome.dtype, genome.dtype)
    return Episode(*(np.array(entries, kind) for entries, kind in zip(log.values(), kinds, strict=True)))


def best_action(outputs: NDArray[Any]) -> int:
    """The lowest index of the largest output, where a NaN counts as neither larger nor smaller than any number."""
    best = 0
    for choice in range(1, len(outputs)):
        if outputs[choice] > outputs[best]:
            best = choice
    return best

"""Observations that foragers sensed in their episodes, to which other networks can respond.

G genomes, M mazes, T steps, I senses, P weights.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from sim.rollout.machine import Machine
from sim.rollout.trace import senses, trace
from sim.world.maze import Mazes
from sim.world.rules import World


def observe(genomes: NDArray[Any], layout: Layout, mazes: Mazes, world: World, machine: Machine) -> NDArray[np.float32]:
    """The senses [G M, T, I] of genomes [G, P] in mazes: genome 0 in all mazes, then genome 1.

    For a fair comparison of networks, include each of them among the genomes.
    """
    sensed = senses(trace(genomes, layout, mazes, world, machine=machine), mazes, world)
    return sensed.reshape(-1, *sensed.shape[2:])

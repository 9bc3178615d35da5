"""Observations: what foragers sensed in mazes, to which other networks can respond.

G genomes, M mazes, T steps, I senses, P weights.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.genome import check
from agents.layout import Layout
from sim.world.life import play_episode
from sim.world.maze import Mazes
from sim.world.rules import World


def observe(genomes: NDArray[Any], layout: Layout, mazes: Mazes, world: World) -> NDArray[Any]:
    """The senses [G M, T, I] of genomes [G, P] in mazes: genome 0 in all mazes, then genome 1.

    For a fair comparison of networks, include each of them among the genomes. Episodes are played in plain Python and
    take about a tenth of a second each.
    """
    check(genomes, layout)
    return np.stack(
        [play_episode(genome, layout, mazes, maze, world).senses for genome in genomes for maze in range(mazes.count)]
    )

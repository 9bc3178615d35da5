"""Values of the quantities of greedy play, from one rollout; and how large they may get.

N genomes of P weights, M mazes, K times of counting, Q quantities.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.layout import Layout
from sim.landscape.kept_inputs import centre_places
from sim.landscape.over_mazes import layered
from sim.landscape.score import Layers
from sim.rollout.machine import Machine
from sim.rollout.observe import observe
from sim.rollout.quantities import QUANTITIES, QuantityName
from sim.world.maze import MazeSet
from sim.world.rules import World


def observed(
    genomes: NDArray[Any],
    names: Sequence[QuantityName],
    centre: NDArray[Any] | None,
    layout: Layout,
    mazes: MazeSet,
    world: World,
    layers: Layers | None,
    every: int,
    machine: Machine,
) -> NDArray[np.int32]:
    """The values of quantities of genomes [N, P] over all mazes: [N, Q], or [N, K, Q] or [N, M, Q] with layers.

    `centre` [P] is the genome that divergence is measured from; it plays in the arithmetic of the genomes, so that it
    never diverges from itself. Raises UserError for a divergence without a centre.
    """
    there = None
    if centre is not None and "divergence" in names:
        weights = centre.astype(genomes.dtype)
        there = centre_places(mazes, world, layout, weights.tobytes(), weights.dtype.str)
    told = observe(genomes, layout, mazes.carve(), world, names, centre=there, every=every, machine=machine)
    values = [layered(told[name], layers, categorical=QUANTITIES[name].categorical) for name in names]
    return values[0][..., None] if len(values) == 1 else np.stack(values, axis=-1)


def refuse_overflow(names: Sequence[QuantityName], mazes: int, world: World) -> None:
    """Raise UserError if the sum of a quantity over so many mazes may not fit int32, which fields store."""
    for name in names:
        most = mazes * QUANTITIES[name].most(world.lifetime, world.maze.laid_pellets)
        if most >= 1 << 31:
            what = f"the {name} of {mazes} mazes in {world.lifetime} steps may reach {most:,}"
            raise UserError(f"{what}, more than a field holds; take fewer mazes or a shorter lifetime")

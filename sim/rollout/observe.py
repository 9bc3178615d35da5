"""Observations: quantities of the lives of many genomes, several in one rollout.

N genomes, M mazes, T steps, K times of counting.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.errors import UserError
from agents.layout import Layout
from sim.rollout import Watched, checked_genomes, record
from sim.rollout.machine import CPU, Machine
from sim.rollout.quantities import WATCHED, QuantityName
from sim.rollout.trace import trace
from sim.world.maze import Mazes
from sim.world.rules import World


def observe(
    genomes: NDArray[Any],
    layout: Layout,
    mazes: Mazes,
    world: World,
    quantities: Sequence[QuantityName],
    *,
    centre: NDArray[np.int16] | None = None,
    every: int | None = None,
    machine: Machine = CPU,
) -> dict[QuantityName, NDArray[np.int32]]:
    """Play every genome [N, P] in every maze, greedily; returns int32 [N, M] for each of the quantities, by name.

    With `every`, they are told after each `every` steps, which must divide the lifetime: [N, M, K]. `centre` [M, T+1]
    are the places of the life that divergence compares with; see `places_of`. The machine, the other genomes and the
    other quantities change no bit of a result. On a GPU plain torch plays, as the fused kernel counts pellets only.

    Raises UserError for genomes, layouts or settings that do not fit, and for a divergence without a centre.
    """
    for name in quantities:
        checks.choice("quantity", name, QuantityName)
    interval = world.lifetime if every is None else every
    if interval < 1 or world.lifetime % interval:
        raise UserError(f"the counting interval must divide the lifetime of {world.lifetime} steps, got {interval}")
    genomes = checked_genomes(genomes, layout, world)
    watched = _watched(quantities, mazes, world, centre)
    if machine.target == "cuda":
        from sim.rollout import gpu

        counts, others = gpu.observe_on("cuda", genomes, layout, mazes, world, interval, watched)
    else:
        recording = record(genomes, layout, mazes, world, interval, False, "greedy", 0, machine, watched=watched)
        counts, others = recording.counts, recording.others
    found = {"pellets": counts, **{name: others[..., at] for at, name in enumerate(watched.names)}}
    return {name: np.ascontiguousarray(found[name] if every else found[name][..., 0]) for name in quantities}


def places_of(
    genome: NDArray[Any], layout: Layout, mazes: Mazes, world: World, machine: Machine = CPU
) -> NDArray[np.int16]:
    """The places [M, T+1] of one genome [P] in every maze: the centre that divergence is measured from."""
    places: NDArray[np.int16] = trace(genome[None], layout, mazes, world, machine=machine).places[0]
    return places


def _watched(
    quantities: Sequence[QuantityName], mazes: Mazes, world: World, centre: NDArray[np.int16] | None
) -> Watched:
    """What a rollout keeps for these quantities. Raises UserError if divergence has no centre that fits."""
    names = tuple(name for name in WATCHED if name in quantities)
    if "divergence" not in names:
        return Watched(names)
    if centre is None:
        raise UserError("divergence is measured from the life of a genome, its centre: give the centre's places")
    if centre.shape != (mazes.count, world.lifetime + 1):
        wanted = [mazes.count, world.lifetime + 1]
        raise UserError(f"the centre of a divergence must have places {wanted}, got {list(centre.shape)}")
    return Watched(names, centre)

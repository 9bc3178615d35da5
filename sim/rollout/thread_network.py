"""The networks of one GPU thread, which plays R mazes with one genome: Python that runs while a kernel is compiled.

H hidden units, I senses, A outputs; values are blocks, and R agents' values are flat tuples, agent by agent. Small
networks have all units written out (`think`); the steps of larger ones are loops over units, whose new states go
through memory (see `agents.network.gpu_loops`).
"""

from typing import Any

import triton.language as tl

from agents.engine.blocks import Block, emitter
from agents.network import gpu_loops
from agents.network.gpu_network import Units, forward, read_out
from sim.rollout.thread import Shape, hidden_of, parts, scalar, values


@emitter
def think(state, senses, base, shape, semantic):  # type: ignore[no-untyped-def]
    """One step of R networks with all units written out: new hidden states, cell states, and outputs, flat."""
    hidden, sensed = read_state(state, senses, shape, semantic)
    cell_states: Units = []
    if shape.layout.cell == "lstm":
        cell_states = parts(state[-shape.agents * shape.layout.hidden :], shape.agents, semantic)
        cell_states = [_forgotten(cells, shape) for cells in cell_states]
    results = forward(shape.layout, Block(base, semantic), hidden, cell_states, sensed)
    return values(number for units in results for of_agent in units for number in of_agent)


@emitter
def forget(slot, memory, shape, semantic):  # type: ignore[no-untyped-def]
    """Write zero into a slot of memory of R agents."""
    offset = scalar(slot, semantic) * shape.threads
    for base in memory:
        pointer = Block(base, semantic) + offset
        tl.store(pointer.value, 0.0, _semantic=semantic)


@emitter
def reset_units(turn, count, state, senses, base, memory, shape, semantic):  # type: ignore[no-untyped-def]
    """One turn of a loop over `count` units, which writes the scaled hidden states of GRUs into memory."""
    hidden, sensed = read_state(state, senses, shape, semantic)
    sources = [h + s for h, s in zip(hidden, sensed, strict=True)]
    _turn(turn, count, base, memory, shape, semantic).reset(sources, shape.ablate)


@emitter
def fire_units(turn, count, state, scaled, senses, base, memory, shape, semantic):  # type: ignore[no-untyped-def]
    """One turn of a loop over `count` units, which writes their new states into memory."""
    hidden, sensed = read_state(state, senses, shape, semantic)
    sources = [h + s for h, s in zip(hidden, sensed, strict=True)]
    resets = sources
    if shape.layout.cell == "gru":
        resets = [h + s for h, s in zip(parts(scaled, shape.agents, semantic), sensed, strict=True)]
    _turn(turn, count, base, memory, shape, semantic).fire(sources, resets, shape.ablate)


@emitter
def remembered(first, memory, shape, semantic):  # type: ignore[no-untyped-def]
    """The values of H slots of memory of R agents, from number `first` on, flat."""
    pointers = [Block(pointer, semantic) for pointer in memory]
    found = gpu_loops.read(pointers, shape.threads, first, shape.layout.hidden)
    return values(value for of_agent in found for value in of_agent)


@emitter
def conclude(memory, base, shape, semantic):  # type: ignore[no-untyped-def]
    """The end of a step with loops: the new hidden states, from memory, and the outputs of R networks, flat."""
    pointers = [Block(pointer, semantic) for pointer in memory]
    hidden = gpu_loops.read(pointers, shape.threads, 0, shape.layout.hidden)
    outputs = read_out(shape.layout, Block(base, semantic), hidden)
    return values(number for units in (hidden, outputs) for of_agent in units for number in of_agent)


def read_state(state: Any, senses: Any, shape: Shape, semantic: Any) -> tuple[Units, Units]:
    """The hidden states [R][H] as the networks read them, and the senses [R][I]."""
    hidden = parts(hidden_of(state, shape), shape.agents, semantic)
    return [_forgotten(units, shape) for units in hidden], parts(senses, shape.agents, semantic)


def _forgotten(units: list[Block], shape: Shape) -> list[Block]:
    """The states of units as the network reads them: zeros if the memory is ablated."""
    return [unit.like(0.0) for unit in units] if shape.ablate else units


def _turn(turn: Any, count: int, base: Any, memory: Any, shape: Shape, semantic: Any) -> gpu_loops.Turn:
    pointers = [Block(pointer, semantic) for pointer in memory]
    return gpu_loops.Turn(shape.layout, Block(base, semantic), pointers, shape.threads, scalar(turn, semantic), count)

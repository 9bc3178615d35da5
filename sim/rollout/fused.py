"""Whole episodes in one GPU kernel, where each thread plays R mazes with one genome.

N genomes of P weights, M mazes of n x n cells, K counts of an episode; B threads of a program, each with R agents.
A thread reads the weights anew in every step, from the L1 cache (see `network.gpu_network`), and keeps hidden states in
registers. The pellets that are left are bits of a scratch array, where each thread has words of its own; networks of
more than UNROLLED weights have loops and memory for the states that these write (see `network.gpu_loops`). The modules
`sim.rollout.thread` and `sim.rollout.thread_network` have the code of one thread.
"""

from functools import cache
from hashlib import blake2b
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from agents.engine.arithmetic import sources_of
from agents.engine.blocks import OPTIONS, kernel
from agents.layout import Layout
from agents.network.gpu_loops import slots, units_per_turn
from agents.network.gpu_network import CHUNK, GENOMES, LOAD_BYTES, interleave, loads
from sim.rollout.boards import Boards, words_of
from sim.rollout.thread import (
    Shape,
    act,
    begin,
    begin_looking,
    copy_pellets,
    look_further,
    maze_pointers,
    sense,
    sequence,
    write_counts,
    write_states,
)
from sim.rollout.thread_network import conclude, fire_units, forget, remembered, reset_units, think
from sim.world.rules import World

THREADS = 128  # threads of a program
STATE = 72  # registers, of 128, that can hold the old and the new states of a thread's agents
UNROLLED = 500  # weights of the largest network whose units are all written out: compiling more takes too long


def play(
    genomes: Tensor,
    layout: Layout,
    boards: Boards,
    world: World,
    interval: int,
    ablate: bool,
    states: Tensor | None = None,
) -> Tensor:
    """Play genomes [N, P] in all mazes, on their device; int32 [N, M, K], the pellets after each `interval` steps.

    The last hidden states of the first G genomes are written into `states` [G, M, H], by the same compiled code.
    """
    results, _ = launch(genomes, layout, boards, world, interval, ablate, states)
    return results


def launch(
    genomes: Tensor,
    layout: Layout,
    boards: Boards,
    world: World,
    interval: int,
    ablate: bool,
    states: Tensor | None = None,
) -> tuple[Tensor, Any]:
    """Like `play`; also returns the compiled kernel of Triton."""
    count, mazes, counts = len(genomes), boards.count, world.lifetime // interval
    shape = shape_of(layout, world, ablate, mazes, genomes.dtype)
    programs = triton.cdiv(count * triton.cdiv(mazes, shape.agents), shape.threads)
    size = (programs, shape.agents, words_of(boards.size), shape.threads)
    scratch = torch.empty(size, dtype=torch.int32, device=genomes.device)
    results = torch.empty((count, mazes, counts), dtype=torch.int32, device=genomes.device)
    memory_slots = slots(layout) if shape.looped else 0
    memory = torch.empty(
        (programs, shape.agents, memory_slots, shape.threads), dtype=genomes.dtype, device=genomes.device
    )
    if states is None:
        states = torch.empty((0, mazes, layout.hidden), dtype=genomes.dtype, device=genomes.device)
    loaded = (interleave(genomes), boards.opened, boards.pellets, boards.starts, boards.headings)
    arrays = (*loaded, scratch, memory, results, states)
    warps = shape.threads // 32  # so that each thread has one element of a block
    options = {**OPTIONS, "num_warps": warps, "maxnreg": shape.registers}
    numbers = (count, len(states), mazes, counts, interval)
    compiled = play_kernel[(programs,)](*arrays, *numbers, **constants(shape, genomes.dtype), **options)
    return results, compiled


def shape_of(layout: Layout, world: World, ablate: bool, mazes: int, dtype: Any) -> Shape:
    """The shape of the kernel for `mazes` mazes: two agents in a thread if the registers suffice, else one."""
    looped = layout.size > UNROLLED
    kinds = (1 if looped else 2) if layout.cell == "elman" else (1 if layout.cell == "lstm" else 2) if looped else 3
    state = kinds * layout.hidden * dtype.itemsize // 4
    agents = min(mazes, 2 if 2 * state <= STATE else 1)
    registers = 128 if agents * state <= STATE else 168  # with 128, four warps share a scheduler
    return Shape(layout, world.maze.size, world.sight, ablate, agents, THREADS, registers, looped, _digest())


def constants(shape: Shape, dtype: Any) -> dict[str, Any]:
    """The constants that the kernel is compiled with, by the names of its parameters."""
    width = LOAD_BYTES // dtype.itemsize
    per_turn = units_per_turn(shape.layout, width)
    return {
        "SHAPE": shape,
        "AGENTS": shape.agents,
        "THREADS": shape.threads,
        "CELLS": shape.size**2,
        "WORDS": words_of(shape.size),
        "SIGHT": shape.sight,
        "INTERLEAVED": GENOMES,
        "LOADS": loads(shape.layout.size, width),
        "WIDTH": width,
        "CHUNK": CHUNK,
        "SLOTS": slots(shape.layout) if shape.looped else 0,
        "GRU": shape.layout.cell == "gru",
        "HIDDEN": shape.layout.hidden,
        "TURNS": shape.layout.hidden // per_turn if shape.looped else 0,
        "PER_TURN": per_turn,
    }


@cache
def _digest() -> str:
    """A digest of the sources of the kernel; Triton's own cache does not notice changes in functions that emit code."""
    texts = "".join(text for _, text in sorted(sources_of(__name__).items()))
    return blake2b(texts.encode(), digest_size=8).hexdigest()


@kernel("genomes", "kept", "mazes", "counts", "interval")
def play_kernel(  # type: ignore[no-untyped-def]
    weights, opened, pellets, starts, headings, scratch, memory, results, states,
    genomes, kept, mazes, counts, interval,
    SHAPE: tl.constexpr, AGENTS: tl.constexpr, THREADS: tl.constexpr, WORDS: tl.constexpr, CELLS: tl.constexpr,
    SIGHT: tl.constexpr, INTERLEAVED: tl.constexpr, LOADS: tl.constexpr, WIDTH: tl.constexpr, CHUNK: tl.constexpr,
    SLOTS: tl.constexpr, GRU: tl.constexpr, HIDDEN: tl.constexpr, TURNS: tl.constexpr, PER_TURN: tl.constexpr,
):  # fmt: skip
    """Write results [N, M, K], the pellets eaten after each `interval` steps, and states [G, M, H], the last ones."""
    thread = tl.program_id(0) * THREADS + tl.arange(0, THREADS)
    per_genome = tl.cdiv(mazes, AGENTS)
    genome = thread // per_genome
    first = (thread % per_genome) * AGENTS
    known = tl.minimum(genome, genomes - 1)
    row = (known // INTERLEAVED).to(tl.int64) * (LOADS * INTERLEAVED * WIDTH) + (known % INTERLEAVED) * WIDTH
    chunk = tl.arange(0, CHUNK) * (INTERLEAVED * WIDTH)
    base = weights + chunk[:, None, None] + row[None, :, None] + tl.arange(0, WIDTH)[None, None, :]
    thread_scratch = scratch + tl.program_id(0).to(tl.int64) * (AGENTS * WORDS * THREADS) + tl.arange(0, THREADS)
    scratches = sequence(thread_scratch, WORDS * THREADS, None, SHAPE)
    thread_memory = memory + tl.program_id(0).to(tl.int64) * (AGENTS * SLOTS * THREADS) + tl.arange(0, THREADS)
    memories = sequence(thread_memory, SLOTS * THREADS, None, SHAPE)
    agent_mazes = sequence(first, 1, mazes - 1, SHAPE)
    boards = maze_pointers(opened, agent_mazes, CELLS)
    for word in range(WORDS):
        copy_pellets(word, WORDS, agent_mazes, pellets, scratches, SHAPE)
    for slot in range(SLOTS):
        forget(slot, memories, SHAPE)
    state = begin(agent_mazes, starts, headings, tl.zeros((THREADS,), weights.dtype.element_ty), SHAPE)
    for count in range(counts):
        for _ in range(interval):
            views = begin_looking(state, SHAPE)
            for _ in range(SIGHT):
                views = look_further(views, boards, scratches, SHAPE)
            senses = sense(state, views, boards, SHAPE)
            if SLOTS == 0:
                numbers = think(state, senses, base, SHAPE)
            else:
                scaled = senses
                if GRU:
                    for turn in range(TURNS):
                        reset_units(turn, PER_TURN, state, senses, base, memories, SHAPE)
                    reset_units(TURNS, HIDDEN - TURNS * PER_TURN, state, senses, base, memories, SHAPE)
                    scaled = remembered(HIDDEN, memories, SHAPE)
                for turn in range(TURNS):
                    fire_units(turn, PER_TURN, state, scaled, senses, base, memories, SHAPE)
                fire_units(TURNS, HIDDEN - TURNS * PER_TURN, state, scaled, senses, base, memories, SHAPE)
                numbers = conclude(memories, base, SHAPE)
            state = act(state, numbers, boards, scratches, SHAPE)
        at = (genome.to(tl.int64) * mazes + first) * counts + count
        write_counts(results, at, counts, state, genome < genomes, mazes - first, SHAPE)
    at = (genome.to(tl.int64) * mazes + first) * HIDDEN
    write_states(states, at, HIDDEN, state, genome < kept, mazes - first, SHAPE)

"""Whole episodes in one GPU kernel: a thread plays R mazes of one genome.

N genomes of P weights, M mazes of n x n cells, K counts of an episode; B threads of a program, R agents of a thread.
Weights are read anew each step, from the L1 cache (see `agents.rows`); hidden states live in registers. Pellets still
there are bits of a scratch array that only the agent's thread touches. The step of an agent is plain Python that runs
while the kernel is compiled, so its rules are those of `sim.world`, and its arithmetic that of `agents`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from agents.arithmetic import sources_of
from agents.blocks import OPTIONS, Block, Engine, emitter, kernel
from agents.layout import Layout
from agents.rows import CHUNK, GENOMES, LOAD_BYTES, groups, interleave, think
from sim import world
from sim.rollout.boards import Boards, words_of

THREADS = 128  # of a program
STATE = 72  # registers of 128 that hold the old and the new states of a thread's agents


@dataclass(frozen=True, slots=True)
class Shape:
    """All that the kernel is compiled for. `sources` is a digest of the modules whose expressions it contains."""

    layout: Layout
    size: int
    sight: int
    ablate: bool
    agents: int
    threads: int
    registers: int
    sources: str = ""


def play(genomes: Tensor, layout: Layout, boards: Boards, setting: world.World, interval: int, ablate: bool) -> Tensor:
    """Play genomes [N, P] in all mazes, on their device; int32 [N, M, K], pellets eaten every `interval` steps."""
    count, mazes, counts = len(genomes), boards.count, setting.lifetime // interval
    shape = shape_of(layout, setting, ablate, mazes, genomes.dtype)
    programs = triton.cdiv(count * triton.cdiv(mazes, shape.agents), shape.threads)
    size = (programs, shape.agents, words_of(boards.size), shape.threads)
    scratch = torch.empty(size, dtype=torch.int32, device=genomes.device)
    results = torch.empty((count, mazes, counts), dtype=torch.int32, device=genomes.device)
    weights = interleave(genomes)
    arrays = (weights, boards.opened, boards.pellets, boards.starts, boards.headings, scratch, results)
    options = {**OPTIONS, "num_warps": shape.threads // 32, "maxnreg": shape.registers}  # one element a thread
    play_kernel[(programs,)](*arrays, count, mazes, counts, interval, **constants(shape, genomes.dtype), **options)
    return results


def shape_of(layout: Layout, setting: world.World, ablate: bool, mazes: int, dtype: Any) -> Shape:
    """The kernel for so many mazes: two agents a thread where registers for four warps a scheduler suffice."""
    state = (2 if layout.cell == "elman" else 3) * layout.hidden * dtype.itemsize // 4
    agents = min(mazes, 2 if 2 * state <= STATE else 1)
    registers = 128 if agents * state <= STATE else 168
    return Shape(layout, setting.maze.size, setting.sight, ablate, agents, THREADS, registers, _digest())


def constants(shape: Shape, dtype: Any) -> dict[str, Any]:
    """What the kernel is compiled for, by the names of its parameters."""
    width = LOAD_BYTES // dtype.itemsize
    return {
        "SHAPE": shape,
        "AGENTS": shape.agents,
        "THREADS": shape.threads,
        "CELLS": shape.size**2,
        "WORDS": words_of(shape.size),
        "SIGHT": shape.sight,
        "INTERLEAVED": GENOMES,
        "GROUPS": groups(shape.layout.size, width),
        "WIDTH": width,
        "CHUNK": CHUNK,
    }


@cache
def _digest() -> str:
    """Triton's cache of kernels looks at jitted functions only; this makes it see the expressions that they call."""
    texts = "".join(text for _, text in sorted(sources_of(__name__).items()))
    return blake2b(texts.encode(), digest_size=8).hexdigest()


BODY = 4  # values of an agent's body: place, heading, what it ate, pellets eaten


def _bodies(state: Any, shape: Shape, semantic: Any) -> list[list[Block]]:
    return [[Block(value, semantic) for value in state[r * BODY : (r + 1) * BODY]] for r in range(shape.agents)]


def _scalar(value: Any, semantic: Any) -> Any:
    """A number that Triton may know while it compiles, or else a block."""
    return Block(value, semantic) if isinstance(value, tl.tensor) else value


def _values(blocks: Iterable[Block]) -> tuple[Any, ...]:
    return tuple(block.value for block in blocks)


@emitter
def begin(mazes, starts, headings, zero, shape, semantic):  # type: ignore[no-untyped-def]
    """The state of R agents, flat: their bodies, hidden states and memories. Each is at the start of its maze."""
    bodies: list[Block] = []
    for maze in mazes:
        number = Block(maze, semantic)
        start, heading = ((Block(each, semantic) + number).call(tl.load) for each in (starts, headings))
        bodies += [start, heading, start & 0, start & 0]
    per_agent = shape.layout.hidden * (2 if shape.layout.cell == "lstm" else 1)
    return (*_values(bodies), *[zero] * (shape.agents * per_agent))


@emitter
def offsets(first, step, limit, shape, semantic):  # type: ignore[no-untyped-def]
    """first, first + step, ... for each of R agents, none past the limit."""
    found = (Block(first, semantic) + r * step for r in range(shape.agents))
    return _values(
        each if limit is None else each.call(tl.minimum, each.like(_scalar(limit, semantic))) for each in found
    )


@emitter
def spread(base, lives, stride, semantic):  # type: ignore[no-untyped-def]
    """Pointers to what belongs to the mazes of R agents."""
    return _values(Block(base, semantic) + Block(maze, semantic) * stride for maze in lives)


@emitter
def face(state, shape, semantic):  # type: ignore[no-untyped-def]
    """Where R agents look, four ways each, flat: place, heading, 1 where the way was open, 1 where a pellet is."""
    looks: list[Block] = []
    for place, heading, *_ in _bodies(state, shape, semantic):
        for side in range(4):
            looks += [place, world.turned(heading, side), (place & 0) + 1, place & 0]
    return _values(looks)


@emitter
def glance(looks, boards, scratch, shape, semantic):  # type: ignore[no-untyped-def]
    """Look one cell further."""
    after: list[Block] = []
    for at in range(0, len(looks), 4):
        place, heading, way, seen = (Block(value, semantic) for value in looks[at : at + 4])
        r = at // 16
        way = way & world.passable(_cell(boards[r], place), heading)
        place = place + world.stride(heading, shape.size) * way
        word = _word(scratch[r], place, shape).call(tl.load)
        after += [place, heading, way, seen | (way & (word >> (place & 31)))]
    return _values(after)


@emitter
def live(state, looks, base, boards, scratch, shape, semantic):  # type: ignore[no-untyped-def]
    """One step of R agents: sense, think, act, eat."""
    layout, count = shape.layout, shape.agents
    bodies = _bodies(state, shape, semantic)
    brains = [Block(value, semantic) for value in state[count * BODY :]]
    chunks = [brains[at : at + layout.hidden] for at in range(0, len(brains), layout.hidden)]
    like = brains[0]
    if shape.ablate:
        chunks = [[like.like(0.0)] * layout.hidden for _ in chunks]
    cells = [_cell(board, body[0]) for board, body in zip(boards, bodies, strict=True)]
    senses = []
    for r, (_, heading, ate, _) in enumerate(bodies):
        seen = [Block(looks[at + 3], semantic) for at in range(16 * r, 16 * (r + 1), 4)] if shape.sight else []
        felt = [*world.walls(cells[r], heading), ate, *seen]
        senses.append([Engine.select(value > 0, like.like(1.0), like.like(0.0)) for value in felt])
    hidden, memory, outputs = think(layout, Block(base, semantic), chunks[:count], chunks[count:], senses)
    after: list[Block] = []
    for r, (place, heading, _, eaten) in enumerate(bodies):
        heading = world.turned(heading, best_action(outputs[r], place))
        place = place + world.stride(heading, shape.size) * world.passable(cells[r], heading)
        ate = eat(scratch[r], place, shape)
        after += [place, heading, ate, eaten + ate]
    return _values([*after, *(unit for units in (*hidden, *memory) for unit in units)])


def best_action(outputs: list[Block], like: Block) -> Block:
    """The lowest index of the largest output; a NaN is never larger than anything."""
    best, action = outputs[0], like & 0
    for choice, output in enumerate(outputs[1:], start=1):
        better = output > best
        best, action = Engine.select(better, output, best), Engine.select(better, choice, action)
    return action


def eat(scratch: Any, place: Block, shape: Shape) -> Block:
    """1 where a pellet lies at the place, else 0; it is gone afterwards."""
    pointer, bit = _word(scratch, place, shape), place & 31
    word = pointer.call(tl.load)
    ate = (word >> bit) & 1
    left = word - (ate << bit)
    tl.store(pointer.value, left.value, mask=(ate > 0).value, _semantic=place.semantic)
    return ate


def _cell(board: Any, place: Block) -> Block:
    return (Block(board, place.semantic) + place).call(tl.load).cast(tl.int32)


def _word(scratch: Any, place: Block, shape: Shape) -> Block:
    return Block(scratch, place.semantic) + (place >> 5) * shape.threads


@emitter
def lay(word, words, mazes, pellets, scratch, shape, semantic):  # type: ignore[no-untyped-def]
    """One word of the pellets that lie in the mazes of R agents."""
    number = _scalar(word, semantic)
    for maze, own in zip(mazes, scratch, strict=True):
        found = (Block(pellets, semantic) + (Block(maze, semantic) * words + number)).call(tl.load)
        tl.store((Block(own, semantic) + number * shape.threads).value, found.value, _semantic=semantic)


@emitter
def write(results, at, stride, state, known, last, shape, semantic):  # type: ignore[no-untyped-def]
    """The pellets that R agents have eaten, each `stride` further; the first `last` of them are not padding."""
    for r, (*_, eaten) in enumerate(_bodies(state, shape, semantic)):
        pointer = Block(results, semantic) + (Block(at, semantic) + _scalar(stride, semantic) * r)
        mask = Block(known, semantic) & (Block(last, semantic) > r)
        tl.store(pointer.value, eaten.value, mask=mask.value, _semantic=semantic)


@kernel
def play_kernel(  # type: ignore[no-untyped-def]
    weights,
    opened,
    pellets,
    starts,
    headings,
    scratch,
    results,
    genomes,
    mazes,
    counts,
    interval,
    SHAPE: tl.constexpr,
    AGENTS: tl.constexpr,
    THREADS: tl.constexpr,
    WORDS: tl.constexpr,
    CELLS: tl.constexpr,
    SIGHT: tl.constexpr,
    INTERLEAVED: tl.constexpr,
    GROUPS: tl.constexpr,
    WIDTH: tl.constexpr,
    CHUNK: tl.constexpr,
):
    """Fill results [N, M, K] with the pellets eaten after every `interval` steps."""
    thread = tl.program_id(0) * THREADS + tl.arange(0, THREADS)
    per_genome = tl.cdiv(mazes, AGENTS)
    genome = thread // per_genome
    first = (thread % per_genome) * AGENTS
    known = tl.minimum(genome, genomes - 1)
    row = (known // INTERLEAVED).to(tl.int64) * (GROUPS * INTERLEAVED * WIDTH) + (known % INTERLEAVED) * WIDTH
    chunk = tl.arange(0, CHUNK) * (INTERLEAVED * WIDTH)
    base = weights + chunk[:, None, None] + row[None, :, None] + tl.arange(0, WIDTH)[None, None, :]
    own = scratch + tl.program_id(0).to(tl.int64) * (AGENTS * WORDS * THREADS) + tl.arange(0, THREADS)
    bits = offsets(own, WORDS * THREADS, None, SHAPE)
    lives = offsets(first, 1, mazes - 1, SHAPE)
    boards = spread(opened, lives, CELLS)
    for word in range(WORDS):
        lay(word, WORDS, lives, pellets, bits, SHAPE)
    state = begin(lives, starts, headings, tl.zeros((THREADS,), weights.dtype.element_ty), SHAPE)
    for count in range(counts):
        for _ in range(interval):
            looks = face(state, SHAPE)
            for _ in range(SIGHT):
                looks = glance(looks, boards, bits, SHAPE)
            state = live(state, looks, base, boards, bits, SHAPE)
        at = (genome.to(tl.int64) * mazes + first) * counts + count
        write(results, at, counts, state, genome < genomes, mazes - first, SHAPE)

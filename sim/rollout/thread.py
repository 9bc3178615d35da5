"""What a GPU's thread does: it plays R mazes of one genome. Plain Python that runs while a kernel is compiled.

B threads of a program, H hidden units. Values are blocks [B]; the state of R agents is flat, their bodies, then their
hidden states, then an LSTM's cell states. The rules are those of `world.rules`, and the arithmetic is that of `agents`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import triton.language as tl

from agents.engine.blocks import Block, Engine, emitter
from agents.layout import Layout
from agents.network.gpu_network import forward
from sim.world import rules

BODY = 4  # values of an agent's body: place, heading, what it ate, pellets eaten


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


def _bodies(state: Any, shape: Shape, semantic: Any) -> list[list[Block]]:
    return [[Block(value, semantic) for value in state[r * BODY : (r + 1) * BODY]] for r in range(shape.agents)]


def _scalar(value: Any, semantic: Any) -> Any:
    """A number that Triton may know while it compiles, or else a block."""
    return Block(value, semantic) if isinstance(value, tl.tensor) else value


def _values(blocks: Iterable[Block]) -> tuple[Any, ...]:
    return tuple(block.value for block in blocks)


@emitter
def begin(mazes, starts, headings, zero, shape, semantic):  # type: ignore[no-untyped-def]
    """The state of R agents, flat: their bodies, hidden states and cell states. Each is at the start of its maze."""
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
            looks += [place, rules.turned(heading, side), (place & 0) + 1, place & 0]
    return _values(looks)


@emitter
def glance(looks, boards, scratch, shape, semantic):  # type: ignore[no-untyped-def]
    """Look one cell further."""
    after: list[Block] = []
    for at in range(0, len(looks), 4):
        place, heading, way, seen = (Block(value, semantic) for value in looks[at : at + 4])
        r = at // 16
        way = way & rules.passable(_cell(boards[r], place), heading)
        place = place + rules.stride(heading, shape.size) * way
        word = _word(scratch[r], place, shape).call(tl.load)
        after += [place, heading, way, seen | (way & (word >> (place & 31)))]
    return _values(after)


@emitter
def live(state, looks, base, boards, scratch, shape, semantic):  # type: ignore[no-untyped-def]
    """One step of R agents: sense, compute, act, eat."""
    layout, count = shape.layout, shape.agents
    bodies = _bodies(state, shape, semantic)
    networks = [Block(value, semantic) for value in state[count * BODY :]]
    chunks = [networks[at : at + layout.hidden] for at in range(0, len(networks), layout.hidden)]
    like = networks[0]
    if shape.ablate:
        chunks = [[like.like(0.0)] * layout.hidden for _ in chunks]
    cells = [_cell(board, body[0]) for board, body in zip(boards, bodies, strict=True)]
    senses = []
    for r, (_, heading, ate, _) in enumerate(bodies):
        seen = [Block(looks[at + 3], semantic) for at in range(16 * r, 16 * (r + 1), 4)] if shape.sight else []
        felt = [*rules.walls(cells[r], heading), ate, *seen]
        senses.append([Engine.select(value > 0, like.like(1.0), like.like(0.0)) for value in felt])
    hidden, cell_state, outputs = forward(layout, Block(base, semantic), chunks[:count], chunks[count:], senses)
    after: list[Block] = []
    for r, (place, heading, _, eaten) in enumerate(bodies):
        heading = rules.turned(heading, best_action(outputs[r], place))
        place = place + rules.stride(heading, shape.size) * rules.passable(cells[r], heading)
        ate = eat(scratch[r], place, shape)
        after += [place, heading, ate, eaten + ate]
    return _values([*after, *(unit for units in (*hidden, *cell_state) for unit in units)])


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

"""The code of one GPU thread, which plays R mazes with one genome. It is Python that runs while a kernel is compiled.

B threads of a program, H hidden units. Values are blocks [B]. The state of R agents is a flat tuple: their bodies, then
their hidden states, then an LSTM's cell states. The rules come from `sim.world.rules`, and the networks from
`sim.rollout.thread_network`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import triton.language as tl

from agents.engine.blocks import Block, Engine, emitter
from agents.layout import Layout
from agents.network.gpu_network import Units
from sim.world import rules

BODY = 4  # values of an agent's body: place, heading, whether it just ate, pellets eaten


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything that the compiled kernel depends on: R `agents` in each of B `threads`, and more.

    `looped` tells that a step has loops over units. `sources` is a digest of the modules whose expressions the kernel
    contains.
    """

    layout: Layout
    size: int
    sight: int
    ablate: bool
    agents: int
    threads: int
    registers: int
    looped: bool
    sources: str = ""


def _bodies(state: Any, shape: Shape, semantic: Any) -> list[list[Block]]:
    """The bodies of R agents, from their state."""
    return [[Block(value, semantic) for value in state[r * BODY : (r + 1) * BODY]] for r in range(shape.agents)]


def hidden_of(state: Any, shape: Shape) -> Any:
    """The hidden states of R agents, flat, from their state."""
    first = shape.agents * BODY
    return state[first : first + shape.agents * shape.layout.hidden]


def scalar(number: Any, semantic: Any) -> Any:
    """A Python number if Triton knows it while it compiles, else a block."""
    return Block(number, semantic) if isinstance(number, tl.tensor) else number


def values(blocks: Iterable[Block]) -> tuple[Any, ...]:
    """The tensors of blocks."""
    return tuple(block.value for block in blocks)


def parts(flat: Any, count: int, semantic: Any) -> Units:
    """Values in `count` parts of equal length."""
    blocks = [Block(value, semantic) for value in flat]
    length = len(blocks) // count
    return [blocks[at : at + length] for at in range(0, len(blocks), length)]


@emitter
def begin(mazes, starts, headings, zero, shape, semantic):  # type: ignore[no-untyped-def]
    """The state of R agents at the starts of their mazes, with hidden states and cell states of zero.

    With loops, cell states are in memory, and the state has none.
    """
    bodies: list[Block] = []
    for maze in mazes:
        number = Block(maze, semantic)
        start, heading = ((Block(array, semantic) + number).call(tl.load) for array in (starts, headings))
        bodies += [start, heading, start & 0, start & 0]
    per_agent = shape.layout.hidden * (2 if shape.layout.cell == "lstm" and not shape.looped else 1)
    return (*values(bodies), *[zero] * (shape.agents * per_agent))


@emitter
def sequence(first, increment, limit, shape, semantic):  # type: ignore[no-untyped-def]
    """The numbers first, first + increment, ..., one for each of R agents; numbers above the limit are the limit."""
    numbers = (Block(first, semantic) + r * increment for r in range(shape.agents))
    return values(
        number if limit is None else number.call(tl.minimum, number.like(scalar(limit, semantic))) for number in numbers
    )


@emitter
def maze_pointers(base, mazes, stride, semantic):  # type: ignore[no-untyped-def]
    """The pointers to the mazes of R agents in an array with `stride` elements for each maze."""
    return values(Block(base, semantic) + Block(maze, semantic) * stride for maze in mazes)


@emitter
def begin_looking(state, shape, semantic):  # type: ignore[no-untyped-def]
    """The four views of each of R agents, at its own cell; they are flat, four values each.

    The values are: the place that is looked at, the direction, 1 while the way is open, 1 once a pellet was seen.
    """
    views: list[Block] = []
    for place, heading, *_ in _bodies(state, shape, semantic):
        for side in range(4):
            views += [place, rules.turned(heading, side), (place & 0) + 1, place & 0]
    return values(views)


@emitter
def look_further(views, boards, scratch, shape, semantic):  # type: ignore[no-untyped-def]
    """The views of R agents after looking one cell further along open corridors."""
    after: list[Block] = []
    for at in range(0, len(views), 4):
        place, heading, way, seen = (Block(value, semantic) for value in views[at : at + 4])
        r = at // 16
        way = way & rules.passable(_cell(boards[r], place), heading)
        place = place + rules.stride(heading, shape.size) * way
        word = _word(scratch[r], place, shape).call(tl.load)
        after += [place, heading, way, seen | (way & (word >> (place & 31)))]
    return values(after)


@emitter
def sense(state, views, boards, shape, semantic):  # type: ignore[no-untyped-def]
    """The senses of R agents, flat, I numbers each."""
    like = Block(state[shape.agents * BODY], semantic)
    sensed: list[Block] = []
    for r, (place, heading, ate, _) in enumerate(_bodies(state, shape, semantic)):
        seen = [Block(views[at + 3], semantic) for at in range(16 * r, 16 * (r + 1), 4)] if shape.sight else []
        sensed += [*rules.walls(_cell(boards[r], place), heading), ate, *seen]
    return values(Engine.select(value > 0, like.like(1.0), like.like(0.0)) for value in sensed)


@emitter
def act(state, numbers, boards, scratch, shape, semantic):  # type: ignore[no-untyped-def]
    """The state of R agents after they act and eat; `numbers` are the new states of their networks and the outputs."""
    outputs = parts(numbers[-shape.agents * shape.layout.outputs :], shape.agents, semantic)
    after: list[Block] = []
    for r, (place, heading, _, eaten) in enumerate(_bodies(state, shape, semantic)):
        passages = _cell(boards[r], place)
        heading = rules.turned(heading, best_action(outputs[r], place))
        place = place + rules.stride(heading, shape.size) * rules.passable(passages, heading)
        ate = eat(scratch[r], place, shape)
        after += [place, heading, ate, eaten + ate]
    return (*values(after), *numbers[: -shape.agents * shape.layout.outputs])


def best_action(outputs: list[Block], like: Block) -> Block:
    """The lowest index of the largest output; a NaN counts as neither larger nor smaller."""
    best, action = outputs[0], like & 0
    for choice, output in enumerate(outputs[1:], start=1):
        better = output > best
        best, action = Engine.select(better, output, best), Engine.select(better, choice, action)
    return action


def eat(scratch: Any, place: Block, shape: Shape) -> Block:
    """1 if a pellet lies at the place, else 0; the pellet is removed."""
    pointer, bit = _word(scratch, place, shape), place & 31
    word = pointer.call(tl.load)
    ate = (word >> bit) & 1
    left = word - (ate << bit)
    tl.store(pointer.value, left.value, mask=(ate > 0).value, _semantic=place.semantic)
    return ate


def _cell(board: Any, place: Block) -> Block:
    """The open passages of the cell at a place."""
    return (Block(board, place.semantic) + place).call(tl.load).cast(tl.int32)


def _word(scratch: Any, place: Block, shape: Shape) -> Block:
    """The pointer to the word of the scratch array that has the pellet of a place."""
    return Block(scratch, place.semantic) + (place >> 5) * shape.threads


@emitter
def copy_pellets(word, words, mazes, pellets, scratch, shape, semantic):  # type: ignore[no-untyped-def]
    """Copy one word of pellets, of `words`, from the mazes of R agents to their scratch arrays."""
    number = scalar(word, semantic)
    for maze, target in zip(mazes, scratch, strict=True):
        bits = (Block(pellets, semantic) + (Block(maze, semantic) * words + number)).call(tl.load)
        tl.store((Block(target, semantic) + number * shape.threads).value, bits.value, _semantic=semantic)


@emitter
def write_counts(results, at, stride, state, known, last, shape, semantic):  # type: ignore[no-untyped-def]
    """Write the pellets that R agents have eaten, at `at` and then each `stride` further.

    Threads whose genome is padding (`known` is false) write nothing, nor do agents from number `last` on.
    """
    for r, (*_, eaten) in enumerate(_bodies(state, shape, semantic)):
        pointer = Block(results, semantic) + (Block(at, semantic) + scalar(stride, semantic) * r)
        mask = Block(known, semantic) & (Block(last, semantic) > r)
        tl.store(pointer.value, eaten.value, mask=mask.value, _semantic=semantic)


@emitter
def write_states(states, at, stride, state, known, last, shape, semantic):  # type: ignore[no-untyped-def]
    """Write the hidden states [H] of R agents, at `at` and then each `stride` further; masked as in `write_counts`."""
    hidden = parts(hidden_of(state, shape), shape.agents, semantic)
    for r, units in enumerate(hidden):
        pointer = Block(states, semantic) + (Block(at, semantic) + scalar(stride, semantic) * r)
        mask = Block(known, semantic) & (Block(last, semantic) > r)
        for unit, value in enumerate(units):
            tl.store((pointer + unit).value, value.value, mask=mask.value, _semantic=semantic)

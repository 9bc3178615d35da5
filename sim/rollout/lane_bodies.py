"""The bodies of agents in the lanes of a tile, as instructions of a kernel: what they sense, how an action moves them.

A tile has L lanes (see `engine.tile`), n x n cells are a board, T are the steps of an episode, A the actions. Each lane
does what `sim.world.body` does. The rows of `observed` are the quantities of `sim.rollout.quantities.WATCHED`. They are
None if a rollout counts pellets only, and then no code is emitted for them.
"""

from typing import Any

from llvmlite import ir

from agents.engine.arithmetic import inlined
from agents.engine.lanes import Engine, Lanes
from agents.engine.tile import INDEX, Rows, emitter
from sim.rollout.quantities import QUANTITIES, WATCHED, Moment
from sim.world import rules

PLACE, HEADING, CELL, EATEN = range(4)  # the rows of a tile's bodies [4, L]
CLEARED = (1 << rules.PELLET) - 1
VISITED = rules.PELLET + 1  # number of the bit of a board's cell that is set after a visit, if quantities are observed


def _write_senses(source: Rows, first: Any, cell: Lanes, heading: Lanes, ate: Lanes, like: Lanes) -> None:
    for sense, value in enumerate([*rules.walls(cell, heading), ate]):
        source[source.builder.add(first, INDEX(sense))] = value.to_float(like)


def _enter(board: Rows, size: Any, place: Lanes, marks: bool) -> Lanes:
    """Read the cell at each lane's place from the lane's board, clear the pellet there, and mark it if `marks`."""
    builder = board.builder
    board_size, byte = builder.mul(size, size), ir.IntType(8)
    cells_read = place.like(0).value
    integer = place.value.type.element
    for lane in range(place.value.type.count):
        number = ir.IntType(32)(lane)
        at = builder.zext(builder.extract_element(place.value, number), INDEX)
        pointer = builder.gep(board.pointer, [builder.add(builder.mul(board_size, INDEX(lane)), at)])
        cell = builder.load(pointer)
        left = builder.and_(cell, byte(CLEARED))
        builder.store(builder.or_(left, byte(1 << VISITED)) if marks else left, pointer)
        cells_read = builder.insert_element(cells_read, builder.zext(cell, integer), number)
    return Lanes(builder, cells_read)


@emitter
def begin(
    builder: Any, size: Any, hidden: Any, boards: Rows, bodies: Rows, source: Rows, observed: Rows | None
) -> None:
    """Put the agents of all lanes on their boards, and write their first senses and quantities."""
    cell = _enter(boards, size, bodies[INDEX(PLACE)], marks=observed is not None)
    bodies[INDEX(CELL)] = cell
    _write_senses(source, hidden, cell, bodies[INDEX(HEADING)], cell.like(0), source[INDEX(0)])
    if observed is not None:
        for row, name in enumerate(WATCHED):
            observed[INDEX(row)] = cell.like(QUANTITIES[name].begin)


@emitter
def act(
    builder: Any, step: Any, size: Any, hidden: Any, outputs: Rows, boards: Rows, bodies: Rows, source: Rows,
    centre: Rows, observed: Rows | None,
) -> None:  # fmt: skip
    """Take each agent's action, its largest output: turn, move, eat, and write the new senses and quantities.

    `step` counts from 0. Divergence is that from row `step` of the places of the `centre`.
    """
    place, heading, cell = bodies[INDEX(PLACE)], bodies[INDEX(HEADING)], bodies[INDEX(CELL)]
    best, action = outputs[INDEX(0)], place.like(0)
    for choice in range(1, rules.ACTIONS):
        output = outputs[INDEX(choice)]
        better = output > best
        best, action = Engine.select(better, output, best), Engine.select(better, choice, action)
    heading = rules.turned(heading, action)
    moved = rules.passable(cell, heading)
    place = place + rules.stride(heading, place.splat(size)) * moved
    cell = _enter(boards, size, place, marks=observed is not None)
    ate = rules.pellet(cell)
    eaten = bodies[INDEX(EATEN)] + ate
    bodies[INDEX(PLACE)], bodies[INDEX(HEADING)], bodies[INDEX(CELL)] = place, heading, cell
    bodies[INDEX(EATEN)] = eaten
    _write_senses(source, hidden, cell, heading, ate, best)
    if observed is not None:
        now = Moment(place.splat(step) + 1, place, moved, ate, eaten, (cell >> VISITED) & 1, centre[step])
        for row, name in enumerate(WATCHED):
            observed[INDEX(row)] = QUANTITIES[name].after(observed[INDEX(row)], now)


@emitter
def add_noise(builder: Any, first: Any, noise: Rows, outputs: Rows) -> None:
    """Add A rows of noise, from row `first` on, to the outputs; the largest sum is then a draw from their softmax."""
    for choice in range(rules.ACTIONS):
        outputs[INDEX(choice)] = outputs[INDEX(choice)] + noise[builder.add(first, INDEX(choice))]


@emitter
def write_path(builder: Any, first: Any, bodies: Rows, path: Rows) -> None:
    """Write places and headings to two rows of the path, from row `first` on."""
    path[first] = bodies[INDEX(PLACE)]
    path[builder.add(first, INDEX(1))] = bodies[INDEX(HEADING)]


@inlined
def look(size, sight, first, boards, bodies, source):  # type: ignore[no-untyped-def]
    """Write four rows of source, from row `first` on: 1 if a pellet is in sight along the corridor in a direction."""
    steps = (-size, 1, size, -1)
    for lane in range(source.shape[1]):
        for relative in range(4):
            direction = (bodies[HEADING, lane] + relative) & 3
            place = bodies[PLACE, lane]
            seen = 0
            for _ in range(sight):
                if seen or not (boards[lane, place] >> direction) & 1:
                    break
                place += steps[direction]
                seen = (boards[lane, place] >> rules.PELLET) & 1
            source[first + relative, lane] = seen

"""Rollouts on the CPU: kernels in which tiles of L agents play whole episodes.

N genomes of P weights in M mazes of n x n cells, T steps and K counts of pellets in an episode, A actions, L lanes (see
`engine.tile`). A shared tile is one genome in L mazes: all lanes share its weights. If that would leave many lanes
empty, a packed tile is used: L consecutive (genome, maze) pairs, whose weights are packed lane by lane. Each lane
computes what `sim.world.life` computes.

The argument `tile` of a kernel is (bodies, source, gates, extra, outputs, path), all wide or all narrow. `views` is
(bodies, source, path, boards, counts): the first three are the same memory as [rows, L], because a reshape inside a
kernel would slow it down; boards are [L, n*n], and counts [K, L].
"""

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numpy.typing import NDArray

from agents.engine.arithmetic import inlined, kernel
from agents.engine.lanes import Engine, Lanes
from agents.engine.tile import INDEX, Rows, emitter
from agents.network.cells import forward
from sim.world import rules

PLACE, HEADING, CELL, EATEN = range(4)  # the rows of a tile's bodies [4, L]
CLEARED = (1 << rules.PELLET) - 1


def _write_senses(source: Rows, first: Any, cell: Lanes, heading: Lanes, ate: Lanes, like: Lanes) -> None:
    for sense, value in enumerate([*rules.walls(cell, heading), ate]):
        source[source.builder.add(first, INDEX(sense))] = value.to_float(like)


def _enter(board: Rows, size: Any, place: Lanes) -> Lanes:
    """Read the cell at each lane's place from the lane's board, and clear the pellet there."""
    builder = board.builder
    board_size, byte = builder.mul(size, size), ir.IntType(8)
    cells_read = place.like(0).value
    integer = place.value.type.element
    for lane in range(place.value.type.count):
        number = ir.IntType(32)(lane)
        at = builder.zext(builder.extract_element(place.value, number), INDEX)
        pointer = builder.gep(board.pointer, [builder.add(builder.mul(board_size, INDEX(lane)), at)])
        cell = builder.load(pointer)
        builder.store(builder.and_(cell, byte(CLEARED)), pointer)
        cells_read = builder.insert_element(cells_read, builder.zext(cell, integer), number)
    return Lanes(builder, cells_read)


@emitter
def begin(builder: Any, size: Any, hidden: Any, boards: Rows, bodies: Rows, source: Rows) -> None:
    """Put the agents of all lanes on their boards, and write their first senses."""
    cell = _enter(boards, size, bodies[INDEX(PLACE)])
    bodies[INDEX(CELL)] = cell
    _write_senses(source, hidden, cell, bodies[INDEX(HEADING)], cell.like(0), source[INDEX(0)])


@emitter
def act(builder: Any, size: Any, hidden: Any, outputs: Rows, boards: Rows, bodies: Rows, source: Rows) -> None:
    """Take each agent's action, its largest output: turn, move, eat, and write the new senses."""
    place, heading, cell = bodies[INDEX(PLACE)], bodies[INDEX(HEADING)], bodies[INDEX(CELL)]
    best, action = outputs[INDEX(0)], place.like(0)
    for choice in range(1, rules.ACTIONS):
        output = outputs[INDEX(choice)]
        better = output > best
        best, action = Engine.select(better, output, best), Engine.select(better, choice, action)
    heading = rules.turned(heading, action)
    place = place + rules.stride(heading, place.splat(size)) * rules.passable(cell, heading)
    cell = _enter(boards, size, place)
    ate = rules.pellet(cell)
    bodies[INDEX(PLACE)], bodies[INDEX(HEADING)], bodies[INDEX(CELL)] = place, heading, cell
    bodies[INDEX(EATEN)] = bodies[INDEX(EATEN)] + ate
    _write_senses(source, hidden, cell, heading, ate, best)


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


@inlined
def play_tile(settings, weights, noise, tile, views):  # type: ignore[no-untyped-def]
    """Play one episode of a tile, and write the counts of pellets, one after each `every` steps.

    `noise` [T A, L] is empty for greedy play. Places and headings are written to the path [(T+1) 2, L] unless it is
    empty.
    """
    cell, hidden, size, sight, every, ablate = settings
    bodies, source, gates, extra, outputs, path = tile
    body_rows, source_rows, _, boards, counts = views
    source[:] = 0
    extra[:] = 0
    begin(size, hidden, boards, bodies, source)
    sampled, traced = noise.shape[0] > 0, path.shape[0] > 0
    if traced:
        write_path(0, bodies, path)
    for count in range(counts.shape[0]):
        for step in range(count * every, (count + 1) * every):
            if sight:
                look(size, sight, hidden + rules.PELLETS, boards, body_rows, source_rows)
            if ablate:
                source[:hidden] = 0
                extra[:hidden] = 0
            forward(cell, hidden, weights, source, gates, extra, outputs)
            if sampled:
                add_noise(step * rules.ACTIONS, noise, outputs)
            act(size, hidden, outputs, boards, bodies, source)
            if traced:
                write_path(2 * (step + 1), bodies, path)
        for lane in range(counts.shape[1]):
            counts[count, lane] = body_rows[EATEN, lane]


@kernel
def play_shared(settings, genomes, noise, mazes, starts, headings, skipped, tile, views, results, paths):  # type: ignore[no-untyped-def]
    """Play tiles of one genome in L mazes; write results [N, M, K] and, unless empty, paths [N, M, (T+1) 2].

    The mazes belong to results and paths after the first `skipped` ones. `noise` [tiles, T A, L] is that of the mazes,
    tile by tile.
    """
    body_rows, _, path, boards, counts = views
    lanes, total = boards.shape[0], mazes.shape[0]
    for genome in range(genomes.shape[0]):
        for first in range(0, total, lanes):
            for lane in range(lanes):
                maze = min(first + lane, total - 1)
                for place in range(boards.shape[1]):
                    boards[lane, place] = mazes[maze, place]
                body_rows[PLACE, lane] = starts[maze]
                body_rows[HEADING, lane] = headings[maze]
                body_rows[EATEN, lane] = 0
            play_tile(settings, genomes[genome], noise[first // lanes], tile, views)
            for lane in range(min(lanes, total - first)):
                for count in range(counts.shape[0]):
                    results[genome, skipped + first + lane, count] = counts[count, lane]
                for row in range(path.shape[0]):
                    paths[genome, skipped + first + lane, row] = path[row, lane]


@kernel
def play_packed(settings, genomes, noise, mazes, starts, headings, skipped, tile, views, packed, results, paths):  # type: ignore[no-untyped-def]
    """Play tiles of L consecutive (genome, maze) pairs; write results [N, M, K] and, unless empty, paths.

    paths are [N, M, (T+1) 2]. The mazes belong to results and paths after the first `skipped` ones. `noise`
    [M / gcd(M, L), T A, L] is that of the first tiles; then it repeats. `packed` is memory for the weights of a tile,
    an array with the axes of the tile, and a view [P, L] of it.
    """
    body_rows, _, path, boards, counts = views
    rows, weights = packed
    lanes, total = boards.shape[0], mazes.shape[0]
    pairs = genomes.shape[0] * total
    for first in range(0, pairs, lanes):
        for lane in range(lanes):
            pair = min(first + lane, pairs - 1)
            genome, maze = pair // total, pair % total
            for weight in range(genomes.shape[1]):
                weights[weight, lane] = genomes[genome, weight]
            for place in range(boards.shape[1]):
                boards[lane, place] = mazes[maze, place]
            body_rows[PLACE, lane] = starts[maze]
            body_rows[HEADING, lane] = headings[maze]
            body_rows[EATEN, lane] = 0
        gumbel = noise[first // lanes % noise.shape[0]]
        play_tile(settings, rows, gumbel, tile, views)
        for lane in range(min(lanes, pairs - first)):
            pair = first + lane
            for count in range(counts.shape[0]):
                results[pair // total, skipped + pair % total, count] = counts[count, lane]
            for row in range(path.shape[0]):
                paths[pair // total, skipped + pair % total, row] = path[row, lane]


def aligned(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """An array of zeros that begins on a cache line, so that rows of lanes do not cross cache lines."""
    bytes_ = math.prod(shape) * np.dtype(dtype).itemsize
    buffer = np.zeros(bytes_ + 64, np.uint8)
    start = -buffer.__array_interface__["data"][0] % 64  # the address; buffer.ctypes takes many times longer
    line: NDArray[Any] = buffer[start : start + bytes_].view(dtype).reshape(shape)
    return line

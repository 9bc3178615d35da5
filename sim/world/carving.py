"""Carve one maze from given random words.

n cells along a side, C = n*n cells (cell = row*n + column), W words. Directions are 0 north, 1 east, 2 south, 3 west.
Every choice among k uses one word: its high 32 bits times k, shifted right by 32 (Lemire 2019, without the rejection:
k is at most 4096, so no probability is wrong by more than one part in a million).

The first words belong to start, heading, pellets and braid, each at fixed places, and the rest to carving. So mazes
that differ only in `braid` or `pellets` have the same start, heading and perfect maze, and the maze with the larger
share contains the pellets and passages of the other.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import inlined, kernel

BACKTRACKER, WILSON, PRIM = 0, 1, 2
OUTSIDE, FRONTIER, INSIDE = 1, 2, 4

Words = NDArray[np.uint64]
Cells = NDArray[Any]


@cache
def neighbours(size: int) -> NDArray[np.int64]:
    """The cell next to each cell in each direction, [C, 4]; -1 across the border. Do not write to it."""
    cells = np.full((size + 2, size + 2), -1)
    cells[1:-1, 1:-1] = np.arange(size * size).reshape(size, size)
    sides = cells[:-2, 1:-1], cells[1:-1, 2:], cells[2:, 1:-1], cells[1:-1, :-2]
    return np.stack([side.ravel() for side in sides], axis=1)


@inlined
def below(word: Any, bound: int) -> Any:
    """A whole number in [0, bound) from one word."""
    # the casts are needed, as numba turns an operation of uint64 and int64 into float64
    return np.int64(((word >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))


@inlined
def choose(word: Any, nearby: Cells, state: Cells, wanted: int) -> int:
    """A random direction to one of four cells `nearby` whose state has one of the `wanted` bits; -1 if none has."""
    count = 0
    for next_cell in nearby:
        if next_cell >= 0 and state[next_cell] & wanted:
            count += 1
    left = below(word, count)
    chosen = -1
    for direction in range(4):
        if nearby[direction] >= 0 and state[nearby[direction]] & wanted:
            if left == 0:
                chosen = direction
            left -= 1
    return chosen


@inlined
def connect(cell: int, direction: int, near: Cells, passages: Cells) -> int:
    """Open the wall between `cell` and its neighbour in a direction, for both; return the neighbour."""
    next_cell = near[cell, direction]
    passages[cell] |= 1 << direction
    passages[next_cell] |= 1 << (direction + 2) % 4
    return int(next_cell)


@kernel
def backtrack(words: Words, near: Cells, passages: Cells, state: Cells, path: Cells) -> int:
    """Depth-first search from a random cell (recursive backtracking): long corridors and few dead ends.

    `passages` [C] are all closed. `state` [C] is OUTSIDE everywhere and is written to; `path` [C] is scratch memory.
    Returns the number of words used, or -1 if there are too few, as the other two algorithms do.
    """
    cells = len(near)
    if len(words) < cells:
        return -1
    path[0] = below(words[0], cells)
    state[path[0]] = INSIDE
    spent, depth = 1, 1
    while spent < cells:
        cell = path[depth - 1]
        direction = choose(words[spent], near[cell], state, OUTSIDE)
        if direction < 0:
            depth -= 1
            continue
        path[depth] = connect(cell, direction, near, passages)
        state[path[depth]] = INSIDE
        spent += 1
        depth += 1
    return spent


@kernel
def wilson(words: Words, near: Cells, passages: Cells, state: Cells, last_exit: Cells) -> int:
    """Loop-erased random walks (Wilson 1996): every spanning tree of the grid is equally likely."""
    if len(words) < 1:
        return -1
    state[below(words[0], len(near))] = INSIDE
    spent = 1
    for first in range(len(near)):
        cell = first
        while state[cell] == OUTSIDE:
            if spent == len(words):
                return -1
            last_exit[cell] = choose(words[spent], near[cell], state, OUTSIDE | INSIDE)
            cell = near[cell, last_exit[cell]]
            spent += 1
        # when the walk returned to a cell, it overwrote the cell's exit; so following the exits leaves out all loops
        cell = first
        while state[cell] == OUTSIDE:
            state[cell] = INSIDE
            cell = connect(cell, last_exit[cell], near, passages)
    return spent


@kernel
def prim(words: Words, near: Cells, passages: Cells, state: Cells, frontier: Cells) -> int:
    """Prim's algorithm (1957) with random choices: a random frontier cell is joined to a random neighbour inside."""
    cells = len(near)
    if len(words) < 2 * cells - 1:
        return -1
    waiting, spent = 0, 1
    cell = below(words[0], cells)
    while True:
        state[cell] = INSIDE
        for next_cell in near[cell]:
            if next_cell >= 0 and state[next_cell] == OUTSIDE:
                state[next_cell] = FRONTIER
                frontier[waiting] = next_cell
                waiting += 1
        if waiting == 0:
            return spent
        drawn = below(words[spent], waiting)
        cell = frontier[drawn]
        waiting -= 1
        frontier[drawn] = frontier[waiting]
        connect(cell, choose(words[spent + 1], near[cell], state, INSIDE), near, passages)
        spent += 2


ALGORITHMS = {BACKTRACKER: backtrack, WILSON: wilson, PRIM: prim}


@inlined
def draw_to_front(items: Cells, count: int, total: int, words: Words) -> None:
    """Move `count` of the first `total` items, drawn without replacement, to the front (Fisher and Yates 1938)."""
    for place in range(count):
        drawn = place + below(words[place], total - place)
        items[place], items[drawn] = items[drawn], items[place]


@kernel
def braid(words: Words, count: int, near: Cells, passages: Cells, walls: Cells) -> None:
    """Open `count` random walls of the (n-1)^2 interior walls of a perfect maze; `walls` [C] is scratch memory."""
    standing = 0
    for cell in range(len(near)):
        for direction in range(1, 3):
            if near[cell, direction] >= 0 and not passages[cell] >> direction & 1:
                walls[standing] = 4 * cell + direction
                standing += 1
    draw_to_front(walls, count, standing, words)
    for place in range(count):
        connect(walls[place] // 4, walls[place] % 4, near, passages)


@kernel
def scatter(words: Words, count: int, start: int, pellets: NDArray[np.bool_], free: Cells) -> None:
    """Put `count` pellets on random cells other than the start; pellets is [C], `free` [C] is scratch memory."""
    total = len(pellets) - 1
    for place in range(total):
        free[place] = place + (place >= start)
        pellets[place] = False
    pellets[total] = False
    if count < total:
        draw_to_front(free, count, total, words)
    for place in range(count):
        pellets[free[place]] = True


def carve_maze(
    words: Words, algorithm: int, opened: int, laid: int, maze: int, open: Any, pellets: Any, start: Any, heading: Any
) -> int:
    """Carve the maze at place `maze` of a batch; return the number of words used, or -1 if there are too few.

    `opened` is the number of walls to open after the perfect maze is carved; `laid` is the number of pellets. The batch
    is open uint8 [M, n, n], pellets bool [M, n, n], start and heading int32 [M]. If words run out, call it again with
    more of them.
    """
    size = open.shape[1]
    cells, near = size * size, neighbours(size)
    to_braid = 2 + cells - 1
    to_carve = to_braid + (size - 1) * (size - 1)
    if len(words) < to_carve:
        return -1
    passages, scratch = open[maze].reshape(cells), np.empty(cells, np.int64)
    passages[:] = 0
    spent = ALGORITHMS[algorithm](words[to_carve:], near, passages, np.full(cells, OUTSIDE, np.uint8), scratch)
    if spent < 0:
        return -1
    braid(words[to_braid:to_carve], opened, near, passages, scratch)
    start[maze], heading[maze] = (
        (int(word) >> 32) * bound >> 32 for word, bound in zip(words[:2], (cells, 4), strict=True)
    )
    scatter(words[2:to_braid], laid, int(start[maze]), pellets[maze].reshape(cells), scratch)
    return int(to_carve + spent)

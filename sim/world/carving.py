"""The kernels that carve one maze from given random words.

n cells along a side, C = n*n cells (cell = row*n + column), W words. Directions are 0 north, 1 east, 2 south, 3 west.
Every choice among k uses one word: its high 32 bits times k, shifted right by 32 (Lemire 2019, without the rejection:
k is at most 4096, so no probability is wrong by more than one part in a million).

The first words belong to start, heading, pellets and braid, each at fixed places, and the rest to carving. So mazes
that differ only in `braid` or `pellets` have the same start, heading and perfect maze, and the maze with the larger
share contains the pellets and passages of the other.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import kernel

BACKTRACKER, WILSON, PRIM = 0, 1, 2
OUTSIDE, FRONTIER, INSIDE = 1, 2, 4

Words = NDArray[np.uint64]
Cells = NDArray[Any]


@kernel
def below(word: Any, bound: int) -> Any:
    """A whole number in [0, bound) from one word."""
    # the casts are needed, as numba turns an operation of uint64 and int64 into float64
    return np.int64(((word >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))


@kernel
def neighbour(cell: int, direction: int, size: int) -> int:
    """The cell next to `cell`, or -1 across the border."""
    if direction == 0:
        return cell - size if cell >= size else -1
    if direction == 1:
        return cell + 1 if cell % size < size - 1 else -1
    if direction == 2:
        return cell + size if cell < size * (size - 1) else -1
    return cell - 1 if cell % size > 0 else -1


@kernel
def choose(word: Any, cell: int, size: int, state: Cells, wanted: int) -> int:
    """A random direction from `cell` to a neighbour whose state has one of the `wanted` bits; -1 if there is none."""
    count = 0
    for direction in range(4):
        next_cell = neighbour(cell, direction, size)
        if next_cell >= 0 and state[next_cell] & wanted:
            count += 1
    left = below(word, count)
    for direction in range(4):
        next_cell = neighbour(cell, direction, size)
        if next_cell >= 0 and state[next_cell] & wanted:
            if left == 0:
                return direction
            left -= 1
    return -1


@kernel
def connect(cell: int, direction: int, size: int, passages: Cells) -> int:
    """Open the wall between `cell` and its neighbour in a direction, for both; return the neighbour."""
    next_cell = neighbour(cell, direction, size)
    passages[cell] |= 1 << direction
    passages[next_cell] |= 1 << (direction + 2) % 4
    return int(next_cell)


@kernel
def backtrack(words: Words, size: int, passages: Cells) -> int:
    """Depth-first search from a random cell (recursive backtracking): long corridors and few dead ends.

    Returns the number of words used, or -1 if there are too few, as the other two algorithms do.
    """
    cells = size * size
    if len(words) < cells:
        return -1
    state = np.full(cells, OUTSIDE, np.uint8)
    path = np.empty(cells, np.int64)
    path[0] = below(words[0], cells)
    state[path[0]] = INSIDE
    spent, depth = 1, 1
    while spent < cells:
        cell = path[depth - 1]
        direction = choose(words[spent], cell, size, state, OUTSIDE)
        if direction < 0:
            depth -= 1
            continue
        path[depth] = connect(cell, direction, size, passages)
        state[path[depth]] = INSIDE
        spent += 1
        depth += 1
    return spent


@kernel
def wilson(words: Words, size: int, passages: Cells) -> int:
    """Loop-erased random walks (Wilson 1996): every spanning tree of the grid is equally likely."""
    cells = size * size
    if len(words) < 1:
        return -1
    state = np.full(cells, OUTSIDE, np.uint8)
    last_exit = np.empty(cells, np.int64)
    state[below(words[0], cells)] = INSIDE
    spent = 1
    for first in range(cells):
        cell = first
        while state[cell] == OUTSIDE:
            if spent == len(words):
                return -1
            last_exit[cell] = choose(words[spent], cell, size, state, OUTSIDE | INSIDE)
            cell = neighbour(cell, last_exit[cell], size)
            spent += 1
        # when the walk returned to a cell, it overwrote the cell's exit; so following the exits leaves out all loops
        cell = first
        while state[cell] == OUTSIDE:
            state[cell] = INSIDE
            cell = connect(cell, last_exit[cell], size, passages)
    return spent


@kernel
def prim(words: Words, size: int, passages: Cells) -> int:
    """Prim's algorithm (1957) with random choices: a random frontier cell is joined to a random neighbour inside."""
    cells = size * size
    if len(words) < 2 * cells - 1:
        return -1
    state = np.full(cells, OUTSIDE, np.uint8)
    frontier = np.empty(cells, np.int64)
    waiting, spent = 0, 1
    cell = below(words[0], cells)
    while True:
        state[cell] = INSIDE
        for direction in range(4):
            next_cell = neighbour(cell, direction, size)
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
        connect(cell, choose(words[spent + 1], cell, size, state, INSIDE), size, passages)
        spent += 2


@kernel
def draw_to_front(items: Cells, count: int, words: Words) -> None:
    """Move `count` of the items, drawn without replacement, to the front (Fisher and Yates 1938)."""
    for place in range(count):
        drawn = place + below(words[place], len(items) - place)
        items[place], items[drawn] = items[drawn], items[place]


@kernel
def braid(words: Words, count: int, size: int, passages: Cells) -> None:
    """Open `count` random walls of the (n-1)^2 interior walls of a perfect maze."""
    walls = np.empty((size - 1) * (size - 1), np.int64)
    standing = 0
    for cell in range(size * size):
        for direction in range(1, 3):
            if neighbour(cell, direction, size) >= 0 and not passages[cell] >> direction & 1:
                walls[standing] = 4 * cell + direction
                standing += 1
    draw_to_front(walls, count, words)
    for wall in walls[:count]:
        connect(wall // 4, wall % 4, size, passages)


@kernel
def scatter(words: Words, count: int, start: int, pellets: NDArray[np.bool_]) -> None:
    """Put `count` pellets on random cells other than the start; pellets is [C]."""
    free = np.arange(len(pellets) - 1)
    for place in range(start, len(free)):
        free[place] += 1
    if count < len(free):
        draw_to_front(free, count, words)
    pellets[:] = False
    for cell in free[:count]:
        pellets[cell] = True


@kernel
def carve_maze(
    words: Words, algorithm: int, opened: int, laid: int, maze: int, open: Any, pellets: Any, start: Any, heading: Any
) -> Any:
    """Carve the maze at place `maze` of a batch; return the number of words used, or -1 if there are too few.

    `opened` is the number of walls to open after the perfect maze is carved; `laid` is the number of pellets. The batch
    is open uint8 [M, n, n], pellets bool [M, n, n], start and heading int32 [M]. If words run out, call it again with
    more of them.
    """
    size = open.shape[1]
    cells = size * size
    to_braid = 2 + cells - 1
    to_carve = to_braid + (size - 1) * (size - 1)
    if len(words) < to_carve:
        return -1
    passages = open[maze].reshape(cells)
    passages[:] = 0
    if algorithm == BACKTRACKER:
        spent = backtrack(words[to_carve:], size, passages)
    elif algorithm == WILSON:
        spent = wilson(words[to_carve:], size, passages)
    else:
        spent = prim(words[to_carve:], size, passages)
    if spent < 0:
        return -1
    braid(words[to_braid:to_carve], opened, size, passages)
    start[maze] = below(words[0], cells)
    heading[maze] = below(words[1], 4)
    scatter(words[2:to_braid], laid, start[maze], pellets[maze].reshape(cells))
    return to_carve + spent

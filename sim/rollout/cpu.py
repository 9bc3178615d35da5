"""Rollouts on the CPU: kernels in which tiles of L agents play whole episodes.

N genomes of P weights in M mazes of n x n cells, T steps and K counts of pellets in an episode, A actions, L lanes (see
`engine.tile`). A shared tile is one genome in L mazes: all lanes share its weights. If that would leave many lanes
empty, a packed tile is used: L consecutive (genome, maze) pairs, whose weights are packed lane by lane. Each lane
computes what `sim.world.life` computes.

The argument `tile` of a kernel is (bodies, source, gates, extra, outputs, path, observed), all wide or all narrow.
`views` is (bodies, source, path, observed, boards, counts, kept): the first four are the same memory as [rows, L],
because a reshape inside a kernel would slow it down; boards are [L, n*n], counts [K, L], and kept [K, Q, L].

`observed` has a row for each of `sim.rollout.quantities.WATCHED`, of which `wanted` [Q] are kept. In a rollout that
counts pellets only it is None in `tile`. Numba compiles a kernel for the types of its arguments, so there is a kernel
that observes and one without a trace of that. Keeping all quantities up to date takes a few percent of a step; a kernel
for each set of them would take long to compile.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import inlined, kernel
from agents.network.cells import forward
from sim.rollout.lane_bodies import EATEN, HEADING, PLACE, act, add_noise, begin, look, write_path
from sim.world import rules


@inlined
def play_tile(settings, weights, noise, centre, tile, views, wanted):  # type: ignore[no-untyped-def]
    """Play one episode of a tile, and write the pellets and the wanted quantities after each `every` steps.

    `noise` [T A, L] is empty for greedy play, and the centre's places [T, L] unless quantities are observed. Places and
    headings are written to the path [(T+1) 2, L] unless it is empty.
    """
    cell, hidden, size, sight, every, ablate = settings
    bodies, source, gates, extra, outputs, path, observed = tile
    body_rows, source_rows, _, observed_rows, boards, counts, kept = views
    source[:] = 0
    extra[:] = 0
    begin(size, hidden, boards, bodies, source, observed)
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
            act(step, size, hidden, outputs, boards, bodies, source, centre, observed)
            if traced:
                write_path(2 * (step + 1), bodies, path)
        for lane in range(counts.shape[1]):
            counts[count, lane] = body_rows[EATEN, lane]
        for at in range(wanted.shape[0]):
            for lane in range(counts.shape[1]):
                kept[count, at, lane] = observed_rows[wanted[at], lane]


@kernel
def play_shared(  # type: ignore[no-untyped-def]
    settings, genomes, noise, centre, mazes, starts, headings, skipped, tile, views, wanted, results, paths, others
):
    """Play tiles of one genome in L mazes; write results [N, M, K] and, unless empty, paths and others.

    paths are [N, M, (T+1) 2], others the wanted quantities [N, M, K, Q]. The mazes belong to them after the first
    `skipped` ones. `noise` [tiles, T A, L] and `centre` [tiles, T, L] are those of the mazes, tile by tile.
    """
    body_rows, _, path, _, boards, counts, kept = views
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
            number = first // lanes
            play_tile(settings, genomes[genome], noise[number], centre[number], tile, views, wanted)
            for lane in range(min(lanes, total - first)):
                maze = skipped + first + lane
                for count in range(counts.shape[0]):
                    results[genome, maze, count] = counts[count, lane]
                    for at in range(kept.shape[1]):
                        others[genome, maze, count, at] = kept[count, at, lane]
                for row in range(path.shape[0]):
                    paths[genome, maze, row] = path[row, lane]


@kernel
def play_packed(  # type: ignore[no-untyped-def]
    settings, genomes, noise, centre, mazes, starts, headings, skipped, tile, views, wanted, packed,
    results, paths, others,
):  # fmt: skip
    """Play tiles of L consecutive (genome, maze) pairs; write results [N, M, K] and, unless empty, paths and others.

    These are as in `play_shared`. `noise` [M / gcd(M, L), T A, L] and `centre` [M / gcd(M, L), T, L] are those of the
    first tiles; then they repeat. `packed` is memory for the weights of a tile, an array with the axes of the tile, and
    a view [P, L] of it.
    """
    body_rows, _, path, _, boards, counts, kept = views
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
        number = first // lanes % noise.shape[0]
        play_tile(settings, rows, noise[number], centre[number], tile, views, wanted)
        for lane in range(min(lanes, pairs - first)):
            genome, maze = (first + lane) // total, skipped + (first + lane) % total
            for count in range(counts.shape[0]):
                results[genome, maze, count] = counts[count, lane]
                for at in range(kept.shape[1]):
                    others[genome, maze, count, at] = kept[count, at, lane]
            for row in range(path.shape[0]):
                paths[genome, maze, row] = path[row, lane]


def aligned(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """An array of zeros that begins on a cache line, so that rows of lanes do not cross cache lines."""
    bytes_ = math.prod(shape) * np.dtype(dtype).itemsize
    buffer = np.zeros(bytes_ + 64, np.uint8)
    start = -buffer.__array_interface__["data"][0] % 64  # the address; buffer.ctypes takes many times longer
    line: NDArray[Any] = buffer[start : start + bytes_].view(dtype).reshape(shape)
    return line

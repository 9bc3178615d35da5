"""The kernels of the teacher: shortest paths to the nearest unvisited cell, at every step of an episode.

N agents, M mazes of n x n cells (cell = row*n + column), T steps, A actions. Directions are as in
`sim.world.carving`, and `near` [n*n, 4] are its neighbours of each cell.
"""

from typing import Any

import numpy as np

from agents.engine.arithmetic import kernel


@kernel
def walk(opened, near, order, shared, lead, places, headings, labels, first, last):  # type: ignore[no-untyped-def]
    """Write labels [N, M, T, A] for the places and headings [N, M, T+1] of episodes, in mazes first to last - 1.

    With `lead` the agents follow the labels: the kernel writes the places and headings of the later steps, too.
    """
    visited = np.empty(len(near), np.bool_)
    scratch = np.empty((3, len(near)), np.int64)
    for agent in range(places.shape[0]):
        for maze in range(first, last):
            visited[:] = False
            for step in range(labels.shape[2]):
                place, heading = np.int64(places[agent, maze, step]), np.int64(headings[agent, maze, step])
                visited[place] = True
                action = choose_action(
                    first_steps(opened[maze], near, place, visited, scratch),
                    heading,
                    order,
                    shared,
                    labels[agent, maze, step],
                )
                if lead:
                    heading = (heading + action) & 3
                    if opened[maze, place] >> heading & 1:
                        place = near[place, heading]
                    places[agent, maze, step + 1], headings[agent, maze, step + 1] = place, heading


@kernel
def first_steps(opened: Any, near: Any, place: int, visited: Any, scratch: Any) -> int:
    """The first steps of all shortest paths to the nearest unvisited cells, as bits; 0 if all cells are visited."""
    directions = 0
    for direction in range(4):
        if opened[place] >> direction & 1 and not visited[near[place, direction]]:
            directions |= 1 << direction
    if directions:
        return directions
    distance, first, queue = scratch
    distance[:] = -1
    distance[place], first[place], queue[0] = 0, 0, place
    head, tail, nearest = 0, 1, len(queue)
    while head < tail:
        cell = queue[head]
        head += 1
        if distance[cell] > nearest:
            break
        if not visited[cell]:
            nearest = distance[cell]
            directions |= first[cell]
            continue
        for direction in range(4):
            if opened[cell] >> direction & 1:
                next_cell = near[cell, direction]
                if distance[next_cell] < 0:
                    distance[next_cell], first[next_cell], queue[tail] = distance[cell] + 1, 0, next_cell
                    tail += 1
                if distance[next_cell] == distance[cell] + 1:
                    first[next_cell] |= 1 << direction if cell == place else first[cell]
    return directions


@kernel
def choose_action(directions: int, heading: int, order: Any, shared: bool, label: Any) -> int:
    """Write the label [A] for good directions; return the action that `order` prefers, or its first if none is good."""
    relative = (directions * 17 >> heading) & 15
    count, chosen = 0, -1
    for action in order:
        if relative >> action & 1:
            count += 1
            if chosen < 0:
                chosen = action
    for action in range(4):
        if relative >> action & 1 and (shared or action == chosen):
            label[action] = 1 / count if shared else 1
    return int(chosen) if count else int(order[0])

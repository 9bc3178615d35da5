"""The teacher goes to the nearest unvisited cell, and uses only what it has sensed."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.layout import initial
from agents.randomness import generator
from sim.imitation.teacher import ORDERS, demonstrate, label, teacher_episodes
from sim.rollout.machine import Machine
from sim.rollout.trace import trace
from sim.world import rules
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

SMALL = World(maze=MazeConfig(size=5), lifetime=60)


def _best_actions(opened, size, place, heading, visited):
    """The relative first actions of shortest paths to the nearest unvisited cells, by one plain search per action."""
    lengths = {}
    for action in range(4):
        direction = rules.turned(heading, action)
        if not rules.passable(int(opened[place]), direction):
            continue
        first = place + rules.stride(direction, size)
        queue, seen = deque([(first, 1)]), {place, first}
        while queue:
            cell, length = queue.popleft()
            if cell not in visited:
                lengths[action] = length
                break
            for way in range(4):
                if rules.passable(int(opened[cell]), way) and (next_cell := cell + rules.stride(way, size)) not in seen:
                    seen.add(next_cell)
                    queue.append((next_cell, length + 1))
    return {action for action, length in lengths.items() if length == min(lengths.values())}


def _paths(episodes):
    return [
        (maze, episodes.places[0, maze].tolist(), episodes.headings[0, maze].tolist())
        for maze in range(episodes.places.shape[1])
    ]


def _episodes(world, seed, count=3):
    layout = world.layout(hidden=4)
    mazes = carve(world.maze, count, seed=seed, split="train")
    return mazes, trace(2 * initial(layout, 1, generator(seed, "test/teacher")), layout, mazes, world)


@given(seed=st.integers(0, 1000), ties=st.sampled_from(sorted(ORDERS)))
def test_labels_equal_those_of_a_plain_search(seed, ties):
    mazes, episodes = _episodes(SMALL, seed)
    labels = label(episodes, mazes, ties=ties, machine=Machine(1))
    for maze, places, headings in _paths(episodes):
        visited = set()
        for step in range(SMALL.lifetime):
            visited.add(places[step])
            best = _best_actions(mazes.open[maze].ravel(), mazes.size, places[step], headings[step], visited)
            wanted = [action for action in ORDERS[ties] if action in best][: None if ties == "shared" else 1]
            expected = [(action in wanted) / max(len(wanted), 1) for action in range(4)]
            np.testing.assert_allclose(labels[0, maze, step], expected, rtol=1e-7)


@given(seed=st.integers(0, 1000), ties=st.sampled_from(sorted(ORDERS)))
def test_the_teacher_acts_as_its_labels_say(seed, ties):
    mazes = carve(SMALL.maze, 3, seed=seed, split="train")
    episodes, labels = teacher_episodes(mazes, SMALL, ties=ties, machine=Machine(1))
    np.testing.assert_array_equal(labels, label(episodes, mazes, ties=ties))
    chosen = np.take_along_axis(labels[0], episodes.actions[0, ..., None].astype(np.intp), -1)
    assert ((chosen > 0)[..., 0] == labels[0].any(-1)).all()
    for maze, places, headings in _paths(episodes):
        opened, pellets = mazes.open[maze].ravel(), mazes.pellets[maze].ravel().copy()
        for step in range(SMALL.lifetime):
            way = rules.passable(int(opened[places[step]]), headings[step + 1])
            assert places[step + 1] == places[step] + way * rules.stride(headings[step + 1], mazes.size)
            assert episodes.eaten[0, maze, step] == pellets[places[step + 1]]
            pellets[places[step + 1]] = False


def test_the_teacher_eats_all_pellets_in_the_default_world():
    world = World()
    mazes = carve(world.maze, 64, seed=5, split="validation")
    for ties in ORDERS:
        episodes, _ = teacher_episodes(mazes, world, ties=ties)
        assert episodes.pellets.tolist() == [mazes.pellet_counts.tolist()]


def test_the_teacher_uses_only_walls_that_it_has_sensed():
    """Changing walls between unvisited cells does not change what the teacher does before it gets there."""
    world = World(maze=MazeConfig(size=6), lifetime=40)
    mazes = carve(world.maze, 8, seed=2, split="train")
    episodes, labels = teacher_episodes(mazes, world)
    for maze, places, _ in _paths(episodes):
        for until in range(0, 40, 5):
            unknown = sorted(set(range(36)) - set(places[: until + 1]))
            other = carve(world.maze, 8, seed=2, split="train").take([maze])
            opened = other.open.reshape(-1)
            for cell in unknown:
                for direction in (1, 2):
                    column, row = cell % 6, cell // 6
                    next_cell = cell + (1 if direction == 1 else 6)
                    inside = column < 5 if direction == 1 else row < 5
                    if inside and next_cell in unknown:
                        opened[cell] ^= 1 << direction
                        opened[next_cell] ^= 1 << (direction + 2) % 4
            again, other_labels = teacher_episodes(other, world)
            np.testing.assert_array_equal(again.places[0, 0, : until + 2], places[: until + 2])
            np.testing.assert_array_equal(other_labels[0, 0, : until + 1], labels[0, maze, : until + 1])


def test_threads_change_nothing():
    mazes, episodes = _episodes(SMALL, 3, count=17)
    one, two = (label(episodes, mazes, machine=Machine(threads)) for threads in (1, 2))
    assert one.tobytes() == two.tobytes()
    assert [teacher_episodes(mazes, SMALL, machine=Machine(threads))[0].places.tobytes() for threads in (1, 2)] == [
        teacher_episodes(mazes, SMALL)[0].places.tobytes()
    ] * 2


@pytest.mark.parametrize("sight", [0, 3])
def test_demonstrations_contain_the_teachers_episodes(sight):
    world = World(maze=MazeConfig(size=5), lifetime=60, sight=sight)
    mazes = carve(world.maze, 4, seed=1, split="validation")
    found = demonstrate(mazes, world)
    assert found.senses.shape == (4, 60, 9 if sight else 5)
    assert (found.senses.dtype, found.labels.dtype) == (np.uint8, np.float32)
    assert set(np.unique(found.senses)) == {0, 1}
    sums = found.labels.sum(-1)
    assert set(np.unique(sums)) == {0, 1}
    assert found.labelled_steps == sums.sum()
    episodes, labels = teacher_episodes(mazes, world)
    np.testing.assert_array_equal(found.labels, labels[0])
    np.testing.assert_array_equal(found.senses[:, 1:, rules.ATE], episodes.eaten[0, :, :-1])
    assert found.identity["mazes"] == mazes.identity()


def test_unknown_ties_are_refused():
    mazes = carve(SMALL.maze, 1, seed=1, split="train")
    with pytest.raises(UserError, match="ties must be one of left, ahead, shared, got 'up'"):
        demonstrate(mazes, SMALL, ties="up")

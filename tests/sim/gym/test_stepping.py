"""The kernels do what bodies in plain Python do."""

import numpy as np
import pytest

from sim.gym import stepping
from sim.world import rules
from sim.world.body import Body
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

WORLDS = [
    World(MazeConfig(6)),
    World(MazeConfig(5, "prim", 1.0, 0.3), sight=5),
    World(MazeConfig(12, "wilson", 0.0), sight=2),
]


@pytest.mark.parametrize("world", WORLDS)
def test_random_actions_lead_where_they_lead_plain_bodies(world):
    mazes, rng = carve(world.maze, 9, seed=2, split="train"), np.random.default_rng(0)
    plain = [Body(mazes, maze, world) for maze in range(mazes.count)]
    boards = (mazes.open | mazes.pellets.astype(np.uint8) << rules.PELLET).reshape(mazes.count, -1)
    bodies = np.zeros((5, mazes.count), np.int64)
    bodies[stepping.PLACE], bodies[stepping.HEADING] = mazes.start, mazes.heading
    senses, eaten, age = np.empty((mazes.count, rules.sense_count(world.sight)), np.float32), 0, 0
    for _ in range(300):
        stepping.sense(mazes.size, world.sight, boards, bodies, senses)
        assert senses.tolist() == [body.senses() for body in plain]
        actions, resting = rng.integers(0, 4, mazes.count), rng.random(mazes.count) < 0.2
        stepping.step(actions, resting, mazes.size, boards, bodies)
        for body, action, rests in zip(plain, actions.tolist(), resting, strict=True):
            if not rests:
                body.step(action)
        eaten, age = eaten + bodies[stepping.ATE] * ~resting, age + ~resting
        places, headings, ates = zip(*((body.place, body.heading, body.ate) for body in plain), strict=True)
        assert bodies.tolist() == [list(row) for row in (places, headings, ates, eaten, age)]
        assert (boards >> rules.PELLET).tolist() == [body.pellets for body in plain]
    assert bodies[stepping.EATEN].min() > 0


def test_an_action_that_does_not_exist_is_found():
    assert stepping.first_unknown(np.array([0, 1, 2, 3])) == -1
    assert stepping.first_unknown(np.array([0, 4, -1])) == 1
    assert stepping.first_unknown(np.array([-1])) == 0

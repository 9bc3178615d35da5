"""One episode: genomes written by hand act as expected, and every episode keeps the rules."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.layout import Layout, initial
from sim.world.life import best_action, play_episode
from sim.world.maze import MazeConfig, carve
from sim.world.policy import noise
from sim.world.rules import World

NORTH, EAST, SOUTH, WEST = range(4)
STRIDES = {4: (-4, 1, 4, -1), 6: (-6, 1, 6, -1)}
AHEAD, RIGHT, BEHIND, LEFT = range(4)

HALL = """
+-+-+-+-+
|> . .  |
+ +-+-+ +
|.|   |.|
+ +-+-+ +
|  . .  |
+-+-+-+-+
|       |
+-+-+-+-+
"""


def reflex(layout, preferences):
    """A genome that takes the open way with the largest of `preferences` [A]; it reacts to its four walls alone."""
    genome = np.zeros(layout.size, np.float32)
    blocks = layout.split(genome)
    for direction, preference in enumerate(preferences):
        blocks["hidden"][direction, 0] = 20
        blocks["hidden"][direction, 1 + layout.hidden + direction] = -40  # +1 where open, -1 at a wall
        blocks["output"][direction, 1 + direction] = preference
    return genome


def stubborn(layout, action):
    """A genome that always takes one action."""
    genome = np.zeros(layout.size, np.float32)
    layout.split(genome)["output"][action, 0] = 1
    return genome


@pytest.fixture
def world():
    return World(MazeConfig(4), lifetime=12)


def test_a_wall_follower_walks_round_the_hall(drawn, world):
    layout = world.layout("elman", 4)
    episode = play_episode(reflex(layout, (3, 4, 1, 2)), layout, drawn(HALL), 0, world)
    # the start heads east with an opening on its right: down first, then anticlockwise, keeping right
    assert episode.places.tolist() == [0, 4, 8, 9, 10, 11, 7, 3, 2, 1, 0, 4, 8]
    assert episode.headings.tolist() == [EAST, *[SOUTH] * 2, *[EAST] * 3, *[NORTH] * 2, *[WEST] * 3, *[SOUTH] * 2]
    assert episode.actions.tolist() == [RIGHT, AHEAD, LEFT, AHEAD, AHEAD, LEFT, AHEAD, LEFT, AHEAD, AHEAD, LEFT, AHEAD]
    assert episode.eaten.tolist() == [True, False, True, True, False, True, False, True, True, False, False, False]
    assert episode.pellets == 6
    # start: walls behind and to the left; then in the corridor with a pellet just eaten
    assert episode.senses[0].tolist() == [0, 0, 1, 1, 0]
    assert episode.senses[1].tolist() == [0, 1, 0, 1, 1]
    assert episode.hidden[0].tolist() == [1, 1, -1, -1]


def test_a_wall_stops_but_the_heading_turns(drawn, world):
    layout = world.layout("elman", 4)
    episode = play_episode(stubborn(layout, LEFT), layout, drawn(HALL), 0, world)
    # left of east is the wall in the north, then the border in the west, then the open south, then a wall in the east
    assert episode.headings[:5].tolist() == [EAST, NORTH, WEST, SOUTH, EAST]
    assert episode.places[:5].tolist() == [0, 0, 0, 4, 4]
    assert episode.senses[2].tolist() == [1, 1, 0, 0, 0]  # at the start, facing west


def test_a_pellet_is_eaten_once(drawn, world):
    layout = world.layout("elman", 4)
    episode = play_episode(stubborn(layout, BEHIND), layout, drawn(HALL), 0, world)
    assert episode.places.tolist() == [0, *[0, 1] * 6]
    assert episode.eaten.tolist() == [False, True] + [False] * 10


def test_sight_ends_at_walls_and_at_its_range(drawn):
    hall = drawn(HALL)
    hall.pellets[0, 0, 1] = False
    for sight, ahead in ((1, 0), (2, 1), (4, 1)):
        world = World(MazeConfig(4), sight=sight, lifetime=1)
        layout = world.layout("elman", 4)
        episode = play_episode(stubborn(layout, AHEAD), layout, hall, 0, world)
        # ahead the second cell of the corridor holds a pellet, on the right the first
        assert episode.senses[0].tolist() == [0, 0, 1, 1, 0, ahead, 1, 0, 0]


def test_a_forager_between_four_walls_eats_nothing(drawn, world):
    layout = world.layout("elman", 4)
    walled = drawn(HALL)
    walled.open[:] = 0
    episode = play_episode(reflex(layout, (3, 4, 1, 2)), layout, walled, 0, world)
    assert set(episode.places.tolist()) == {0}
    assert episode.pellets == 0


def test_the_best_action_is_the_lowest_of_equal_ones():
    assert best_action(np.array([1.0, 1.0, 0.0, 1.0])) == 0
    assert best_action(np.array([0.0, 2.0, 2.0, 1.0])) == 1
    assert best_action(np.array([-0.0, 0.0, -1.0, -1.0])) == 0
    assert best_action(np.array([-np.inf, -np.inf, -np.inf, -5.0])) == 3
    assert best_action(np.array([1.0, np.inf, np.inf, np.nan])) == 1


def sees(mazes, left, place, direction, sight):
    """True if a pellet of `left` is within sight along the corridor, found by listing the corridor's cells."""
    corridor = []
    while len(corridor) < sight and mazes.open[0].flat[place] >> direction & 1:
        place += STRIDES[mazes.size][direction]
        corridor.append(place)
    return any(place in left for place in corridor)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32),
    cell=st.sampled_from(["elman", "gru", "lstm"]),
    sight=st.sampled_from([0, 1, 3]),
    ablate=st.booleans(),
)
def test_every_episode_keeps_the_rules(seed, cell, sight, ablate):
    world = World(MazeConfig(6, braid=0.4, pellets=0.5), sight=sight, lifetime=30)
    mazes = carve(world.maze, 1, seed=seed, split="test")
    layout = world.layout(cell, 3)
    genome = 3 * initial(layout, 1, np.random.default_rng(seed))[0]
    before = mazes.pellets.copy()
    episode = play_episode(genome, layout, mazes, 0, world, ablate=ablate)
    np.testing.assert_array_equal(mazes.pellets, before)
    left = set(np.flatnonzero(mazes.pellets[0]).tolist())
    place, heading, ate = int(mazes.start[0]), int(mazes.heading[0]), False
    for step in range(30):
        assert (episode.places[step], episode.headings[step]) == (place, heading)
        ways = [(heading + relative) % 4 for relative in range(4)]
        opened = [int(mazes.open[0].flat[place]) >> way & 1 for way in ways]
        seen = [sees(mazes, left, place, way, sight) for way in ways] if sight else []
        assert episode.senses[step].tolist() == [*(1 - way for way in opened), ate, *seen]
        action = int(episode.actions[step])
        heading = ways[action]
        place += STRIDES[6][heading] * opened[action]
        ate = place in left
        assert episode.eaten[step] == ate
        left.discard(place)
    assert (episode.places[30], episode.headings[30]) == (place, heading)
    assert episode.pellets == before.sum() - len(left)
    assert episode.hidden.shape == (30, 3)
    assert episode.hidden.dtype == episode.senses.dtype == np.float32


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_with_ablation_the_hidden_state_depends_on_the_senses_alone(cell):
    world = World(MazeConfig(6), sight=2, lifetime=40)
    mazes = carve(world.maze, 1, seed=3, split="test")
    layout = world.layout(cell, 5)
    genome = 3 * initial(layout, 1, np.random.default_rng(4))[0]
    plain = play_episode(genome, layout, mazes, 0, world)
    ablated = play_episode(genome, layout, mazes, 0, world, ablate=True)
    responses = {}
    for senses, hidden in zip(ablated.senses.tolist(), ablated.hidden.tolist(), strict=True):
        assert responses.setdefault(tuple(senses), hidden) == hidden
    assert 1 < len(responses) < 40
    np.testing.assert_array_equal(plain.hidden[0], ablated.hidden[0])
    assert (plain.hidden[1:] != ablated.hidden[1:]).any()


def test_the_type_of_the_genome_decides_the_arithmetic():
    world = World(MazeConfig(6), lifetime=10)
    mazes = carve(world.maze, 1, seed=3, split="test")
    layout = Layout("elman", 4)
    genome = initial(layout, 1, np.random.default_rng(3))[0]
    single = play_episode(genome, layout, mazes, 0, world)
    double = play_episode(genome.astype(np.float64), layout, mazes, 0, world)
    assert (single.hidden.dtype, double.hidden.dtype) == (np.float32, np.float64)
    np.testing.assert_allclose(single.hidden[0], double.hidden[0], atol=1e-6)
    assert (single.hidden != double.hidden).any()


def test_sampled_actions_maximise_outputs_plus_noise(world):
    mazes = carve(world.maze, 3, seed=5, split="test")
    layout = world.layout("elman", 4)
    genome = stubborn(layout, LEFT)
    drawn = noise(mazes, 12, 2)[1].astype(np.float32)
    drawn[:, LEFT] += np.float32(1)
    episode = play_episode(genome, layout, mazes, 1, world, policy="sampled", repetition=2)
    assert episode.actions.tolist() == drawn.argmax(axis=1).tolist()
    assert len(set(episode.actions.tolist())) > 1
    assert set(play_episode(genome, layout, mazes, 1, world, repetition=2).actions.tolist()) == {LEFT}

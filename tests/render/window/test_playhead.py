import pytest

from render.window.event import Key
from render.window.watch.life_clock import RATE
from render.window.watch.playhead import Playhead
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

WORLD = World(maze=MazeConfig(size=5), lifetime=24)


@pytest.fixture
def duel():
    """A playhead in a duel, whose driver stands at the start of a maze."""
    playhead = Playhead(WORLD)
    playhead.set_dueling(True)
    playhead.place_driver(carve(WORLD.maze, 1, seed=3, split="train"))
    return playhead


def test_outside_duels_time_passes_and_all_of_the_episode_is_reached():
    playhead = Playhead(WORLD)
    playhead.tick(0.5)
    assert playhead.clock.time == RATE / 2
    assert playhead.reached == 24
    playhead.seek(99.0)
    assert playhead.clock.time == 24


def test_in_a_duel_nothing_moves_before_the_person(duel):
    duel.tick(5.0)
    assert (duel.clock.time, duel.reached, duel.playing) == (0.0, 0.0, False)
    duel.move(1)
    assert duel.playing
    duel.tick(5.0)
    assert (duel.clock.time, duel.reached, duel.playing) == (1.0, 1.0, False)


def test_looking_back_ends_with_the_next_step(duel):
    for direction in (0, 1, 2):
        duel.move(direction)
    duel.tick(9.0)
    duel.press(Key("home"))
    duel.tick(1.0)
    assert (duel.clock.time, duel.looking_back) == (0.0, True)
    duel.press(Key("space"))
    duel.tick(9.0)
    assert duel.clock.time == 3
    duel.seek(1.0)
    duel.move(3)
    duel.tick(9.0)
    assert (duel.clock.time, duel.looking_back) == (4.0, False)


def test_after_the_last_step_the_driver_stays(duel):
    for step in range(30):
        duel.move(step % 4)
    assert (duel.driver.steps, duel.reached) == (24, 24.0)


def test_entering_and_leaving_a_duel_starts_anew(duel):
    driver = duel.driver
    duel.move(0)
    duel.set_dueling(True)
    assert duel.driver is driver
    duel.set_dueling(False)
    assert (duel.driver, duel.clock.time, duel.playing) == (None, 0.0, True)


def test_beginning_can_keep_the_time():
    playhead = Playhead(WORLD)
    playhead.seek(7.0)
    playhead.begin(stay=True)
    assert playhead.clock.time == 7
    playhead.begin()
    assert playhead.clock.time == 0

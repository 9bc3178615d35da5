"""In fog a person sees what the forager feels, and nothing that tells the way."""

from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from render.maze_picture import WALL
from render.window.event import Key, Resize, Tick
from render.window.watch.driver import Driver
from render.window.watch.duel import OTHER, YOU, Side, duel_page, put_duel
from render.window.watch.fog import felt_picture, hidden_picture
from render.window.watch.roster import champions
from render.window.watch.watch import Watch
from render.window.watch.watch_config import WatchConfig
from sim.world import rules
from sim.world.life import play_episode
from sim.world.maze import carve
from tests.render.window.waiting import wait_until

SIDE = 200


@pytest.fixture
def life(watched):
    """Mazes, and the champion's episode in the first."""
    config, forager = watched.config(), champions(watched)[-1]
    mazes = carve(config.world.maze, 1, seed=config.seed, split="validation")
    return mazes, play_episode(forager.weights, forager.layout, mazes, 0, config.world)


def felt(frame):
    """Whether a wall is drawn at north, east, south and west."""
    is_wall = (np.abs(frame.astype(int) - WALL).max(-1) < 6).astype(int)
    middle, reach = SIDE // 2, round(0.42 * SIDE / 2)
    across = slice(middle - 6, middle + 6)
    edges = (
        is_wall[middle - reach - 3 : middle - reach + 8, across],
        is_wall[across, middle + reach - 8 : middle + reach + 3],
        is_wall[middle + reach - 8 : middle + reach + 3, across],
        is_wall[across, middle - reach - 3 : middle - reach + 8],
    )
    return [bool(edge.any()) for edge in edges]


def test_the_walls_are_those_of_the_senses(life):
    mazes, episode = life
    seen = set()
    for step in range(20):
        heading = int(episode.headings[step])
        walls = [bool(episode.senses[step, rules.WALLS + (d - heading) % 4]) for d in range(4)]
        assert felt(felt_picture(mazes, episode, float(step), SIDE)) == walls
        seen.add(tuple(walls))
    assert len(seen) > 3


def test_two_cells_with_equal_walls_and_heading_look_alike(life):
    """The picture tells nothing of where in the maze the forager is."""
    mazes, episode = life
    pictures = {}
    for step in range(24):
        if step and episode.eaten[step - 1]:
            continue
        heading = int(episode.headings[step])
        name = (heading, tuple(episode.senses[step, :4].tolist()))
        pictures.setdefault(name, []).append(
            (int(episode.places[step]), felt_picture(mazes, episode, float(step), SIDE))
        )
    alike = [found for found in pictures.values() if len({place for place, _ in found}) > 1]
    assert alike, "no two cells feel alike: this shows nothing"
    for found in alike:
        assert all(np.array_equal(found[0][1], frame) for _, frame in found)


def test_a_meal_is_felt(life):
    mazes, episode = life
    step = int(np.flatnonzero(episode.eaten[:-1])[0]) + 1
    hungry = replace(episode, eaten=np.zeros_like(episode.eaten))
    fed, plain = (felt_picture(mazes, each, float(step), SIDE) for each in (episode, hungry))
    assert not np.array_equal(fed, plain)


def test_the_other_maze_is_hidden_until_the_end(life):
    mazes, episode = life
    driver = Driver(mazes, 0, replace(rules.World(mazes.config), lifetime=24))
    sides = Side("You", driver.episode(24), YOU), Side("It", episode, OTHER)
    frames = []
    for fog in (True, False):
        frames.append(np.zeros((600, 1000, 3), np.uint8))
        put_duel(frames[-1], mazes, sides, 3.0, "words", fog=fog)
    page = duel_page(5, (600, 1000))
    side = page.canvas.side
    (x, y), (right, _) = page.corners
    assert np.array_equal(frames[0][y : y + side, x : x + side], felt_picture(mazes, sides[0].life, 3.0, side))
    assert np.array_equal(frames[0][y : y + side, right : right + side], hidden_picture(side, page.text))
    assert not np.array_equal(frames[0], frames[1])


def test_the_fog_lifts_when_the_duel_is_over(watched, folder):
    foggy, clear = (Watch(watched.path, WatchConfig(play=True, fog=fog)) for fog in (True, False))
    try:
        for model in (foggy, clear):
            model.renderer.pictures.max_wait = 60
            model.update(Resize(640, 360))
            wait_until(lambda model=model: model.session.ready, lambda model=model: model.update(Tick(0.0)))
            model.update(Tick(0.0))
        assert not np.array_equal(foggy.picture(), clear.picture())
        for _ in range(24):
            for model in (foggy, clear):
                model.update(Key("up"))
                model.update(Tick(1.0))
        assert foggy.session.playhead.over
        assert np.array_equal(foggy.picture(), clear.picture())
    finally:
        foggy.close()
        clear.close()


def test_fog_needs_somebody_who_drives():
    with pytest.raises(UserError, match="fog"):
        WatchConfig(fog=True)

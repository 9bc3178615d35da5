import time

import numpy as np
import pytest

from render.window.watch.replays import Replays
from render.window.watch.roster import champions
from sim.world.life import play_episode
from sim.world.maze import carve
from tests.render.window.waiting import wait_until


@pytest.fixture
def config(watched):
    return watched.config()


@pytest.fixture
def replays(config):
    made = Replays(config.world, config.seed, "validation")
    yield made
    made.close()


def wait(replays, forager, maze):
    end = time.monotonic() + 20
    while replays.get(forager, maze) is None:
        assert time.monotonic() < end
        time.sleep(0.005)
    return replays.get(forager, maze)


def test_a_replay_is_the_episode_of_the_run(watched, config, replays):
    forager = champions(watched)[-1]
    assert replays.get(forager, 3) is None
    replays.request([(forager, 3)])
    replay = wait(replays, forager, 3)
    mazes = carve(config.world.maze, 4, seed=config.seed, split="validation")
    episode = play_episode(forager.weights, forager.layout, mazes, 3, config.world)
    assert replay.episode.places.tolist() == episode.places.tolist()
    assert replay.episode.hidden.tobytes() == episode.hidden.tobytes()
    assert replay.mazes.open[0].tolist() == mazes.open[3].tolist()


def test_newer_requests_come_before_older_ones(watched, replays):
    forager = champions(watched)[-1]
    replays.request([(forager, maze) for maze in range(200)])
    replays.request([(forager, 500)])
    wait(replays, forager, 500)
    played = [maze for maze in range(200) if replays.get(forager, maze) is not None]
    assert len(played) < 100


def test_played_episodes_are_kept(watched, replays):
    forager = champions(watched)[-1]
    replays.request([(forager, 0)])
    first = wait(replays, forager, 0)
    replays.request([(forager, 1)])
    wait(replays, forager, 1)
    replays.request([(forager, 0)])
    assert replays.get(forager, 0) is first


def test_a_team_is_played_as_in_plain_python(watched, config, replays):
    team = champions(watched)[-3:]
    assert replays.get_team(team, 3) is None
    replays.request_team(team, (3, 4))
    wait_until(lambda: replays.get_team(team, 3))
    mazes = carve(config.world.maze, 4, seed=config.seed, split="validation")
    assert len({forager.key for forager in team}) == 3
    for forager, replay in zip(team, replays.get_team(team, 3), strict=True):
        episode = play_episode(forager.weights, forager.layout, mazes, 3, config.world)
        for name in ("places", "headings", "actions", "eaten"):
            found, wanted = getattr(replay.episode, name), getattr(episode, name)
            assert found.dtype == wanted.dtype
            assert np.array_equal(found, wanted), name
        assert replay.mazes.open[0].tolist() == mazes.open[3].tolist()
    assert replays.get_team(team[:2], 3) is None


def test_no_episode_of_a_team_is_played_in_plain_python(watched, replays, monkeypatch):
    def refuse(*_):
        raise AssertionError("played step by step")

    monkeypatch.setattr("render.window.watch.replays.play_episode", refuse)
    team = champions(watched)[-2:]
    replays.request_team(team, (0,))
    wait_until(lambda: replays.get_team(team, 0))
    replays.request_team([], (0,))

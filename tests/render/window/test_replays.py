import time

import pytest

from render.window.watch.replays import Replays
from render.window.watch.roster import champions
from sim.world.life import play_episode
from sim.world.maze import carve


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

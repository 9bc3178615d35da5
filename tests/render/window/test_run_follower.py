import shutil
import time

import pytest

from agents.errors import UserError
from render.window.watch.run_follower import EVERY, RunFollower


def tick_until(follower, over, seconds=EVERY):
    """Tick until `over()`; returns all new champions that were found."""
    found, end = [], time.monotonic() + 20
    while not over():
        assert time.monotonic() < end
        found.append(follower.tick(seconds))
        time.sleep(0.005)
    return [champion for champion in found if champion is not None]


def test_a_run_that_evolves_is_followed(living):
    run, grow = living
    follower = RunFollower(run.path, 4)
    try:
        before = len(follower.champions)
        follower.toggle()
        grow()
        news = tick_until(follower, lambda: len(follower.champions) > before)
        assert news == [follower.champions[-1]]
        assert follower.champions[-1].weights.tobytes() == run.champion().weights.tobytes()
    finally:
        follower.close()


def test_a_run_is_read_once_unless_it_is_followed(living):
    run, grow = living
    follower = RunFollower(run.path, 4)
    try:
        grow()
        assert [follower.tick(EVERY) for _ in range(5)] == [None] * 5
        assert len(follower.champions) == 1
    finally:
        follower.close()


def test_following_ends_when_the_run_is_deleted(living):
    run, _ = living
    follower = RunFollower(run.path, 4)
    try:
        follower.toggle()
        shutil.rmtree(run.path)
        tick_until(follower, lambda: follower.lost)
        assert not follower.following
        assert len(follower.champions) == 1
        follower.request_population()
        tick_until(follower, lambda: follower.best)
        assert follower.best == follower.champions
    finally:
        follower.close()


def test_the_population_is_read_after_a_request(watched):
    follower = RunFollower(watched.path, 4)
    try:
        follower.tick(1.0)
        assert follower.best == []
        follower.request_population()
        tick_until(follower, lambda: follower.best)
        assert len(follower.best) == 4
        assert not any(forager.champion for forager in follower.best)
    finally:
        follower.close()


def test_a_path_without_a_run_is_refused(tmp_path):
    with pytest.raises(UserError, match="there is no run"):
        RunFollower(tmp_path / "none", 4)

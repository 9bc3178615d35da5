import shutil
import time

import pytest

from agents.errors import UserError
from render.window.watch.cast import EVERY, Cast


def let(cast, over, seconds=EVERY):
    """Tick until `over()`, and all new champions that were heard of."""
    heard, end = [], time.monotonic() + 20
    while not over():
        assert time.monotonic() < end
        heard.append(cast.tick(seconds))
        time.sleep(0.005)
    return [each for each in heard if each is not None]


def test_a_run_that_evolves_is_followed(living):
    run, grow = living
    cast = Cast(run.path, 4)
    try:
        before = len(cast.champions)
        cast.follow()
        grow()
        news = let(cast, lambda: len(cast.champions) > before)
        assert news == [cast.champions[-1]]
        assert cast.champions[-1].weights.tobytes() == run.champion().weights.tobytes()
    finally:
        cast.close()


def test_a_run_is_left_alone_unless_followed(living):
    run, grow = living
    cast = Cast(run.path, 4)
    try:
        grow()
        assert [cast.tick(EVERY) for _ in range(5)] == [None] * 5
        assert len(cast.champions) == 1
    finally:
        cast.close()


def test_a_run_that_vanishes_ends_the_following(living):
    run, _ = living
    cast = Cast(run.path, 4)
    try:
        cast.follow()
        shutil.rmtree(run.path)
        let(cast, lambda: cast.lost)
        assert not cast.following
        assert len(cast.champions) == 1
        cast.ask()
        let(cast, lambda: cast.best)
        assert cast.best == cast.champions
    finally:
        cast.close()


def test_the_population_is_read_once_asked_for(watched):
    cast = Cast(watched.path, 4)
    try:
        cast.tick(1.0)
        assert cast.best == []
        cast.ask()
        let(cast, lambda: cast.best)
        assert len(cast.best) == 4
        assert not any(each.champion for each in cast.best)
    finally:
        cast.close()


def test_no_run_no_cast(tmp_path):
    with pytest.raises(UserError, match="there is no run"):
        Cast(tmp_path / "none", 4)

import pytest

from agents.errors import UserError
from render.window.watch.forage_grid import COUNT
from render.window.watch.watched_foragers import WatchedForagers
from tests.render.window.waiting import wait_until


@pytest.fixture
def foragers(watched):
    foragers = WatchedForagers(watched.path, None)
    yield foragers
    foragers.close()


def test_stepping_goes_around_the_champions(foragers):
    champions = foragers.follower.champions
    assert foragers.one is champions[-1]
    assert foragers.step(1) == f"champion 1 of {len(champions)}"
    assert foragers.one is champions[0]
    foragers.step(-1)
    assert foragers.one is champions[-1]


def test_the_grid_holds_the_population_or_the_newest_champions(foragers):
    foragers.follower.request_population()
    wait_until(lambda: foragers.team, lambda: foragers.tick(0.0))
    assert foragers.team == foragers.follower.best
    assert len(foragers.team) == COUNT
    assert "champions" in foragers.switch_team()
    assert foragers.team == foragers.follower.champions[::-1][:COUNT]
    assert "population" in foragers.switch_team()
    foragers.pick(2)
    assert foragers.one is foragers.team[2]


def test_a_new_champion_takes_over_when_asked(living):
    run, grow = living
    foragers = WatchedForagers(run.path, None)
    try:
        first = foragers.one
        foragers.succeed()
        assert foragers.one is first
        foragers.follower.toggle()
        grow()
        messages = []
        wait_until(lambda: foragers.heir is not None, lambda: messages.append(foragers.tick(9.0)))
        assert f"generation {foragers.heir.generation} has a new champion" in "".join(messages)
        assert foragers.one is first
        foragers.succeed()
        assert foragers.one is foragers.follower.champions[-1]
        assert foragers.heir is None
    finally:
        foragers.close()


def test_a_generation_without_a_champion_is_refused(watched):
    with pytest.raises(UserError, match="there was no champion yet"):
        WatchedForagers(watched.path, 0)

"""Training mazes are fresh or from a pool, and every learner meets the same."""

from dataclasses import replace

import numpy as np
import pytest

from sim.learning.learn import learn
from sim.learning.pool import distinct, training_mazes
from sim.learning.setting import Setting
from sim.rollout.machine import Machine
from sim.world.maze import carve
from tests.deaths import Killed, content
from tests.learners import LEARNERS, tiny

ONE = Machine(1)
GREEDY = [name for name in LEARNERS if name != "reinforce"]
every_learner = pytest.mark.parametrize("name", LEARNERS)
# The module in which a learner draws its mazes, and the mazes of a draw: of a generation, in imitation of a round.
MODULES = {"imitate": "imitate", "reinforce": "reinforce"}
ASKED = {"imitate": 4}


@pytest.fixture
def met(monkeypatch):
    """A function of a learner's name and pool, which returns the numbers of the mazes of four draws."""

    def meet(name, pool):
        found = []

        def spy(*arguments, **options):
            mazes = training_mazes(*arguments, **options)
            assert (mazes.split, mazes.seed) == ("train", 3)
            found.append(mazes.indices.tolist())
            return mazes

        monkeypatch.setattr(f"sim.learning.{MODULES.get(name, 'evolution')}.training_mazes", spy)
        learner = tiny(name, {"pool": pool}).start(ONE)
        while len(found) < 4:
            learner.update()
        return found

    return meet


@every_learner
@pytest.mark.parametrize("pool", [0, 10**9])
def test_without_a_pool_every_generation_plays_fresh_mazes(met, name, pool):
    asked = ASKED.get(name, 2)
    assert met(name, pool) == np.arange(4 * asked).reshape(4, asked).tolist()


@every_learner
def test_generations_take_the_mazes_of_a_pool_in_order(met, name):
    asked = ASKED.get(name, 2)
    expected = (np.arange(4 * asked) % 5).reshape(4, asked).tolist()
    assert met(name, 5) == expected
    assert met(name, asked) == [list(range(asked))] * 4


@pytest.mark.parametrize("name", GREEDY)
def test_greedy_play_takes_each_maze_of_a_small_pool_once(met, name):
    assert met(name, 1) == [[0]] * 4
    if name == "imitate":
        assert met(name, 3) == [[0, 1, 2]] * 4


def test_sampled_play_takes_the_mazes_of_a_small_pool_repeatedly(met):
    assert met("reinforce", 1) == [[0, 0]] * 4
    setting = Setting(pool=3)
    walked = [training_mazes(setting, 5, generation, repeat=True).indices.tolist() for generation in range(2)]
    assert walked == [[0, 1, 2, 0, 1], [2, 0, 1, 2, 0]]


def test_mazes_of_a_pool_are_the_first_of_the_run():
    setting = Setting(seed=7, pool=3)
    mazes = training_mazes(setting, 2, 1)
    stream = carve(setting.world.maze, 3, seed=7, split="train").take([2, 0])
    assert mazes.indices.tolist() == [2, 0]
    assert mazes.open.tobytes() == stream.open.tobytes()
    assert mazes.identity() == stream.identity()


@every_learner
def test_a_pool_that_is_never_used_up_changes_nothing(name):
    plain, pooled = (learn(tiny(name, {"pool": pool}), machine=ONE) for pool in (0, 10**6))
    assert pooled.history() == plain.history()
    assert pooled.champion().weights.tobytes() == plain.champion().weights.tobytes()


@every_learner
def test_a_pool_that_is_used_up_changes_what_is_learned(name):
    plain, pooled = (learn(tiny(name, {"pool": pool}), machine=ONE) for pool in (0, 1))
    assert pooled.history() != plain.history()


@every_learner
@pytest.mark.parametrize("pool", [1, 3])
def test_a_run_with_a_pool_goes_on_to_the_same_bits(tmp_path, name, pool):
    config = tiny(name, {"pool": pool, "checkpoint": 1})
    whole = content(learn(config, tmp_path / "whole", machine=ONE).path)

    def stop(record):
        if record["generation"] == stop_at:
            raise Killed

    for stop_at in (1, 3, 4):
        path = tmp_path / str(stop_at)
        with pytest.raises(Killed):
            learn(config, path, machine=ONE, progress=stop)
        assert content(learn(config, path, machine=ONE).path) == whole


@every_learner
@pytest.mark.parametrize("pool", [0, 1, 3, 100])
def test_mazes_met_counts_the_mazes_that_are_played(met, name, pool):
    config, found = tiny(name, {"pool": pool}), met(name, pool)
    every = 2 if name == "imitate" else 1  # updates a draw
    for draws in (1, 2, 4):
        numbers = {number for each in found[:draws] for number in each}
        assert numbers == set(range(config.mazes_met(draws * every)))


@pytest.mark.parametrize(("pool", "expected"), [(0, 12), (5, 5), (12, 12), (13, 12)])
def test_distinct_mazes_are_counted(pool, expected):
    assert distinct(Setting(pool=pool), 12) == expected


def test_agent_steps_count_what_is_played():
    life = 20
    steps = {name: [tiny(name, {"pool": pool}).agent_steps for pool in (0, 1)] for name in LEARNERS}
    assert steps == {
        **{name: [8 * 2 * life, 8 * 1 * life] for name in ("es", "genetic", "cma")},
        "imitate": [(3 + 4 // 2) * life, round((3 + 1 / 2) * life)],
        "reinforce": [2 * 2 * life] * 2,
    }


def test_the_history_is_of_the_mazes_of_the_pool():
    """The pellets of one maze are a whole number, without a mean over mazes."""
    config = tiny("es", {"pool": 1})
    assert all(record["best"] == round(record["best"]) for record in learn(config, machine=ONE).history())
    assert replace(config, pool=2).agent_steps == 2 * config.agent_steps

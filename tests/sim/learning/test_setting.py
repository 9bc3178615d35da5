"""The settings that all runs have are read from any run, and refused if they are wrong."""

import pytest

from agents.errors import UserError
from agents.layout import Layout
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.learning.setting import Setting
from sim.learning.writable_run import writable_run
from sim.world.maze import MazeConfig
from sim.world.rules import World
from tests.learners import LEARNERS, tiny


def test_the_setting_is_read_from_a_run(tmp_path):
    world = World(MazeConfig(size=5), sight=2, lifetime=30)
    config = EvolutionConfig(seed=7, cell="gru", hidden=5, world=world, mazes=3)
    with writable_run(tmp_path / "run", config) as run:
        assert run.setting() == Setting(seed=7, cell="gru", hidden=5, world=world)
        assert run.setting().layout == config.layout == Layout("gru", 5, 9, 4)


@pytest.mark.parametrize("name", LEARNERS)
def test_the_setting_of_any_learner_has_seed_layout_and_world(tmp_path, name):
    config = tiny(name, {"generations": 2})
    setting = learn(config, tmp_path / "run").setting()
    assert type(setting) is Setting
    assert (setting.seed, setting.layout, setting.world) == (config.seed, config.layout, config.world)


def test_a_setting_that_is_damaged_is_refused(tmp_path):
    with writable_run(tmp_path / "run", EvolutionConfig()) as run:
        pass
    path = run.path / "config.toml"
    path.write_text(path.read_text().replace("hidden = 16", "hidden = 1"))
    with pytest.raises(UserError, match=r"config.toml is not the file that belongs to this run"):
        run.setting()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"seed": -1}, "seed must be from 0 to 2\\^64 - 1, got -1"),
        ({"generations": 0}, "generations must be from 1 to"),
        ({"validation": 65537}, "validation must be from 1 to 65536, got 65537"),
        ({"checkpoint": 0}, "checkpoint must be from 1"),
        ({"cell": "rnn"}, "cell must be one of elman, gru, lstm, got 'rnn'"),
    ],
)
def test_settings_beyond_their_limits_are_refused(settings, said):
    with pytest.raises(UserError, match=said):
        Setting(**settings)

"""Configs are read from any run folder, and made from a learner's name and dotted settings."""

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from agents.errors import UserError
from sim.learning.configs import config_from_text, configured
from sim.learning.evolution import EvolutionConfig
from sim.learning.train import TrainConfig
from sim.learning.writable_run import writable_run
from sim.values import to_toml
from tests.learners import LEARNERS, tiny


@pytest.mark.parametrize("name", LEARNERS)
def test_the_config_of_any_learner_is_read_from_its_run(tmp_path, name):
    with writable_run(tmp_path / "run", tiny(name)) as run:
        assert run.config() == tiny(name)


def test_dotted_settings_are_those_of_the_class():
    config = configured("es", {"hidden": 8, "es.sigma": 0.1, "pool": 4, "world.maze.size": 6}, seed=3)
    assert type(config) is EvolutionConfig
    assert (config.hidden, config.es.sigma, config.pool, config.world.maze.size, config.seed) == (8, 0.1, 4, 6, 3)
    assert (config.optimiser, config.es.population) == ("es", EvolutionConfig().es.population)
    trained = configured("reinforce", {"reinforce.rate": 1})
    assert (type(trained), trained.method, trained.reinforce.rate, trained.seed) == (TrainConfig, "reinforce", 1.0, 0)


@pytest.mark.parametrize("name", LEARNERS)
def test_without_settings_a_config_has_all_defaults(name):
    defaults = asdict(TrainConfig(method=name) if name in ("imitate", "reinforce") else EvolutionConfig(optimiser=name))
    assert asdict(configured(name)) == defaults


def test_numbers_of_numpy_become_numbers_of_python():
    config = configured("es", {"hidden": np.int64(8), "es.sigma": np.geomspace(0.1, 1, 2)[0]})
    assert (type(config.hidden), type(config.es.sigma)) == (int, float)
    assert "hidden = 8\n" in to_toml(config)


@pytest.mark.parametrize(
    ("learner", "settings", "said"),
    [
        ("esx", {}, "there is no learner 'esx'; did you mean es?"),
        ("adam", {}, "there is no learner 'adam'; choose from es, genetic, cma, imitate, reinforce"),
        ("es", {"hiden": 3}, "es has no setting 'hiden'; did you mean hidden?"),
        ("es", {"sigma": 3}, "es has no setting 'sigma'; did you mean es.sigma?"),
        ("es", {"es.sigm": 3}, "es has no setting 'es.sigm'; did you mean es.sigma?"),
        ("es", {"genetic.sigma": 3}, "es has no setting 'genetic.sigma'; did you mean"),
        ("genetic", {"reinforce.rate": 3}, "genetic has no setting 'reinforce.rate'; "),
        ("imitate", {"reinforce.rate": 3}, "imitate has no setting 'reinforce.rate'; "),
        ("es", {"es": {"sigma": 3}}, "es has no setting 'es'; "),
        ("es", {"seed": 3}, "es has no setting 'seed'; "),
        ("es", {"optimiser": "cma"}, "es has no setting 'optimiser'; "),
        ("imitate", {"method": "reinforce"}, "imitate has no setting 'method'; "),
        ("es", {"zzz": 3}, "es has no setting 'zzz'; known are generations, pool, "),
        ("es", {"hidden": 8.5}, "hidden must be a whole number, got 8.5"),
        ("es", {"es.sigma": "wide"}, "es.sigma must be a number, got 'wide'"),
        ("es", {"es.sigma": -1.0}, "sigma must be a number above 0, got -1.0"),
        ("imitate", {"imitate.labels": "none"}, "imitate.labels must be one of true, shuffled, random, got 'none'"),
    ],
)
def test_settings_that_do_not_fit_are_refused_in_one_line(learner, settings, said):
    with pytest.raises(UserError) as caught:
        configured(learner, settings)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed = 3\n", "names neither an optimiser nor a method; take it from a backup"),
        ('optimiser = "es"\nhiden = 3\n', "there is no setting hiden; did you mean hidden?"),
        ("method = 3\n", "method must be a text, got 3"),
    ],
)
def test_damaged_config_files_are_refused_in_one_line(tmp_path, text, said):
    with pytest.raises(UserError, match=r"config\.toml") as caught:
        config_from_text(text, tmp_path / "config.toml")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


LIGHT = """
import sys
from sim.learning.learn import learn
from tests.learners import LEARNERS, tiny
configs = {name: tiny(name) for name in LEARNERS}
learn(configs["es"])
assert "torch" not in sys.modules
configs["imitate"].start().update()
assert "torch" in sys.modules
"""


def test_only_learners_by_gradients_import_torch():
    subprocess.run([sys.executable, "-c", LIGHT], cwd=Path(__file__).parents[3], check=True)

"""Learning from Python: the bits of the core and of the commands, settings in every form, talk on stderr."""

import numpy as np
import pytest

from agents.errors import UserError
from foragescape import main
from render.notebook.evolving import evolve, train
from sim.learning.learn import learn
from sim.learning.run import RunFolder
from sim.world.maze import MazeConfig
from sim.world.rules import World
from tests.learners import COMMON, OWN, tiny
from tests.render.notebook.conftest import ONE

SETTINGS = {**COMMON, **OWN["es"]}


def bits(run):
    return [each.weights.tobytes() for each in run.champions()], run.history()


@pytest.mark.parametrize("optimiser", ["es", "genetic", "cma"])
def test_evolve_learns_what_the_core_learns(optimiser):
    found = evolve(seed=3, optimiser=optimiser, machine=ONE, quiet=True, **COMMON, **OWN[optimiser])
    assert found.config() == tiny(optimiser)
    assert bits(found) == bits(learn(tiny(optimiser), machine=ONE))


@pytest.mark.parametrize("method", ["imitate", "reinforce"])
def test_train_learns_what_the_core_learns(method):
    found = train(seed=3, method=method, machine=ONE, quiet=True, **COMMON, **OWN[method])
    assert found.config() == tiny(method)
    assert bits(found) == bits(learn(tiny(method), machine=ONE))


def test_a_command_writes_the_same_folder(tmp_path, capsys):
    flags = [word for name, value in SETTINGS.items() for word in (f"--{name}", str(value))]
    assert main(["evolve", "--out", str(tmp_path / "command"), "--seed", "3", *flags]) == 0
    found = evolve(seed=3, out=str(tmp_path / "python"), machine=ONE, **SETTINGS)
    assert isinstance(found, RunFolder)
    for name in ("champion.safetensors", "history.jsonl", "config.toml"):
        assert (tmp_path / "python" / name).read_bytes() == (tmp_path / "command" / name).read_bytes()
    capsys.readouterr()


def test_settings_come_in_every_form():
    dotted = {name: value for name, value in SETTINGS.items() if not name.startswith(("world", "es"))}
    world, settings = World(MazeConfig(size=4), lifetime=20), {"generations": 1}
    forms = [
        {"world": world, "es": {"population": 8}},
        {"world": {"maze": {"size": np.int64(4)}, "lifetime": 20}, "es.population": 8},
        {"world.maze": MazeConfig(size=4), "world.lifetime": 20, "es": tiny("es").es},
    ]
    found = [evolve(seed=3, machine=ONE, quiet=True, **{**dotted, **form, **settings}) for form in forms]
    assert len({run.config() for run in found}) == 1


def test_a_folder_goes_on_where_it_was(tmp_path):
    short = evolve(seed=3, out=tmp_path / "run", machine=ONE, quiet=True, **{**SETTINGS, "generations": 2})
    assert len(short.history()) == 2
    longer = evolve(seed=3, out=tmp_path / "run", machine=ONE, quiet=True, **SETTINGS)
    assert bits(longer) == bits(learn(tiny("es"), machine=ONE))


def test_progress_is_on_stderr_unless_quiet(capsys):
    evolve(machine=ONE, **{**SETTINGS, "generations": 1})
    train(machine=ONE, **{**COMMON, **OWN["imitate"], "generations": 1})
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(":")[0] for line in err.splitlines()] == ["evolving on the CPU", "training"]
    evolve(machine=ONE, quiet=True, **{**SETTINGS, "generations": 1})
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"hiden": 8}, "es has no setting 'hiden'; did you mean hidden"),
        ({"world": {"maze": {"seize": 8}}}, r"did you mean world\.maze\.size"),
        ({"world.maze.size": 3}, "size must be"),
        ({"hidden": "eight"}, "hidden must be a whole number"),
        ({"genetic": {"population": 8}}, "es has no setting 'genetic.population'"),
        ({"optimiser": "sgd"}, "there is no learner 'sgd'"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(settings, says):
    with pytest.raises(UserError, match=says) as caught:
        evolve(quiet=True, **settings)
    assert "\n" not in str(caught.value)

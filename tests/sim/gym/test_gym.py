"""Gymnasium finds the environment by its name, with nothing else imported by hand."""

import subprocess
import sys

import gymnasium
import pytest

import sim.gym
from sim.gym.environment import Forage
from sim.gym.vector import ForageVector

ALONE = """
import sys, gymnasium
assert not any(name.split(".")[0] in ("sim", "agents") for name in sys.modules)
{call}
assert "torch" not in sys.modules and "render" not in sys.modules
"""


@pytest.mark.parametrize(
    "call",
    [
        'gymnasium.make("sim.gym:foragescape/Forage-v0", size=6).reset(seed=0)',
        'gymnasium.make_vec("sim.gym:foragescape/Forage-v0", num_envs=2, size=6).reset(seed=0)',
        'import sim.gym; gymnasium.make("foragescape/Forage-v0").reset(seed=0)',
    ],
)
def test_its_name_is_enough(call):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE.format(call=call)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_name_makes_both():
    assert type(gymnasium.make(sim.gym.ID).unwrapped) is Forage
    assert type(gymnasium.make_vec(sim.gym.ID, num_envs=3)) is ForageVector


def test_a_spec_as_json_makes_the_same_environment():
    spec = gymnasium.make(sim.gym.ID, size=6, sight=2, pool=4).spec
    again = gymnasium.make(gymnasium.envs.registration.EnvSpec.from_json(spec.to_json()))
    assert again.unwrapped.config == Forage(size=6, sight=2, pool=4).config

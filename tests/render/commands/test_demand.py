"""Requests that cannot end, or fill the memory or the disk, are told and not begun."""

import pytest

from render.commands import demand
from render.commands.demand import Demand, of_film, of_learning, of_picture, of_sweep
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec
from sim.learning.configs import configured
from sim.learning.evolution import EvolutionConfig
from sim.learning.train import TrainConfig
from sim.rollout.machine import Machine

TWO = Machine(2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["sweep", "run", "--width", "16384", "--height", "16384", "--frames", "65536", "--out", "n.zarr"],
            "hours and",
        ),
        (["sweep", "run", "--tour", "generations", "--between", "65536", "--out", "n.zarr"], "hours"),
        (["film", "run", "--width", "16384", "--height", "16384", "--frames", "65536", "--out", "n.mp4"], "hours"),
        (["film", "f.zarr", "--resolution", "16384", "16384", "--out", "n.mp4"], "GB of memory"),
        (["picture", "run", "--width", "16384", "--height", "16384", "--mazes", "65536", "--out", "n.png"], "hours"),
        (["picture", "f.zarr", "--resolution", "16384", "16384", "--out", "n.png"], "GB of memory"),
        (["evolve", "--optimiser", "cma", "--hidden", "256", "--out", "n"], "GB of memory"),
        (["evolve", "--generations", "1000000000", "--out", "n"], "hours"),
        (["train", "--generations", "1000000000", "--out", "n"], "hours"),
    ],
)
def test_requests_that_cannot_end_are_told_and_not_begun(here, door, monkeypatch, words, said):
    monkeypatch.setattr(demand, "_memory", lambda: 2e9)
    before = sorted(path.name for path in here.iterdir())
    code, _, line = door(*words)
    assert code == 2
    assert said in line
    assert "begin anyway with --yes, or ask for less" in line
    assert sorted(path.name for path in here.iterdir()) == before


def test_consent_is_enough(tmp_path):
    Demand(1e9, 1e30, 1e30).refuse_unasked(tmp_path / "a" / "b", yes=True)
    Demand(1, 1e6, 1).refuse_unasked(tmp_path, yes=False)


def test_defaults_are_not_asked_for(tmp_path):
    for config in (EvolutionConfig(), TrainConfig(), configured("cma"), configured("genetic")):
        of_learning(config, TWO).refuse_unasked(tmp_path, yes=False)
    for tour in ("slide", "turn", "zoom", "horizon", "generations", "mazes"):
        of_sweep(LandscapeSpec(tour=tour), EvolutionConfig(), TWO).refuse_unasked(tmp_path, yes=False)
        of_picture(LandscapeSpec(tour=tour, width=1920, height=1080), EvolutionConfig(), TWO).refuse_unasked(
            tmp_path, yes=False
        )
    of_film(VideoConfig(quality="4k")).refuse_unasked(tmp_path, yes=False)

"""The clip that the explorer makes of its view."""

from dataclasses import replace
from pathlib import Path

import pytest

from agents.errors import UserError
from render.info import info
from render.probe import probe
from render.window.explore import clip_recorder
from render.window.explore.clip_recorder import ClipRecorder
from render.window.explore.origin import Origin
from render.window.explore.place import Terrain
from sim.landscape.function import FunctionObjective
from sim.landscape.plane import Window
from sim.rollout.machine import Machine
from tests.render.window.waiting import wait_until

VIEW = Window(0.1, 0.2, 0.6, (90, 160))


@pytest.fixture
def sampler(watched, monkeypatch):
    for name, value in (("SIZE", (240, 426)), ("SWEPT", (36, 64)), ("FPS", 4.0)):
        monkeypatch.setattr(clip_recorder, name, value)
    return Origin.open(watched.path, Machine(1)).sampler(Terrain(lifetime=24, mazes=2))


def test_a_clip_is_made_meanwhile_and_told_of(sampler, folder):
    clips = ClipRecorder()
    assert "run-clip-001.mp4" in clips.start(sampler, VIEW, "run", "inferno")
    assert "wait" in clips.start(sampler, VIEW, "run", "inferno")
    wait_until(lambda: clips.film.done)
    assert clips.finished().startswith("saved run-clip-001.mp4")
    assert clips.finished() == ""
    assert probe(Path("run-clip-001.mp4"))["width"] == 426
    assert info(Path("run-clip-001.mp4"))["made_from"]["clip"]["palette"] == "inferno"


def test_an_unfinished_clip_is_deleted(sampler, folder):
    clips = ClipRecorder()
    clips.start(sampler, VIEW, "run", "inferno")
    clips.close()
    assert not list(folder.glob("*.mp4"))


def test_a_landscape_without_foragers_is_refused(sampler, folder):
    function = replace(sampler, objective=FunctionObjective("f", function=lambda genomes: genomes[:, 0]))
    with pytest.raises(UserError, match="no forager"):
        ClipRecorder().start(function, VIEW, "run", "inferno")

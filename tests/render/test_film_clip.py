"""The clip of a run: three scenes, any format and shape, within its size."""

import json

import av
import numpy as np
import pytest

from agents.errors import UserError
from render.clip_config import SECONDS, ClipConfig, clip_spec
from render.film import length
from render.film_clip import clip_scenes, write_clip
from render.probe import probe, read_metadata
from render.reel import field_reel
from render.video import VideoConfig
from sim.landscape.parting import find_parting
from sim.landscape.sampling import sample_field
from sim.landscape.spec import LandscapeSpec, plan
from sim.learning.learn import learn
from sim.rollout.machine import Machine
from tests.learners import tiny

ONE = Machine(1)
SMALL = VideoConfig("low", resolution=(320, 240), fps=6)


@pytest.fixture(scope="module")
def reel():
    run = learn(tiny("es", {"world.lifetime": 60, "world.maze.size": 6}), machine=ONE)
    spec = clip_spec(LandscapeSpec(radius=0.8, mazes=4), SMALL)
    assert (spec.width, spec.height, spec.frames) == (160, 120, 1)
    return field_reel(sample_field(plan(run, spec), ONE))


@pytest.mark.parametrize(("seconds", "fps"), [(10.0, 30.0), (4.0, 60.0), (20.0, 12.0)])
def test_it_is_as_long_as_asked(reel, seconds, fps):
    parting = find_parting(reel.landscape, 0, reel.heights(0), ONE)
    scenes = clip_scenes(reel, 0, parting, ClipConfig(seconds), (240, 320), fps)
    assert len(scenes) == 3
    assert length(scenes, fps) / fps == pytest.approx(seconds, abs=0.2)
    assert SECONDS == 10.0


@pytest.mark.parametrize("size", [(360, 640), (640, 360), (400, 400)])
def test_its_scenes_have_words_in_every_shape_unless_they_are_not_wanted(reel, size):
    parting = find_parting(reel.landscape, 0, reel.heights(0), ONE)
    for scene in clip_scenes(reel, 0, parting, ClipConfig(4.0), size, 10):
        bare, told = scene.picture(3), scene.draw(3)
        assert bare.shape == told.shape == (*size, 3)
        assert (bare != told).any()
    for scene in clip_scenes(reel, 0, parting, ClipConfig(4.0, captions=False), size, 10):
        assert np.array_equal(scene.picture(3), scene.draw(3))


@pytest.mark.parametrize(("name", "most"), [("a.mp4", 120), ("a.gif", 1200), ("a.webp", 120)])
def test_it_is_written_in_any_format_within_its_size(reel, tmp_path, name, most):
    path, video = tmp_path / name, VideoConfig("low", resolution=(320, 240), fps=12, max_size=f"{most}kB")
    count = write_clip(reel, 0, path, ClipConfig(4.0), video)
    assert 0 < path.stat().st_size <= 1000 * most
    assert count / probe(path)["fps"] == pytest.approx(4.0, rel=0.15)
    about = json.loads(read_metadata(path)["made_from"])
    assert about["clip"]["captions"] in (True, False)  # a table, as in the file of settings
    assert about["frame"] == 0
    assert len(about["pixels"]) == 2
    assert "seconds=4.0" in about["clip"] or about["clip"]["seconds"] == 4.0


def test_the_same_landscape_gives_the_same_clip(reel, tmp_path):
    for name in ("a.mp4", "b.mp4"):
        write_clip(reel, 0, tmp_path / name, ClipConfig(4.0), SMALL)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    with av.open(str(tmp_path / "a.mp4")) as film:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in film.decode(video=0)]
    land, near, pair = frames[2], frames[11], frames[-2]
    assert min(np.abs(a - b).mean() for a, b in ((land, near), (near, pair), (land, pair))) > 5


def test_a_length_out_of_range_is_refused():
    with pytest.raises(UserError, match="seconds"):
        ClipConfig(1.0)

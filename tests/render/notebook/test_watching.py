"""The animation of a forager at work."""

import base64
import io

import av
import numpy as np
import pytest

from agents.errors import UserError
from render.foraging_scene import foraging_scene
from render.notebook import watching
from render.notebook.watching import watch
from render.probe import read_metadata
from render.video import VideoConfig
from tests.render.page.conftest import Reader


def frames(file):
    with av.open(file) as found:
        return [frame.to_ndarray(format="rgb24") for frame in found.decode(video=0)]


def test_a_notebook_plays_the_champions_life(run, folder, monkeypatch, capsys):
    monkeypatch.setattr(watching, "SHOWN", VideoConfig(resolution=(426, 240), fps=5, crf=10))
    html = watch(run, seconds=0.8)._repr_html_()
    assert watch(folder, seconds=0.8)._repr_html_() == html
    (video,) = Reader(html).all("video")
    found = frames(io.BytesIO(base64.b64decode(video["src"].partition(",")[2])))
    scene = foraging_scene(run, (240, 426), 5, 0.8)
    assert len(found) == scene.count == 4
    assert np.abs(found[2].astype(int) - scene.draw(2)).mean() < 3  # but for what the encoder leaves out
    assert capsys.readouterr() == ("", "")


def test_it_is_saved_at_any_size(run, tmp_path):
    animation = watch(run, maze=2, seconds=0.5, title="one", caption="two")
    path = animation.save(tmp_path / "life.frames", resolution=(426, 240), fps=4, quiet=True)
    assert len(list(path.iterdir())) == 2
    assert '"maze": 2' in read_metadata(path)["made_from"]
    assert animation.save(tmp_path / "life.mp4", quality="low", quiet=True).stat().st_size > 1000
    with pytest.raises(UserError, match="exists"):
        animation.save(tmp_path / "life.mp4")
    with pytest.raises(UserError, match="there is no setting qualty; did you mean quality"):
        animation.save(tmp_path / "x.mp4", qualty="low")


def test_its_text_says_what_it_shows(run):
    assert repr(watch(run, maze=3, seconds=2.5)) == "<animation of a forager in validation maze 3, 2.5 s>"

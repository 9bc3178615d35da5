"""The HTML that plays a film."""

import base64
import re

import pytest

from render.notebook import inline_video
from render.notebook.inline_video import video_html
from tests.render.page.conftest import Reader


@pytest.mark.parametrize(("suffix", "tag", "kind"), [("mp4", "video", "video/mp4"), ("apng", "img", "image/apng")])
def test_a_film_is_in_its_html(tmp_path, suffix, tag, kind):
    path = tmp_path / f'a "b" <c>.{suffix}'
    path.write_bytes(b"film")
    (found,) = Reader(video_html(path, 'title "<&>')).all(tag)
    head, _, data = found["src"].partition(",")
    assert head == f"data:{kind};base64"
    assert base64.b64decode(data) == b"film"
    assert found["title"] == 'title "<&>'
    assert tag == "img" or {"loop", "muted", "autoplay"} <= set(found)


def test_a_large_film_is_referred_to(tmp_path, monkeypatch):
    monkeypatch.setattr(inline_video, "EMBEDDED", 3)
    (tmp_path / "f.mp4").write_bytes(b"film")
    (found,) = Reader(video_html(tmp_path / "f.mp4", "t")).all("video")
    assert found["src"] == (tmp_path / "f.mp4").as_posix()


def test_a_folder_of_frames_is_named(tmp_path):
    assert re.search(r"<code>.*f\.frames</code>", video_html(tmp_path / "f.frames", "t"))

import time
from pathlib import Path

import numpy as np

from render.animation import read_png_metadata
from render.probe import probe
from render.window.capture import Recording, free_name, screenshot
from tests.render.window.waiting import wait_until

FRAME = np.zeros((32, 48, 3), np.uint8)


def test_a_new_name_is_the_first_free_one(folder):
    assert free_name("a", ".png") == Path("a-001.png")
    (folder / "a-001.png").touch()
    (folder / "a-003.png").touch()
    assert free_name("a", ".png") == Path("a-002.png")


def test_a_screenshot_has_metadata_or_the_message_says_why_it_failed(folder):
    assert screenshot(FRAME, "a", {"place": 3}) == "saved a-001.png"
    assert read_png_metadata(folder / "a-001.png")["made_from"] == '{"place": 3}'
    assert "cannot write" in screenshot(FRAME, "nowhere/a", {})


def test_all_frames_are_encoded(tmp_path):
    recording = Recording([FRAME] * 7, tmp_path / "a.mp4", 30, {}, 7)
    wait_until(lambda: recording.done)
    assert probe(tmp_path / "a.mp4")["frames"] == 7
    assert recording.message.endswith("7 frames")


def endless():
    while True:
        time.sleep(0.002)
        yield FRAME


def test_a_stopped_film_is_kept_so_far_or_deleted(tmp_path):
    kept, dropped = (Recording(endless(), tmp_path / name, 30, {}, 100) for name in ("kept.mp4", "dropped.mp4"))
    while min(kept.count, dropped.count) < 3:
        time.sleep(0.005)
    kept.stop()
    dropped.stop(keep=False)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.mp4"]
    assert probe(tmp_path / "kept.mp4")["frames"] == kept.count


def test_a_failure_is_a_message_of_one_line(tmp_path):
    recording = Recording(iter([FRAME]), tmp_path / "nowhere" / "a.mp4", 30, {}, 1)
    wait_until(lambda: recording.done)
    assert "cannot write" in recording.message
    assert "\n" not in recording.message

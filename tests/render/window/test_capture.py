import time

import numpy as np

from render.animation import read_png_metadata
from render.probe import probe
from render.window.capture import Recording, Tape, free_name, screenshot

FRAME = np.zeros((32, 48, 3), np.uint8)


def wait(recording):
    end = time.monotonic() + 20
    while not recording.done and time.monotonic() < end:
        time.sleep(0.01)


def test_names_are_free_ones(tmp_path):
    assert free_name("a", ".png", tmp_path) == tmp_path / "a-001.png"
    (tmp_path / "a-001.png").touch()
    (tmp_path / "a-003.png").touch()
    assert free_name("a", ".png", tmp_path) == tmp_path / "a-002.png"


def test_a_screenshot_says_what_it_is_of_or_why_it_failed(tmp_path):
    assert screenshot(FRAME, "a", {"place": 3}, tmp_path) == f"saved {tmp_path / 'a-001.png'}"
    assert read_png_metadata(tmp_path / "a-001.png")["made_from"] == '{"place": 3}'
    assert "cannot write" in screenshot(FRAME, "a", {}, tmp_path / "nowhere")


def test_what_is_put_on_a_tape_is_filmed(tmp_path):
    tape = Tape()
    recording = Recording(tape, tmp_path / "a.mp4", 30, {})
    for _ in range(7):
        tape.add(FRAME)
    tape.end()
    wait(recording)
    assert probe(tmp_path / "a.mp4")["frames"] == 7
    assert recording.message.endswith("7 frames")
    assert tape.lost == 0


def endless():
    while True:
        time.sleep(0.002)
        yield FRAME


def test_stopping_keeps_what_there_is_or_nothing(tmp_path):
    kept, dropped = (Recording(endless(), tmp_path / name, 30, {}) for name in ("kept.mp4", "dropped.mp4"))
    while min(kept.count, dropped.count) < 3:
        time.sleep(0.005)
    kept.stop()
    dropped.stop(keep=False)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.mp4"]
    assert probe(tmp_path / "kept.mp4")["frames"] == kept.count


def test_a_failure_is_told_in_a_line(tmp_path):
    recording = Recording(iter([FRAME]), tmp_path / "nowhere" / "a.mp4", 30, {})
    wait(recording)
    assert "cannot write" in recording.message
    assert "\n" not in recording.message

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from render.animation import read_png_metadata
from render.legend import heading_height, print_size
from render.palette import PALETTES
from render.probe import probe
from render.window.controls import button_box
from render.window.event import Key, Pointer, Resize, Tick, Wheel
from render.window.play.growing_field import GrowingField
from render.window.play.player import Player
from tests.render.window.waiting import wait_until

SHAPE = (9, 16)


@pytest.fixture
def playing(folder):
    """A function that opens a paused player of 640 x 360 on a field, in a view."""
    opened = []

    def play(path, view=None):
        model = Player(GrowingField(path))
        opened.append(model)
        model.panes.landscape.max_wait = model.panes.replay.max_wait = 60  # so that no frame is out of date
        model.update(Resize(640, 360))
        model.update(Key("space"))
        while view and model.view.settings.view != view:
            model.update(Key("v"))
        return model

    yield play
    for model in opened:
        model.close()


def picture(model):
    """The landscape without what the window draws over it."""
    return model.panes.picture(model.view.shot(model.tour.position))


def pixel_at(model, x, y):
    """The pixel of the field under a place, after the present frame is drawn."""
    return model.renderer.pixel_at(model.view.shot(model.tour.position), x, y)


def click(model, x, y):
    model.update(Pointer("press", x, y, 1))
    model.update(Pointer("release", x, y, 1))


def test_keys_move_through_the_frames(playing, slide):
    model = playing(slide)
    for name, frame in ((".", 1), (".", 2), (",", 1), ("end", 4), ("home", 0), ("]", 1), ("[", 0)):
        model.update(Key(name))
        assert model.tour.frame == frame, name
    assert not model.tour.playing


def test_the_tour_plays_at_one_speed_however_seldom_it_is_drawn(playing, slide):
    one, other = playing(slide), playing(slide)
    for model, ticks in ((one, 40), (other, 4)):
        model.update(Key("space"))
        for _ in range(ticks):
            model.update(Tick(2.0 / ticks))
    assert one.tour.position == pytest.approx(other.tour.position)
    assert one.tour.position > 0


def test_the_mouse_seeks_on_the_bar(playing, slide):
    model = playing(slide)
    x, y, width, height = model.layout.bar
    model.update(Pointer("press", x + width - 1, y + height // 2, 1))
    assert model.tour.frame == 4
    model.update(Pointer("move", x - 50, 10))
    assert model.tour.position == 0
    model.update(Pointer("release", x - 50, 10, 1))
    model.update(Pointer("move", x + width, y))
    assert model.tour.position == 0
    assert model.replay is None


def test_keys_for_colours_relief_and_view_change_the_picture(playing, slide):
    model = playing(slide, "flat")
    pictures = [picture(model)]
    for name in ("p", "e", "l", "v", "l"):
        model.update(Key(name))
        pictures.append(picture(model))
        assert not np.array_equal(pictures[-1], pictures[-2]), name
    assert model.view.settings.palette == PALETTES[1]
    model.update(Key("P"))
    assert model.view.settings.palette == PALETTES[0]


def test_a_frame_without_a_change_is_the_same_array_and_has_the_windows_size(playing, slide):
    model = playing(slide)
    model.update(Tick(60))
    first = model.draw()
    assert model.draw() is first
    assert first.shape == (360, 640, 3)
    for width, height in ((320, 240), (1000, 300), (333, 777)):
        model.update(Resize(width, height))
        assert model.draw().shape == (height, width, 3)
        model.update(Key("v"))
        assert model.draw().shape == (height, width, 3)


def test_zooms_and_pans_are_undone_by_backspace(playing, slide):
    model = playing(slide, "flat")
    whole = model.view.viewport
    before = whole.field(400, 100)
    model.update(Wheel(400, 100, 6))
    assert model.view.viewport.zoom > 2
    assert model.view.viewport.field(400, 100) == pytest.approx(before)
    zoomed = model.view.viewport
    for event in (Pointer("press", 200, 100, 1), Pointer("move", 230, 120, 1), Pointer("release", 230, 120, 1)):
        model.update(event)
    assert model.view.viewport.x == pytest.approx(zoomed.x - 30 / zoomed.scale)
    assert model.replay is None, "the drag counted as a click"
    model.update(Key("backspace"))
    assert model.view.viewport == zoomed
    model.update(Key("backspace"))
    assert model.view.viewport == whole
    model.update(Wheel(400, 100, 6))
    model.update(Key("0"))
    assert model.view.viewport == whole


def test_dragging_turns_the_land(playing, slide):
    model = playing(slide, "land")
    before = model.view.settings
    for event in (Pointer("press", 300, 100, 1), Pointer("move", 400, 120, 1), Pointer("release", 400, 120, 1)):
        model.update(event)
    after = model.view.settings
    assert (after.azimuth, after.elevation) == pytest.approx((before.azimuth + 30, before.elevation + 6))


@pytest.mark.parametrize("view", ["flat", "land"])
def test_a_click_replays_the_forager_of_the_clicked_pixel(playing, slide, view):
    model = playing(slide, view)
    model.update(Key("end"))
    pixel = pixel_at(model, 320, 170)
    assert pixel[0] == 4
    assert abs(pixel[1] - SHAPE[0] / 2) < 3
    assert abs(pixel[2] - SHAPE[1] / 2) < 3
    click(model, 320, 170)
    eaten = []
    for _ in range(2):
        wait_until(lambda: model.replay.episode)
        eaten.append(model.replay.episode.pellets)
        model.update(Key("n"))
    assert np.mean(eaten) == model.field.heights(4)[pixel[1:]]
    assert model.replay.maze == 0
    wait_until(lambda: model.replay.episode)
    model.update(Tick(0.5))
    model.update(Key("space"))
    for _ in ("flat", "land"):
        place = model.renderer.place_of(model.view.shot(4.0), pixel)
        found = model.renderer.pixel_at(model.view.shot(4.0), *place)
        assert np.abs(np.subtract(found, pixel)).max() <= (0 if model.view.settings.view == "flat" else 1)
        model.update(Key("v"))
    assert model.draw().shape == (360, 640, 3)
    model.update(Key("."))
    assert model.tour.frame == 4, "the key moved the tour, and not the replay"
    model.update(Key("escape"))
    assert model.replay is None
    assert not model.done
    model.update(Key("escape"))
    assert not model.done
    assert "q closes" in model.toast.text


def test_a_note_is_drawn_while_the_mouse_is_over_the_field(playing, slide):
    model = playing(slide, "flat")
    model.update(Tick(60))
    bare = model.draw()
    model.update(Pointer("move", 320, 100))
    assert not np.array_equal(model.draw(), bare)
    model.update(Pointer("move", -1, -1))
    assert np.array_equal(model.draw(), bare)


def test_the_wheel_moves_a_dive_and_the_cursor_finds_its_inner_frames(playing, dive):
    model = playing(dive, "dive")
    middle = (model.layout.area[1] // 2, model.layout.area[0] // 2)
    model.update(Wheel(*middle, 5))
    assert model.tour.position == 1.25
    assert pixel_at(model, *middle)[0] == 2
    assert pixel_at(model, 3, 3)[0] == 1
    pixel = pixel_at(model, 200, 120)
    x, y = model.renderer.place_of(model.view.shot(1.25), pixel)
    assert pixel_at(model, x, y) == pixel
    first = picture(model)
    model.update(Wheel(*middle, 1))
    assert not np.array_equal(picture(model), first)


def test_the_help_opens_and_closes(playing, slide):
    model = playing(slide)
    model.update(Tick(60))
    plain = model.draw()
    model.update(Key("h"))
    assert model.draw()[:300].mean() < plain[:300].mean() + 20
    assert not np.array_equal(model.draw(), plain)
    model.update(Key("escape"))
    assert not model.done
    assert np.array_equal(model.draw(), plain)


def test_a_click_on_the_button_pauses_and_plays(playing, slide):
    model = playing(slide)
    x, y, width, height = button_box(model.layout.bar, print_size(model.size))
    before = model.tour.playing
    for now in (not before, before):
        model.update(Pointer("press", x + width // 2, y + height // 2, 1))
        model.update(Pointer("release", x + width // 2, y + height // 2, 1))
        assert model.tour.playing is now
    assert model.title.startswith("slide: sliding through a third direction, weights changed by ")


def test_words_over_the_picture_are_not_covered_by_a_message(playing, dive):
    """In a small window the title stands at the head of a dive, and the message below it."""
    model = playing(dive, "dive")
    model.update(Resize(400, 300))
    model.update(Tick(60))
    plain = model.draw()
    model.toast.say("a message")
    head = heading_height(model.layout.area)
    assert head
    changed = np.flatnonzero((model.draw() != plain).any((1, 2)))
    assert changed.min() >= head


def test_a_screenshot_has_metadata(playing, slide, folder):
    model = playing(slide)
    model.update(Key("s"))
    (path,) = folder.glob("slide-play-*.png")
    assert '"tour": "slide"' in read_png_metadata(path)["made_from"]
    assert "slide-play-001.png" in model.toast.text
    model.update(Key("s"))
    assert len(list(folder.glob("slide-play-*.png"))) == 2


def test_r_films_the_tour_in_the_present_view(playing, dive, folder):
    model = playing(dive, "flat")
    model.update(Resize(320, 240))
    model.update(Key("o"))
    model.update(Key("o"))
    assert model.tour.mode == "loop"
    model.update(Key("r"))
    wait_until(lambda: model.recorder.film is None, lambda: model.update(Tick(0.02)))
    film = probe(folder / "dive-play-001.mp4")
    assert (film["frames"], film["width"], film["fps"]) == (82, 320, 30.0)  # 3 octaves of 0.9 s, both ends
    assert "dive-play-001.mp4" in model.toast.text


def test_closing_deletes_an_unfinished_film(playing, slide, folder):
    model = playing(slide)
    model.update(Key("r"))
    model.close()
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool")
def test_real_keys_move_the_player_in_a_real_window(slide, tmp_path):
    root = Path(__file__).resolve().parents[3]
    read, write = os.pipe()
    screen = ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x360x24", "-nolisten", "tcp"]
    server = subprocess.Popen(screen, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        environment = {**os.environ, "DISPLAY": f":{pipe.readline().strip()}", "PYTHONPATH": str(root)}
    environment.pop("SDL_VIDEODRIVER", None)
    command = [sys.executable, "-m", "foragescape", "play", str(slide)]
    window = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE)

    def pictures():
        """The palettes of the saved pictures, in order."""
        made = [read_png_metadata(path)["made_from"] for path in sorted(tmp_path.glob("slide-play-*.png"))]
        return [json.loads(text)["look"]["palette"] for text in made]

    def press(*keys, pause=0.5):
        subprocess.run(["xdotool", "key", *keys], env=environment, check=True, timeout=10)
        time.sleep(pause)

    try:
        end = time.monotonic() + 60
        while not pictures() and time.monotonic() < end and window.poll() is None:
            press("s")
        press("p", "s")
        while PALETTES[1] not in pictures() and time.monotonic() < end:
            time.sleep(0.1)
        press("q", pause=0)
        assert window.wait(20) == 0, window.stderr.read()
        assert pictures()[0] == PALETTES[0]
        assert pictures()[-1] == PALETTES[1]
    finally:
        for process in (window, server):
            process.terminate()
            process.wait(10)


@pytest.mark.parametrize("size", [(400, 640), (720, 1280), (240, 320)])
def test_the_bar_ends_where_its_label_begins_and_stays_while_it_plays(playing, slide, size):
    model = playing(slide)
    model.update(Resize(size[1], size[0]))
    boxes = set()
    for position in (0.0, 2.0, 4.0):
        model.tour.seek(position)
        boxes.add(model.layout.bar)
    assert len(boxes) == 1
    x, _, width, _ = model.layout.bar
    assert 0.4 * size[1] < width or size[1] < 400
    assert x + width < size[1]


def test_playback_keys_show_messages(playing, slide):
    model = playing(slide)
    for key, said in (("o", "at the end: "), ("+", "speed x2"), ("-", "speed x1")):
        model.update(Key(key))
        assert said in model.toast.text, key
    model.update(Key("."))
    assert "speed x1" in model.toast.text, "a step shows a message"

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
from render.palette import PALETTES
from render.probe import probe
from render.window.event import Key, Pointer, Resize, Tick, Wheel
from render.window.play.growing import Growing
from render.window.play.player import HELP, Player

SHAPE = (9, 16)


@pytest.fixture
def playing(folder):
    opened = []

    def play(path, view=None):
        model = Player(Growing(path))
        opened.append(model)
        model.panes.land.max_wait = model.panes.life.max_wait = 60  # each frame is of its own moment
        model.update(Resize(640, 360))
        model.update(Key("space"))
        while view and model.viewpoint.look.view != view:
            model.update(Key("v"))
        return model

    yield play
    for model in opened:
        model.close()


def click(model, x, y):
    model.update(Pointer("press", x, y, 1))
    model.update(Pointer("release", x, y, 1))


def test_keys_move_through_the_frames(playing, slide):
    model = playing(slide)
    for name, frame in ((".", 1), (".", 2), (",", 1), ("end", 4), ("home", 0), ("]", 1), ("[", 0)):
        model.update(Key(name))
        assert model.tour.frame == frame, name
    assert not model.tour.playing


def test_time_goes_on_by_itself_however_seldom_it_is_drawn(playing, slide):
    one, other = playing(slide), playing(slide)
    for model, ticks in ((one, 40), (other, 4)):
        model.update(Key("space"))
        for _ in range(ticks):
            model.update(Tick(2.0 / ticks))
    assert one.tour.position == pytest.approx(other.tour.position)
    assert one.tour.position > 0


def test_the_bar_seeks_by_mouse(playing, slide):
    model = playing(slide)
    x, y, width, height = model.bar
    model.update(Pointer("press", x + width - 1, y + height // 2, 1))
    assert model.tour.frame == 4
    model.update(Pointer("move", x - 50, 10))
    assert model.tour.position == 0
    model.update(Pointer("release", x - 50, 10, 1))
    model.update(Pointer("move", x + width, y))
    assert model.tour.position == 0
    assert model.inset is None


def test_colours_and_relief_and_view_change_what_is_drawn(playing, slide):
    model = playing(slide, "flat")
    seen = [model.picture()]
    for name in ("p", "e", "l", "v", "l"):
        model.update(Key(name))
        seen.append(model.picture())
        assert not np.array_equal(seen[-1], seen[-2]), name
    assert model.viewpoint.look.palette == PALETTES[1]
    model.update(Key("P"))
    assert model.viewpoint.look.palette == PALETTES[0]


def test_nothing_new_is_the_same_array_and_a_size_is_heeded(playing, slide):
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


def test_zoom_and_pan_and_their_undoing(playing, slide):
    model = playing(slide, "flat")
    whole = model.viewpoint.viewport
    before = whole.field(400, 100)
    model.update(Wheel(400, 100, 6))
    assert model.viewpoint.viewport.zoom > 2
    assert model.viewpoint.viewport.field(400, 100) == pytest.approx(before)
    zoomed = model.viewpoint.viewport
    for event in (Pointer("press", 200, 100, 1), Pointer("move", 230, 120, 1), Pointer("release", 230, 120, 1)):
        model.update(event)
    assert model.viewpoint.viewport.x == pytest.approx(zoomed.x - 30 / zoomed.scale)
    assert model.inset is None, "a drag is no click"
    model.update(Key("backspace"))
    assert model.viewpoint.viewport == zoomed
    model.update(Key("backspace"))
    assert model.viewpoint.viewport == whole
    model.update(Wheel(400, 100, 6))
    model.update(Key("0"))
    assert model.viewpoint.viewport == whole


def test_dragging_turns_the_land(playing, slide):
    model = playing(slide, "land")
    before = model.viewpoint.look
    for event in (Pointer("press", 300, 100, 1), Pointer("move", 400, 120, 1), Pointer("release", 400, 120, 1)):
        model.update(event)
    after = model.viewpoint.look
    assert (after.azimuth, after.elevation) == pytest.approx((before.azimuth + 30, before.elevation + 6))


@pytest.mark.parametrize("view", ["flat", "land"])
def test_a_click_replays_the_very_forager_of_the_pixel(playing, slide, view):
    model = playing(slide, view)
    model.update(Key("end"))
    under = model.viewpoint.under(model.tour.position, 320, 170)
    assert under[0] == 4
    assert abs(under[1] - SHAPE[0] / 2) < 3
    assert abs(under[2] - SHAPE[1] / 2) < 3
    click(model, 320, 170)
    eaten = []
    for _ in range(2):
        eaten.append(model.inset.wait().pellets)
        model.update(Key("m"))
    assert np.mean(eaten) == model.field.heights(4)[under[1:]]
    assert model.inset.maze == 0
    model.inset.wait()
    model.update(Tick(0.5))
    model.update(Key("space"))
    for _ in ("flat", "land"):
        place = model.stage.place(model.viewpoint.look, 4.0, model.area, model.viewpoint.viewport, under)
        found = model.viewpoint.under(4.0, *place)
        assert np.abs(np.subtract(found, under)).max() <= (0 if model.viewpoint.look.view == "flat" else 1)
        model.update(Key("v"))
    assert model.draw().shape == (360, 640, 3)
    model.update(Key("."))
    assert model.tour.frame == 4, "keys move the forager's life while it is open"
    model.update(Key("escape"))
    assert model.inset is None
    assert not model.done
    model.update(Key("escape"))
    assert model.done


def test_hovering_says_value_and_place(playing, slide):
    model = playing(slide, "flat")
    model.update(Tick(60))
    bare = model.draw()
    model.update(Pointer("move", 320, 100))
    assert not np.array_equal(model.draw(), bare)
    model.update(Pointer("move", -1, -1))
    assert np.array_equal(model.draw(), bare)


def test_a_dive_is_wheeled_and_its_inner_octaves_are_under_the_cursor(playing, dive):
    model = playing(dive, "dive")
    middle = (model.area[1] // 2, model.area[0] // 2)
    model.update(Wheel(*middle, 5))
    assert model.tour.position == 1.25
    assert model.viewpoint.under(1.25, *middle)[0] == 2
    assert model.viewpoint.under(1.25, 3, 3)[0] == 1
    frame, row, column = model.viewpoint.under(1.25, 200, 120)
    x, y = model.stage.place(model.viewpoint.look, 1.25, model.area, model.viewpoint.viewport, (frame, row, column))
    assert model.viewpoint.under(1.25, x, y) == (frame, row, column)
    first = model.picture()
    model.update(Wheel(*middle, 1))
    assert not np.array_equal(model.picture(), first)


def test_help_lists_every_key(playing, slide):
    model = playing(slide)
    model.update(Tick(60))
    plain = model.draw()
    model.update(Key("h"))
    assert model.draw()[:300].mean() < plain[:300].mean() + 20
    assert not np.array_equal(model.draw(), plain)
    model.update(Key("escape"))
    assert not model.done
    assert np.array_equal(model.draw(), plain)
    named = " ".join(keys for section in HELP.values() for keys, _ in section)
    for key in ("space", ".", ",", "+", "-", "Home", "End", "[", "]", "o", "p", "P", "e", "l", "v", "0", "s", "r", "q"):
        assert key in named.split(), key


def test_a_picture_knows_what_it_is_of(playing, slide, folder):
    model = playing(slide)
    model.update(Key("s"))
    (path,) = folder.glob("slide-*.png")
    assert '"tour": "slide"' in read_png_metadata(path)["made_from"]
    assert "slide-001.png" in model.toast.text
    model.update(Key("s"))
    assert len(list(folder.glob("slide-*.png"))) == 2


def test_the_tour_is_filmed_as_it_is_seen(playing, dive, folder):
    model = playing(dive, "flat")
    model.update(Resize(320, 240))
    model.update(Key("o"))
    model.update(Key("o"))
    assert model.tour.mode == "loop"
    model.update(Key("r"))
    end = time.monotonic() + 30
    while model.recording and time.monotonic() < end:
        time.sleep(0.02)
        model.update(Tick(0.02))
    film = probe(folder / "dive-001.mp4")
    assert (film["frames"], film["width"], film["fps"]) == (55, 320, 30.0)  # 3 octaves of 0.6 s, both ends
    assert "dive-001.mp4" in model.toast.text


def test_closing_leaves_no_half_film(playing, slide, folder):
    model = playing(slide)
    model.update(Key("r"))
    model.close()
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool")
def test_in_a_window_with_real_keys(slide, tmp_path):
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
        """The palettes of the pictures that were saved, in order."""
        made = [read_png_metadata(path)["made_from"] for path in sorted(tmp_path.glob("slide-*.png"))]
        return [json.loads(each)["look"]["palette"] for each in made]

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
        boxes.add(model.bar)
    assert len(boxes) == 1
    x, _, width, _ = model.bar
    assert 0.4 * size[1] < width or size[1] < 400
    assert x + width < size[1]


def test_keys_of_playing_say_what_they_did(playing, slide):
    model = playing(slide)
    for key, said in (("o", "at the end: "), ("+", "speed x2"), ("-", "speed x1")):
        model.update(Key(key))
        assert said in model.toast.text, key
    model.update(Key("."))
    assert "speed x1" in model.toast.text, "a step is seen, and not said"

import json
import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

from agents.errors import UserError
from render.animation import read_png_metadata
from render.legend import print_size
from render.palette import PALETTES
from render.probe import probe
from render.window.controls import button_box
from render.window.event import Key, Pointer, Resize, Tick, Wheel
from render.window.watch.forage_grid import grid_page
from render.window.watch.life_clock import RATE, REST
from render.window.watch.watch import Watch
from render.window.watch.watch_config import WatchConfig

LIFE = 24
SIZE = (360, 640)


@pytest.fixture
def watching(watched, folder):
    """A function that opens the window's model, ready and 360 x 640."""
    opened = []

    def watch(run=watched, **settings):
        model = Watch(run.path, WatchConfig(**settings))
        opened.append(model)
        model.renderer.pictures.max_wait = 60  # so that no frame is out of date
        model.update(Resize(SIZE[1], SIZE[0]))
        return settled(model)

    yield watch
    for model in opened:
        model.close()


def settled(model):
    end = time.monotonic() + 20
    while not model.session.ready:
        assert time.monotonic() < end
        model.update(Tick(0.0))
        time.sleep(0.002)
    model.update(Tick(0.0))
    return model


def press(model, names):
    for name in names.split():
        model.update(Key(name))


def test_a_life_plays_and_is_drawn(watching):
    model = watching()
    first = model.draw()
    assert first.shape == (*SIZE, 3)
    assert first.dtype == np.uint8
    model.update(Tick(0.5))
    assert model.session.playhead.clock.time == pytest.approx(RATE / 2)
    assert not np.array_equal(model.draw(), first)


def test_the_same_moment_is_the_same_frame(watching):
    frames = []
    for model in (watching(), watching()):
        press(model, "space end , , h x")
        model.update(Tick(9.0))
        frames.append(model.draw())
        assert model.draw() is frames[-1]
    assert np.array_equal(*frames)


def test_playback_keys(watching):
    model = watching()
    clock = model.session.playhead.clock
    press(model, "space . . .")
    model.update(Tick(1.0))
    assert clock.time == 3
    press(model, ",")
    assert clock.time == 2
    press(model, "end")
    assert clock.time == LIFE
    press(model, "[")
    assert clock.time < LIFE
    press(model, "home")
    assert clock.time == 0
    press(model, "+ + -")
    assert clock.rate == 2 * RATE


def test_the_next_maze_follows_an_episode(watching):
    model = watching()
    model.update(Tick(10.0))
    model.update(Tick(REST + 0.1))
    assert model.session.maze == 1
    settled(model).update(Tick(0.1))
    assert 0 < model.session.playhead.clock.time < 4
    press(model, "n n N")
    assert model.session.maze == 2
    press(model, "N N N N")
    assert model.session.maze == 0


def test_the_scrub_bar_seeks(watching):
    model = watching()
    press(model, "space")
    x, y, width, _ = model.layout.bar
    model.update(Pointer("press", x + width // 2, y, 1))
    assert model.session.playhead.clock.time == pytest.approx(LIFE / 2, abs=0.1)
    model.update(Pointer("move", x + 2 * width, 0))
    assert model.session.playhead.clock.time == LIFE
    model.update(Pointer("release", 0, 0, 1))
    model.update(Pointer("move", x, y))
    assert model.session.playhead.clock.time == LIFE


def test_a_click_on_the_button_pauses_and_plays(watching):
    model = watching()
    x, y, width, height = button_box(model.layout.bar, print_size(SIZE))
    for playing in (False, True):
        model.update(Pointer("press", x + width // 2, y + height // 2, 1))
        model.update(Pointer("release", x + width // 2, y + height // 2, 1))
        assert model.session.playhead.playing is playing


def test_g_changes_the_champion(watching):
    model = watching()
    champions = model.session.foragers.follower.champions
    assert model.session.foragers.one is champions[-1]
    press(model, "G")
    assert model.session.foragers.one is champions[-2]
    press(model, "g g")
    assert model.session.foragers.one is champions[0]
    older = watching(generation=champions[1].generation)
    assert older.session.foragers.one.generation == champions[1].generation
    with pytest.raises(UserError, match="there was no champion yet"):
        watching(generation=0)


def test_sixteen_at_once_and_a_click_enlarges_one(watching):
    model = watching(grid=True)
    session = model.session
    assert len(session.foragers.team) == 16
    assert not any(each.champion for each in session.foragers.team)
    model.update(Tick(0.25))
    model.draw()
    x, y, *_ = grid_page(5, model.view.size).tiles[2]
    model.update(Pointer("move", x + 5, y + 5))
    assert model.hovered == 2
    model.update(Pointer("press", x + 5, y + 5, 1))
    model.update(Pointer("release", x + 5, y + 5, 1))
    assert session.view == "life"
    assert session.foragers.one is session.foragers.team[2]
    assert session.playhead.clock.time == pytest.approx(RATE / 4)
    press(model, "escape")
    assert session.view == "grid"
    assert not model.done
    press(model, "g")
    assert session.foragers.team == session.foragers.follower.champions[::-1][:16]
    press(settled(model), "V")
    assert session.view == "life"
    assert not session.enlarged


def test_grids_of_fewer_leave_tiles_empty(watching):
    model = watching(grid=True)
    press(model, "g")
    assert len(settled(model).session.foragers.team) < 16  # else this test shows nothing
    model.draw()
    x, y, *_ = grid_page(5, model.view.size).tiles[15]
    model.update(Pointer("move", x + 5, y + 5))
    assert model.hovered == -1


def test_a_person_drives_against_the_champion(watching):
    model = watching(play=True)
    session = model.session
    champion = session.replay.episode
    assert session.playhead.driver.steps == 0
    model.update(Tick(5.0))
    assert session.playhead.clock.time == 0  # nobody moves before the person does
    directions = champion.headings[1:].tolist()
    for step, direction in enumerate(directions, 1):
        press(model, ("up", "right", "down", "left")[direction])
        assert session.playhead.driver.steps == step
        model.update(Tick(1.0))
        assert session.playhead.clock.time == step
    assert session.playhead.driver.pellets == champion.pellets
    assert session.playhead.driver.episode().actions.tolist() == champion.actions.tolist()
    press(model, "up")
    assert session.playhead.driver.steps == LIFE
    model.draw()
    press(model, "return")
    assert (session.maze, settled(model).session.playhead.driver.steps) == (1, 0)
    press(model, "return")
    assert session.maze == 1  # only after the end


def test_a_person_can_look_back_on_a_duel(watching):
    model = watching(play=True)
    session = model.session
    press(model, "up right down x")  # x is no key of ours
    for _ in range(9):
        model.update(Tick(1.0))
    press(model, "home")
    model.update(Tick(1.0))
    assert session.playhead.clock.time == 0
    press(model, "end")
    assert session.playhead.clock.time == 3
    press(model, "home space")
    model.update(Tick(9.0))
    assert session.playhead.clock.time == 3
    press(model, "home up")
    for _ in range(9):
        model.update(Tick(1.0))
    assert (session.playhead.clock.time, session.playhead.driver.steps) == (4, 4)
    press(model, "v")
    assert session.view == "life"
    assert session.playhead.playing


def test_a_followed_run_hands_over_at_the_next_episode(living, watching):
    run, grow = living
    model = watching(run, follow=True)
    session = model.session
    first = session.foragers.one
    grow()
    end = time.monotonic() + 20
    while session.foragers.heir is None:
        assert time.monotonic() < end
        model.update(Tick(0.01))
        session.foragers.follower._waited = 9.0
        time.sleep(0.005)
    assert "new champion" in model.toast.text
    assert session.foragers.one is first
    model.update(Tick(10.0))
    model.update(Tick(REST + 0.1))
    assert session.foragers.one is session.foragers.follower.champions[-1]
    assert session.foragers.one is not first


def test_foragers_of_a_deleted_run_still_play(living, watching):
    run, _ = living
    model = watching(run)
    press(model, "f")
    shutil.rmtree(run.path)
    end = time.monotonic() + 20
    while not model.session.foragers.follower.lost:
        assert time.monotonic() < end
        model.update(Tick(0.01))
        time.sleep(0.005)
    assert "cannot be read" in model.toast.text
    press(model, "n")
    settled(model).update(Tick(0.5))
    assert model.session.playhead.clock.time > 0
    press(model, "v")
    settled(model).draw()
    assert model.session.foragers.team == model.session.foragers.follower.champions


def test_the_wheel_zooms_and_backspace_goes_back(watching):
    model = watching()
    press(model, "space")
    whole = model.draw()
    model.update(Wheel(100, 100, 3))
    close = model.draw()
    assert not np.array_equal(whole, close)
    model.update(Pointer("press", 300, 150, 1))
    model.update(Pointer("move", 250, 150))
    model.update(Pointer("release", 250, 150, 1))
    assert not np.array_equal(model.draw(), close)
    press(model, "backspace")
    assert np.array_equal(model.draw(), close)
    press(model, "0")
    assert np.array_equal(model.draw(), whole)


def test_palettes_change_the_trail(watching):
    model = watching()
    model.update(Tick(0.5))
    before = model.picture()
    press(model, "p")
    assert model.palette == PALETTES[1]
    assert not np.array_equal(model.picture(), before)
    press(model, "P P")
    assert model.palette == PALETTES[-1]


def test_help_lists_the_keys_and_any_key_ends_it(watching):
    model = watching()
    press(model, "space")
    before = model.draw()
    press(model, "?")
    assert model.help
    assert not np.array_equal(model.draw(), before)
    press(model, "n")
    assert not model.help
    assert model.session.maze == 0
    assert np.array_equal(model.draw(), before)


@pytest.mark.parametrize("names", ["q", "h q"])
def test_keys_close_the_window(watching, names):
    model = watching()
    press(model, names)
    assert model.done


def test_escape_never_closes_the_window(watching):
    model = watching()
    press(model, "escape escape escape")
    assert not model.done
    assert "q closes" in model.toast.text


def test_a_screenshot_has_metadata(watching, watched, folder):
    model = watching(maze=2)
    press(model, "space . . .")
    model.draw()
    press(model, "s")
    assert "saved" in model.toast.text
    (path,) = folder.glob("run-watch-life-g*-maze2-step3-*.png")
    about = json.loads(read_png_metadata(path)["made_from"])
    assert (about["split"], about["maze"], about["step"]) == ("validation", 2, 3.0)
    assert about["run"] == str(watched.path)
    press(model, "s")
    assert len(list(folder.glob("*.png"))) == 2


def test_a_picture_that_is_asked_for_before_the_episode_is_played_shows_it(watching, folder):
    from PIL import Image

    model = watching()
    press(model, "space n s")
    assert not model.session.ready
    assert not list(folder.glob("*.png"))
    settled(model)
    (path,) = folder.glob("run-watch-life-g*-maze1-step0-*.png")
    assert np.array_equal(np.asarray(Image.open(path)), model.picture())


def test_r_films_the_episode(watching, folder):
    model = watching()
    press(model, "+ +")
    press(model, "r")
    end = time.monotonic() + 30
    while "saved" not in model.toast.text:
        assert time.monotonic() < end
        model.update(Tick(0.001))
        time.sleep(0.01)
    (path,) = folder.glob("run-watch-life-*.mp4")
    film = probe(path)
    assert (film["width"], film["height"]) == (SIZE[1], SIZE[0])
    assert film["frames"] == 60  # a second of life, a second of rest


def test_a_window_that_is_too_small_says_so(watching):
    model = watching(grid=True)
    model.update(Resize(320, 240))
    frame = model.draw()
    assert frame.shape == (240, 320, 3)
    model.update(Pointer("move", 50, 50))
    model.update(Resize(640, 1000))
    assert model.draw().shape == (1000, 640, 3)


@pytest.mark.parametrize("settings", [{"maze": -1}, {"grid": True, "play": True}, {"palette": "nonsense"}])
def test_invalid_settings_are_refused(watched, settings):
    with pytest.raises(UserError, match=r"got|named"):
        Watch(watched.path, WatchConfig(**settings))


@pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool")
def test_real_keys_in_a_real_window(watched, tmp_path):
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x360x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    window = None
    try:
        with os.fdopen(read) as stream:
            display = f":{stream.readline().strip()}"
        environment = {**os.environ, "DISPLAY": display, "SDL_VIDEODRIVER": "x11", "PYTHONPATH": os.getcwd()}
        command = [sys.executable, "-m", "foragescape", "watch", str(watched.path), "--maze", "5"]
        window = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + 60
        while not list(tmp_path.glob("run-watch-life-*-maze[!5]*.png")):
            assert time.monotonic() < end
            assert window.poll() is None
            subprocess.run(["xdotool", "key", "n", "s"], env=environment, check=True, timeout=10)
            time.sleep(0.2)
        subprocess.run(["xdotool", "key", "q"], env=environment, check=True, timeout=10)
        assert window.wait(30) == 0
        assert window.stderr.read() == ""
    finally:
        for process in (window, server):
            if process is not None:
                process.kill()
                process.wait()

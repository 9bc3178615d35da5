import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from agents.errors import UserError
from render.animation import read_png_metadata
from render.info import info
from render.legend import print_size
from render.window.controls import button_box
from render.window.event import Key, Paste, Pointer, Resize, Tick, Wheel
from render.window.explore.explorer import NOTCH, OPENING, Explorer
from render.window.explore.explorer_keys import COMMANDS
from render.window.explore.origin import Origin
from render.window.explore.panel_contents import panel_contents, status_lines
from render.window.explore.place import Place, Terrain
from render.window.explore.side_panel_picture import seek_bar
from render.window.explore.sighting import read_sighting, read_text
from render.window.explore.view import deepest
from render.window.key_table import help_of, keys_of
from render.window.playback import KEYS as PLAYBACK_KEYS
from sim.landscape.parting import divergence
from sim.landscape.sampling import sample
from sim.landscape.seek import seek
from sim.rollout import devices, gpu
from sim.rollout.machine import Machine
from sim.world.life import play_episode
from tests.render.window.waiting import click, save_picture, settle, wait_until

SIZE = (180, 320)
SMALL = Place(Terrain(lifetime=24, mazes=2))


@pytest.fixture(scope="module")
def run(unevolved) -> Path:
    return unevolved


@pytest.fixture
def explorer(run, folder):
    model = Explorer(Origin.open(run, Machine(1)), SMALL, SIZE)
    model.update(Resize(SIZE[1], SIZE[0]))
    yield model
    model.close()


def is_exact(model: Explorer) -> bool:
    """Whether the settled picture is the sweep's, bit for bit."""
    settle(model)
    navigation = model.session.navigation
    wanted = sample(navigation.sampler.objective, navigation.sampler.plane, navigation.view.window)
    assert wanted.std() > 0
    heights = model.session.pipeline.painting.heights
    return np.array_equal(heights, (wanted / navigation.terrain.mazes).astype(np.float32))


def test_every_way_to_a_place_ends_in_the_picture_of_a_sweep(explorer):
    steps = [
        Wheel(31, 77, 4),
        Key("right"),
        Wheel(200, 3, 8),
        Key("up"),
        Wheel(160, 90, -4),
        Key("m"),
        Key("w"),
        Key("t"),
        Wheel(1, 1, -8),
    ]
    for number, step in enumerate(steps):
        explorer.update(step)
        explorer.draw()
        if number % 2:
            time.sleep(0.03)  # so that some views are left half done
            explorer.draw()
    assert is_exact(explorer)
    explorer.update(Key("backspace"))
    assert is_exact(explorer)


def test_a_gpu_computes_the_same_picture(run, folder, monkeypatch):
    """Plain torch on the CPU stands in for the GPU; it plays with the same bits."""
    asked, whole = [], gpu.play_plane
    monkeypatch.setattr(devices, "available", lambda: True)
    monkeypatch.setattr(
        gpu, "play_plane", lambda device, *rest, **how: asked.append(device) or whole("cpu", *rest, **how)
    )
    model = Explorer(Origin.open(run, Machine(1, "cuda")), SMALL, (24, 32))
    try:
        model.update(Resize(32, 24))
        settle(model)
        navigation = model.session.navigation
        objective = Origin.open(run, Machine(1)).sampler(navigation.terrain).objective
        wanted = sample(objective, navigation.sampler.plane, navigation.view.window) / navigation.terrain.mazes
        assert wanted.std() > 0
        np.testing.assert_array_equal(model.session.pipeline.painting.heights, wanted.astype(np.float32))
        assert set(asked) == {"cuda"}
    finally:
        model.close()


def test_deep_zooms_use_float64_and_the_window_says_so_and_names_the_floor(explorer):
    session, navigation = explorer.session, explorer.session.navigation
    found = seek(navigation.sampler.objective, navigation.sampler.plane, navigation.view.window, octaves=14)
    session.return_to(Place(navigation.terrain, found.x, found.y, navigation.view.window.radius * 2.0**-14))
    assert navigation.view.window.dtype == "float64"
    assert "float64" in session.toast.text
    assert is_exact(explorer)
    explorer.update(Tick(1.0))
    level = navigation.view.level
    explorer.update(Wheel(100, 50, 240))
    assert navigation.view.level == level
    assert "floor" in session.toast.text
    assert status_lines(session)[0] == "float64"
    while navigation.view.level < deepest(navigation.sampler.plane, navigation.view):
        explorer.update(Wheel(100, 50, 4))
    explorer.update(Tick(60.0))
    assert not session.toast.shown
    assert "floor" in status_lines(session)[0], "the status line stays as long as the view is at the floor"


def test_known_pixels_are_not_computed_again(explorer):
    worker = explorer.session.pipeline.worker
    settle(explorer)
    batches = worker.revision
    explorer.update(Wheel(160, 90, 4))
    settle(explorer)
    zoomed = worker.revision
    assert zoomed > batches
    explorer.update(Wheel(160, 90, -4))
    settle(explorer)
    assert worker.revision == zoomed


def test_a_zoom_keeps_the_point_under_the_cursor_in_place(explorer):
    before = explorer.session.navigation.view.point(57, 133)
    explorer.update(Wheel(57, 133, 12))
    assert explorer.session.navigation.view.point(57, 133) == before


def test_a_drag_pans_by_whole_pixels_and_one_undo_takes_it_back(explorer):
    view = explorer.session.navigation.view
    explorer.update(Pointer("press", 100, 100, 1))
    for x, y in ((110, 96), (125, 90), (90, 80)):
        explorer.update(Pointer("move", x, y))
        explorer.update(Tick(0.01))
    explorer.update(Pointer("release", 90, 80, 1))
    assert explorer.session.navigation.view == view.moved(10, 20)
    assert not explorer.session.foragers.shown
    explorer.update(Key("backspace"))
    assert explorer.session.navigation.view == view


def test_a_frame_has_the_windows_size_and_is_drawn_again_only_after_a_change(explorer):
    settle(explorer)
    explorer.update(Tick(9.0))
    frame = explorer.draw()
    assert frame.shape == (*SIZE, 3)
    assert frame.dtype == np.uint8
    assert explorer.draw() is frame
    explorer.update(Pointer("move", 50, 50))
    assert explorer.draw() is not frame
    explorer.update(Resize(400, 240))
    assert explorer.draw().shape == (240, 400, 3)


def test_no_pixel_is_tinted_once_all_are_exact(explorer):
    settle(explorer)
    plain = explorer.session.pipeline.painting.frame
    explorer.update(Key("i"))
    settle(explorer)
    assert np.array_equal(explorer.session.pipeline.painting.frame, plain)


def test_a_screenshot_leads_back_to_its_place(explorer, folder):
    explorer.update(Wheel(20, 30, 8))
    explorer.update(Key("W"))
    explorer.update(Key("X"))
    path = save_picture(explorer, folder)
    navigation = explorer.session.navigation
    assert path.name in explorer.session.toast.text
    assert read_sighting(path).place == navigation.place
    assert info(path)["made_from"]["place"] == navigation.place.table()
    again = Explorer(explorer.session.origin, read_sighting(path).place, SIZE)
    assert (again.session.navigation.view, again.session.navigation.terrain) == (navigation.view, navigation.terrain)
    again.close()


def test_a_picture_without_a_place_is_refused(tmp_path):
    from render.animation import write_png

    write_png(np.zeros((4, 4, 3), np.uint8), tmp_path / "other.png", {"made_from": "7"})
    assert "made_from" in read_png_metadata(tmp_path / "other.png")
    with pytest.raises(UserError, match="place"):
        read_sighting(tmp_path / "other.png")


def test_bookmarks_are_kept_when_the_window_closes(explorer, run):
    explorer.update(Wheel(10, 10, 4))
    place = explorer.session.navigation.place
    explorer.update(Key("b"))
    explorer.update(Key("0"))
    assert explorer.session.navigation.place != place
    again = Explorer(Origin.open(run, Machine(1)), SMALL, SIZE)
    again.update(Key("1"))
    assert again.session.navigation.place == place
    again.close()
    (run / "bookmarks.json").unlink()


def test_a_click_plays_the_forager_of_the_clicked_pixel(explorer):
    navigation, foragers = explorer.session.navigation, explorer.session.foragers
    heights = sample(navigation.sampler.objective, navigation.sampler.plane, navigation.view.window)
    click(explorer, 40, 60)
    genome, objective = foragers.picks[0].genome, navigation.sampler.forager_objective
    mazes = objective.mazes.carve()
    pellets = sum(play_episode(genome, objective.layout, mazes, maze, objective.world).pellets for maze in range(2))
    assert pellets == heights[60, 40]
    first = foragers.episodes[0]
    explorer.update(Key("n"))
    wait_until(lambda: foragers.ready, lambda: explorer.update(Tick(0.0)))
    assert not np.array_equal(foragers.episodes[0].places, first.places)
    explorer.update(Key("escape"))
    assert not foragers.shown
    assert not explorer.done
    explorer.update(Key("escape"))
    assert not explorer.done
    assert "q closes" in explorer.session.toast.text


def test_two_foragers_run_until_they_diverge_and_the_window_names_the_step(explorer):
    click(explorer, 20, 20)
    click(explorer, 150, 150, shift=True)
    foragers = explorer.session.foragers
    one, two = foragers.episodes
    step = foragers.divergence
    assert step == divergence(one, two)
    assert step is not None
    assert np.array_equal(one.actions[: step - 1], two.actions[: step - 1])
    assert np.array_equal(one.places[:step], two.places[:step])
    assert one.actions[step - 1] != two.actions[step - 1] or one.places[step] != two.places[step]
    explorer.update(Key("home"))
    explorer.update(Tick(60.0))
    assert (foragers.playback.position, foragers.playback.playing) == (step, False)
    assert str(step) in explorer.session.toast.text
    assert explorer.draw().shape == (*SIZE, 3)
    assert divergence(one, one) is None


def test_the_autopilot_dives_to_detail_and_comes_up(explorer):
    navigation, autopilot = explorer.session.navigation, explorer.session.autopilot
    level = navigation.view.level
    explorer.update(Key("a"))
    wait_until(lambda: navigation.view.level != level, lambda: (explorer.draw(), explorer.update(Tick(0.3))))
    assert navigation.view.level == level + 1
    autopilot.rising = True
    wait_until(lambda: navigation.view.level != level + 1, lambda: (explorer.draw(), explorer.update(Tick(0.3))))
    assert navigation.view.level == level
    explorer.update(Key("a"))
    assert not autopilot.on


def test_a_journey_on_autopilot_notes_the_places_where_it_rests(explorer):
    recorder = explorer.session.recorder
    for key in "ra":
        explorer.update(Key(key))
    wait_until(lambda: len(recorder.places) >= 3, lambda: (explorer.draw(), explorer.update(Tick(0.3))))
    radii = [place.radius for place in recorder.places]
    assert radii == sorted(radii, reverse=True)
    assert any("recording" in line for line in status_lines(explorer.session))


def test_w_slides_the_plane_and_s_only_saves(explorer, folder):
    for key, third in (("w", 0.05), ("w", 0.1), ("W", 0.05), ("W", 0.0), ("W", -0.05)):
        explorer.update(Key(key))
        assert explorer.session.navigation.terrain.third == third
    save_picture(explorer, folder)
    assert explorer.session.navigation.terrain.third == -0.05
    assert len(list(folder.glob("*.png"))) == 1
    lines = [line for section in help_of("explore").values() for line in section]
    assert [name for name, does in lines if "slide" in does or "save" in does] == ["w W", "s"]


def test_every_key_is_in_the_help(explorer):
    others = {"n", "N", "s", "q", "h", "?", "f11", "escape", "ctrl-c", "ctrl-v", "f1"}
    assert set(COMMANDS) | PLAYBACK_KEYS | others == keys_of("explore")
    explorer.update(Key("h"))
    assert explorer.help
    assert explorer.draw().shape == (*SIZE, 3)
    explorer.update(Key("escape"))
    assert not explorer.help
    assert not explorer.done


def test_the_window_closes_quickly_while_work_is_unfinished(run):
    model = Explorer(Origin.open(run, Machine(1)), SMALL, (720, 1280))
    model.draw()
    model.update(Pointer("press", 5, 5, 1))
    model.update(Pointer("release", 5, 5, 1))
    begin = time.process_time()  # of all threads, so that other programs do not count
    model.close()
    assert time.process_time() - begin < 3


@pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool")
def test_real_keys_move_the_explorer_in_a_real_window(run, tmp_path):
    root = Path(__file__).resolve().parents[3]
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x360x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        environment = {**os.environ, "DISPLAY": f":{pipe.readline().strip()}", "PYTHONPATH": str(root)}
    environment.pop("SDL_VIDEODRIVER", None)
    command = [sys.executable, "-m", "foragescape", "explore", str(run), "--threads", "1"]
    window = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 60

        def closest():  # keys that come before the window is open are lost, so keys are pressed until one had an effect
            return min((read_sighting(file).place.radius for file in tmp_path.glob("run-explore-*.png")), default=1.0)

        while closest() > 0.5 and time.monotonic() < end and window.poll() is None:
            time.sleep(0.5)
            subprocess.run(["xdotool", "key", "z", "s"], env=environment, check=True, timeout=10)
        subprocess.run(["xdotool", "key", "q"], env=environment, check=True, timeout=10)
        assert window.wait(20) == 0, window.stderr.read()
        assert closest() < 0.5
    finally:
        for process in (window, server):
            process.terminate()
            process.wait(10)


def test_the_middle_of_the_view_stays_in_the_middle_when_the_window_is_resized(explorer):
    def middle():
        view = explorer.session.navigation.view
        return view.left + view.width // 2, view.top + view.height // 2

    explorer.update(Tick(OPENING))
    before, view = middle(), explorer.session.navigation.view
    for width, height in ((640, 400), (641, 399), (333, 777), (1280, 720), (321, 241), SIZE[::-1]):
        explorer.update(Resize(width, height))
        assert middle() == before
    assert explorer.session.navigation.view == view
    explorer.update(Key("backspace"))
    assert "nothing to undo" in explorer.session.toast.text


@pytest.mark.parametrize("size", [(240, 320), (300, 400), (450, 700), (720, 1280), (2160, 3840), (1000, 500)])
def test_a_place_has_its_radius_in_a_window_of_any_size(run, folder, size):
    place = Place(SMALL.terrain, 0.1, 0.2, 0.221)
    model = Explorer(Origin.open(run, Machine(1)), place)
    try:
        model.update(Resize(640, 480))  # some window managers give a new window a second size
        model.update(Tick(0.1))
        model.update(Resize(size[1], size[0]))
        found, lens = read_text(model.copied(), SMALL).place, model.session.navigation.lens
        assert lens.shape == size
        assert (found.x, found.y) == pytest.approx((place.x, place.y), abs=lens.view.pixel)
        assert found.radius == pytest.approx(place.radius, rel=0.011)  # a whole level may be so near
        model.update(Key("z"))
        zoom = model.session.navigation.lens.zoom
        model.update(Resize(640, 480))
        assert model.session.navigation.lens.zoom == zoom == lens.zoom + 1, "later the pixels keep their spacing"
    finally:
        model.close()


def test_the_first_frame_says_that_foragers_are_played_and_which_key_shows_the_help(run, folder):
    model = Explorer(Origin.open(run, Machine(1)), SMALL, (400, 640))
    model.session.refresh = lambda: None
    try:
        model.update(Resize(640, 400))
        assert "h lists the keys" in model.session.toast.text
        frame = model.draw()
        assert (frame[190:210].max(-1) > 100).any()
    finally:
        model.close()


def test_a_click_on_the_button_of_the_side_panel_pauses_and_plays(explorer):
    explorer.update(Resize(640, 360))
    click(explorer, 40, 60)
    left, size = explorer.session.navigation.lens.shape[1], explorer.side_panel_size
    x, y, width, height = button_box(seek_bar(size), print_size(size))
    playback = explorer.session.foragers.playback
    for playing in (False, True):
        explorer.update(Pointer("press", left + x + width // 2, y + height // 2, 1))
        explorer.update(Pointer("release", left + x + width // 2, y + height // 2, 1))
        assert playback.playing is playing


def test_a_fraction_of_a_notch_zooms_by_a_fraction_and_all_pixels_are_exact(explorer):
    settle(explorer)
    navigation = explorer.session.navigation
    zoom = navigation.lens.zoom
    explorer.update(Wheel(100, 50, 1.5))
    assert navigation.lens.zoom == zoom + 1.5 * NOTCH
    assert navigation.lens.scale != 1
    assert is_exact(explorer)
    explorer.update(Tick(9.0))
    explorer.update(Pointer("move", 200, 80))
    note = panel_contents(explorer.session, (200, 80), with_note=True).overlay.note
    column, row = navigation.lens.point_at(200, 80)
    assert note[0].startswith(f"{explorer.session.pipeline.painting.heights[row, column]:.4g} ")
    assert explorer.draw().shape == (*SIZE, 3)


def test_a_place_is_copied_as_text_and_pasted(explorer):
    explorer.update(Wheel(30, 40, 2))
    for key in "pX":
        explorer.update(Key(key))
    text, place, colours = explorer.copied(), explorer.session.navigation.place, explorer.session.colours
    for key in "0Pxx":
        explorer.update(Key(key))
    assert explorer.session.navigation.place != place
    explorer.update(Paste(text))
    now = explorer.session.navigation.place
    assert (now.terrain, explorer.session.colours) == (place.terrain, colours)
    assert (now.x, now.y, now.radius) == pytest.approx((place.x, place.y, place.radius), abs=1e-12)
    explorer.update(Paste("hello there"))
    assert explorer.session.navigation.place == now
    assert "a place is written as" in explorer.session.toast.text


@pytest.mark.parametrize("picture", [False, True])
def test_the_command_opens_the_window_at_a_place(explorer, run, folder, monkeypatch, picture):
    from render.commands.windows import Explore
    from render.window import pygame_window
    from render.window.window_config import WindowConfig

    explorer.update(Wheel(30, 40, 4))
    for key in "pX":
        explorer.update(Key(key))
    at = str(save_picture(explorer, folder)) if picture else explorer.copied()
    opened = []
    monkeypatch.setattr(pygame_window, "check_display", lambda: None)
    monkeypatch.setattr(pygame_window, "show", lambda model, window: opened.append((model, window)))
    Explore(run=run, at=at, machine=Machine(1), window=WindowConfig((400, 300)))()
    ((model, window),) = opened
    model.close()
    assert window == WindowConfig((400, 300))
    assert model.session.colours == explorer.session.colours
    assert model.session.navigation.terrain == explorer.session.navigation.terrain
    assert model.session.navigation.lens.radius == pytest.approx(explorer.session.navigation.lens.radius, rel=1e-3)

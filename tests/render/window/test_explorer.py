import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from agents.errors import UserError
from agents.genome import save
from agents.layout import initial
from agents.randomness import generator
from render.animation import read_png_metadata
from render.info import info
from render.window.event import Key, Pointer, Resize, Tick, Wheel
from render.window.explore.beside import KEYS as PLAYING
from render.window.explore.beside import divergence
from render.window.explore.explorer import Explorer
from render.window.explore.explorer_keys import COMMANDS, HELP
from render.window.explore.place import Land, Origin, Place, read_place
from render.window.explore.view import deepest
from sim.landscape.sampling import sample
from sim.landscape.seek import seek
from sim.learning.evolution import EvolutionConfig
from sim.learning.run import FORMAT
from sim.rollout import gpu
from sim.rollout.machine import Machine
from sim.values import to_toml
from sim.world.life import play_episode
from sim.world.rules import World

SIZE = (180, 320)
SMALL = Place(Land(lifetime=24, mazes=2))


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A run whose champion was never evolved."""
    path = tmp_path_factory.mktemp("explorer") / "run"
    path.mkdir()
    config = EvolutionConfig(hidden=4, world=World(lifetime=24))
    (path / "manifest.json").write_text(json.dumps({"format": FORMAT}))
    (path / "config.toml").write_text(to_toml(config))
    weights = 3 * initial(config.layout, 1, generator(5, "test"))[0]
    save(path / "champion.safetensors", weights, config.layout, {"generation": 0})
    return path


@pytest.fixture
def explorer(run, tmp_path):
    model = Explorer(Origin.open(run, Machine(1)), SMALL, SIZE, tmp_path)
    model.update(Resize(SIZE[1], SIZE[0]))
    yield model
    model.close()


def exact(model: Explorer) -> bool:
    """Whether the settled picture is the sweep's, bit for bit."""
    visit = model.visit
    assert model.wait(20)
    painting = visit.painter.painting
    wanted = sample(visit.ground.objective, visit.ground.plane, visit.view.window)
    assert wanted.std() > 0
    return np.array_equal(painting.heights, (wanted / visit.land.mazes).astype(np.float32))


def test_any_way_to_a_place_ends_in_the_picture_of_a_sweep(explorer):
    steps = [
        Wheel(31, 77, 1),
        Key("right"),
        Wheel(200, 3, 2),
        Key("up"),
        Wheel(160, 90, -1),
        Key("m"),
        Key("w"),
        Key("t"),
        Wheel(1, 1, -2),
    ]
    for number, step in enumerate(steps):
        explorer.update(step)
        explorer.draw()
        if number % 2:
            explorer.wait(0.03)  # some is left half done
    assert exact(explorer)
    explorer.update(Key("backspace"))
    assert exact(explorer)


def test_a_gpu_computes_the_same_picture_where_it_is_named(run, tmp_path, monkeypatch):
    """The GPU's part is taken by plain torch on the CPU, which plays with the same bits."""
    asked, whole = [], gpu.play_plane
    monkeypatch.setattr(gpu, "available", lambda: True)
    monkeypatch.setattr(
        gpu, "play_plane", lambda device, *rest, **how: asked.append(device) or whole("cpu", *rest, **how)
    )
    model = Explorer(Origin.open(run, Machine(1, "cuda")), SMALL, (24, 32), tmp_path)
    try:
        model.update(Resize(32, 24))
        assert model.wait(60)
        visit = model.visit
        objective = Origin.open(run, Machine(1)).ground(visit.land).objective
        wanted = sample(objective, visit.ground.plane, visit.view.window) / visit.land.mazes
        assert wanted.std() > 0
        np.testing.assert_array_equal(visit.painter.painting.heights, wanted.astype(np.float32))
        assert set(asked) == {"cuda"}
    finally:
        model.close()


def test_deep_down_the_arithmetic_is_float64_and_said_and_the_floor_too(explorer):
    visit = explorer.visit
    found = seek(visit.ground.objective, visit.ground.plane, visit.view.window, octaves=14)
    visit.visit(Place(visit.land, found.x, found.y, visit.view.window.radius * 2.0**-14))
    assert visit.view.window.dtype == "float64"
    assert "float64" in visit.toast.text
    assert exact(explorer)
    explorer.update(Tick(1.0))
    level = visit.view.level
    explorer.update(Wheel(100, 50, 60))
    assert visit.view.level == level
    assert "floor" in visit.toast.text
    assert explorer._status() == ("float64",)
    while visit.view.level < deepest(visit.ground.plane, visit.view):
        explorer.update(Wheel(100, 50, 1))
    explorer.update(Tick(60.0))
    assert not visit.toast.shown
    assert "floor" in explorer._status()[-1], "it is said as long as it lasts"


def test_known_pixels_are_not_computed_again(explorer):
    assert explorer.wait(20)
    batches = explorer.visit.worker.revision
    explorer.update(Wheel(160, 90, 1))
    assert explorer.wait(20)
    zoomed = explorer.visit.worker.revision
    assert zoomed > batches
    explorer.update(Wheel(160, 90, -1))
    assert explorer.wait(20)
    assert explorer.visit.worker.revision == zoomed


def test_what_is_seen_at_the_cursor_stays_there_in_a_zoom(explorer):
    before = explorer.visit.view.point(57, 133)
    explorer.update(Wheel(57, 133, 3))
    assert explorer.visit.view.point(57, 133) == before


def test_dragging_pans_by_whole_pixels_and_one_undo_takes_it_back(explorer):
    view = explorer.visit.view
    explorer.update(Pointer("press", 100, 100, 1))
    for x, y in ((110, 96), (125, 90), (90, 80)):
        explorer.update(Pointer("move", x, y))
        explorer.update(Tick(0.01))
    explorer.update(Pointer("release", 90, 80, 1))
    assert explorer.visit.view == view.moved(10, 20)
    assert not explorer.visit.beside.shown
    explorer.update(Key("backspace"))
    assert explorer.visit.view == view


def test_the_frame_is_that_of_the_window_and_drawn_anew_only_where_something_changed(explorer):
    assert explorer.wait(20)
    explorer.update(Tick(9.0))
    frame = explorer.draw()
    assert frame.shape == (*SIZE, 3)
    assert frame.dtype == np.uint8
    assert explorer.draw() is frame
    explorer.update(Pointer("move", 50, 50))
    assert explorer.draw() is not frame
    explorer.update(Resize(400, 240))
    assert explorer.draw().shape == (240, 400, 3)


def test_guessed_pixels_are_tinted_and_none_is_left_when_all_is_exact(explorer):
    assert explorer.wait(20)
    plain = explorer.visit.painter.painting.frame
    explorer.update(Key("g"))
    assert explorer.wait(20)
    assert np.array_equal(explorer.visit.painter.painting.frame, plain)


def test_a_picture_leads_back_to_its_place(explorer, tmp_path):
    explorer.update(Wheel(20, 30, 2))
    explorer.update(Key("W"))
    explorer.update(Key("["))
    explorer.update(Key("s"))
    (path,) = tmp_path.glob("*.png")
    assert path.name in explorer.visit.toast.text
    assert read_place(path) == explorer.visit.place
    assert info(path)["made_from"]["place"] == explorer.visit.place.table()
    again = Explorer(explorer.visit.origin, read_place(path), SIZE)
    assert (again.visit.view, again.visit.land) == (explorer.visit.view, explorer.visit.land)
    again.close()


def test_other_pictures_lead_nowhere(explorer, tmp_path):
    from render.animation import write_png

    write_png(np.zeros((4, 4, 3), np.uint8), tmp_path / "other.png", {"made_from": "7"})
    assert "made_from" in read_png_metadata(tmp_path / "other.png")
    with pytest.raises(UserError, match="place"):
        read_place(tmp_path / "other.png")


@pytest.mark.parametrize("change", [{"lifetime": 0}, {"mazes": 2.5}, {"seed": -1}, {"third": float("nan")}])
def test_lands_that_cannot_be_measured_are_refused(change):
    with pytest.raises(UserError, match=next(iter(change))):
        Land(**change)


def test_bookmarks_outlive_the_window(explorer, run):
    explorer.update(Wheel(10, 10, 1))
    place = explorer.visit.place
    explorer.update(Key("b"))
    explorer.update(Key("0"))
    assert explorer.visit.place != place
    again = Explorer(Origin.open(run, Machine(1)), SMALL, SIZE)
    again.update(Key("1"))
    assert again.visit.place == place
    again.close()
    (run / "bookmarks.json").unlink()


def lives(model: Explorer) -> None:
    end = time.perf_counter() + 20
    while not model.visit.beside.ready and time.perf_counter() < end:
        model.update(Tick(0.0))
        time.sleep(0.005)
    assert model.visit.beside.ready


def click(model: Explorer, x: int, y: int, shift: bool = False) -> None:
    model.update(Pointer("press", x, y, 1, shift))
    model.update(Pointer("release", x, y, 1, shift))
    lives(model)


def test_a_click_plays_the_forager_of_that_very_pixel(explorer):
    visit = explorer.visit
    heights = sample(visit.ground.objective, visit.ground.plane, visit.view.window)
    click(explorer, 40, 60)
    beside, pick = visit.beside, visit.beside.picks[0]
    lived = visit.ground.foragers
    mazes = lived.mazes.carve()
    pellets = sum(play_episode(pick.genome, lived.layout, mazes, maze, lived.world).pellets for maze in range(2))
    assert pellets == heights[60, 40]
    first = beside.episodes[0]
    explorer.update(Key("n"))
    lives(explorer)
    assert not np.array_equal(beside.episodes[0].places, first.places)
    explorer.update(Key("escape"))
    assert not beside.shown
    assert not explorer.done
    explorer.update(Key("escape"))
    assert explorer.done


def test_two_foragers_run_until_they_part_and_the_step_is_told(explorer):
    click(explorer, 20, 20)
    click(explorer, 150, 150, shift=True)
    beside = explorer.visit.beside
    one, two = beside.episodes
    step = beside.parting
    assert step == divergence(one, two)
    assert step is not None
    assert np.array_equal(one.actions[: step - 1], two.actions[: step - 1])
    assert np.array_equal(one.places[:step], two.places[:step])
    assert one.actions[step - 1] != two.actions[step - 1] or one.places[step] != two.places[step]
    explorer.update(Key("home"))
    explorer.update(Tick(60.0))
    assert (beside.playback.position, beside.playback.playing) == (step, False)
    assert str(step) in explorer.visit.toast.text
    assert explorer.draw().shape == (*SIZE, 3)
    assert divergence(one, one) is None


def test_autopilot_dives_to_detail_and_comes_up(explorer):
    visit = explorer.visit
    level = visit.view.level
    explorer.update(Key("a"))
    end = time.perf_counter() + 20
    while visit.view.level == level and time.perf_counter() < end:
        explorer.update(Tick(0.3))
        time.sleep(0.005)
    assert visit.view.level == level + 1
    visit.pilot.rising = True
    explorer.update(Tick(3.0))
    assert visit.view.level == level
    explorer.update(Key("a"))
    assert not visit.pilot.on


def test_a_journey_on_autopilot_notes_where_it_rests(explorer):
    for key in "ra":
        explorer.update(Key(key))
    end = time.perf_counter() + 20
    while len(explorer.visit.journey) < 3 and time.perf_counter() < end:
        explorer.update(Tick(0.3))
        time.sleep(0.005)
    radii = [place.radius for place in explorer.visit.journey]
    assert len(radii) >= 3
    assert radii == sorted(radii, reverse=True)
    assert any("recording" in line for line in explorer._status())


def test_the_plane_slides_both_ways_and_a_picture_is_no_slide(explorer, tmp_path):
    for key, third in (("w", 0.05), ("w", 0.1), ("W", 0.05), ("W", 0.0), ("W", -0.05)):
        explorer.update(Key(key))
        assert explorer.visit.land.third == third
    explorer.update(Key("s"))
    assert explorer.visit.land.third == -0.05
    assert len(list(tmp_path.glob("*.png"))) == 1
    lines = [line for section in HELP.values() for line in section]
    assert [name for name, does in lines if "slide" in does or "save" in does] == ["w W", "s"]


def test_every_key_is_in_the_list(explorer):
    listed = " ".join(name for section in HELP.values() for name, _ in section)
    named = {"backspace", "left", "right", "up", "down"} | set("2345678")
    assert all(key in listed.split() for key in (set(COMMANDS) | PLAYING) - named - {"=", "b", "home", "end", "z"})
    assert {"Home", "End,", "Backspace", "b,", "drag,", "arrows", "wheel,", "z"} <= set(listed.split())
    explorer.update(Key("h"))
    assert explorer.help
    assert explorer.draw().shape == (*SIZE, 3)
    explorer.update(Key("escape"))
    assert not explorer.help
    assert not explorer.done


def test_closing_while_all_is_unfinished_is_quick(run):
    model = Explorer(Origin.open(run, Machine(1)), SMALL, (720, 1280))
    model.draw()
    model.update(Pointer("press", 5, 5, 1))
    model.update(Pointer("release", 5, 5, 1))
    begin = time.perf_counter()
    model.close()
    assert time.perf_counter() - begin < 3


@pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool")
def test_in_a_window_with_real_keys(run, tmp_path):
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

        def closest():  # a key that comes before the window listens is lost, so keys are pressed until one was heard
            return min((read_place(file).radius for file in tmp_path.glob("run-explore-*.png")), default=1.0)

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


def test_the_middle_stays_in_the_middle_however_the_window_is_resized(explorer):
    def middle():
        view = explorer.visit.view
        return view.left + view.width // 2, view.top + view.height // 2

    before, view = middle(), explorer.visit.view
    for width, height in ((640, 400), (641, 399), (333, 777), (1280, 720), (321, 241), SIZE[::-1]):
        explorer.update(Resize(width, height))
        assert middle() == before
    assert explorer.visit.view == view
    explorer.update(Key("backspace"))
    assert "nothing to undo" in explorer.visit.toast.text


def test_the_first_frame_says_what_is_going_on_and_where_help_is(run, tmp_path):
    model = Explorer(Origin.open(run, Machine(1)), SMALL, (400, 640), tmp_path)
    model.visit.refresh = lambda: False
    try:
        model.update(Resize(640, 400))
        assert "h lists the keys" in model.visit.toast.text
        frame = model.draw()
        assert (frame[190:210].max(-1) > 100).any()
    finally:
        model.close()

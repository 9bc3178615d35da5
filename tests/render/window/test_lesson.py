"""The tour of each window has five steps; each is done by the person, and only by what it asks for."""

from dataclasses import replace

import numpy as np
import pytest

from render.window.event import Key, Pointer, Resize, Tick, Wheel
from render.window.explore.explorer import Explorer
from render.window.explore.origin import Origin
from render.window.explore.place import Place, Terrain
from render.window.key_table import STAYS_OPEN
from render.window.lesson import THE_END, Lesson, Step, card_box, changed, put_lesson
from render.window.play.growing_field import GrowingField
from render.window.play.player import Player
from render.window.watch.forage_grid import grid_page
from render.window.watch.watch import Watch
from render.window.watch.watch_config import WatchConfig
from render.window.watch.watch_session import maze_box
from sim.rollout.machine import Machine
from tests.render.window.waiting import click, settle, wait_until

SIZE = (360, 640)


def number(model):
    """The number of the present step, 0 without a tour."""
    heading, _ = model.lesson.words
    return int(heading.split()[2]) if heading else 0


def test_a_lesson_goes_on_by_what_is_done_since_a_step_began():
    steps = [
        Step("first", lambda model: model["a"], changed),
        Step("then", lambda model: model["b"], lambda _, now: now > 1),
    ]
    model, lesson = {"a": 0, "b": 0}, Lesson(steps)
    assert lesson.words == ("", "")
    model["a"] = 5
    assert lesson.tick(model) == ""
    lesson.toggle(model)
    assert lesson.tick(model) == ""
    assert lesson.words == ("tour, step 1 of 2", "first")
    model["a"] = 6
    lesson.tick(model)
    assert lesson.words == ("tour, step 2 of 2", "then")
    model["b"] = 2
    assert lesson.tick(model) == THE_END
    assert lesson.words == ("", "")
    lesson.toggle(model)
    assert "ends" in lesson.toggle(model)
    assert lesson.words == ("", "")


@pytest.mark.parametrize("size", [(240, 320), (300, 400), (720, 1280), (2160, 3840), (1000, 500)])
def test_the_words_of_a_step_lie_within_the_frame(size):
    frame = np.full((*size, 3), 200, np.uint8)
    put_lesson(frame, ("tour, step 1 of 5", "Turn the wheel over an edge of colours to zoom in. " * 2))
    changed_ = (frame != 200).any(-1)
    rows, columns = np.flatnonzero(changed_.any(1)), np.flatnonzero(changed_.any(0))
    assert columns[0] > 0
    assert columns[-1] < size[1] - 1
    assert rows[0] > 0
    assert rows[-1] < size[0] - 1
    assert rows[-1] - rows[0] < 0.6 * size[0]
    put_lesson(frame, ("", ""))


def explorer(watched, folder):
    return Explorer(replace(Origin.open(watched.path, Machine(1)), path=folder), Place(Terrain(lifetime=24, mazes=2)))


WINDOWS = {
    "explore": lambda watched, slide, folder: explorer(watched, folder),
    "play": lambda watched, slide, folder: Player(GrowingField(slide)),
    "watch": lambda watched, slide, folder: Watch(watched.path, WatchConfig()),
}


@pytest.mark.parametrize("window", WINDOWS)
def test_esc_ends_the_tour_first(watched, slide, folder, window):
    model = WINDOWS[window](watched, slide, folder)
    said = model.session.toast if window == "explore" else model.toast
    try:
        model.update(Resize(640, 360))
        model.update(Key("f1"))
        assert number(model) == 1
        model.update(Key("escape"))
        assert number(model) == 0
        assert "the tour ends" in said.text
        model.update(Key("escape"))
        assert said.text == STAYS_OPEN
        assert not model.done
    finally:
        model.close()


@pytest.mark.parametrize("size", [(300, 400), (450, 700), (720, 1280)])
@pytest.mark.parametrize("window", ["play", "watch"])
def test_the_card_has_rows_of_its_own_while_the_tour_is_on(watched, slide, folder, window, size):
    model = WINDOWS[window](watched, slide, folder)
    try:
        model.update(Resize(size[1], size[0]))
        before = model.layout
        model.update(Key("f1"))
        height = model.view.area[0] if window == "play" else model.view.size[0]
        for step in model.lesson.steps:
            _, top, _, tall = card_box(size, ("tour, step 1 of 5", step.words), model.layout.strip)
            assert height <= top < top + tall <= size[0] - model.layout.strip
        assert model.draw().shape == (*size, 3)
        model.update(Key("escape"))
        assert model.layout == before
        assert (model.view.area if window == "play" else model.view.size)[0] > height
    finally:
        model.close()


def test_a_window_without_room_for_the_card_shows_it_over_the_picture(slide):
    model = Player(GrowingField(slide))
    try:
        model.update(Resize(320, 240))
        area = model.layout.area
        model.update(Key("f1"))
        assert model.layout.area == area
        plain = model.draw()
        model.update(Key("escape"))
        model.toast.tick(9)
        assert not np.array_equal(model.draw(), plain)
    finally:
        model.close()


def test_the_card_hides_a_note_that_it_would_cover(watched, folder):
    model = explorer(watched, folder)
    try:
        model.update(Resize(400, 300))
        model.update(Key("f1"))
        settle(model)
        model.update(Tick(9.0))
        left, top, wide, _ = card_box((300, 400), model.lesson.words)
        plain = model.draw()
        for x, y, hidden in ((left + wide // 2, top + 5, True), (left + wide // 2, top - 20, True), (5, 70, False)):
            model.update(Pointer("move", x, y))
            assert np.array_equal(model.draw(), plain) == hidden
    finally:
        model.close()


def test_a_message_covers_no_words_of_a_duel(watched):
    model = Watch(watched.path, WatchConfig(play=True))
    try:
        model.update(Resize(400, 300))
        wait_until(lambda: model.session.ready, lambda: model.update(Tick(0.0)))
        model.update(Tick(0.0))
        model.renderer.pictures.max_wait = 60
        model.toast.say("a message")
        said = model.draw()
        model.toast.tick(9)
        changed = (model.draw() != said).any(-1).any(1)
        _, top, _, height = maze_box(model.session, model.view.size)
        rows = np.flatnonzero(changed)
        assert top < rows[0] <= rows[-1] < top + height
    finally:
        model.close()


def test_the_tour_of_the_explorer(watched, folder):
    origin = replace(Origin.open(watched.path, Machine(1)), path=folder)
    model = Explorer(origin, Place(Terrain(lifetime=24, mazes=2)), SIZE)
    try:
        model.update(Key("f1"))
        for step, acts in enumerate(
            (
                [Wheel(100, 100, 4)],
                [Key("right")],
                [lambda: click(model, 50, 60)],
                [lambda: click(model, 200, 200, shift=True)],
                [Key("s")],
            ),
            1,
        ):
            model.update(Tick(0.01))
            assert number(model) == step
            for act in acts:
                act() if callable(act) else model.update(act)
        model.update(Tick(0.01))
        assert number(model) == 0
        assert model.session.toast.text == THE_END
    finally:
        model.close()


def test_the_tour_of_the_player(slide, folder):
    model = Player(GrowingField(slide))
    try:
        model.update(Resize(640, 360))
        model.panes.landscape.max_wait = 60
        model.draw()
        x, y, width, _ = model.layout.bar
        model.update(Key("f1"))
        acts = [
            [Key("space")],
            [Pointer("press", x + width // 3, y, 1), Pointer("release", x + width // 3, y, 1)],
            [Key("v")],
            [Wheel(300, 150, 2)],
            [Pointer("press", 320, 170, 1), Pointer("release", 320, 170, 1)],
        ]
        for step, events in enumerate(acts, 1):
            model.update(Tick(0.0))
            assert number(model) == step
            model.draw()
            for event in events:
                model.update(event)
        wait_until(lambda: number(model) == 0, lambda: model.update(Tick(0.0)))
        assert model.toast.text == THE_END
    finally:
        model.close()


def test_the_tour_of_the_window_on_foragers(watched, folder):
    model = Watch(watched.path, WatchConfig())

    def ready():
        wait_until(lambda: model.session.ready, lambda: model.update(Tick(0.0)))
        model.update(Tick(0.0))

    try:
        model.update(Resize(640, 360))
        ready()
        model.update(Key("f1"))
        for step, key in enumerate(("space", ".", "n"), 1):
            model.update(Tick(0.0))
            assert number(model) == step
            model.update(Key(key))
            ready()
        assert number(model) == 4
        model.update(Key("v"))
        ready()
        assert number(model) == 4, "sixteen are visible, but none was clicked"
        x, y, *_ = grid_page(5, model.view.size).tiles[3]
        for kind in ("press", "release"):
            model.update(Pointer(kind, x + 4, y + 4, 1))
        ready()
        assert number(model) == 5
        model.update(Key("V"))
        ready()
        for key in ("up", "right", "down"):
            model.update(Key(key))
        model.update(Tick(0.0))
        assert number(model) == 0
    finally:
        model.close()

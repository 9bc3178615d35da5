"""The tour of each window has five steps; each is done by the person, and only by what it asks for."""

from dataclasses import replace

import numpy as np
import pytest

from render.window.event import Key, Pointer, Resize, Tick, Wheel
from render.window.explore.explorer import Explorer
from render.window.explore.origin import Origin
from render.window.explore.place import Place, Terrain
from render.window.lesson import THE_END, Lesson, Step, changed, put_lesson
from render.window.play.growing_field import GrowingField
from render.window.play.player import Player
from render.window.watch.forage_grid import grid_page
from render.window.watch.watch import Watch
from render.window.watch.watch_config import WatchConfig
from sim.rollout.machine import Machine
from tests.render.window.waiting import click, wait_until

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

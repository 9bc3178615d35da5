"""A key has one meaning in all windows, and each window does what the table says, and no more."""

import string
from collections import Counter

import pytest

from render.window.event import Key, Pointer, Resize, Tick, Wheel
from render.window.key_table import ALL, TABLE, help_of, keys_of
from render.window.play.growing_field import GrowingField
from render.window.play.player import Player
from render.window.watch.watch import Watch
from render.window.watch.watch_config import WatchConfig
from tests.render.window.waiting import wait_until

NAMES = ("space", "left", "right", "up", "down", "home", "end", "backspace", "escape", "return", "tab", "f11", "f1")
TYPED = (*string.ascii_letters, *string.digits, *"+-=[]<>.,?/;:'!@#$%^&*()_{}")
SHOWN = {
    "home": "Home",
    "end": "End",
    "backspace": "Backspace",
    "escape": "Esc",
    "return": "Enter",
    "f11": "F11",
    "f1": "F1",
}
SHOWN |= {"ctrl-c": "Ctrl-C", "ctrl-v": "Ctrl-V"}
UNNAMED = {"left", "right", "up", "down", "=", *"23456789"}  # shown as "arrows", as + or as "1 to 9"


def test_no_key_has_two_meanings():
    counts = Counter(key for line in TABLE for key in line.keys)
    assert [key for key, count in counts.items() if count > 1] == []


def test_every_key_is_shown_in_the_help_of_its_windows():
    for window in ALL:
        words = " ".join(shown for lines in help_of(window).values() for shown, _ in lines).replace(",", " , ").split()
        assert {SHOWN.get(key, key) for key in keys_of(window) - UNNAMED} <= set(words), window


def test_the_help_of_a_window_tells_what_a_key_comes_to_in_it():
    lines = {window: dict(line for section in help_of(window).values() for line in section) for window in ALL}
    assert lines["watch"]["v V"] == "next, previous view: one, sixteen, a duel with you"
    assert lines["play"]["v V"].startswith("next, previous view: from above")
    assert "v V" not in lines["explore"]


@pytest.fixture
def player(dive, folder):
    """A player with an open replay in the middle, zoomed in; and its state."""
    model = Player(GrowingField(dive))
    model.update(Resize(640, 360))
    model.view.key("V")  # the tour begins as a dive
    model.view.key("V")
    model.panes.landscape.max_wait = 60
    model.draw()
    model.update(Pointer("press", 150, 150, 1))
    model.update(Pointer("release", 150, 150, 1))
    wait_until(lambda: model.replay.episode)
    model.update(Wheel(150, 150, 3))
    model.replay.playback.seek(3.0)
    model.replay.playback.playing = False
    model.toast.say("")

    def state():
        replay = model.replay and (model.replay.maze, model.replay.playback)
        tour = model.tour
        return repr(
            (
                model.view._state,
                tour,
                replay,
                model.toast.text,
                model.helping,
                model.done,
                model.recorder.film,
                model.lesson.words,
            )
        )

    yield model, state
    model.close()


@pytest.fixture
def watch(watched, folder):
    """The window on the one forager in maze 2, in the middle of its episode, zoomed in; and its state."""
    model = Watch(watched.path, WatchConfig(maze=2))
    model.update(Resize(640, 360))
    wait_until(lambda: model.session.ready, lambda: model.update(Tick(0.0)))
    model.session.playhead.clock.playback.seek(3.0)
    model.session.playhead.clock.playback.playing = False
    model.update(Wheel(150, 150, 3))
    model.toast.say("")

    def state():
        session = model.session
        clock, following = session.playhead.clock, session.foragers.follower.following
        who = session.view, session.maze, session.foragers.one.generation, following
        return repr(
            (
                who,
                clock,
                model.view.viewport,
                model.palette,
                model.help,
                model.done,
                model.toast.text,
                model.lesson.words,
            )
        )

    yield model, state
    model.close()


@pytest.mark.parametrize("window", ["play", "watch"])
def test_a_window_does_something_for_every_key_of_the_table_and_nothing_for_others(window, request):
    model, state = request.getfixturevalue({"play": "player", "watch": "watch"}[window])
    keys = keys_of(window) - {"f11"}  # of the toolkit's window
    for key in (*NAMES, *TYPED):
        if key not in keys:
            before = state()
            model.update(Key(key))
            assert state() == before, f"{key} is no key of {window}"
    idle = {"return", "m"} if window == "watch" else set()  # Enter acts in a duel
    for key in sorted(keys - idle - {"q", "escape", "h", "?"}):
        before = state()
        model.update(Key(key))
        assert state() != before, f"{key} does nothing in {window}"
        for undo in {"v": "V", "V": "v", "0": "z", "r": "r"}.get(key, ""):
            model.update(Key(undo))
        model.update(Key("0"))
        model.update(Wheel(150, 150, 3))
        playback = model.replay.playback if window == "play" else model.session.playhead.clock.playback
        playback.seek(3.0)
        model.toast.say("")
    for key in ("h", "h", "escape", "q"):
        before = state()
        model.update(Key(key))
        assert state() != before, key
    assert model.done

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agents.errors import UserError
from render.legend import print_size
from render.window import pygame_window
from render.window.event import Key, Paste, Pointer, Resize, Tick, Wheel
from render.window.pygame_window import show, translate
from render.window.window_config import WindowConfig

pygame = pytest.importorskip("pygame")

SMALL = WindowConfig((500, 300))


class Model:
    """A model that records its events, posts pygame events in its first turns, and is done after `turns`."""

    def __init__(self, posts=(), turns=5):
        self.posts, self.turns = list(posts), turns
        self.events, self.size, self.closed, self.draws = [], None, 0, 0

    title = "a model"

    @property
    def done(self):
        return self.turns <= 0

    def update(self, event):
        self.events.append(event)
        if isinstance(event, Resize):
            self.size = (event.height, event.width)
        if isinstance(event, Tick):
            self.turns -= 1
            if self.posts:
                pygame.event.post(self.posts.pop(0))

    def draw(self):
        self.draws += 1
        return np.full((*self.size, 3), 40 * self.draws % 256, np.uint8)

    def close(self):
        self.closed += 1


@pytest.fixture
def no_display(monkeypatch):
    """SDL's driver that shows nothing."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


def press(key, typed="", mod=0, scancode=0):
    return pygame.event.Event(pygame.KEYDOWN, key=key, unicode=typed, mod=mod, scancode=scancode)


def test_a_model_gets_its_size_first_then_ticks_and_is_closed_once(no_display):
    model = Model()
    show(model, SMALL)
    assert model.events[0] == Resize(500, 300)
    assert sum(isinstance(event, Tick) for event in model.events) == 5
    assert all(event.seconds >= 0 for event in model.events if isinstance(event, Tick))
    assert model.closed == 1
    assert not pygame.display.get_init()


def test_events_reach_the_model_in_order(no_display):
    posts = [press(pygame.K_p, "P", pygame.KMOD_SHIFT), pygame.event.Event(pygame.MOUSEMOTION, pos=(7, 9))]
    model = Model(posts)
    show(model, SMALL)
    events = [event for event in model.events if not isinstance(event, Tick | Resize)]
    assert Key("P") in events
    assert Pointer("move", 7, 9) in events


def test_closing_the_window_ends_the_loop_and_closes_the_model(no_display):
    model = Model([pygame.event.Event(pygame.QUIT)], turns=10**6)
    show(model, SMALL)
    assert model.closed == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, UserError("the run is gone")])
def test_an_error_closes_the_model(no_display, error):
    model = Model()

    def fail():
        raise error

    model.draw = fail
    with pytest.raises(type(error) if isinstance(error, UserError) else error):
        show(model, SMALL)
    assert model.closed == 1
    assert not pygame.display.get_init()


def test_a_missing_display_is_an_error_of_one_line(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":99999")
    model = Model()
    with pytest.raises(UserError, match="a window needs a display") as caught:
        show(model, SMALL)
    assert "\n" not in str(caught.value)
    assert model.closed == 1


@pytest.mark.parametrize("driver", [None, "x11"])
def test_a_missing_display_is_found_before_any_work_and_nothing_else_is_printed(living, tmp_path, driver):
    """In its own process, as the libraries that SDL tries write to stderr by themselves."""
    run, _ = living
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "XDG_RUNTIME_DIR"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env |= {} if driver is None else {"SDL_VIDEODRIVER": driver}
    root = Path(pygame_window.__file__).parents[2]
    if driver is None and sys.platform != "linux":
        pytest.skip("this machine may have a screen that no variable names")
    for command in ("watch", "play", "explore"):
        for path, said in ((run.path, "a window needs a display"), (tmp_path / "no-such-run", "")):
            words = [sys.executable, root / "foragescape.py", command, path]
            done = subprocess.run(words, env=env, capture_output=True, text=True)
            assert done.returncode == 2
            assert done.stderr.startswith(f"foragescape: {said}")
            assert ("no-such-run" in done.stderr) == (not said)
            assert done.stderr.count("\n") == 1


def test_the_model_of_a_tiny_window_gets_the_smallest_size(no_display, monkeypatch):
    model = Model()
    monkeypatch.setattr(pygame_window, "first_size", lambda screen: (30, 20))
    show(model)
    assert model.events[0] == Resize(320, 240)


@pytest.mark.parametrize(
    ("pygame_event", "event"),
    [
        (lambda: press(pygame.K_SPACE, " "), Key("space")),
        (lambda: press(pygame.K_SLASH, "?", pygame.KMOD_SHIFT), Key("?")),
        (lambda: press(pygame.K_BACKSPACE, "\x08"), Key("backspace")),
        (lambda: press(pygame.K_ESCAPE, "\x1b"), Key("escape")),
        (lambda: press(pygame.K_HOME), Key("home")),
        (lambda: press(pygame.K_KP_PLUS, "+"), Key("+")),
        (lambda: press(pygame.K_KP_ENTER, "\r"), Key("return")),
        (lambda: press(pygame.K_LEFT), Key("left")),
        (lambda: press(pygame.K_s, "\x13", pygame.KMOD_LCTRL), None),
        (lambda: press(pygame.K_s, "s", pygame.KMOD_LALT), None),
        (lambda: press(pygame.K_p, "P", pygame.KMOD_CAPS), Key("p")),
        (lambda: press(pygame.K_p, "p", pygame.KMOD_CAPS | pygame.KMOD_SHIFT), Key("P")),
        (lambda: press(pygame.K_8, "[", pygame.KMOD_RALT), Key("[")),  # AltGr as Linux reports it
        (lambda: press(pygame.K_8, "[", pygame.KMOD_MODE), Key("[")),
        (lambda: press(pygame.K_8, "[", pygame.KMOD_RALT | pygame.KMOD_LCTRL), Key("[")),  # and as Windows does
        (lambda: press(0x437, "з", scancode=pygame.KSCAN_P), Key("p")),
        (lambda: press(0x437, "З", pygame.KMOD_LSHIFT, scancode=pygame.KSCAN_P), Key("P")),
        (lambda: press(0x437, "З", pygame.KMOD_CAPS, scancode=pygame.KSCAN_P), Key("p")),
        (lambda: press(0x445, "х", scancode=pygame.KSCAN_LEFTBRACKET), Key("[")),
        (lambda: press(0xE9, "é", scancode=pygame.KSCAN_2), Key("2")),  # of a French keyboard
        (lambda: press(pygame.K_a, "a", scancode=pygame.KSCAN_Q), Key("a")),
        (lambda: pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(3, 4), button=3), Pointer("press", 3, 4, 3)),
        (lambda: pygame.event.Event(pygame.MOUSEBUTTONUP, pos=(3, 4), button=1), Pointer("release", 3, 4, 1)),
        (lambda: pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(3, 4), button=4), None),
        (lambda: pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=-2), Wheel(0, 0, -2)),
        (lambda: pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=0, precise_y=0.125), Wheel(0, 0, 0.125)),
        (lambda: press(pygame.K_c, "ć", pygame.KMOD_RALT | pygame.KMOD_LCTRL), Key("ć")),
        (lambda: pygame.event.Event(pygame.WINDOWLEAVE), Pointer("move", -1, -1)),
    ],
)
def test_pygame_events_are_translated(no_display, pygame_event, event):
    pygame.display.init()
    try:
        assert translate(pygame_event(), set()) == event
    finally:
        pygame.display.quit()


def test_only_the_keys_of_repeated_repeat_while_held(no_display):
    pygame.display.init()
    try:
        held = set()
        for key, typed, again in ((pygame.K_SPACE, " ", None), (pygame.K_PERIOD, ".", Key("."))):
            assert translate(press(key, typed), held) is not None
            assert translate(press(key, typed), held) == again
            translate(pygame.event.Event(pygame.KEYUP, key=key), held)
            assert translate(press(key, typed), held) is not None
    finally:
        pygame.display.quit()


def test_ctrl_c_copies_what_the_model_shows_and_ctrl_v_pastes_it(no_display, monkeypatch):
    kept = []
    monkeypatch.setattr(pygame.scrap, "put_text", kept.append)
    monkeypatch.setattr(pygame.scrap, "get_text", lambda: kept[-1])
    model = Model([press(pygame.K_c, "\x03", pygame.KMOD_LCTRL), press(pygame.K_v, "\x16", pygame.KMOD_LMETA)])
    model.copied = lambda: "x=1"
    show(model, SMALL)
    assert kept == ["x=1"]
    assert Paste("x=1") in model.events
    silent = Model([press(pygame.K_c, "\x03", pygame.KMOD_LCTRL)])
    show(silent, SMALL)
    assert kept == ["x=1"]


def test_the_title_bar_says_what_is_shown_and_changes_with_it(no_display, monkeypatch):
    titles = []
    monkeypatch.setattr(pygame.display, "set_caption", titles.append)
    model = Model(turns=6)
    whole = model.update

    def update(event):
        whole(event)
        model.title = "a model" if model.turns > 3 else "another"

    model.update = update
    show(model, SMALL)
    assert titles == ["a model - Foragescape", "another - Foragescape"]


def test_letters_are_scaled_while_the_window_is_open(no_display):
    model, sizes = Model(), []
    draw = model.draw
    model.draw = lambda: sizes.append(print_size((720, 1280))) or draw()
    show(model, WindowConfig((500, 300), scale=2.0))
    assert set(sizes) == {2 * print_size((720, 1280))}


def test_a_full_screen_window_has_the_size_of_the_screen(no_display):
    model = Model()
    pygame.display.init()
    width, height = pygame.display.get_desktop_sizes()[0]
    show(model, WindowConfig((500, 300), fullscreen=True))
    assert model.events[0] == Resize(max(320, width), max(240, height))

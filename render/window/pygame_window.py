"""Pygame window: turns pygame's events into ours, and shows a model's frames. The only module that imports pygame.

H and W rows and columns of the window.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agents.errors import Remedy, UserError
from render.legend import scale_letters
from render.window.event import Copied, Event, Frame, Key, Model, Paste, Pointer, Resize, Tick, Wheel
from render.window.icon import icon
from render.window.key_names import key_name
from render.window.waiting_words import prepare_letters
from render.window.window_config import WindowConfig, first_size

if TYPE_CHECKING:
    import pygame

SMALLEST = (240, 320)  # H and W: the frame is never smaller; a smaller window cuts it off
FPS = 60  # most frames a second
INVISIBLE = ("dummy", "offscreen")  # SDL's drivers that show nothing
REPEAT = (350, 45)  # milliseconds until a held key repeats, and between repeats
REPEATED = frozenset(  # the keys that repeat while held
    {".", ",", "+", "=", "-", "[", "]", "<", ">", "left", "right", "up", "down", "backspace", "page up", "page down"}
)


def show(model: Model, window: WindowConfig | None = None) -> None:
    """Show a model in a window until it is done or the person closes the window.

    Each turn of the loop passes all events to the model, then the time since the last turn, then draws. A model that
    has nothing new returns the same array again, which is not shown again and costs nothing. The model is always
    closed in the end. Raises UserError where there is no display; SDL_VIDEODRIVER=dummy runs without one.
    """
    window = window or WindowConfig()
    try:
        pygame = _pygame()
        try:
            scale_letters(window.scale)
            prepare_letters()  # before the window opens: without words, one that waits would look dead
            _open(window)
            _loop(model, pygame.time.Clock())
        finally:
            scale_letters(1.0)
            pygame.display.quit()
    finally:
        model.close()


def _pygame() -> Any:
    """Import pygame without the greeting that it prints on stdout."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")  # else Windows enlarges our pixels blurred
    import pygame

    return pygame


def _open(window: WindowConfig) -> None:
    import pygame

    check_display()
    try:
        picture = icon()
        pygame.display.set_icon(pygame.image.frombuffer(picture.tobytes(), picture.shape[:2], "RGBA"))
        screen = pygame.display.get_desktop_sizes()[0]
        whole, flags = window.fullscreen, pygame.FULLSCREEN if window.fullscreen else pygame.RESIZABLE
        pygame.display.set_mode(screen if whole else window.size or first_size(screen), flags)
    except pygame.error as error:
        raise _no_display(str(error)) from error
    pygame.key.set_repeat(*REPEAT)
    pygame.key.start_text_input()  # else some systems do not report which character a key types


def check_display() -> None:
    """Raise UserError if there is no display; to be called before the work that a model takes to make."""
    pygame = _pygame()
    try:
        with _silent():
            pygame.display.init()
    except pygame.error as error:
        raise _no_display(str(error)) from error
    if pygame.display.get_driver() in INVISIBLE and os.environ.get("SDL_VIDEODRIVER") not in INVISIBLE:
        pygame.display.quit()
        raise _no_display("none was found")


@contextmanager
def _silent() -> Iterator[None]:
    """Discard what libraries print on stderr in the block: those that SDL tries one after another complain there."""
    try:
        kept = os.dup(2)
    except OSError:  # it is closed
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _no_display(reason: str) -> UserError:
    what = f"a window needs a display ({' '.join(reason.split())})"
    return UserError(what, "log in to a desktop", Remedy.MAKE_FILM)


def _loop(model: Model, clock: "pygame.time.Clock") -> None:
    """Pass events and time to the model and show its frames, until it is done or the window is closed."""
    import pygame

    last_size: tuple[int, int] | None = None
    shown: Frame | None = None
    title = ""
    held: set[int] = set()
    before = time.perf_counter()
    while not model.done:
        size = pygame.display.get_window_size()
        if size != last_size:
            last_size, shown = size, None
            model.update(Resize(max(size[0], SMALLEST[1]), max(size[1], SMALLEST[0])))
        for pygame_event in pygame.event.get():
            if pygame_event.type == pygame.QUIT:
                return
            if pygame_event.type in (pygame.VIDEOEXPOSE, pygame.WINDOWEXPOSED):
                shown = None
            if pygame_event.type == pygame.KEYDOWN and pygame_event.key == pygame.K_F11:
                pygame.display.toggle_fullscreen()
                continue
            if _is_shortcut(pygame_event, pygame.K_c) and isinstance(model, Copied):
                pygame.scrap.put_text(model.copied())
                continue
            event = translate(pygame_event, held)
            if event is not None:
                model.update(event)
        now = time.perf_counter()
        model.update(Tick(now - before))
        before = now
        if model.done:
            return
        if model.title != title:
            title = model.title
            pygame.display.set_caption(f"{title} - Foragescape")
        frame = model.draw()
        if frame is not shown:
            _blit(frame)
            shown = frame
        clock.tick(FPS)


def _blit(frame: Frame) -> None:
    import numpy as np
    import pygame

    picture = pygame.image.frombuffer(np.ascontiguousarray(frame).data, (frame.shape[1], frame.shape[0]), "RGB")
    surface = pygame.display.get_surface()
    if surface is not None:
        surface.blit(picture, (0, 0))
        pygame.display.flip()


def translate(pygame_event: "pygame.Event", held: set[int]) -> Event | None:
    """Translate a pygame event into ours; None where no model handles such events.

    `held` is the set of keys that are down, which this function updates. Only keys of REPEATED repeat while held.
    """
    import pygame

    kind = pygame_event.type
    if _is_shortcut(pygame_event, pygame.K_v):
        return Paste(pygame.scrap.get_text())
    shift = bool(pygame.key.get_mods() & pygame.KMOD_SHIFT)
    if kind == pygame.KEYDOWN:
        name = _name(pygame_event)
        again = pygame_event.key in held
        held.add(pygame_event.key)
        return Key(name) if name and (not again or name in REPEATED) else None
    if kind == pygame.KEYUP:
        held.discard(pygame_event.key)
    elif kind == pygame.MOUSEMOTION:
        x, y = pygame_event.pos
        return Pointer("move", x, y, shift=shift)
    elif kind == pygame.WINDOWLEAVE:
        return Pointer("move", -1, -1)
    elif kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP) and pygame_event.button <= 3:  # 4 and 5 are the wheel
        x, y = pygame_event.pos
        return Pointer("press" if kind == pygame.MOUSEBUTTONDOWN else "release", x, y, pygame_event.button, shift)
    elif kind == pygame.MOUSEWHEEL and (turns := getattr(pygame_event, "precise_y", 0.0) or pygame_event.y):
        x, y = pygame.mouse.get_pos()
        return Wheel(x, y, turns)
    return None


def _is_shortcut(pygame_event: "pygame.Event", key: int) -> bool:
    """Whether a key was pressed with Ctrl, or with Cmd on a Mac; AltGr, which may count as Ctrl and Alt, is neither."""
    import pygame

    if pygame_event.type != pygame.KEYDOWN or pygame_event.key != key:
        return False
    mods = pygame_event.mod
    return bool(mods & (pygame.KMOD_CTRL | pygame.KMOD_META)) and not mods & (pygame.KMOD_ALT | pygame.KMOD_MODE)


def _name(pygame_event: "pygame.Event") -> str:
    """The character that a key types, or its name; "" with Ctrl, Alt or Meta, which we do not use.

    AltGr, which types [ on many keyboards, is reported as a right Alt, on Windows together with a left Ctrl.
    """
    import pygame

    mods, shift = pygame_event.mod, bool(pygame_event.mod & pygame.KMOD_SHIFT)
    typed: str = pygame_event.unicode
    alt_gr = pygame.KMOD_MODE | pygame.KMOD_RALT | (pygame.KMOD_LALT if sys.platform == "darwin" else 0)
    if mods & alt_gr and typed.isprintable() and typed.strip():
        return typed
    if mods & (pygame.KMOD_CTRL | pygame.KMOD_META | pygame.KMOD_ALT):
        return ""
    name = key_name(typed, pygame.key.name(pygame_event.key), getattr(pygame_event, "scancode", 0), shift=shift)
    return "return" if name == "enter" else name

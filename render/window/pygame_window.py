"""Shell: the only file that knows pygame. It turns what happens to a window into events, and shows a model's frames.

H and W rows and columns of the window.
"""

import os
import time
from typing import TYPE_CHECKING, Any

from agents.errors import Remedy, UserError
from render.window.event import Event, Frame, Key, Model, Pointer, Resize, Tick, Wheel

if TYPE_CHECKING:
    import pygame

SMALLEST = (240, 320)  # H and W: below, the frame is cut at the window's edge
UNSEEN = ("dummy", "offscreen")
REPEAT = (350, 45)  # milliseconds until a held key repeats, and between repeats
REPEATED = frozenset(
    {".", ",", "+", "=", "-", "[", "]", "<", ">", "left", "right", "up", "down", "backspace", "page up", "page down"}
)


def show(model: Model, title: str, size: tuple[int, int] = (720, 1280), fps: int = 60) -> None:
    """Show a model in a window of `size` H, W until it is done or the window is closed; at most `fps` frames a second.

    Each turn tells the model all events, then the time that went by, then draws. A frame that is the very array of the
    turn before is not shown again: a model that has nothing new returns its last frame and costs nothing. The model is
    closed whatever happens. Raises UserError where there is no display; SDL_VIDEODRIVER=dummy goes without.
    """
    try:
        pygame = _pygame()
        try:
            _open(title, size)
            _turn(model, pygame.time.Clock(), fps)
        finally:
            pygame.display.quit()
    finally:
        model.close()


def _pygame() -> Any:
    """pygame, which greets on stdout unless told not to."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    import pygame

    return pygame


def _open(title: str, size: tuple[int, int]) -> None:
    import pygame

    try:
        pygame.display.init()
        if pygame.display.get_driver() in UNSEEN and os.environ.get("SDL_VIDEODRIVER") not in UNSEEN:
            raise _no_display("none was found")
        pygame.display.set_mode((size[1], size[0]), pygame.RESIZABLE)
        pygame.display.set_caption(title)
    except pygame.error as error:
        raise _no_display(str(error)) from error
    pygame.key.set_repeat(*REPEAT)
    pygame.key.start_text_input()  # else some systems do not say which character a key types


def _no_display(reason: str) -> UserError:
    what = f"a window needs a display ({' '.join(reason.split())})"
    return UserError(what, "log in to a desktop", Remedy.MAKE_FILM)


def _turn(model: Model, clock: "pygame.time.Clock", fps: int) -> None:
    """Events, time, drawing, until the model is done."""
    import pygame

    told: tuple[int, int] | None = None
    shown: Frame | None = None
    held: set[int] = set()
    before = time.perf_counter()
    while not model.done:
        size = pygame.display.get_window_size()
        if size != told:
            told, shown = size, None
            model.update(Resize(max(size[0], SMALLEST[1]), max(size[1], SMALLEST[0])))
        for happened in pygame.event.get():
            if happened.type == pygame.QUIT:
                return
            if happened.type in (pygame.VIDEOEXPOSE, pygame.WINDOWEXPOSED):
                shown = None
            if happened.type == pygame.KEYDOWN and happened.key == pygame.K_F11:
                pygame.display.toggle_fullscreen()
                continue
            event = translate(happened, held)
            if event is not None:
                model.update(event)
        now = time.perf_counter()
        model.update(Tick(now - before))
        before = now
        if model.done:
            return
        frame = model.draw()
        if frame is not shown:
            _blit(frame)
            shown = frame
        clock.tick(fps)


def _blit(frame: Frame) -> None:
    import numpy as np
    import pygame

    picture = pygame.image.frombuffer(np.ascontiguousarray(frame).data, (frame.shape[1], frame.shape[0]), "RGB")
    surface = pygame.display.get_surface()
    if surface is not None:
        surface.blit(picture, (0, 0))
        pygame.display.flip()


def translate(happened: "pygame.Event", held: set[int]) -> Event | None:
    """The event that a pygame event is, or None where it is of no interest.

    `held` are the keys that are down, kept here: only those of REPEATED repeat.
    """
    import pygame

    kind = happened.type
    shift = bool(pygame.key.get_mods() & pygame.KMOD_SHIFT)
    if kind == pygame.KEYDOWN:
        name = _name(happened)
        again = happened.key in held
        held.add(happened.key)
        return Key(name, bool(happened.mod & pygame.KMOD_SHIFT)) if name and (not again or name in REPEATED) else None
    if kind == pygame.KEYUP:
        held.discard(happened.key)
    elif kind == pygame.MOUSEMOTION:
        x, y = happened.pos
        return Pointer("move", x, y, shift=shift)
    elif kind == pygame.WINDOWLEAVE:
        return Pointer("move", -1, -1)
    elif kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP) and happened.button <= 3:  # 4 and 5 are the wheel
        x, y = happened.pos
        return Pointer("press" if kind == pygame.MOUSEBUTTONDOWN else "release", x, y, happened.button, shift)
    elif kind == pygame.MOUSEWHEEL and happened.y:
        x, y = pygame.mouse.get_pos()
        return Wheel(x, y, happened.y)
    return None


def _name(happened: "pygame.Event") -> str:
    """The character that a key types, or its name; "" with Ctrl, Alt or Meta, which are not ours."""
    import pygame

    if happened.mod & (pygame.KMOD_CTRL | pygame.KMOD_META | pygame.KMOD_LALT):
        return ""
    typed: str = happened.unicode
    if typed and typed.isprintable() and not typed.isspace():
        return typed
    name: str = pygame.key.name(happened.key)
    return "return" if name == "enter" else name

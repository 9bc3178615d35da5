"""Waiting: helpers that let threads of a window's model finish."""

import time
from collections.abc import Callable
from pathlib import Path

from render.window.event import Key, Pointer, Tick
from render.window.explore.explorer import Explorer

LONGEST = 120.0  # seconds


def wait_until(condition: Callable[[], object], turn: Callable[[], object] = lambda: None) -> None:
    """Call `turn` again and again until a condition holds; fails after LONGEST seconds."""
    end = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < end, "the condition never held"
        turn()
        time.sleep(0.002)


def settle(explorer: Explorer) -> None:
    """Let an explorer compute and paint its view until every pixel is exact."""

    def exact() -> bool:
        session = explorer.session
        session.refresh()
        pipeline, navigation = session.pipeline, session.navigation
        painting = pipeline.painting
        if pipeline.worker.busy or pipeline.painter.busy or painting is None:
            return False
        return (painting.view, painting.terrain) == (navigation.view, navigation.terrain) and bool(painting.known.all())

    wait_until(exact)


def click(explorer: Explorer, x: int, y: int, shift: bool = False) -> None:
    """Click a pixel of an explorer, and wait until its forager's episode is played."""
    explorer.update(Pointer("press", x, y, 1, shift))
    explorer.update(Pointer("release", x, y, 1, shift))
    wait_until(lambda: explorer.session.foragers.ready, lambda: explorer.update(Tick(0.0)))


def save_picture(explorer: Explorer, folder: Path) -> Path:
    """Press s, and wait for the picture in the folder; returns its newest picture."""
    before = set(folder.glob("*.png"))
    explorer.update(Key("s"))
    wait_until(lambda: explorer.session.toast.text.startswith("saved"), lambda: explorer.update(Tick(0.0)))
    (path,) = set(folder.glob("*.png")) - before
    return path

"""Waiting words: what a window says while it has nothing to show yet, or waits for kernels to be compiled.

H and W rows and columns of a frame.
"""

import numpy as np

from agents.engine import compiling
from render.legend import QUIET, Frame, print_size
from render.text import put_text, wrap

MOST = compiling.SECONDS + 5  # seconds, about: what paints a landscape comes on top of what plays episodes
SOON = 1.0  # seconds: compiling that is over sooner is not worth a word


def compiling_words() -> str:
    """That kernels are being compiled, and for how long by now; "" while none is."""
    seconds = compiling.seconds()
    return f"compiling kernels, once; {int(seconds)} s so far" if seconds >= SOON else ""


def waiting_words(usual: str) -> str:
    """What a window waits for: the usual thing, or kernels."""
    words = compiling_words()
    return f"{words}, about {MOST} s on an idle processor" if words else usual


def put_waiting_words(frame: Frame, words: str, larger: float = 1.0) -> None:
    """Write into the middle of a frame [H, W, 3] what it waits for, in letters so many times the usual size."""
    height, width = frame.shape[:2]
    size = round(larger * print_size((height, width)))
    lines = wrap(words, size, width - 2 * size)
    for row, line in enumerate(lines):
        y = height // 2 + round(1.5 * size * (row - (len(lines) - 1) / 2))
        put_text(frame, line, (width // 2, y), size, QUIET, "mm")


def prepare_letters() -> None:
    """Compile, or load, what draws letters, so that the first frame of a window comes at once and has words in it."""
    put_waiting_words(np.zeros((90, 160, 3), np.uint8), "compiling")

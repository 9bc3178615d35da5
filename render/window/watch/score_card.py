"""Score card: the result of a duel as a picture to show to others."""

import numpy as np

from render.legend import BRIGHT, QUIET, Frame
from render.picture import BACKGROUND
from render.text import put_text, text_width
from render.window.watch.driver import Driver
from render.window.watch.duel import YOU, Side, put_duel
from render.window.watch.replays import Replay

SIZE = (630, 1200)  # H and W: what most sites show of a link
HEAD, FOOT = 86, 36  # rows for the result and for the command


def headline(you: int, other: int, generation: int) -> str:
    """The result of a duel in a few words, in the first person."""
    who = f"a network that evolved for {generation} generations"
    if you == other:
        return f"A draw with {who}: {you} to {other}"
    return f"I beat {who}: {you} to {other}" if you > other else f"I lost to {who}: {you} to {other}"


def score_card(
    replay: Replay, driver: Driver, sides: tuple[Side, Side], generation: int, command: str, palette: str
) -> Frame:
    """The card uint8 [H, W, 3] of a duel that is over; `command` is the one that plays it again."""
    frame = np.empty((*SIZE, 3), np.uint8)
    frame[:] = BACKGROUND
    life, other = len(replay.episode.actions), replay.episode.pellets
    words = f"One maze, {life} steps, {int(replay.mazes.pellet_counts[0])} pellets. It feels walls, and remembers."
    put_duel(frame[HEAD : SIZE[0] - FOOT], replay.mazes, sides, float(life), words, palette=palette)
    title, size = headline(driver.pellets, other, generation), 34
    while size > 12 and text_width(title, size) > SIZE[1] - 80:
        size -= 1
    put_text(frame, title, (SIZE[1] // 2, HEAD // 2 + 8), size, YOU if driver.pellets >= other else BRIGHT, "mm")
    put_text(frame, f"your turn:  {command}", (SIZE[1] // 2, SIZE[0] - FOOT // 2 - 4), 15, QUIET, "mm")
    return frame

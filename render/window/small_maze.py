"""Small mazes: draws an episode in a pane of any size; a small pane has the maze and its score alone.

H and W rows and columns of the pane.
"""

from agents.errors import UserError
from render.forager import Canvas
from render.legend import BRIGHT, QUIET, Frame, print_size
from render.maze_picture import draw_maze, lay_out_maze, maze_picture
from render.picture import BACKGROUND
from render.text import put_text, text_width, wrap
from sim.world.life import Episode
from sim.world.maze import Mazes

LEAST_CELL = 2  # pixels


def put_episode(
    frame: Frame, mazes: Mazes, maze: int, episode: Episode, time: float, title: str, caption: str, palette: str
) -> None:
    """Draw an episode in maze number `maze` of a batch, at a time in steps, into a pane [H, W, 3].

    With room, it stands beside its curve and hidden units; else below its title and score; else words say so.
    """
    size = frame.shape[0], frame.shape[1]
    try:
        lay_out_maze(mazes.size, size)
    except UserError:
        _put_small(frame, mazes, maze, episode, time, title, palette)
        return
    frame[:] = maze_picture(mazes, maze, episode, time, size, title=title, caption=caption, palette=palette)


def _put_small(frame: Frame, mazes: Mazes, maze: int, episode: Episode, time: float, title: str, palette: str) -> None:
    """Draw the maze as large as it fits below two lines."""
    height, width = frame.shape[:2]
    frame[:] = BACKGROUND
    text = print_size((height, width))
    head = round(4.2 * text)
    cell = (min(width - 2 * text, height - head - text) - 2) // mazes.size
    if cell < LEAST_CELL:
        put_message(frame, "too little room for the maze")
        return
    canvas = Canvas(mazes.size, cell)
    left, top = (width - canvas.side) // 2, head + max(0, (height - head - text - canvas.side) // 3)
    frame[top : top + canvas.side, left : left + canvas.side] = draw_maze(mazes, maze, episode, time, canvas, palette)
    step, eaten = int(time), int(episode.eaten[: int(time)].sum())
    score = f"{eaten} of {int(mazes.pellet_counts[maze])} pellets, step {step}"
    for row, (line, ink) in enumerate(((title, BRIGHT), (score, QUIET))):
        letters = text
        while letters > 7 and text_width(line, letters) > width - 2 * text:
            letters -= 1
        put_text(frame, line, (width // 2, top - head + text + round(1.6 * text * row)), letters, ink, "ma")


def put_message(frame: Frame, words: str) -> None:
    """Write words in the middle of a pane, broken into as many lines as they need."""
    height, width = frame.shape[:2]
    text = print_size((height, width))
    lines = wrap(words, text, width - 2 * text)
    for row, line in enumerate(lines):
        y = height // 2 + round(1.5 * text * (row - (len(lines) - 1) / 2))
        put_text(frame, line, (width // 2, y), text, QUIET, "mm")

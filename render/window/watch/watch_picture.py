"""Watch picture: painters of one episode, of sixteen, and of a duel, with their words.

H and W rows and columns of the frame. A painter fills a frame [H, W, 3] for a time in steps, in a palette.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from agents.errors import UserError
from render.legend import BRIGHT, QUIET, Frame, print_size
from render.maze_picture import maze_picture
from render.picture import BACKGROUND
from render.text import put_text, wrap
from render.window.controls import put_sheet
from render.window.watch.driver import Driver
from render.window.watch.duel import OTHER, YOU, Side, put_duel
from render.window.watch.forage_grid import put_grid
from render.window.watch.replays import Replay
from render.window.watch.roster import Forager
from sim.world.rules import World

Painter = Callable[[Frame, float, str], None]
ROOMY = 480  # rows and columns of a frame with room for all sentences


def name_of(forager: Forager) -> str:
    """The name of a forager."""
    what = "The champion" if forager.champion else "A forager"
    return f"{what} of generation {forager.generation}"


def short_name(forager: Forager, place: int) -> str:
    """The name of a forager in a tile: the generation of a champion, the rank of another."""
    return f"gen. {forager.generation}" if forager.champion else f"#{place + 1}"


def caption_of(forager: Forager, world: World, place: str) -> tuple[str, ...]:
    """Sentences about an episode, the most important first: its maze, the forager's score, and its senses."""
    if world.sight:
        senses = f"It feels walls, sees pellets {world.sight} cells along open corridors, and remembers."
    else:
        senses = "It feels walls and remembers; it never sees a pellet."
    where = "validation" if forager.champion else "training"
    worth = [f"Chosen with {forager.pellets:.1f} pellets a {where} maze."] if np.isfinite(forager.pellets) else []
    return f"{place}.", *worth, senses


def life(replay: Replay, title: str, sentences: Sequence[str]) -> Painter:
    """A painter of one episode; in small frames it writes only two sentences."""

    def paint(frame: Frame, time: float, palette: str) -> None:
        size = (frame.shape[0], frame.shape[1])
        said = " ".join(sentences if min(size) >= ROOMY else sentences[:2])
        frame[:] = maze_picture(replay.mazes, 0, replay.episode, time, size, title=title, caption=said, palette=palette)

    return paint


def grid(
    n: int,
    replays: Sequence[Replay | None],
    team: Sequence[Forager],
    hovered: int,
    where: str,
    standing_in: bool = False,
) -> Painter:
    """A painter of up to sixteen episodes in one maze of n cells a side.

    `standing_in`: the team are champions because the population cannot be read.
    """
    names = [short_name(forager, place) for place, forager in enumerate(team)]
    if team[0].champion:
        title = "The only champion" if len(team) == 1 else f"The newest {len(team)} champions"
        worth = "Newest first." + " The run has no population that can be read." * standing_in
    else:
        title = f"The best {len(team)} of generation {team[0].generation}"
        worth = f"Ranked by pellets in its training mazes: {team[0].pellets:.1f} to {team[-1].pellets:.1f}."
    caption = f"{where}. {worth}"

    def paint(frame: Frame, time: float, palette: str) -> None:
        put_grid(frame, n, replays, names, time, hovered=hovered, title=title, caption=caption, palette=palette)

    return paint


def duel(replay: Replay, driver: Driver, forager: Forager) -> Painter:
    """A painter of a person's steps so far beside a forager's episode."""
    whole = len(replay.episode.actions)
    sides = (Side("You", driver.episode(whole), YOU), Side(name_of(forager), replay.episode, OTHER))
    steps, done, pellets = driver.steps, driver.done, driver.pellets

    def paint(frame: Frame, time: float, palette: str) -> None:
        over = done and time >= whole
        words = result(pellets, replay.episode.pellets, whole) if over else standing(sides, int(time), steps)
        put_duel(frame, replay.mazes, sides, time, words, bright=over, palette=palette)

    return paint


def standing(sides: tuple[Side, Side], step: int, steps: int) -> str:
    """The words under a duel after a step."""
    if not steps:
        return "Arrow keys move you by the compass, a step each; a wall costs a step. The other moves when you do."
    you, other = (int(side.life.eaten[:step].sum()) for side in sides)
    lead = "level" if you == other else f"you lead by {you - other}" if you > other else f"you are {other - you} behind"
    return f"Step {step} of {len(sides[0].life.actions)}: {lead}."


def result(you: int, other: int, steps: int) -> str:
    """The words under a duel that is over."""
    end = "a draw" if you == other else f"you win by {you - other}" if you > other else f"it wins by {other - you}"
    return f"After {steps} steps you ate {you}, the forager {other}: {end}. Enter plays again in the next maze."


def paint_or_say(painter: Painter, frame: Frame, time: float, palette: str) -> None:
    """Paint, or write into the frame why that is impossible."""
    try:
        painter(frame, time, palette)
    except UserError as error:
        frame[:] = BACKGROUND
        text = print_size((frame.shape[0], frame.shape[1]))
        for row, line in enumerate(wrap(str(error), text, frame.shape[1] - 2 * text)):
            put_text(frame, line, (frame.shape[1] // 2, frame.shape[0] // 2 + 2 * row * text), text, BRIGHT, "mm")


def put_waiting(frame: Frame) -> None:
    """Darken a frame, and write into it that an episode is being computed."""
    height, width = frame.shape[:2]
    put_sheet(frame, (0, 0, width, height), 0.6)
    put_text(frame, "computing ...", (width // 2, height // 2), round(1.6 * print_size((height, width))), QUIET, "mm")


def shots(painter: Painter, times: Sequence[float], size: tuple[int, int], palette: str) -> Iterator[Frame]:
    """The frames [H, W, 3] of a film of a painter's times."""
    for time in times:
        frame = np.empty((*size, 3), np.uint8)
        paint_or_say(painter, frame, time, palette)
        yield frame

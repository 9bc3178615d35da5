"""Watch picture: painters of one episode, of sixteen, and of a duel, with their words.

H and W rows and columns of the frame. A painter fills a frame [H, W, 3] for a time in steps, in a palette.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from agents.errors import UserError
from render.legend import BRIGHT, Frame, print_size
from render.maze_picture import maze_picture
from render.picture import BACKGROUND
from render.text import put_text, wrap
from render.window.controls import put_sheet
from render.window.waiting_words import put_waiting_words
from render.window.watch.driver import Driver
from render.window.watch.duel import OTHER, YOU, Side, put_duel
from render.window.watch.forage_grid import put_grid
from render.window.watch.learning_curve import ENOUGH, Curve, put_learning_curve
from render.window.watch.replays import Replay
from render.window.watch.roster import Forager
from sim.world.rules import World

Painter = Callable[[Frame, float, str], None]
OF_HEIGHT = 0.2  # the share of a frame that a learning curve takes
ROOMY = (45, 30)  # text sizes of a frame's shorter side with room for all sentences, and for two


def name_of(forager: Forager) -> str:
    """The name of a forager."""
    if forager.champion:
        return f"The champion of generation {forager.generation}"
    return f"A forager of the population after generation {forager.generation}"


def team_name(team: Sequence[Forager]) -> str:
    """The name of the foragers of a grid."""
    if not team[0].champion:
        return f"the best {len(team)} after generation {team[0].generation}"
    return "the only champion" if len(team) == 1 else f"the newest {len(team)} champions"


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


def curve_height(size: tuple[int, int], learning: Curve) -> int:
    """The rows that a learning curve, if any, takes at the foot of a frame of H, W."""
    return round(OF_HEIGHT * size[0]) if learning and size[0] > ENOUGH * print_size(size) else 0


def life(replay: Replay, title: str, sentences: Sequence[str], learning: Curve = (), generations: int = 0) -> Painter:
    """A painter of one episode, over the learning curve of its run, if any; small frames have fewer sentences."""

    def paint(frame: Frame, time: float, palette: str) -> None:
        size, text = (frame.shape[0], frame.shape[1]), print_size((frame.shape[0], frame.shape[1]))
        strip = curve_height(size, learning)
        if strip:
            frame[size[0] - strip :] = BACKGROUND
            box = (2 * text, size[0] - strip, size[1] - 4 * text, strip - text)
            put_learning_curve(frame, learning, generations, box, text)
            frame, size = frame[: size[0] - strip], (size[0] - strip, size[1])
        roomy = [min(size) >= room * text for room in ROOMY]
        said = " ".join(sentences if roomy[0] else sentences[: 2 if roomy[1] else 1])
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
    title = team_name(team)
    title = f"{title[0].upper()}{title[1:]}"
    if team[0].champion:
        worth = "Newest first." + " The run has no population that can be read." * standing_in
    else:
        worth = f"Ranked by pellets in its training mazes: {team[0].pellets:.1f} to {team[-1].pellets:.1f}."
    caption = f"{where}. {worth}"

    def paint(frame: Frame, time: float, palette: str) -> None:
        put_grid(frame, n, replays, names, time, hovered=hovered, title=title, caption=caption, palette=palette)

    return paint


def duel_sides(replay: Replay, driver: Driver, forager: Forager) -> tuple[Side, Side]:
    """A person's steps so far, and a forager's episode in the same maze."""
    whole = len(replay.episode.actions)
    return Side("You", driver.episode(whole), YOU), Side(
        name_of(forager), replay.episode, OTHER, f"Champion {forager.generation}"
    )


def duel(replay: Replay, driver: Driver, forager: Forager, *, fog: bool = False) -> Painter:
    """A painter of a person's steps so far beside a forager's episode.

    In `fog` it shows only what the person's forager feels, until the duel is over.
    """
    whole, sides = len(replay.episode.actions), duel_sides(replay, driver, forager)
    steps, done, pellets = driver.steps, driver.done, driver.pellets

    def paint(frame: Frame, time: float, palette: str) -> None:
        over = done and time >= whole
        words = result(pellets, replay.episode.pellets, whole) if over else standing(sides, int(time), steps)
        put_duel(frame, replay.mazes, sides, time, words, bright=over, palette=palette, fog=fog and not done)

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
    return f"After {steps} steps you ate {you}, the forager {other}: {end}. Enter: the next maze; s: a score card."


def paint_or_say(painter: Painter, frame: Frame, time: float, palette: str) -> None:
    """Paint, or write into the frame why that is impossible."""
    try:
        painter(frame, time, palette)
    except UserError as error:
        frame[:] = BACKGROUND
        text = print_size((frame.shape[0], frame.shape[1]))
        for row, line in enumerate(wrap(str(error), text, frame.shape[1] - 2 * text)):
            put_text(frame, line, (frame.shape[1] // 2, frame.shape[0] // 2 + 2 * row * text), text, BRIGHT, "mm")


def put_waiting(frame: Frame, words: str) -> None:
    """Darken a frame, and write into it what it waits for."""
    height, width = frame.shape[:2]
    put_sheet(frame, (0, 0, width, height), 0.6)
    put_waiting_words(frame, words, 1.6)


def shots(painter: Painter, times: Sequence[float], size: tuple[int, int], palette: str) -> Iterator[Frame]:
    """The frames [H, W, 3] of a film of a painter's times."""
    for time in times:
        frame = np.empty((*size, 3), np.uint8)
        paint_or_say(painter, frame, time, palette)
        yield frame

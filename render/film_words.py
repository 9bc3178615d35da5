"""The words of films: title and caption of a frame, headlines, and cards of a few words.

H and W rows and columns of a frame.
"""

from collections.abc import Callable
from functools import cache
from math import hypot

import numpy as np

from render import objective_labels as labels
from render.film import FilmConfig, Scene
from render.legend import BRIGHT, LEAST, QUIET, SAFE, Frame, is_upright, print_size
from render.reel import Reel
from render.scrim import scrim
from render.text import put_text, text_width, wrap
from render.ticks import percent
from sim.landscape.plane import Window

BY_OCTAVE = "colours by rank in each octave"
HEADLINE = 2.4  # height of the letters of a headline, where the small letters of a frame are 1
LINE = 1.35  # from one line to the next, where the height of a letter is 1
DIM = 0.3  # of the light of a picture that is left where a card's words are written over it


def words(reel: Reel, config: FilmConfig, frame: int, radius: float | None = None) -> tuple[str, str]:
    """The title and caption of a frame; `radius` is that of the picture, if it is not the field's."""
    tour, value = reel.tour, reel.tour.axis.values[frame]
    mean, life = labels.mean(reel.objective, reel.landscape.counts[frame]), labels.life(reel.objective)
    match tour.name:
        case "slide":
            title, parts = "Sliding through a third direction", [third(value * tour.scale), *mean, *life]
        case "turn":
            title, parts = "Turning the plane", [f"{value:.0f} degrees", *mean, *life]
        case "zoom":
            title = "Into the boundary"
            ranks = [BY_OCTAVE] if config.equalise else []
            parts = [around(radius or radius_of(reel, frame), _away(reel, frame)), *mean, *life, *ranks]
        case "horizon":
            title, parts = "A landscape grows with lifetime", [f"after {value:.0f} of {', '.join(life)}", *mean]
        case "generations":
            title, parts = "Following the champions", [f"generation {value:.0f}", *mean, *life]
        case _:
            title, parts = "From one maze to many", [*mean, *life]
    return config.title or title, ", ".join(parts)


def around(radius: float, away: float = 0.0) -> str:
    """How far the weights are changed in a view of some radius, whose middle is so far `away` from the genome.

    Both are fractions of the genome's norm. The genome is in view if it is within the radius.
    """
    return f"weights changed by {f'{percent(away)} ' if away > radius else ''}±{percent(radius)}"


def third(distance: float) -> str:
    """How far the weights are changed along the direction of a slide; the distance is a fraction of the norm."""
    return f"weights changed by {100 * distance:+.0f} % along a third direction"


def radius_of(reel: Reel, frame: int) -> float:
    """Half the shorter side of a frame, as a fraction of the genome's norm."""
    return _window(reel, frame).radius * reel.tour.scale


def _away(reel: Reel, frame: int) -> float:
    """How far the middle of a frame is from the genome that the plane is laid through, as a fraction of its norm."""
    window = _window(reel, frame)
    return hypot(window.x, window.y) * reel.tour.scale


def _window(reel: Reel, frame: int) -> Window:
    return reel.tour.windows[0 if reel.tour.layers else frame]


def head_room(size: tuple[int, int], words: str) -> int:
    """The rows that a headline takes at the head of a frame of `size` H, W, with its margins."""
    text = print_size(size)
    return _margin(size)[1] + round(len(_lines(size, words)) * LINE * HEADLINE * text + text)


def put_headline(frame: Frame, words: str, *, shaded: bool = True) -> None:
    """Write a sentence at the head of a frame [H, W, 3], which is darkened there if it is `shaded`."""
    size = (frame.shape[0], frame.shape[1])
    text, (left, top) = print_size(size), _margin(size)
    large = round(HEADLINE * text)
    if shaded:
        scrim(frame[::-1], round(1.35 * head_room(size, words)))
    for row, line in enumerate(_lines(size, words)):
        put_text(frame, line, (left, top + round(row * LINE * large)), large, BRIGHT, "la")


def with_headline(scene: Scene, words: str) -> Scene:
    """The scene, with a sentence at the head of each frame in place of its own words."""
    return Scene(scene.count, scene.picture, lambda frame, number: put_headline(frame, words))


def titled(scene: Scene, title: str, lines: tuple[str, ...]) -> Scene:
    """The scene as a card: dimmed, with a large title in its middle and smaller lines below."""

    def put(frame: Frame, number: int) -> None:
        height, width = frame.shape[:2]
        text = print_size((height, width))
        large, small, room = round(min(5.5 * text, 0.11 * width)), round(1.7 * text), round(0.86 * width)
        longest = max((word for words in lines for word in words.split()), key=len, default="")
        while small > LEAST and text_width(longest, small) > room:  # a path is one word, and must not be cut
            small -= 1
        told = [line for words in lines for line in wrap(words, small, room)]
        y = (height - round(1.3 * large) - round(1.5 * small) * len(told)) // 2
        put_text(frame, title, (width // 2, y), large, BRIGHT, "ma")
        y += round(1.5 * large)
        for row, line in enumerate(told):
            put_text(frame, line, (width // 2, y + round(1.5 * row * small)), small, QUIET, "ma")

    return Scene(scene.count, lambda number: dimmed(scene.picture(number)), put)


def dimmed(frame: Frame) -> Frame:
    """A darker copy of a frame [H, W, 3]."""
    return np.asarray(np.multiply(frame, np.float32(DIM)), np.uint8)


def still_scene(count: int, draw: Callable[[], Frame]) -> Scene:
    """A scene of `count` frames that are all the same; it is drawn once."""
    once = cache(draw)
    return Scene(count, lambda number: once())


def _lines(size: tuple[int, int], words: str) -> list[str]:
    """The lines of a headline in a frame of `size` H, W."""
    return wrap(words, round(HEADLINE * print_size(size)), size[1] - 2 * _margin(size)[0])


def _margin(size: tuple[int, int]) -> tuple[int, int]:
    """The pixels left of a headline and above it, in a frame of `size` H, W; apps cover the head of upright frames."""
    margin = round(min(2.3 * print_size(size), 0.045 * min(size)))
    return margin, margin + (round(SAFE / 2 * size[0]) if is_upright(size) else 0)

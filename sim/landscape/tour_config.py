"""The settings of a tour, and the tour that they describe.

G champions, P weights of a genome.
"""

from dataclasses import dataclass, replace
from typing import Literal

from numpy.typing import ArrayLike

from agents.errors import UserError
from sim.landscape.plane import Plane, Window
from sim.landscape.rings import Choice
from sim.landscape.tour import Precision, Tour, generations, horizon, mazes, slide, turn, zoom

Kind = Literal["slide", "turn", "zoom", "horizon", "generations", "mazes"]
FRAMES = {"slide": 120, "turn": 120, "zoom": 12}


@dataclass(frozen=True, slots=True)
class TourConfig:
    """Which tour to make, and its options; a tour ignores options of other tours."""

    tour: Kind = "slide"
    """slide, turn, zoom, horizon (a growing lifetime), generations (of champions), or mazes (from one to many)."""
    frames: int | None = None
    """Frames of a slide or turn, by default 120; most frames of a zoom, by default 12, as deep as float32 goes."""
    depth: float = 0.7
    """slide: how far the plane moves to either side, as a fraction of the champion's norm."""
    factor: float = 2.0
    """zoom: how many times smaller the window is in each frame than in the one before."""
    rings: Choice = "never"
    """zoom: sweep rings about the centre once, which hold all frames: never; auto, where they have fewer pixels; or
    always. They cost the same for any factor, but can only be filmed and drawn."""
    every: int = 1
    """horizon: steps of life between two frames."""
    between: int = 0
    """generations: frames between two champions."""
    precision: Precision = "auto"
    """Arithmetic; auto takes float32, or float64 where the pixels of a window are too close for float32."""


def build(
    config: TourConfig,
    plane: Plane,
    window: Window,
    *,
    third: ArrayLike | None = None,
    champions: ArrayLike | None = None,
    numbers: ArrayLike | None = None,
    lifetime: int = 0,
    mazes_seen: int = 0,
) -> Tour:
    """Make the tour of a config. Raises UserError if the tour lacks what it needs.

    turn, and slides of more than one frame, need a `third` direction [P]; generations need `champions` [G, P], and
    take their generation `numbers` [G]; horizon needs the `lifetime`; mazes need the number of `mazes_seen`.
    """
    count = FRAMES.get(config.tour, 1) if config.frames is None else config.frames
    match config.tour:
        case "slide" if third is not None or count == 1:
            tour = slide(plane, window, third, count, config.depth)
        case "turn" if third is not None:
            tour = turn(plane, window, third, count)
        case "slide" | "turn":
            raise UserError(f"a {config.tour} leaves its plane and needs a third direction: use a random plane")
        case "zoom":
            tour = zoom(plane, window, count, config.factor)
        case "horizon":
            tour = horizon(plane, window, lifetime, config.every)
        case "generations" if champions is not None:
            tour = generations(plane, window, champions, numbers, config.between)
        case "generations":
            raise UserError("a tour of generations needs champions: choose a run, not a single genome")
        case "mazes":
            tour = mazes(plane, window, mazes_seen)
        case _:
            raise UserError(
                f"there is no tour {config.tour!r}: choose slide, turn, zoom, horizon, generations or mazes"
            )
    tour = tour if config.precision == "auto" else replace(tour, precision=config.precision)
    _refuse_unresolved(tour)
    return tour


def _refuse_unresolved(tour: Tour) -> None:
    """Raise UserError if pixels of the first view are closer than its arithmetic resolves, and so show one genome.

    In a float32 that was asked for by name, some pixels may: its grain may be what a person wants to see.
    """
    window, dtype = tour.windows[0], tour.dtype(0)
    finest = tour.plane(0).finest(window.x, window.y, dtype)
    if (2 * window.radius if dtype == "float32" else window.pixel) < finest:
        raise UserError(
            f"pixels are {window.pixel:.2g} of the genome's norm apart, {dtype} resolves {finest:.2g} here; "
            f"take a larger radius, now {window.radius:.2g}"
        )

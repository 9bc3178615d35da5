"""Quantities of an episode: what a landscape can show of one life, besides its pellets.

T steps, numbered from 1. Each quantity is a whole number. It is defined twice: `of` reads it off a whole life, in plain
Python, and is what a reader should read; `begin` and `after` keep it up to date step by step, as expressions for Python
integers, lanes of vectors and tensors alike, and rollouts use them. The tests compare the two.

A life of fewer steps has the quantity of its own steps only, so a quantity can be told after any step.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

Integer = Any  # int, integer lanes, or an integer tensor
QuantityName = Literal["pellets", "tempo", "divergence", "revisits", "last_meal", "end", "path"]
NAMES: tuple[QuantityName, ...] = get_args(QuantityName)
HASH_START = 0x2545F491  # of the hash of a path; any number will do
HASH_FACTOR = 0x7FEB352D  # odd, so that a product loses nothing, and below 2^31, so that int64 holds any product


@dataclass(frozen=True, slots=True)
class Life:
    """One life: `places` [T+1] (cells, the start first), `eaten` [T], and the places of the `centre` [T+1].

    The centre is the life, in the same maze, of the genome that the landscape is drawn around; only divergence uses it.
    """

    places: Sequence[int]
    eaten: Sequence[bool]
    centre: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened in one step: its number, and then the forager's place and whether it moved, and so on.

    `moved`, `ate` are 0 or 1; `visited` is 1 if the forager had been in its new place before, or did not move; `eaten`
    counts the pellets so far; `centre` is the place of the centre. A quantity may use values that others leave out.
    """

    step: Integer
    place: Integer
    moved: Integer
    ate: Integer
    eaten: Integer
    visited: Integer = 0
    centre: Integer = 0


@dataclass(frozen=True, slots=True)
class EpisodeQuantity:
    """A quantity of an episode.

    `categorical` quantities name something: two of them are equal or not, and none is larger. They have no unit.
    `most` is the largest value in a life of some steps in a maze with some pellets, or None for a hash.
    """

    name: QuantityName
    unit: str
    of: Callable[[Life], int]
    begin: int
    after: Callable[[Integer, Moment], Integer]
    most: Callable[[int, int], int]
    categorical: bool = False


def mixed(hashed: Integer, number: Integer) -> Integer:
    """A hash after one more whole number; only the lowest 32 bits count.

    They depend on the lowest 32 bits of both arguments alone, so wider integers need not be cut after each step.
    """
    return (hashed ^ number) * HASH_FACTOR


def signed(hashed: int) -> int:
    """The lowest 32 bits of a hash as a signed number, as int32 holds them."""
    return ((hashed & 0xFFFFFFFF) ^ 0x80000000) - 0x80000000


def _zero(number: Integer) -> Integer:
    """1 if a whole number from 0 to 2^31 - 1 is 0, else 0."""
    return ((number - 1) >> 31) & 1


def _pellets(life: Life) -> int:
    """Pellets eaten."""
    return sum(map(bool, life.eaten))


def _tempo(life: Life) -> int:
    """The area under the eating curve: the pellets eaten so far, summed over all steps."""
    return sum(sum(map(bool, life.eaten[:step])) for step in range(1, len(life.eaten) + 1))


def _divergence(life: Life) -> int:
    """The first step after which the place differs from that of the centre; T + 1 if none does."""
    steps = range(1, len(life.places))
    return next((step for step in steps if life.places[step] != life.centre[step]), len(life.places))


def _revisits(life: Life) -> int:
    """Steps that moved into a cell where the forager had been before."""
    return sum(
        life.places[step] != life.places[step - 1] and life.places[step] in life.places[:step]
        for step in range(1, len(life.places))
    )


def _last_meal(life: Life) -> int:
    """The step of the last pellet; 0 if none was eaten."""
    return max((step for step, ate in enumerate(life.eaten, 1) if ate), default=0)


def _end(life: Life) -> int:
    """The cell after the last step."""
    return life.places[-1]


def _path(life: Life) -> int:
    """A hash, of 32 bits, of the places after each step: lives on one path have equal hashes, others rarely do."""
    hashed = HASH_START
    for place in life.places[1:]:
        hashed = mixed(hashed, place) & 0xFFFFFFFF
    return signed(hashed)


QUANTITIES: Mapping[QuantityName, EpisodeQuantity] = MappingProxyType(
    {
        each.name: each
        for each in (
            EpisodeQuantity(
                "pellets", "pellets", _pellets, 0, lambda _, now: now.eaten, lambda steps, pellets: min(steps, pellets)
            ),
            EpisodeQuantity(
                "tempo",
                "pellet steps",
                _tempo,
                0,
                lambda area, now: area + now.eaten,
                lambda steps, pellets: steps * min(steps, pellets),
            ),
            EpisodeQuantity(
                "divergence",
                "steps",
                _divergence,
                1,  # 1 and the steps that both went together: the number of the next step, while they still do
                lambda value, now: value + _zero((value ^ now.step) | (now.place ^ now.centre)),
                lambda steps, _: steps + 1,
            ),
            EpisodeQuantity(
                "revisits",
                "steps",
                _revisits,
                0,
                lambda count, now: count + (now.moved & now.visited),
                lambda steps, _: steps,
            ),
            EpisodeQuantity(
                "last_meal",
                "steps",
                _last_meal,
                0,
                lambda last, now: last + now.ate * (now.step - last),
                lambda steps, _: steps,
            ),
            EpisodeQuantity("end", "", _end, 0, lambda _, now: now.place, lambda *_: 0, categorical=True),
            EpisodeQuantity(
                "path", "", _path, HASH_START, lambda path, now: mixed(path, now.place), lambda *_: 0, categorical=True
            ),
        )
    }
)
WATCHED: tuple[QuantityName, ...] = NAMES[1:]  # those that rollouts keep besides the pellets, which they always count

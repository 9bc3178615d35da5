"""Tilings: which tiles play the mazes of a task. They change the speed of a result, and no bit of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from agents.engine.registers import cache_bytes
from agents.engine.tile import LANES, narrow_lanes

# The share of busy lanes in a last tile from which sharing weights beats packing them, in the cache and beyond it.
FULL_ENOUGH = 0.8
FULL_ENOUGH_BEYOND = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """The mazes from `first` up to `stop`, in tiles of so many lanes that share their weights, or are packed."""

    first: int
    stop: int
    lanes: int
    packed: bool


def tile(mazes: int, numbers: int, itemsize: int) -> Iterator[Part]:
    """Share mazes among tiles, the fullest first; a packed lane holds so many numbers of so many bytes.

    Wide tiles share weights fastest, then narrow ones. The lanes of packed tiles are as many as leave them in the
    cache; beyond it a load takes longer, and longer still in a narrow tile.
    """
    least = narrow_lanes(itemsize)
    cached = [lanes for lanes in (LANES, least) if lanes * numbers * itemsize <= cache_bytes()]
    enough = {LANES: FULL_ENOUGH, least: FULL_ENOUGH if cached else FULL_ENOUGH_BEYOND}
    first = 0
    for lanes, share in enough.items():
        rest = (mazes - first) % lanes
        stop = mazes - (rest if rest < share * lanes else 0)
        if stop > first:
            yield Part(first, stop, lanes, packed=False)
        first = stop
    if mazes > first:
        yield Part(first, mazes, cached[0] if cached else LANES, packed=True)

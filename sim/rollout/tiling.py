"""Tilings: which tiles play the mazes of a task. A tiling changes the speed of a rollout, and no bit of its result."""

from collections.abc import Iterator
from dataclasses import dataclass

from agents.engine.registers import cache_bytes
from agents.engine.tile import LANES, narrow_lanes

# From this share of busy lanes in a last tile on, sharing weights is faster than packing them: with packed weights that
# fit the cache, and with more.
FULL_ENOUGH = 0.8
FULL_ENOUGH_BEYOND = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """The mazes from `first` up to `stop`, and the kind of the tiles that play them.

    `lanes` is the number of lanes of a tile. Its lanes share the weights of one genome, or each has packed weights.
    """

    first: int
    stop: int
    lanes: int
    packed: bool


def tile(mazes: int, numbers: int, itemsize: int) -> Iterator[Part]:
    """Divide mazes into parts, first those whose tiles are full; a packed lane holds `numbers` of `itemsize` bytes.

    Wide tiles that share weights are fastest, then narrow ones. A packed tile has the largest width with which it fits
    the cache. If none fits it is wide, since loads from beyond the cache are even slower in a narrow tile.
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

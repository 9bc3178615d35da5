"""Progress of a comparison: what is done of a whole, told by its parts."""

from collections.abc import Callable

Heard = Callable[[float], None]
"""called with the share done, 0 to 1."""


def part(heard: Heard, start: float, share: float) -> Heard:
    """Progress of a part that begins where `start` of the whole is done, and is a `share` of it."""
    return lambda done: heard(start + share * done)

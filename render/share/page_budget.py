"""Thin out the pictures of a page until it is small enough to be sent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from render.share.swept_pictures import SweptPicture

SMALL = 16_000  # characters; smaller pictures of single mazes and short lives are kept as they are
Encode = Callable[[SweptPicture], dict[str, Any]]
"""A function that returns a picture as JSON, with the text `data` of its `heights`."""


def fitted(pictures: Sequence[SweptPicture], encode: Encode, room: int) -> list[dict[str, Any]]:
    """The pictures as JSON, whose heights take at most `room` characters together.

    How well heights compress depends on the quantity, so that pixels cannot be counted beforehand. Where they take
    more, the picture that takes most loses every second row and column, time and again: first those of single mazes and
    short lives, which are seen for moments only, and then the first one of each quantity.
    """
    kept = list(pictures)
    entries = [encode(each) for each in kept]
    firsts = {each.quantity: at for at, each in reversed(list(enumerate(kept)))}
    sizes = [_size(entry) for entry in entries]
    while sum(sizes) > room:
        others = [at for at, size in enumerate(sizes) if at not in firsts.values() and size > SMALL]
        at = max(others or range(len(kept)), key=lambda each: sizes[each])
        if min(kept[at].heights.shape) < 2:
            break
        kept[at] = _thinner(kept[at])
        entries[at] = encode(kept[at])
        sizes[at] = _size(entries[at])
    return entries


def _size(entry: dict[str, Any]) -> int:
    """The characters that the heights of a picture take."""
    return len(entry["heights"]["data"])


def _thinner(picture: SweptPicture) -> SweptPicture:
    """A picture without every second row and column."""
    return replace(picture, stride=2 * picture.stride, heights=np.ascontiguousarray(picture.heights[::2, ::2]))

"""Colours of categories: each hash of a category becomes a hue by chance, all equally light.

Two categories that are alike, or whose hashes are near, have hues that have nothing to do with each other.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.oklab import rgb_of

CATEGORIES = "categories"
"""The name of the palette of categories."""
MOST = (1 << 24) - 1  # the largest number of a category; float32 holds all of them
LIGHTNESS, CHROMA = 0.74, 0.125  # of all categories, in Oklab; there is no bluer or greener colour of this chroma


def category_numbers(hashes: NDArray[Any]) -> NDArray[np.float32]:
    """The numbers of categories, whole and from 0 to MOST, spread evenly, of their hashes int32 [...].

    The mixing is the finaliser of MurmurHash3 (Appleby 2011); what is left of it is the highest 24 bits.
    """
    mixed = np.ascontiguousarray(hashes, np.int32).view(np.uint32).copy()
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        mixed ^= mixed >> np.uint32(shift)
        mixed *= np.uint32(factor)
    mixed ^= mixed >> np.uint32(16)
    return (mixed >> np.uint32(8)).astype(np.float32)


def hues(count: int) -> NDArray[np.uint8]:
    """Colours uint8 [count, 3] of all hues, equally light."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    lab = np.stack([np.full(count, LIGHTNESS), CHROMA * np.cos(angles), CHROMA * np.sin(angles)], axis=-1)
    return rgb_of(lab)

"""The colour space Oklab (Ottosson 2020), whose first coordinate is lightness as people see it.

A colour is (lightness 0 to 1, a, b): the angle of (a, b) is the hue, its length the chroma.
"""

import numpy as np
from numpy.typing import NDArray

TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
HALVINGS = 12  # of the interval in which the chroma that a screen can show is searched


def lab_of(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Oklab [..., 3] of sRGB colours uint8 [..., 3]."""
    encoded = rgb / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = np.cbrt(linear @ TO_CONES.T) @ TO_LAB.T
    return lab


def rgb_of(lab: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The sRGB colours uint8 [..., 3] of Oklab [..., 3].

    A colour that no screen shows loses chroma until one does; its lightness and its hue stay.
    """
    kept, lost = np.zeros(lab.shape[:-1]), np.ones(lab.shape[:-1])  # shares of the chroma
    inside = _shown(_linear(lab))
    for _ in range(HALVINGS):
        middle = (kept + lost) / 2
        fits = _shown(_linear(lab * np.stack([np.ones_like(middle), middle, middle], axis=-1)))
        kept, lost = np.where(fits, middle, kept), np.where(fits, lost, middle)
    share = np.where(inside, 1.0, kept)
    linear = np.clip(_linear(lab * np.stack([np.ones_like(share), share, share], axis=-1)), 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    rgb: NDArray[np.uint8] = np.rint(255 * encoded).astype(np.uint8)
    return rgb


def _linear(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light [..., 3] of Oklab [..., 3], which may lie outside 0 to 1."""
    linear: NDArray[np.float64] = (lab @ np.linalg.inv(TO_LAB).T) ** 3 @ np.linalg.inv(TO_CONES).T
    return linear


def _shown(linear: NDArray[np.float64]) -> NDArray[np.bool_]:
    """True where a screen shows linear light [..., 3]."""
    return np.asarray(((linear >= -1e-6) & (linear <= 1 + 1e-6)).all(axis=-1), np.bool_)

"""The similarity of two networks by their answers to the same observations.

N answers of p numbers, or of q numbers.
"""

import numpy as np
from numpy.typing import ArrayLike

from agents.errors import UserError


def linear_cka(x: ArrayLike, y: ArrayLike) -> float:
    """Linear centred kernel alignment of x [N, p] and y [N, q], from 0 to 1 (Kornblith et al. 2019).

    |Y'X|^2 / (|X'X| |Y'Y|) in Frobenius norms, of centred columns. This is the biased estimator, which is too high if N
    is not much larger than p and q. It does not change if x or y is rotated, shifted or scaled as a whole.

    Raises UserError for other shapes, and for answers that never change.
    """
    one, other = (np.asarray(answers, np.float64) for answers in (x, y))
    if one.ndim != 2 or other.ndim != 2 or len(one) != len(other):
        raise UserError(f"CKA compares [N, p] and [N, q], got shapes {list(one.shape)} and {list(other.shape)}")
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    scale = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    if scale == 0:
        raise UserError("CKA is not defined for answers that never change; give observations that differ")
    return float(np.linalg.norm(other.T @ one) ** 2 / scale)

"""The whole Hessian of a differentiable loss as a matrix, and its spectrum. P weights."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError

if TYPE_CHECKING:
    from torch import Tensor

AT_ONCE = 16  # rows that torch differentiates together: more are slower, as they leave the processor's cache
MOST = 8192  # weights, above which the matrix takes more than half a gigabyte, and minutes
ROUNDING = 1e-9  # eigenvalues below this share of the largest magnitude are taken as 0
Floats = NDArray[np.float64]


def dense_hessian(loss: Callable[["Tensor"], "Tensor"], weights: NDArray[Any]) -> Floats:
    """The Hessian [P, P] of a loss at weights [P], in float64 and symmetric.

    The loss takes float64 weights [P], and returns a differentiable scalar. Every row is an exact product with a unit
    vector (Pearlmutter 1994). Raises UserError for more than MOST weights.
    """
    import torch

    from agents.network.threads import one_thread

    if weights.size > MOST:
        fix = "measure loss_curvature, which needs no matrix"
        raise UserError(f"the dense Hessian is for at most {MOST} weights, got {weights.size}; {fix}")
    with one_thread():
        at = torch.tensor(np.asarray(weights, np.float64), requires_grad=True)
        (gradient,) = torch.autograd.grad(loss(at), at, create_graph=True)
        if not gradient.requires_grad:  # the loss is linear
            return np.zeros((weights.size, weights.size))
        units = torch.split(torch.eye(weights.size, dtype=at.dtype), AT_ONCE)
        batches = [
            torch.autograd.grad(gradient, at, some, retain_graph=True, is_grads_batched=True)[0] for some in units
        ]
        matrix = torch.cat(batches)
        symmetric: Floats = ((matrix + matrix.T) / 2).numpy()
    return symmetric


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """The eigenvalues of a symmetric matrix: `values` [P], rising, and the eigenvectors, [P, P] in columns."""

    values: Floats
    vectors: Floats

    @property
    def tolerance(self) -> float:
        """The magnitude up to which an eigenvalue is taken as 0."""
        return ROUNDING * float(np.abs(self.values).max())

    @property
    def share_below_zero(self) -> float:
        """The share of the eigenvalues that lie below 0 beyond the tolerance."""
        return float((self.values < -self.tolerance).mean())

    def power(self, exponent: float, damping: float) -> Floats:
        """(|H| + damping)^exponent [P, P] of the matrix H, whose eigenvalues are replaced by their magnitudes."""
        from agents.network.threads import one_blas_thread

        with one_blas_thread():
            return np.asarray((self.vectors * (np.abs(self.values) + damping) ** exponent) @ self.vectors.T)


def spectrum(matrix: Floats) -> Spectrum:
    """The spectrum of a symmetric matrix [P, P]. BLAS uses one thread, as more would change the last bits."""
    from agents.network.threads import one_blas_thread

    with one_blas_thread():
        values, vectors = np.linalg.eigh(matrix)
    return Spectrum(values, vectors)

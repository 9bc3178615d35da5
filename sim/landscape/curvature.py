"""Curvature of a differentiable loss: the top eigenvalue and the trace of its Hessian.

P weights, K probes. The Hessian is never written out: torch differentiates twice to multiply it with a vector
(Pearlmutter 1994), as in PyHessian (Yao et al. 2020).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.randomness import generator

if TYPE_CHECKING:
    from torch import Tensor

BASIS = 20  # Lanczos vectors of a pass: in our Hessians the first pass settles the top eigenvalue

Product = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""A function that multiplies a vector [P] with a symmetric matrix, and returns the product [P]."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A `value` and its standard `error`."""

    value: float
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Eigenpair:
    """An approximate eigenvalue of a matrix, and how good it is.

    `vector` [P] is of unit length, `products` the number of products taken, `residual` is |Hv - lv| / |l| of the vector
    v and the value l. The matrix has an eigenvalue within residual * |value| of this one. `settled` is true where the
    residual is within the tolerance.
    """

    value: float
    vector: NDArray[np.float64]
    products: int
    residual: float
    settled: bool

    @property
    def note(self) -> str:
        """What a reader of the eigenvalue must know: how many products it took, and how good it is."""
        return f"{self.products} products, residual {self.residual:.2g}{', not converged' * (not self.settled)}"


def hessian(loss: Callable[["Tensor"], "Tensor"], weights: NDArray[Any]) -> Product:
    """A function that multiplies vectors with the Hessian of a `loss` at weights [P].

    The loss takes weights [P] of the same type, and returns a differentiable scalar. The type of the weights is that of
    the arithmetic. The graph of the gradient is built once and kept for all products.
    """
    import torch

    at = torch.tensor(weights, requires_grad=True)
    (gradient,) = torch.autograd.grad(loss(at), at, create_graph=True)

    def product(v: NDArray[np.float64]) -> NDArray[np.float64]:
        if not gradient.requires_grad:  # the loss is linear
            return np.zeros_like(v)
        along = torch.tensor(v, dtype=at.dtype)
        (result,) = torch.autograd.grad(gradient, at, along, retain_graph=True, materialize_grads=True)
        doubles: NDArray[np.float64] = result.double().numpy()
        return doubles

    return product


def top_eigenvalue(
    product: Product, size: int, *, seed: int = 0, tolerance: float = 1e-3, most: int = 100
) -> Eigenpair:
    """The eigenvalue that is largest in magnitude, by the Lanczos method (ARPACK: Lehoucq, Sorensen, Yang 1998).

    The first pass starts from a random vector [P], each later one from the vector that the last one found. The method
    ends when the residual is at most `tolerance`, or when fewer products than a pass needs are left of `most`. Power
    iteration, which ends when the value changes little, was off by 25 % for 1 of 400 vectors, and had the wrong sign
    where the second eigenvalue is -0.9 times the first; here the residual decides, and a pass spans BASIS dimensions.
    """
    from scipy.sparse.linalg import LinearOperator, eigsh

    products = 0

    def counted(v: NDArray[np.float64]) -> NDArray[np.float64]:
        nonlocal products
        products += 1
        return product(v)

    operator = LinearOperator((size, size), matvec=counted, dtype=np.float64)
    vector = generator(seed, "landscape/lanczos").standard_normal(size)
    vector /= np.linalg.norm(vector)
    value, residual = _rayleigh(counted, vector)
    while residual > tolerance and (room := most - products - 2) >= 2:  # a pass takes one more, its residual another
        # A single pass, however good: where ARPACK's own restarts run out, it raises an error and gives no estimate.
        (value,), vectors = eigsh(operator, k=1, v0=vector, ncv=min(BASIS, size, room), maxiter=1, tol=np.inf)
        vector = vectors[:, 0]
        value, residual = _rayleigh(counted, vector)
    return Eigenpair(value, vector, products, residual, residual <= tolerance)


def _rayleigh(product: Product, vector: NDArray[np.float64]) -> tuple[float, float]:
    """The Rayleigh quotient l = v'Hv of a unit vector v [P], and the residual |Hv - lv| / |l|."""
    image = product(vector)
    if not image.any():
        return 0.0, 0.0
    value = float(vector @ image)
    return value, float(np.linalg.norm(image - value * vector)) / abs(value) if value else math.inf


def trace(product: Product, size: int, *, probes: int = 100, seed: int = 0, of: int = 0) -> Estimate:
    """The trace, as the mean of z'Hz over K random vectors z of 1 and -1 (Hutchinson 1989).

    `of` names what the matrix belongs to, such as a run, in [0, 2**64): another one draws other vectors. With the same
    vectors for all runs their errors would be alike, and an interval over runs would not see them.
    """
    checks.whole("probes", probes, 2, math.inf)  # a standard error needs two
    rng = generator(seed, "landscape/hutchinson", of)
    signs = rng.integers(2, size=(probes, size)) * 2.0 - 1
    return mean(np.array([z @ product(z) for z in signs]))


def mean(values: NDArray[np.float64]) -> Estimate:
    """The mean of independent values [K], and its standard error."""
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values)))

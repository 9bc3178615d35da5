"""Curvature of a differentiable loss: the top eigenvalue and the trace of its Hessian, by products alone.

P weights, K probes. The Hessian is never formed: torch differentiates twice (Pearlmutter 1994), as in PyHessian (Yao et
al. 2020).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.randomness import generator

if TYPE_CHECKING:
    from torch import Tensor

Product = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""A vector [P] times a symmetric matrix, [P]."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A `value` and its standard `error`."""

    value: float
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Eigenpair:
    """An eigenvalue, its unit `vector` [P], the products it took, and its `residual` |Hv - lv| / |l|.

    Some eigenvalue of the matrix lies within residual * |value| of this one.
    """

    value: float
    vector: NDArray[np.float64]
    products: int
    residual: float


def hessian(loss: Callable[["Tensor"], "Tensor"], weights: NDArray[Any]) -> Product:
    """Products with the Hessian of a `loss` at weights [P]; it takes such weights, returns a differentiable scalar.

    The type of the weights is that of the arithmetic. The graph is built once and kept for all products.
    """
    import torch

    at = torch.tensor(weights, requires_grad=True)
    (gradient,) = torch.autograd.grad(loss(at), at, create_graph=True)

    def product(v: NDArray[np.float64]) -> NDArray[np.float64]:
        if not gradient.requires_grad:  # a loss that is linear
            return np.zeros_like(v)
        along = torch.tensor(v, dtype=at.dtype)
        (turned,) = torch.autograd.grad(gradient, at, along, retain_graph=True, materialize_grads=True)
        result: NDArray[np.float64] = turned.double().numpy()
        return result

    return product


def top_eigenvalue(product: Product, size: int, *, seed: int = 0, relative: float = 1e-3, most: int = 100) -> Eigenpair:
    """The eigenvalue that is largest in magnitude, by power iteration from a random vector [P].

    It ends when the value changes by less than `relative`, or after `most` products. Where two eigenvalues are close,
    the value is right long before the vector is; where they are close but for their signs, neither need be: see the
    residual.
    """
    v = generator(seed, "landscape/power").standard_normal(size)
    v /= np.linalg.norm(v)
    value, before = 0.0, math.inf
    for count in range(1, most + 1):
        turned = product(v)
        value, stretch = float(v @ turned), float(np.linalg.norm(turned))
        residual = float(np.linalg.norm(turned - value * v)) / abs(value) if value else math.inf
        if stretch == 0:
            return Eigenpair(0.0, v, count, 0.0)
        if abs(value - before) <= relative * abs(value) or count == most:
            break
        v, before = turned / stretch, value
    return Eigenpair(value, v, count, residual)


def trace(product: Product, size: int, *, probes: int = 100, seed: int = 0) -> Estimate:
    """The trace, as the mean of z'Hz over K random vectors z of signs (Hutchinson 1989; Rademacher)."""
    if probes < 2:
        raise UserError(f"a trace with its error needs 2 probes or more, got {probes}")
    rng = generator(seed, "landscape/hutchinson")
    signs = rng.integers(2, size=(probes, size)) * 2.0 - 1
    return mean(np.array([z @ product(z) for z in signs]))


def mean(values: NDArray[np.float64]) -> Estimate:
    """The mean of independent values [K], and its standard error."""
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values)))

"""The engine of the arithmetic contract for torch tensors on any device, as `agents.engine.exact` is for numpy arrays.

It relies on two facts: each torch operation on tensors rounds once, as IEEE 754 says, and torch contracts no two of
them into one. So do not use torch.compile here. addcmul and lerp are avoided, as their rounding is not documented.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from agents.engine import exact
from agents.engine.arithmetic import CONSTANTS, Constants
from agents.engine.errorfree import add_to_odd, fused
from agents.engine.modes import unfused

_NAMES = {torch.float32: "float32", torch.float64: "float64"}


def constants(x: Tensor) -> Constants:
    """The constants of the type of `x`."""
    return CONSTANTS[_NAMES[x.dtype]]


def select(condition: Tensor, yes: Any, no: Any) -> Tensor:
    """`yes` where the condition is true, `no` elsewhere; a Python number gets the type of the other argument."""
    return torch.where(condition, yes, no)


def copysign(magnitude: Tensor, sign: Tensor) -> Tensor:
    """`magnitude` with the sign bit of `sign`."""
    return torch.copysign(magnitude, sign)


def exp2_shifted(shifted: Tensor) -> Tensor:
    """2^n, where `shifted` is n plus the shifter of its type: n is in the lowest bits and moves to the exponent."""
    whole, mantissa, bias = (torch.int32, 23, 127) if shifted.dtype == torch.float32 else (torch.int64, 52, 1023)
    return ((shifted.view(whole) << mantissa) + (bias << mantissa)).view(shifted.dtype)


def fma(a: Any, b: Any, c: Any) -> Tensor:
    """a b + c, rounded once to the type of the tensors among them, float32 or float64; twice in the unfused twin."""
    like: Tensor = next(value for value in (a, b, c) if isinstance(value, Tensor))
    a, b, c = (
        value if isinstance(value, Tensor) else torch.tensor(value, dtype=like.dtype, device=like.device)
        for value in (a, b, c)
    )
    if unfused():
        total: Tensor = a * b + c
        return total
    if like.dtype == torch.float32:  # the product of two float32 is exact in float64, and 53 bits >= 2 * 24 + 2
        rounded: Tensor = add_to_odd(a.double() * b.double(), c.double(), torch).float()
        return rounded
    shape = (a + b + c).shape
    return _fma64(*(value.expand(shape) for value in (a, b, c)))


def _fma64(a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """a b + c rounded once, float64; the numpy engine computes the few elements that `fused` marks."""
    result: Tensor
    result, unsafe = fused(a, b, c, torch)
    if unsafe.any():
        rare = exact.fma(*(np.atleast_1d(value[unsafe].cpu().numpy()) for value in (a, b, c)))
        result[unsafe] = torch.from_numpy(rare).to(result.device)
    return result

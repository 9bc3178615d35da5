"""The operations of PTX by opcode, as functions of arrays with one element for each thread.

Semantics: NVIDIA, "Parallel Thread Execution ISA", version 9, chapter 9. Only the
operations of our kernels are here. Float arithmetic without a rounding mode is not, because an assembler may contract
it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine import exact
from agents.engine.errorfree import add_to_odd

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """A function of the operands, and the types of its result and of each operand."""

    function: Callable[..., Any]
    result: str
    kinds: tuple[str, ...]


def _fused(a: Array, b: Array, c: Array) -> Array:
    """a b + c of float32, rounded once: through float64, or by `engine.exact` where that could round twice."""
    wide = a.astype(np.float64) * b + c
    close = ((wide.view(np.int64) & 0x1FFFFFFF) == 0x10000000) | ~(abs(wide) >= 2.0**-126)
    result = np.asarray(wide.astype(np.float32))
    if close.any():
        result[close] = exact.fma(a[close], b[close], c[close])
    return result


def _fused_up(a: Array, b: Array, c: Array) -> Array:
    """a b + c of float32, rounded up."""
    wide = add_to_odd(a.astype(np.float64) * b, c.astype(np.float64), np)
    result = wide.astype(np.float32)
    return np.where(result < wide, np.nextafter(result, np.float32(np.inf)), result)


def rough_reciprocal(x: Array) -> Array:
    """1/x of float32 with an error of at most one unit in the last place, chosen by the bits of x: a hardware's guess.

    The manual allows 1 ulp from the true value; this has up to 1.5. Denormal operands and results become zeros.
    """
    nearest = np.float32(1) / np.where(abs(x) < 2.0**-126, np.copysign(np.float32(0), x), x)
    drawn = (x.view(np.uint32) * np.uint32(2654435761) >> np.uint32(16)) % np.uint32(3)
    regular = np.isfinite(nearest) & (nearest != 0)
    off = (nearest.view(np.int32) + np.where(regular, drawn.astype(np.int32) - 1, 0)).view(np.float32)
    return np.where(abs(off) < 2.0**-126, np.copysign(np.float32(0), off), off)


def _least(a: Array, b: Array) -> Array:
    """The smaller number; beside a NaN the other one; of two zeros the negative one."""
    return np.where(a == b, np.where(np.signbit(a), a, b), np.fmin(a, b))


def _greatest(a: Array, b: Array) -> Array:
    return -_least(-a, -b)


def _shift_left(a: Array, amount: Array) -> Array:
    """a shifted left; a shift by the width or more gives 0."""
    most = 8 * a.dtype.itemsize - 1
    return np.where(amount <= most, a << np.minimum(amount, most).astype(a.dtype), 0)


def _shift_right(a: Array, amount: Array) -> Array:
    """a shifted right with its sign; a shift by the width or more leaves only the sign."""
    most = 8 * a.dtype.itemsize - 1
    rest = a >> a.dtype.type(most) if a.dtype.kind == "i" else 0
    return np.where(amount <= most, a >> np.minimum(amount, most).astype(a.dtype), rest)


def _quotient(a: Array, b: Array) -> Array:
    """a / b, rounded towards zero."""
    if (b == 0).any():
        raise ZeroDivisionError("divides by zero")
    return (a - np.fmod(a, b)) // b


def _table() -> dict[str, Operation]:
    table: dict[str, Operation] = {}
    compare = {"lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal}
    for bits in (16, 32, 64):
        for word in (f"u{bits}", f"s{bits}", f"b{bits}"):
            table[f"mov.{word}"] = Operation(lambda a: a, word, (word,))
        word = f"b{bits}"
        for name, function in (("and", np.bitwise_and), ("or", np.bitwise_or), ("xor", np.bitwise_xor)):
            table[f"{name}.{word}"] = Operation(function, word, (word, word))
        table[f"not.{word}"] = Operation(np.invert, word, (word,))
        table[f"shl.{word}"] = Operation(_shift_left, word, (word, "u32"))
        table[f"selp.{word}"] = Operation(lambda a, b, p: np.where(p, a, b), word, (word, word, "pred"))
        for kind in (f"u{bits}", f"s{bits}"):
            pair = (kind, kind)
            for name, function in (("add", np.add), ("sub", np.subtract), ("mul.lo", np.multiply)):
                table[f"{name}.{kind}"] = Operation(function, kind, pair)
            table[f"min.{kind}"] = Operation(np.minimum, kind, pair)
            table[f"max.{kind}"] = Operation(np.maximum, kind, pair)
            table[f"mad.lo.{kind}"] = Operation(lambda a, b, c: a * b + c, kind, (*pair, kind))
            table[f"shr.{kind}"] = Operation(_shift_right, kind, (kind, "u32"))
            for name, function in compare.items():
                table[f"setp.{name}.{kind}"] = Operation(function, "pred", pair)
            for wide in (f"{sign}{width}" for sign in "us" for width in (16, 32, 64)):
                table[f"cvt.{wide}.{kind}"] = Operation(lambda a, to=wide: a.astype(dtype(to)), wide, (kind,))
        for name, function in (("eq", np.equal), ("ne", np.not_equal)):
            for kind in (f"u{bits}", f"s{bits}", word):
                table[f"setp.{name}.{kind}"] = Operation(function, "pred", (kind, kind))
    for kind, wide in (("u32", "u64"), ("s32", "s64")):
        table[f"div.{kind}"] = Operation(_quotient, kind, (kind, kind))
        product = Operation(lambda a, b, to=wide: a.astype(dtype(to)) * b, wide, (kind, kind))
        table[f"mul.wide.{kind}"] = product
        table[f"mad.wide.{kind}"] = Operation(lambda a, b, c: a.astype(c.dtype) * b + c, wide, (kind, kind, wide))
    for name, function in (("and", np.logical_and), ("or", np.logical_or), ("xor", np.logical_xor)):
        table[f"{name}.pred"] = Operation(function, "pred", ("pred", "pred"))
    table["not.pred"] = Operation(np.logical_not, "pred", ("pred",))
    table["mov.pred"] = Operation(lambda a: a, "pred", ("pred",))
    for kind, fma in (("f32", _fused), ("f64", exact.fma)):
        for name, function in (("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("div", np.divide)):
            table[f"{name}.rn.{kind}"] = Operation(function, kind, (kind, kind))
        table[f"fma.rn.{kind}"] = Operation(fma, kind, (kind,) * 3)
        table[f"min.{kind}"] = Operation(_least, kind, (kind, kind))
        table[f"max.{kind}"] = Operation(_greatest, kind, (kind, kind))
        table[f"abs.{kind}"] = Operation(np.abs, kind, (kind,))
        table[f"neg.{kind}"] = Operation(np.negative, kind, (kind,))
        table[f"mov.{kind}"] = Operation(lambda a: a, kind, (kind,))
        table[f"selp.{kind}"] = Operation(lambda a, b, p: np.where(p, a, b), kind, (kind, kind, "pred"))
        for name, function in compare.items():  # false for a NaN
            table[f"setp.{name}.{kind}"] = Operation(function, "pred", (kind, kind))
    table["fma.rp.f32"] = Operation(_fused_up, "f32", ("f32",) * 3)
    table["rcp.approx.ftz.f32"] = Operation(rough_reciprocal, "f32", ("f32",))
    for name in ("add.rn", "sub.rn", "mul.rn", "fma.rn"):  # two floats in one register
        one = table[f"{name}.f32"]
        table[f"{name}.f32x2"] = Operation(
            lambda *pairs, of=one.function: of(*(pair.view(np.float32) for pair in pairs)).view(np.uint64),
            "b64",
            ("b64",) * len(one.kinds),
        )
    return table


@cache
def dtype(kind: str) -> np.dtype[Any]:
    """The numpy type of a type of PTX, such as b32 or pred."""
    if kind == "pred":
        return np.dtype(np.bool_)
    return np.dtype({"b": "u", "u": "u", "s": "i", "f": "f"}[kind[0]] + str(int(kind[1:]) // 8))


OPERATIONS = _table()

"""The GPU engine of the arithmetic contract: blocks inside Triton kernels, with one number in each thread.

`Block` objects exist only while a kernel is compiled, as `engine.lanes.Lanes` do on the CPU. Their operators emit
Triton operations, so the expressions of `engine.arithmetic`, `network.cells` and the rules of the world become part of
the GPU kernel, too. Under Triton's interpreter the same operators compute with numpy at once.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from math import frexp, prod
from typing import Any

import triton
import triton.language as tl

from agents.engine.arithmetic import CONSTANTS, Constants

# 1/x rounded to nearest, by Newton's iteration from the hardware's approximation. It avoids the branch of div.rn, which
# would cut a step into dozens of pieces. The first step rounds up, else x = 2 - 2^-23 fails (Markstein 1990). A test
# tries every x.
RECIPROCAL = """{
.reg .f32 negative, guess, error;
neg.f32 negative, $1;
rcp.approx.ftz.f32 guess, $1;
fma.rn.f32 error, negative, guess, 0f3F800000;
fma.rp.f32 guess, error, guess, guess;
fma.rn.f32 error, negative, guess, 0f3F800000;
fma.rn.f32 $0, error, guess, guess;
}"""
OPTIONS: dict[str, Any] = {"enable_fp_fusion": False}  # Triton must not contract products and sums


class Block:
    """A tensor of floats or integers in a Triton kernel, with one element in each thread."""

    __slots__ = ("semantic", "value")

    def __init__(self, value: Any, semantic: Any) -> None:
        """Wrap a tensor. Triton passes `semantic` to its built-in functions; it is None under the interpreter."""
        self.value, self.semantic = value, semantic

    def call(self, function: Any, *arguments: Any, **options: Any) -> "Block":
        """The result of a function of Triton's language for self and further arguments."""
        values = [argument.value if isinstance(argument, Block) else argument for argument in arguments]
        return Block(function(self.value, *values, **options, _semantic=self.semantic), self.semantic)

    @property
    def kind(self) -> str:
        """The type of the elements: float32, float64 or int32."""
        return {"fp32": "float32", "fp64": "float64"}.get(str(self.value.dtype), str(self.value.dtype))

    def like(self, number: Any) -> "Block":
        """A Python number as a scalar of the type of self (int32 for pointers); a `Block` is returned unchanged."""
        if isinstance(number, Block):
            return number
        dtype = tl.int32 if self.value.dtype.is_ptr() else self.value.dtype
        return Block(tl.full((), number, dtype, _semantic=self.semantic), self.semantic)

    def __add__(self, other: Any) -> "Block":
        """Sum."""
        return self.call(tl.tensor.__add__, self.like(other))

    def __sub__(self, other: Any) -> "Block":
        """Difference."""
        return self.call(tl.tensor.__sub__, self.like(other))

    def __rsub__(self, other: Any) -> "Block":
        """A number minus self."""
        return self.like(other) - self

    def __mul__(self, other: Any) -> "Block":
        """Product."""
        return self.call(tl.tensor.__mul__, self.like(other))

    def __rtruediv__(self, other: Any) -> "Block":
        """A number divided by self, rounded to nearest. In float32: a power of two, divided by 2^-126 to 2^125."""
        if self.kind == "float64" or self.semantic is None:
            return self.like(other).call(tl.tensor.__truediv__, self)
        if abs(frexp(other)[0]) != 0.5:
            raise ValueError(f"only a power of two can be divided by a block, got {other}")
        inverse = tl.inline_asm_elementwise(
            RECIPROCAL, "=f,f", [self.value], dtype=tl.float32, is_pure=True, pack=1, _semantic=self.semantic
        )
        quotient: Block = Block(inverse, self.semantic) * other
        return quotient

    def __neg__(self) -> "Block":
        """The sign bit flipped."""
        return -0.0 - self

    def __abs__(self) -> "Block":
        """The sign bit cleared."""
        return self.call(tl.abs)

    def __and__(self, other: Any) -> "Block":
        """Bitwise and of integers or conditions."""
        return self.call(tl.tensor.__and__, self.like(other))

    def __or__(self, other: Any) -> "Block":
        """Bitwise or of integers or conditions."""
        return self.call(tl.tensor.__or__, self.like(other))

    def __lshift__(self, other: Any) -> "Block":
        """Integers shifted left."""
        return self.call(tl.tensor.__lshift__, self.like(other))

    def __rlshift__(self, other: Any) -> "Block":
        """A number shifted left."""
        return self.like(other) << self

    def __rshift__(self, other: Any) -> "Block":
        """Integers shifted right, with their sign."""
        return self.call(tl.tensor.__rshift__, self.like(other))

    def __lt__(self, other: Any) -> "Block":
        """True where self is less; false where one of the two is NaN."""
        return self.call(tl.tensor.__lt__, self.like(other))

    def __gt__(self, other: Any) -> "Block":
        """True where self is greater; false where one of the two is NaN."""
        return self.call(tl.tensor.__gt__, self.like(other))

    def cast(self, dtype: Any) -> "Block":
        """The same numbers in another type of Triton."""
        return self.call(tl.tensor.to, dtype)

    def columns(self) -> list["Block"]:
        """The columns, [B] each, of a block [B, ...] whose number of columns is a power of two, in order."""
        if len(self.value.shape) == 1:
            return [self]
        rows, count = int(self.value.shape[0]), prod(map(int, self.value.shape[1:]))
        if count == 1:
            return [self.call(tl.reshape, (rows,))]
        even, odd = (
            Block(part, self.semantic)
            for part in tl.split(self.call(tl.reshape, (rows, count // 2, 2)).value, _semantic=self.semantic)
        )
        return [column for pair in zip(even.columns(), odd.columns(), strict=True) for column in pair]

    def bits(self, dtype: Any) -> "Block":
        """The same bits in another type of Triton."""
        return self.call(tl.cast, dtype, bitcast=True)


class Engine:
    """The functions that `agents.engine.arithmetic` needs of an engine, as operations on `Block`s."""

    @staticmethod
    def constants(x: Block) -> Constants:
        """The constants of the type of `x`."""
        return CONSTANTS[x.kind]

    @staticmethod
    def fma(a: Any, b: Any, c: Any) -> Block:
        """a b + c rounded once."""
        block: Block = next(value for value in (a, b, c) if isinstance(value, Block))
        return block.like(a).call(tl.fma, block.like(b), block.like(c))

    @staticmethod
    def select(condition: Block, yes: Any, no: Any) -> Block:
        """`yes` where the condition is true, `no` elsewhere."""
        block: Block = yes if isinstance(yes, Block) else no
        return condition.call(tl.where, block.like(yes), block.like(no))

    @staticmethod
    def copysign(magnitude: Block, sign: Block) -> Block:
        """A non-negative `magnitude` with the sign bit of `sign`."""
        whole, lowest = _integers(sign)
        return (magnitude.bits(whole) | (sign.bits(whole) & lowest)).bits(sign.value.dtype)

    @staticmethod
    def exp2_shifted(shifted: Block) -> Block:
        """2^n, where `shifted` is n plus the shifter of its type: n is in the lowest bits and moves to the exponent."""
        mantissa, bias = (23, 127) if shifted.kind == "float32" else (52, 1023)
        whole, _ = _integers(shifted)
        return ((shifted.bits(whole) << mantissa) + (bias << mantissa)).bits(shifted.value.dtype)


def _integers(x: Block) -> tuple[Any, int]:
    """The integer type with the width of float `x`, and its lowest number, whose only bit is the sign bit."""
    return (tl.int32, -(2**31)) if x.kind == "float32" else (tl.int64, -(2**63))


def kernel(*numbers: str) -> Callable[[Callable[..., Any]], Any]:
    """Compile with Triton at launch, once for all values of the arguments `numbers`; launch it with OPTIONS."""
    decorator: Callable[[Callable[..., Any]], Any] = triton.jit(do_not_specialize=numbers)
    return decorator


def emitter(body: Callable[..., Any]) -> Any:
    """Make `body(*arguments, semantic)` callable in Triton kernels: Python code that runs while a kernel is compiled.

    Under the interpreter it runs with the kernel, and `semantic` is None.
    """

    @wraps(body)
    def emit(*arguments: Any, _semantic: Any = None) -> Any:
        values = (value.value if isinstance(value, tl.constexpr) else value for value in arguments)
        return body(*values, _semantic)

    setattr(emit, tl.core.TRITON_BUILTIN, True)
    emit.__signature__ = inspect.signature(emit, follow_wrapped=False)  # type: ignore[attr-defined]
    return emit

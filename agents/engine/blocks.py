"""The GPU's engine of the arithmetic contract: blocks of one value per thread, inside Triton kernels.

`Block` objects exist while a kernel is compiled, like `engine.lanes.Lanes` for the CPU: their operators emit Triton's
operations, so what is written once in `engine.arithmetic`, `network.cells` and the world's rules is the GPU's
kernel, too.
Under Triton's interpreter the same operators compute with numpy at once. Needs Triton 3.7 or later.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from math import frexp, prod
from typing import Any

import triton
import triton.language as tl

from agents.engine.arithmetic import CONSTANTS, Constants

# 1/x rounded to nearest, by Newton's iteration from the hardware's guess: without the branch of div.rn, which would cut
# a step into dozens of pieces. The first step rounds up, else x = 2 - 2^-23 fails (Markstein 1990). A test tries all x.
RECIPROCAL = """{
.reg .f32 negative, guess, error;
neg.f32 negative, $1;
rcp.approx.ftz.f32 guess, $1;
fma.rn.f32 error, negative, guess, 0f3F800000;
fma.rp.f32 guess, error, guess, guess;
fma.rn.f32 error, negative, guess, 0f3F800000;
fma.rn.f32 $0, error, guess, guess;
}"""
OPTIONS: dict[str, Any] = {"enable_fp_fusion": False}


class Block:
    """A tensor of a Triton kernel, float or integer, one element a thread."""

    __slots__ = ("semantic", "value")

    def __init__(self, value: Any, semantic: Any) -> None:
        """Wrap a tensor; `semantic` is what Triton hands to its built-in functions, None under the interpreter."""
        self.value, self.semantic = value, semantic

    def call(self, function: Any, *arguments: Any, **options: Any) -> "Block":
        """A function of Triton's language on this and further arguments."""
        values = [argument.value if isinstance(argument, Block) else argument for argument in arguments]
        return Block(function(self.value, *values, **options, _semantic=self.semantic), self.semantic)

    @property
    def kind(self) -> str:
        """float32, float64 or int32: the type of the elements."""
        return {"fp32": "float32", "fp64": "float64"}.get(str(self.value.dtype), str(self.value.dtype))

    def like(self, number: Any) -> "Block":
        """A Python number as a scalar of this type, an offset to pointers, or a block as it is."""
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
        """Difference from a number."""
        return self.like(other) - self

    def __mul__(self, other: Any) -> "Block":
        """Product."""
        return self.call(tl.tensor.__mul__, self.like(other))

    def __rtruediv__(self, other: Any) -> "Block":
        """Quotient of a number, rounded to nearest. In float32 only of a power of two, by 2^-126 to 2^125."""
        if self.kind == "float64" or self.semantic is None:
            return self.like(other).call(tl.tensor.__truediv__, self)
        if abs(frexp(other)[0]) != 0.5:
            raise ValueError(f"a block divides powers of two, got {other}")
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
        """Bitwise and, of integers or conditions."""
        return self.call(tl.tensor.__and__, self.like(other))

    def __or__(self, other: Any) -> "Block":
        """Bitwise or, of integers or conditions."""
        return self.call(tl.tensor.__or__, self.like(other))

    def __lshift__(self, other: Any) -> "Block":
        """Shift left, of integers."""
        return self.call(tl.tensor.__lshift__, self.like(other))

    def __rlshift__(self, other: Any) -> "Block":
        """A number shifted left."""
        return self.like(other) << self

    def __rshift__(self, other: Any) -> "Block":
        """Shift right, of integers; the sign comes along."""
        return self.call(tl.tensor.__rshift__, self.like(other))

    def __lt__(self, other: Any) -> "Block":
        """False where a NaN is compared."""
        return self.call(tl.tensor.__lt__, self.like(other))

    def __gt__(self, other: Any) -> "Block":
        """False where a NaN is compared."""
        return self.call(tl.tensor.__gt__, self.like(other))

    def cast(self, dtype: Any) -> "Block":
        """The same numbers in another of Triton's types."""
        return self.call(tl.tensor.to, dtype)

    def halves(self) -> list["Block"]:
        """The columns of a block [B, ...] of a power of two of columns, in order, each [B]."""
        if len(self.value.shape) == 1:
            return [self]
        rows, count = int(self.value.shape[0]), prod(map(int, self.value.shape[1:]))
        if count == 1:
            return [self.call(tl.reshape, (rows,))]
        even, odd = (
            Block(part, self.semantic)
            for part in tl.split(self.call(tl.reshape, (rows, count // 2, 2)).value, _semantic=self.semantic)
        )
        return [column for pair in zip(even.halves(), odd.halves(), strict=True) for column in pair]

    def bits(self, dtype: Any) -> "Block":
        """The same bits in another of Triton's types."""
        return self.call(tl.cast, dtype, bitcast=True)


class Engine:
    """What `agents.engine.arithmetic` asks of an engine, as operations on `Block`s."""

    @staticmethod
    def constants(x: Block) -> Constants:
        """The constants of the type of `x`."""
        return CONSTANTS[x.kind]

    @staticmethod
    def fma(a: Any, b: Any, c: Any) -> Block:
        """a b + c, rounded once."""
        block: Block = next(value for value in (a, b, c) if isinstance(value, Block))
        return block.like(a).call(tl.fma, block.like(b), block.like(c))

    @staticmethod
    def select(condition: Block, yes: Any, no: Any) -> Block:
        """`yes` where the condition holds, `no` elsewhere."""
        block: Block = yes if isinstance(yes, Block) else no
        return condition.call(tl.where, block.like(yes), block.like(no))

    @staticmethod
    def copysign(magnitude: Block, sign: Block) -> Block:
        """A non-negative `magnitude` with the sign bit of `sign`."""
        whole, lowest = _integers(sign)
        return (magnitude.bits(whole) | (sign.bits(whole) & lowest)).bits(sign.value.dtype)

    @staticmethod
    def exp2_shifted(shifted: Block) -> Block:
        """2^n, where `shifted` is n plus the type's shifter: n sits in the lowest bits and moves to the exponent."""
        mantissa, bias = (23, 127) if shifted.kind == "float32" else (52, 1023)
        whole, _ = _integers(shifted)
        return ((shifted.bits(whole) << mantissa) + (bias << mantissa)).bits(shifted.value.dtype)


def _integers(x: Block) -> tuple[Any, int]:
    """The integer type as wide as a float, and its lowest number, which is the sign bit."""
    return (tl.int32, -(2**31)) if x.kind == "float32" else (tl.int64, -(2**63))


def kernel(*numbers: str) -> Callable[[Callable[..., Any]], Any]:
    """Compile with Triton when launched, once for all values of `numbers`; without contraction, if with `OPTIONS`."""
    decorator: Callable[[Callable[..., Any]], Any] = triton.jit(do_not_specialize=numbers)
    return decorator


def emitter(body: Callable[..., Any]) -> Any:
    """Make `body(*arguments, semantic)` callable in kernels: plain Python that runs while a kernel is compiled.

    Under the interpreter, where it runs with the kernel, `semantic` is None.
    """

    @wraps(body)
    def emit(*arguments: Any, _semantic: Any = None) -> Any:
        return body(*(each.value if isinstance(each, tl.constexpr) else each for each in arguments), _semantic)

    setattr(emit, tl.core.TRITON_BUILTIN, True)
    emit.__signature__ = inspect.signature(emit, follow_wrapped=False)  # type: ignore[attr-defined]
    return emit

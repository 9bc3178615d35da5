"""The fast CPU engine of the arithmetic contract: vectors inside numba kernels, with one number in each lane.

A lane computes the same bits whatever the other lanes hold. `Lanes` objects exist only while a kernel is compiled:
their operators emit vector instructions. LLVM maps these to the machine, to one register or to several, or to scalar
instructions if the machine has no vectors.
"""

from collections.abc import Sequence
from typing import Any, cast

from llvmlite import ir
from numba.core import cgutils

from agents.engine.arithmetic import CONSTANTS, Constants, horner
from agents.engine.modes import unfused

_INDEX = ir.IntType(64)
_FLOATS = {ir.FloatType(): ("float32", 32), ir.DoubleType(): ("float64", 64)}

TWO_TO_52 = 0x4330_0000_0000_0000  # the bits of 2^52 as a float64, whose last bit is worth 1


class Lanes:
    """A vector of floats or integers in a kernel that is being compiled; its operators emit instructions."""

    __slots__ = ("builder", "value")

    def __init__(self, builder: Any, value: Any) -> None:
        """Wrap an LLVM value of vector type."""
        self.builder, self.value = builder, value

    @property
    def is_float(self) -> bool:
        """True if the elements are floats."""
        return self.value.type.element in _FLOATS

    def like(self, number: Any) -> "Lanes":
        """A Python number in every lane, of the type of self; `Lanes` are returned unchanged."""
        if isinstance(number, Lanes):
            return number
        element = self.value.type.element
        constant = ir.Constant(element, float(number) if self.is_float else int(number))
        return self._with(ir.Constant(self.value.type, [constant] * self.value.type.count))

    def splat(self, value: Any) -> "Lanes":
        """An LLVM integer, known at run time, in every lane, of the integer type of self."""
        narrow = self.builder.trunc(value, self.value.type.element)
        return self._with(broadcast(self.builder, narrow, self.value.type))

    def _with(self, value: Any) -> "Lanes":
        return Lanes(self.builder, value)

    def _emit(self, instruction: str, left: Any, right: Any) -> "Lanes":
        name = ("f" if self.is_float else "") + instruction
        return self._with(getattr(self.builder, name)(self.like(left).value, self.like(right).value))

    def __add__(self, other: Any) -> "Lanes":
        """Sum."""
        return self._emit("add", self, other)

    def __sub__(self, other: Any) -> "Lanes":
        """Difference."""
        return self._emit("sub", self, other)

    def __rsub__(self, other: Any) -> "Lanes":
        """A number minus self."""
        return self._emit("sub", other, self)

    def __mul__(self, other: Any) -> "Lanes":
        """Product."""
        return self._emit("mul", self, other)

    def __truediv__(self, other: Any) -> "Lanes":
        """Quotient, rounded to nearest."""
        return self._emit("div", self, other)

    def __rtruediv__(self, other: Any) -> "Lanes":
        """A number divided by self, rounded to nearest."""
        return self._emit("div", other, self)

    def __neg__(self) -> "Lanes":
        """The sign bit flipped."""
        return self._with(self.builder.fneg(self.value)) if self.is_float else 0 - self

    def __abs__(self) -> "Lanes":
        """The sign bit cleared."""
        return self.from_bits(self.as_bits() & (self._sign_bit() - 1))

    def __and__(self, other: Any) -> "Lanes":
        """Bitwise and of integers."""
        return self._with(self.builder.and_(self.value, self.like(other).value))

    def __or__(self, other: Any) -> "Lanes":
        """Bitwise or of integers."""
        return self._with(self.builder.or_(self.value, self.like(other).value))

    def __xor__(self, other: Any) -> "Lanes":
        """Bitwise exclusive or of integers."""
        return self._with(self.builder.xor(self.value, self.like(other).value))

    def __rshift__(self, other: Any) -> "Lanes":
        """Non-negative integers shifted right."""
        return self._with(self.builder.lshr(self.value, self.like(other).value))

    def __lt__(self, other: Any) -> "Lanes":
        """True in lanes where self is less; false where one of the two is NaN."""
        return self._compare("<", other)

    def __gt__(self, other: Any) -> "Lanes":
        """True in lanes where self is greater; false where one of the two is NaN."""
        return self._compare(">", other)

    def equals(self, other: Any) -> "Lanes":
        """True in lanes where two integers are equal."""
        return self._with(self.builder.icmp_signed("==", self.value, self.like(other).value))

    def to_float(self, like: "Lanes") -> "Lanes":
        """Non-negative integers below 2^31 as floats of the type of `like`, whose elements are as large."""
        if like.value.type.element == ir.FloatType():
            return self._with(self.builder.sitofp(self.value, like.value.type))
        return like.from_bits(self | TWO_TO_52) - float(2**52)  # AVX2 cannot convert integers of 64 bits

    def _compare(self, sign: str, other: Any) -> "Lanes":
        compare = self.builder.fcmp_ordered if self.is_float else self.builder.icmp_signed
        return self._with(compare(sign, self.value, self.like(other).value))

    def _sign_bit(self) -> int:
        return 1 << (_FLOATS[self.value.type.element][1] - 1)

    def as_bits(self) -> "Lanes":
        """The same bits as integers."""
        integer = ir.IntType(_FLOATS[self.value.type.element][1])
        return self._with(self.builder.bitcast(self.value, ir.VectorType(integer, self.value.type.count)))

    def from_bits(self, bits: "Lanes") -> "Lanes":
        """The same bits as floats of the type of self, from integers."""
        return self._with(self.builder.bitcast(bits.value, self.value.type))


class Engine:
    """The functions that `agents.engine.arithmetic` needs of an engine, as instructions on `Lanes`."""

    @staticmethod
    def constants(x: Lanes) -> Constants:
        """The constants of the type of `x`."""
        return CONSTANTS[_FLOATS[x.value.type.element][0]]

    @staticmethod
    def fma(a: Any, b: Any, c: Any) -> Lanes:
        """a b + c rounded once; twice in the unfused twin."""
        lanes: Lanes = next(value for value in (a, b, c) if isinstance(value, Lanes))
        if unfused():
            return lanes.like(a) * lanes.like(b) + lanes.like(c)
        kind = lanes.value.type
        name, module = f"llvm.fma.v{kind.count}f{_FLOATS[kind.element][1]}", lanes.builder.module
        function = module.globals.get(name) or ir.Function(module, ir.FunctionType(kind, [kind] * 3), name)
        return Lanes(lanes.builder, lanes.builder.call(function, [lanes.like(value).value for value in (a, b, c)]))

    @staticmethod
    def select(condition: Lanes, yes: Any, no: Any) -> Lanes:
        """`yes` in lanes where the condition is true, `no` elsewhere."""
        lanes: Lanes = yes if isinstance(yes, Lanes) else no
        builder = condition.builder
        return Lanes(builder, builder.select(condition.value, lanes.like(yes).value, lanes.like(no).value))

    @staticmethod
    def copysign(magnitude: Lanes, sign: Lanes) -> Lanes:
        """A non-negative `magnitude` with the sign bit of `sign`."""
        return magnitude.from_bits(magnitude.as_bits() | (sign.as_bits() & sign._sign_bit()))

    @staticmethod
    def exp2_shifted(shifted: Lanes) -> Lanes:
        """2^n, where `shifted` is n plus the shifter of its type: n is in the lowest bits and moves to the exponent."""
        mantissa, bias = (23, 127) if shifted.value.type.element == ir.FloatType() else (52, 1023)
        bits = shifted.as_bits()
        moved = Lanes(bits.builder, bits.builder.shl(bits.value, bits.like(mantissa).value))
        return shifted.from_bits(moved + (bias << mantissa))

    @staticmethod
    def side_by_side(pairs: Sequence[tuple[Sequence[float], Lanes]]) -> list[Lanes]:
        """For each (coefficients, x) the polynomial in x, all of them in one loop that does a step of each in turn.

        A step waits for the one before, for several cycles, and a processor looks only some hundred instructions ahead
        for others to do meanwhile. In straight code LLVM would put the steps of one polynomial after another.
        """
        builder, kind = pairs[0][1].builder, pairs[0][1].value.type
        steps = min(len(coefficients) for coefficients, _ in pairs) - 2
        with builder.goto_entry_block():  # LLVM keeps in registers only what is allocated there
            totals = [builder.alloca(kind) for _ in pairs]
        for (coefficients, x), total in zip(pairs, totals, strict=True):
            builder.store(horner(coefficients[: len(coefficients) - steps], x, Engine).value, total)
        rows = zip(*(coefficients[len(coefficients) - steps :] for coefficients, _ in pairs), strict=True)
        table = _table(builder, kind.element, [number for row in rows for number in row])
        with cgutils.for_range(builder, _opaque(builder, _INDEX(steps))) as loop:
            first = _opaque(builder, builder.mul(loop.index, _INDEX(len(pairs))))
            for number, ((_, x), total) in enumerate(zip(pairs, totals, strict=True)):
                at = builder.gep(table, [_INDEX(0), builder.add(first, _INDEX(number))])
                coefficient = Lanes(builder, broadcast(builder, builder.load(at), kind))
                builder.store(Engine.fma(Lanes(builder, builder.load(total)), x, coefficient).value, total)
        return [Lanes(builder, builder.load(total)) for total in totals]


def broadcast(builder: Any, scalar: Any, kind: Any) -> Any:
    """A scalar LLVM value in every element of a vector of type `kind`."""
    vector = builder.insert_element(ir.Constant(kind, ir.Undefined), scalar, ir.IntType(32)(0))
    return builder.shuffle_vector(
        vector, vector, ir.Constant(ir.VectorType(ir.IntType(32), kind.count), [0] * kind.count)
    )


def _table(builder: Any, element: Any, numbers: Sequence[float]) -> Any:
    """A pointer to a constant array of these numbers."""
    array, tools = ir.ArrayType(element, len(numbers)), cast(Any, cgutils)
    return tools.global_constant(builder, "coefficients", ir.Constant(array, [element(number) for number in numbers]))


def _opaque(builder: Any, number: Any) -> Any:
    """The same integer, of which LLVM knows nothing, so that it does not unroll the loop that counts to it."""
    return builder.asm(ir.FunctionType(_INDEX, [_INDEX]), "", "=r,0", [number], False)

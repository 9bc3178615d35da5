"""The fast engine of the arithmetic contract: vectors of one value per lane, inside numba kernels.

L lanes are one cache line: 16 float32 or 8 float64. A tile of agents lives in arrays [rows, L], and each lane computes
exactly what it would compute alone. `Lanes` objects exist while a kernel is compiled; their operators emit vector
instructions, which LLVM fits to the machine: one register on some, several on others, scalars where it has no vectors.
"""

import inspect
import re
from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any

import llvmlite.binding
from llvmlite import ir
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from agents.arithmetic import CONSTANTS, Constants, unfused

LINE_BYTES = 64
INDEX = ir.IntType(64)
_FLOATS = {ir.FloatType(): ("float32", 32), ir.DoubleType(): ("float64", 64)}


def lane_count(dtype: Any) -> int:
    """L for float32 or float64 weights."""
    return LINE_BYTES // int(dtype.itemsize)


class Lanes:
    """A vector value of the kernel that is being compiled, float or integer; operators emit instructions."""

    __slots__ = ("builder", "value")

    def __init__(self, builder: Any, value: Any) -> None:
        """Wrap an LLVM value of vector type."""
        self.builder, self.value = builder, value

    @property
    def is_float(self) -> bool:
        """Whether the elements are floats."""
        return self.value.type.element in _FLOATS

    def like(self, number: Any) -> "Lanes":
        """A Python number in every lane, or lanes as they are."""
        if isinstance(number, Lanes):
            return number
        element = self.value.type.element
        constant = ir.Constant(element, float(number) if self.is_float else int(number))
        return self._with(ir.Constant(self.value.type, [constant] * self.value.type.count))

    def splat(self, value: Any) -> "Lanes":
        """An LLVM integer that is known at run time, in every lane of integers."""
        narrow = self.builder.trunc(value, self.value.type.element)
        vector = ir.Constant(self.value.type, ir.Undefined)
        scalar = self.builder.insert_element(vector, narrow, ir.IntType(32)(0))
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), self.value.type.count), [0] * self.value.type.count)
        return self._with(self.builder.shuffle_vector(scalar, scalar, everywhere))

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
        """Difference from a number."""
        return self._emit("sub", other, self)

    def __mul__(self, other: Any) -> "Lanes":
        """Product."""
        return self._emit("mul", self, other)

    def __truediv__(self, other: Any) -> "Lanes":
        """Quotient, rounded to nearest."""
        return self._emit("div", self, other)

    def __rtruediv__(self, other: Any) -> "Lanes":
        """Quotient of a number, rounded to nearest."""
        return self._emit("div", other, self)

    def __neg__(self) -> "Lanes":
        """The sign bit flipped."""
        return self._with(self.builder.fneg(self.value)) if self.is_float else 0 - self

    def __abs__(self) -> "Lanes":
        """The sign bit cleared."""
        return self._bits_and(self, ~self._sign_bit())

    def __and__(self, other: Any) -> "Lanes":
        """Bitwise and, of integers."""
        return self._with(self.builder.and_(self.value, self.like(other).value))

    def __or__(self, other: Any) -> "Lanes":
        """Bitwise or, of integers."""
        return self._with(self.builder.or_(self.value, self.like(other).value))

    def __rshift__(self, other: Any) -> "Lanes":
        """Shift right, of non-negative integers."""
        return self._with(self.builder.lshr(self.value, self.like(other).value))

    def __lt__(self, other: Any) -> "Lanes":
        """Lane by lane; false where a NaN is compared."""
        return self._compare("<", other)

    def __gt__(self, other: Any) -> "Lanes":
        """Lane by lane; false where a NaN is compared."""
        return self._compare(">", other)

    def equals(self, other: Any) -> "Lanes":
        """Lane by lane, of integers."""
        return self._with(self.builder.icmp_signed("==", self.value, self.like(other).value))

    def to_float(self, like: "Lanes") -> "Lanes":
        """Small non-negative integers as floats of the type of `like`."""
        return self._with(self.builder.sitofp(self.value, like.value.type))

    def _compare(self, sign: str, other: Any) -> "Lanes":
        compare = self.builder.fcmp_ordered if self.is_float else self.builder.icmp_signed
        return self._with(compare(sign, self.value, self.like(other).value))

    def _sign_bit(self) -> int:
        return 1 << (_FLOATS[self.value.type.element][1] - 1)

    def _bits_type(self) -> Any:
        return ir.VectorType(ir.IntType(_FLOATS[self.value.type.element][1]), self.value.type.count)

    def as_bits(self) -> "Lanes":
        """The same bits as integers."""
        return self._with(self.builder.bitcast(self.value, self._bits_type()))

    def from_bits(self, bits: "Lanes") -> "Lanes":
        """Integer lanes as floats of the type of self."""
        return self._with(self.builder.bitcast(bits.value, self.value.type))

    def _bits_and(self, x: "Lanes", mask: int) -> "Lanes":
        return self.from_bits(x.as_bits() & (mask & (2 * self._sign_bit() - 1)))


class Engine:
    """What `agents.arithmetic` asks of an engine, as instructions on `Lanes`."""

    @staticmethod
    def constants(x: Lanes) -> Constants:
        """The constants of the type of `x`."""
        return CONSTANTS[_FLOATS[x.value.type.element][0]]

    @staticmethod
    def fma(a: Any, b: Any, c: Any) -> Lanes:
        """a b + c, rounded once; twice in the unfused twin."""
        lanes: Lanes = next(value for value in (a, b, c) if isinstance(value, Lanes))
        if unfused():
            return lanes.like(a) * lanes.like(b) + lanes.like(c)
        kind = lanes.value.type
        name, module = f"llvm.fma.v{kind.count}f{_FLOATS[kind.element][1]}", lanes.builder.module
        function = module.globals.get(name) or ir.Function(module, ir.FunctionType(kind, [kind] * 3), name)
        return Lanes(lanes.builder, lanes.builder.call(function, [lanes.like(value).value for value in (a, b, c)]))

    @staticmethod
    def select(condition: Lanes, yes: Any, no: Any) -> Lanes:
        """`yes` where the condition holds, `no` elsewhere."""
        lanes: Lanes = yes if isinstance(yes, Lanes) else no
        builder = condition.builder
        return Lanes(builder, builder.select(condition.value, lanes.like(yes).value, lanes.like(no).value))

    @staticmethod
    def copysign(magnitude: Lanes, sign: Lanes) -> Lanes:
        """A non-negative `magnitude` with the sign bit of `sign`."""
        return magnitude.from_bits(magnitude.as_bits() | (sign.as_bits() & sign._sign_bit()))

    @staticmethod
    def exp2_shifted(shifted: Lanes) -> Lanes:
        """2^n, where `shifted` is n plus the type's shifter: n sits in the lowest bits and moves to the exponent."""
        mantissa, bias = (23, 127) if shifted.value.type.element == ir.FloatType() else (52, 1023)
        bits = shifted.as_bits()
        moved = Lanes(bits.builder, bits.builder.shl(bits.value, bits.like(mantissa).value))
        return shifted.from_bits(moved + (bias << mantissa))


class Rows:
    """An array [rows, L], or a flat [n] whose elements fill all lanes, while a kernel is compiled."""

    def __init__(self, context: Any, builder: Any, kind: Any, value: Any) -> None:
        """Wrap a contiguous numba array argument."""
        array = context.make_array(kind)(context, builder, value)
        self.builder, self.pointer, self.flat = builder, array.data, kind.ndim == 1
        self.count = builder.extract_value(array.shape, 0)
        self.lanes = LINE_BYTES * 8 // kind.dtype.bitwidth
        self.vector = ir.VectorType(context.get_data_type(kind.dtype), self.lanes)

    def offset(self, rows: Any) -> "Rows":
        """The same array from row `rows` on."""
        moved = copy(self)
        moved.pointer = self._at(rows)
        return moved

    def _at(self, index: Any) -> Any:
        if not self.flat:
            index = self.builder.mul(index, INDEX(self.lanes))
        return self.builder.gep(self.pointer, [index])

    def _row(self, index: Any) -> Any:
        return self.builder.bitcast(self._at(index), self.vector.as_pointer())

    def __getitem__(self, index: Any) -> Lanes:
        """A row, or an element of a flat array in every lane."""
        if not self.flat:
            return Lanes(self.builder, self.builder.load(self._row(index), align=LINE_BYTES // self.lanes))
        lane0 = ir.IntType(32)(0)
        scalar = self.builder.insert_element(
            ir.Constant(self.vector, ir.Undefined), self.builder.load(self._at(index)), lane0
        )
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), [0] * self.lanes)
        return Lanes(self.builder, self.builder.shuffle_vector(scalar, scalar, everywhere))

    def __setitem__(self, index: Any, lanes: Lanes) -> None:
        """Store a row."""
        self.builder.store(lanes.value, self._row(index), align=LINE_BYTES // self.lanes)


def emitter(body: Callable[..., None]) -> Any:
    """Make `body(builder, *arguments)` callable in kernels; arrays arrive as `Rows`, integers as int64 values.

    The call returns nothing: its results go into the arrays.
    """
    parameters = list(inspect.signature(body).parameters.values())

    def define(_: Any, *kinds: Any) -> Any:
        if any(isinstance(kind, types.Array) and kind.layout != "C" for kind in kinds):
            raise TypingError(f"{body.__name__} takes contiguous arrays, got {kinds}")
        kinds = tuple(kind if isinstance(kind, types.Array) else types.int64 for kind in kinds)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            arguments = (
                Rows(context, builder, kind, value) if isinstance(kind, types.Array) else value
                for kind, value in zip(kinds, values, strict=True)
            )
            body(builder, *arguments)
            return context.get_dummy_value()

        return types.void(*kinds), generate

    define.__name__ = body.__name__
    define.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return intrinsic(define)


@cache
def vector_bits() -> int:
    """The width of the widest float vector that LLVM would use by itself on this machine."""
    llvm = llvmlite.binding
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
    )
    module = llvm.parse_assembly(str(_sum_of_arrays()))
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return 32 * max((int(width) for width in re.findall(r"<(\d+) x float>", str(module))), default=1)


def _sum_of_arrays() -> ir.Module:
    """A module with the plain loop `a[i] += b[i]`, for LLVM to make vectors of."""
    module, pointer = ir.Module(), ir.FloatType().as_pointer()
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer, pointer]), "add")
    for argument in function.args:
        argument.add_attribute("noalias")
    entry, body, leave = (function.append_basic_block(name) for name in ("entry", "body", "leave"))
    ir.IRBuilder(entry).branch(body)
    builder = ir.IRBuilder(body)
    index = builder.phi(INDEX)
    to, other = (builder.gep(argument, [index]) for argument in function.args)
    builder.store(builder.fadd(builder.load(to), builder.load(other)), to)
    following = builder.add(index, INDEX(1))
    index.add_incoming(INDEX(0), entry)
    index.add_incoming(following, body)
    builder.cbranch(builder.icmp_signed("==", following, INDEX(4096)), leave, body)
    ir.IRBuilder(leave).ret_void()
    return module

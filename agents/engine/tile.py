"""Tiles: arrays [rows, L] of the numbers of L agents, and the functions that emit a kernel's instructions on them.

L is 16: a cache line of float32, two of float64. Vectors of float64 are then twice as long, so that two registers share
each load of a weight, and one computes while the other waits. A narrow tile is an array [rows, 1, L], where L numbers
are one cache line: the axis more tells the compiler. It takes half the room, so that packed weights stay in the cache.
"""

import inspect
from collections.abc import Callable
from copy import copy
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from agents.engine.lanes import Lanes

LANES = 16
LINE = 64  # bytes of a cache line, and of the widest register there is
INDEX = ir.IntType(64)


def narrow(itemsize: int) -> int:
    """The lanes of a narrow tile of numbers of so many bytes."""
    return min(LANES, LINE // itemsize)


class Rows:
    """An array [rows, L] or [rows, 1, L], or a flat [n] whose elements fill all lanes, while a kernel is compiled."""

    def __init__(self, context: Any, builder: Any, kind: Any, value: Any) -> None:
        """Wrap a contiguous numba array argument."""
        array = context.make_array(kind)(context, builder, value)
        self.builder, self.pointer, self.flat = builder, array.data, kind.ndim == 1
        self.count = builder.extract_value(array.shape, 0)
        self.itemsize: int = kind.dtype.bitwidth // 8
        self.lanes = narrow(self.itemsize) if kind.ndim == 3 else LANES
        self.vector = ir.VectorType(context.get_data_type(kind.dtype), self.lanes)

    def offset(self, rows: Any) -> "Rows":
        """The same array from row `rows` on."""
        moved = copy(self)
        moved.pointer = self._at(rows)
        return moved

    @property
    def row_bytes(self) -> int:
        """The bytes of a row."""
        return self.itemsize * self.lanes

    def beside(self, other: "Rows") -> "Rows":
        """The same array, with as many lanes as another of its type if it is flat."""
        fitting = copy(self)
        fitting.lanes, fitting.vector = other.lanes, other.vector
        return fitting if self.flat else self

    def _at(self, index: Any) -> Any:
        if not self.flat:
            index = self.builder.mul(index, INDEX(self.lanes))
        return self.builder.gep(self.pointer, [index])

    def _row(self, index: Any) -> Any:
        return self.builder.bitcast(self._at(index), self.vector.as_pointer())

    def __getitem__(self, index: Any) -> Lanes:
        """A row, or an element of a flat array in every lane."""
        if not self.flat:
            return Lanes(self.builder, self.builder.load(self._row(index), align=self.itemsize))
        lane0 = ir.IntType(32)(0)
        scalar = self.builder.insert_element(
            ir.Constant(self.vector, ir.Undefined), self.builder.load(self._at(index)), lane0
        )
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), [0] * self.lanes)
        return Lanes(self.builder, self.builder.shuffle_vector(scalar, scalar, everywhere))

    def __setitem__(self, index: Any, lanes: Lanes) -> None:
        """Store a row."""
        self.builder.store(lanes.value, self._row(index), align=self.itemsize)


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

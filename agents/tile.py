"""Tiles: arrays [rows, L] of the numbers of L agents, and the functions that emit a kernel's instructions on them.

L is 16: a cache line of float32, two of float64. Vectors of float64 are then twice as long, so that two registers share
each load of a weight, and one computes while the other waits.
"""

import inspect
from collections.abc import Callable
from copy import copy
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from agents.lanes import Lanes

LANES = 16
INDEX = ir.IntType(64)


class Rows:
    """An array [rows, L], or a flat [n] whose elements fill all lanes, while a kernel is compiled."""

    def __init__(self, context: Any, builder: Any, kind: Any, value: Any) -> None:
        """Wrap a contiguous numba array argument."""
        array = context.make_array(kind)(context, builder, value)
        self.builder, self.pointer, self.flat = builder, array.data, kind.ndim == 1
        self.count = builder.extract_value(array.shape, 0)
        self.itemsize = kind.dtype.bitwidth // 8
        self.vector = ir.VectorType(context.get_data_type(kind.dtype), LANES)

    def offset(self, rows: Any) -> "Rows":
        """The same array from row `rows` on."""
        moved = copy(self)
        moved.pointer = self._at(rows)
        return moved

    def _at(self, index: Any) -> Any:
        if not self.flat:
            index = self.builder.mul(index, INDEX(LANES))
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
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
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

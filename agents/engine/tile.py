"""Tiles: arrays [rows, L] with the numbers of L agents, and how the instructions of a kernel read and write them.

L is 16: 16 float32 fill one cache line, 16 float64 fill two. So two registers of float64 share each load of a weight,
and one computes while the other waits. A narrow tile is an array [rows, 1, L] whose L numbers fill one cache line; the
extra axis tells the compiler that it is narrow. It needs half the memory, so that packed weights stay in the cache.
"""

import inspect
from collections.abc import Callable
from copy import copy
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from agents.engine.lanes import Lanes, broadcast

LANES = 16
LINE = 64  # bytes of a cache line, and of the widest vector registers
INDEX = ir.IntType(64)


def narrow_lanes(itemsize: int) -> int:
    """The number of lanes of a narrow tile whose numbers have `itemsize` bytes."""
    return min(LANES, LINE // itemsize)


class Rows:
    """An array in a kernel that is being compiled: its rows are `Lanes`.

    The array is [rows, L] or [rows, 1, L]; or it is flat, [n], and a row is one element in every lane.
    """

    def __init__(self, context: Any, builder: Any, kind: Any, value: Any) -> None:
        """Wrap a contiguous numba array argument."""
        array = context.make_array(kind)(context, builder, value)
        self.builder, self.pointer, self.flat = builder, array.data, kind.ndim == 1
        self.count = builder.extract_value(array.shape, 0)
        self.itemsize: int = kind.dtype.bitwidth // 8
        self.lanes = narrow_lanes(self.itemsize) if kind.ndim == 3 else LANES
        self.vector = ir.VectorType(context.get_data_type(kind.dtype), self.lanes)

    def offset(self, rows: Any) -> "Rows":
        """The same array from row `rows` on."""
        moved = copy(self)
        moved.pointer = self._at(rows)
        return moved

    def first(self, rows: Any) -> "Rows":
        """The first `rows` rows of the same array."""
        fewer = copy(self)
        fewer.count = rows
        return fewer

    def joined(self, rows: int) -> "Rows":
        """The same memory, `rows` rows of it as one."""
        wider = copy(self)
        wider.lanes *= rows
        wider.vector = ir.VectorType(self.vector.element, wider.lanes)
        return wider

    @property
    def row_bytes(self) -> int:
        """The bytes of a row."""
        return self.itemsize * self.lanes

    def broadcast_to(self, other: "Rows") -> "Rows":
        """The same array; if it is flat, its elements fill as many lanes as the rows of `other` have."""
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
        """Load a row, or an element of a flat array into every lane."""
        if not self.flat:
            return Lanes(self.builder, self.builder.load(self._row(index), align=self.itemsize))
        return Lanes(self.builder, broadcast(self.builder, self.builder.load(self._at(index)), self.vector))

    def __setitem__(self, index: Any, lanes: Lanes) -> None:
        """Store a row."""
        self.builder.store(lanes.value, self._row(index), align=self.itemsize)


def emitter(body: Callable[..., None]) -> Any:
    """Make `body(builder, *arguments)` callable in numba kernels; it emits the instructions of the call.

    It gets arrays as `Rows`, integers as int64 values of LLVM, and None as None, so that it can emit less code where an
    array is left out. A call returns nothing: it writes into its arrays.
    """
    parameters = list(inspect.signature(body).parameters.values())

    def define(_: Any, *kinds: Any) -> Any:
        if any(isinstance(kind, types.Array) and kind.layout != "C" for kind in kinds):
            raise TypingError(f"{body.__name__} takes contiguous arrays, got {kinds}")
        kinds = tuple(kind if isinstance(kind, types.Array | types.NoneType) else types.int64 for kind in kinds)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            arguments = (
                None
                if isinstance(kind, types.NoneType)
                else Rows(context, builder, kind, value)
                if isinstance(kind, types.Array)
                else value
                for kind, value in zip(kinds, values, strict=True)
            )
            body(builder, *arguments)
            return context.get_dummy_value()

        return types.void(*kinds), generate

    define.__name__ = body.__name__
    define.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    emitting: Any = intrinsic(define)
    emitting.body = body
    return emitting

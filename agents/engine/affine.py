"""Rows of dot products for a tile of agents: target = bias + weights . source, terms in ascending order.

`weights` is one genome [P] that all lanes share, or packed genomes [P, L], one in each lane. Rows are computed in
blocks whose accumulators stay in registers; the blocks change no result. The tiles are all wide, or all narrow.
"""

from typing import Any

from numba.core import cgutils, types
from numba.extending import intrinsic

from agents.engine.arithmetic import inlined
from agents.engine.lanes import Engine, Lanes
from agents.engine.registers import widest
from agents.engine.tile import INDEX, Rows, emitter


def _define_widest(_: Any, source: Any) -> Any:
    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        return INDEX(widest(Rows(context, builder, source, values[0]).row_bytes))

    return types.int64(source), generate


_widest_block: Any = intrinsic(_define_widest)  # asks LLVM when a kernel is compiled, not when this is imported


def _block(rows: int | None) -> Any:
    def affine_block(builder: Any, target: Any, row: Any, weights: Any, offset: Any, source: Any) -> None:
        weights, stride = weights.beside(source), builder.add(source.count, INDEX(1))
        starts = [builder.add(offset, builder.mul(INDEX(i), stride)) for i in range(rows or widest(source.row_bytes))]
        with builder.goto_entry_block():  # where LLVM turns memory into registers
            sums = [builder.alloca(source.vector) for _ in starts]
        for start, total in zip(starts, sums, strict=True):
            builder.store(weights[start].value, total)
        with cgutils.for_range(builder, source.count) as loop:
            column = builder.add(loop.index, INDEX(1))
            x = source[loop.index]
            for start, total in zip(starts, sums, strict=True):
                so_far = Lanes(builder, builder.load(total))
                builder.store(Engine.fma(weights[builder.add(start, column)], x, so_far).value, total)
        for i, total in enumerate(sums):
            target[builder.add(row, INDEX(i))] = Lanes(builder, builder.load(total))

    return emitter(affine_block)


_many, _four, _two, _one = _block(None), _block(4), _block(2), _block(1)


@inlined
def affine(target, row, rows, weights, offset, source):  # type: ignore[no-untyped-def]
    """Fill `rows` rows of target [R, L] from `row` on; source [C, L]; weights begin at `offset`, 1 + C to a row."""
    end = row + rows
    columns = 1 + source.shape[0]
    while end - row >= _widest_block(source):
        _many(target, row, weights, offset, source)
        row += _widest_block(source)
        offset += _widest_block(source) * columns
    while end - row >= 4:
        _four(target, row, weights, offset, source)
        row += 4
        offset += 4 * columns
    if end - row >= 2:
        _two(target, row, weights, offset, source)
        row += 2
        offset += 2 * columns
    if end - row >= 1:
        _one(target, row, weights, offset, source)

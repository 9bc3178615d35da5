"""Affine maps for a tile of agents: rows of dot products, bias + weights . source, terms in ascending order.

`weights` is one genome [P] that all lanes share, or packed genomes [P, L], one in each lane. The rows are computed in
blocks whose sums stay in registers; the size of the blocks changes no result. The arrays of a call are all wide tiles,
or all narrow ones.
"""

from typing import Any

from numba.core import cgutils, types
from numba.extending import intrinsic

from agents.engine.arithmetic import inlined
from agents.engine.lanes import Engine, Lanes
from agents.engine.registers import rows_per_block
from agents.engine.tile import INDEX, Rows, emitter


def _define_block_size(_: Any, source: Any) -> Any:
    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        return INDEX(rows_per_block(Rows(context, builder, source, values[0]).row_bytes))

    return types.int64(source), generate


_block_size: Any = intrinsic(_define_block_size)  # it asks LLVM when a kernel is compiled, not at import


def _block(rows: int | None) -> Any:
    """A function for kernels that computes so many rows at once; by default as many as the registers hold."""

    def affine_block(builder: Any, target: Any, row: Any, weights: Any, offset: Any, source: Any) -> None:
        weights, stride = weights.broadcast_to(source), builder.add(source.count, INDEX(1))
        size = rows or rows_per_block(source.row_bytes)
        starts = [builder.add(offset, builder.mul(INDEX(i), stride)) for i in range(size)]
        with builder.goto_entry_block():  # LLVM keeps in registers only what is allocated there
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


_largest_block, _block_of_4, _block_of_2, _block_of_1 = _block(None), _block(4), _block(2), _block(1)


@inlined
def affine(target, row, rows, weights, offset, source):  # type: ignore[no-untyped-def]
    """Write `rows` dot products with source [C, L] to target [R, L], from row `row` on.

    The weights begin at `offset`: 1 + C for each row, the bias first.
    """
    end = row + rows
    columns = 1 + source.shape[0]
    while end - row >= _block_size(source):
        _largest_block(target, row, weights, offset, source)
        row += _block_size(source)
        offset += _block_size(source) * columns
    while end - row >= 4:
        _block_of_4(target, row, weights, offset, source)
        row += 4
        offset += 4 * columns
    if end - row >= 2:
        _block_of_2(target, row, weights, offset, source)
        row += 2
        offset += 2 * columns
    if end - row >= 1:
        _block_of_1(target, row, weights, offset, source)

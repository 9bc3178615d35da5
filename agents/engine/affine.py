"""Affine maps for a tile of agents: rows of dot products, bias + weights . source, terms in ascending order.

`weights` is one genome [P] that all lanes share, or packed genomes [P, L], one in each lane. The rows are computed in
blocks whose sums stay in registers; the size of the blocks changes no result. The arrays of a call are all wide tiles,
or all narrow ones.
"""

from typing import Any

from numba.core import cgutils

from agents.engine.lanes import Engine, Lanes
from agents.engine.registers import rows_per_block
from agents.engine.tile import INDEX, Rows

SMALLER_BLOCKS = (4, 2, 1)  # for the rows that are left over by blocks of `rows_per_block`


def affine(builder: Any, target: Rows, row: Any, rows: Any, weights: Rows, offset: Any, source: Rows) -> None:
    """Emit the code that writes `rows` dot products with source [C, L] to target [R, L], from row `row` on.

    The weights begin at `offset`: 1 + C for each row, the bias first.
    """
    weights, stride = weights.broadcast_to(source), builder.add(source.count, INDEX(1))
    largest = rows_per_block(source.row_bytes)
    done = INDEX(0)
    for size in (largest, *(size for size in SMALLER_BLOCKS if size < largest)):
        blocks = builder.udiv(builder.sub(rows, done), INDEX(size))
        with cgutils.for_range(builder, blocks) as loop:
            first = builder.add(done, builder.mul(loop.index, INDEX(size)))
            starts = [builder.add(offset, builder.mul(builder.add(first, INDEX(i)), stride)) for i in range(size)]
            for i, total in enumerate(_dot_products(builder, weights, starts, source)):
                target[builder.add(row, builder.add(first, INDEX(i)))] = total
        done = builder.add(done, builder.mul(blocks, INDEX(size)))


def _dot_products(builder: Any, weights: Rows, starts: list[Any], source: Rows) -> list[Lanes]:
    """Emit the code of one block: the dot products of `source` with the weights that begin at each of `starts`."""
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
    return [Lanes(builder, builder.load(total)) for total in sums]

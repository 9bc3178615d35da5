"""Networks of a GPU's threads: their weights from memory, and one step of the cells, while a Triton kernel is compiled.

N genomes of P weights, H hidden units, I inputs, A outputs; B threads of a program, R agents of a thread, all of one
genome. Weights lie as [N/32, P/V, 32, V], V of them 16 bytes, so that neighbouring threads load what lies together.
"""

import torch
import triton.language as tl
from torch import Tensor

from agents.engine.arithmetic import tanh
from agents.engine.blocks import Block, Engine
from agents.layout import Layout
from agents.network.cells import gru_blend, gru_reset, lstm_cell_state, lstm_emit

GENOMES = 32  # whose weights are interleaved
LOAD_BYTES = 16
CHUNK = 16  # C, loads a thread that are one operation: compiling takes the square of the operations

Units = list[list[Block]]  # of each of R agents


def groups(size: int, width: int) -> int:
    """The loads that a genome takes, and so many more that the last chunk ends inside."""
    return -(-size // width) + CHUNK - 1


def interleave(genomes: Tensor) -> Tensor:
    """Genomes [N, P] as [N/32, P/V, 32, V]: what neighbouring threads load together lies together."""
    width = LOAD_BYTES // genomes.dtype.itemsize
    count, size = genomes.shape
    padded = torch.nn.functional.pad(genomes, (0, groups(size, width) * width - size, 0, -count % GENOMES))
    return padded.reshape(-1, GENOMES, padded.shape[1] // width, width).transpose(1, 2).contiguous()


class Row:
    """The weights of one unit's row after another, loaded C times V at once as they are asked for."""

    def __init__(self, base: Block, first: int) -> None:
        """`base` are the pointers [C, B, V] to the first weights of the threads' genomes; `first` is where to begin."""
        width = int(base.value.shape[2])
        self.base, self.loaded = base, list[Block]()
        self.group, self.skip = first // width, first % width

    def take(self) -> Block:
        """The next weight of each thread's genome."""
        if not self.loaded:
            chunk, _, width = map(int, self.base.value.shape)
            tile = (self.base + self.group * GENOMES * width).call(tl.load)
            columns = tile.call(tl.permute, (1, 0, 2)).columns()
            self.loaded, self.skip = columns[self.skip :], 0
            self.group += chunk
        return self.loaded.pop(0)


def affine(row: Row, sources: Units) -> list[Block]:
    """The next row's dot product with each of R sources."""
    bias = row.take()
    totals = [bias] * len(sources)
    for column in range(len(sources[0])):
        weight = row.take()
        totals = [Engine.fma(weight, source[column], total) for source, total in zip(sources, totals, strict=True)]
    return totals


def forward(
    layout: Layout, base: Block, hidden: Units, cell_states: Units, senses: Units
) -> tuple[Units, Units, Units]:
    """One step of R networks: their hidden states, cell states [R][H] and outputs [R][A]."""
    row, each = 1 + layout.hidden + layout.inputs, range(len(hidden))
    gates = len(layout.shapes) - 1
    rows = [Row(base, gate * layout.hidden * row) for gate in range(gates)]
    sources = [h + s for h, s in zip(hidden, senses, strict=True)]
    fresh: Units = [[] for _ in each]
    kept: Units = [[] for _ in each]
    if layout.cell == "gru":
        seen: Units = [[] for _ in each]
        for unit in range(layout.hidden):
            resets = affine(rows[1], sources)
            for r in each:
                seen[r].append(gru_reset(resets[r], hidden[r][unit], Engine))
        seen = [h + s for h, s in zip(seen, senses, strict=True)]
    for unit in range(layout.hidden):
        match layout.cell:
            case "elman":
                sums = affine(rows[0], sources)
                for r in each:
                    fresh[r].append(tanh(sums[r], Engine))
            case "gru":
                updates, candidates = affine(rows[0], sources), affine(rows[2], seen)
                for r in each:
                    fresh[r].append(gru_blend(updates[r], candidates[r], hidden[r][unit], Engine))
            case "lstm":
                admits, forgets, emits, candidates = (affine(row, sources) for row in rows)
                for r in each:
                    kept[r].append(lstm_cell_state(admits[r], forgets[r], candidates[r], cell_states[r][unit], Engine))
                    fresh[r].append(lstm_emit(emits[r], kept[r][unit], Engine))
    output = Row(base, gates * layout.hidden * row)
    outputs = [affine(output, fresh) for _ in range(layout.outputs)]
    return fresh, kept, [list(each) for each in zip(*outputs, strict=True)]

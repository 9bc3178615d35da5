"""The recurrent networks inside a Triton kernel: how a thread loads weights, and one step of the cells.

N genomes of P weights, H hidden units, I inputs, A outputs; B threads of a program, each with R agents of one genome.
Weights are stored as [N/32, P/V, 32, V], where V weights have 16 bytes, so that neighbouring threads load neighbouring
weights. The functions of blocks run while a kernel is compiled.
"""

import torch
import triton.language as tl
from torch import Tensor

from agents.engine.arithmetic import tanh
from agents.engine.blocks import Block, Engine
from agents.layout import Layout
from agents.network.cells import gru_blend, gru_reset, lstm_cell_state, lstm_emit

GENOMES = 32  # genomes whose weights are interleaved
LOAD_BYTES = 16
CHUNK = 16  # C, loads of a thread in one operation: compile time grows with the square of the operations

Units = list[list[Block]]  # for each of R agents: one block for each unit


def loads(size: int, width: int) -> int:
    """The loads of `width` weights for a genome of `size` weights, with as many more as the last chunk needs."""
    return -(-size // width) + CHUNK - 1


def interleave(genomes: Tensor) -> Tensor:
    """Genomes [N, P] in the order in which threads load them, [N/32, P/V, 32, V], padded with zeros."""
    width = LOAD_BYTES // genomes.dtype.itemsize
    count, size = genomes.shape
    padded = torch.nn.functional.pad(genomes, (0, loads(size, width) * width - size, 0, -count % GENOMES))
    return padded.reshape(-1, GENOMES, padded.shape[1] // width, width).transpose(1, 2).contiguous()


class WeightReader:
    """Reads the weights of the threads' genomes one after another; it loads C times V of them at once."""

    def __init__(self, base: Block, first: int) -> None:
        """`base` are pointers [C, B, V] to the first weights of the genomes; `first` is the first weight to read."""
        width = int(base.value.shape[2])
        self.base, self.loaded = base, list[Block]()
        self.load, self.skip = first // width, first % width

    def next(self) -> Block:
        """The next weight of each thread's genome."""
        if not self.loaded:
            chunk, _, width = map(int, self.base.value.shape)
            tile = (self.base + self.load * GENOMES * width).call(tl.load)
            columns = tile.call(tl.permute, (1, 0, 2)).columns()
            self.loaded, self.skip = columns[self.skip :], 0
            self.load += chunk
        return self.loaded.pop(0)


def affine(weights: WeightReader, sources: Units) -> list[Block]:
    """The dot products of the next row of weights with R sources."""
    bias = weights.next()
    totals = [bias] * len(sources)
    for column in range(len(sources[0])):
        weight = weights.next()
        totals = [Engine.fma(weight, source[column], total) for source, total in zip(sources, totals, strict=True)]
    return totals


def forward(
    layout: Layout, base: Block, hidden: Units, cell_states: Units, senses: Units
) -> tuple[Units, Units, Units]:
    """Compute one step of R networks: their new hidden states and cell states [R][H], and their outputs [R][A]."""
    row, agents = 1 + layout.hidden + layout.inputs, range(len(hidden))
    gate_count = len(layout.shapes) - 1
    gates = [WeightReader(base, gate * layout.hidden * row) for gate in range(gate_count)]
    sources = [h + s for h, s in zip(hidden, senses, strict=True)]
    new_hidden: Units = [[] for _ in agents]
    new_cells: Units = [[] for _ in agents]
    if layout.cell == "gru":
        scaled: Units = [[] for _ in agents]
        for unit in range(layout.hidden):
            resets = affine(gates[1], sources)
            for r in agents:
                scaled[r].append(gru_reset(resets[r], hidden[r][unit], Engine))
        scaled = [h + s for h, s in zip(scaled, senses, strict=True)]
    for unit in range(layout.hidden):
        match layout.cell:
            case "elman":
                sums = affine(gates[0], sources)
                for r in agents:
                    new_hidden[r].append(tanh(sums[r], Engine))
            case "gru":
                updates, candidates = affine(gates[0], sources), affine(gates[2], scaled)
                for r in agents:
                    new_hidden[r].append(gru_blend(updates[r], candidates[r], hidden[r][unit], Engine))
            case "lstm":
                admits, forgets, emits, candidates = (affine(gate, sources) for gate in gates)
                for r in agents:
                    cell = lstm_cell_state(admits[r], forgets[r], candidates[r], cell_states[r][unit], Engine)
                    new_cells[r].append(cell)
                    new_hidden[r].append(lstm_emit(emits[r], cell, Engine))
    output = WeightReader(base, gate_count * layout.hidden * row)
    outputs = [affine(output, new_hidden) for _ in range(layout.outputs)]
    return new_hidden, new_cells, [list(of_agent) for of_agent in zip(*outputs, strict=True)]

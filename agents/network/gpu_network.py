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


def reset(weights: WeightReader, sources: Units, hidden: list[Block]) -> list[Block]:
    """The hidden states [R] of the next unit of R GRUs, scaled by its reset gate."""
    sums = affine(weights, sources)
    return [gru_reset(total, old, Engine) for total, old in zip(sums, hidden, strict=True)]


def fire(
    layout: Layout, gates: list[WeightReader], sources: Units, scaled: Units, hidden: list[Block], cells: list[Block]
) -> tuple[list[Block], list[Block]]:
    """The new hidden states and cell states [R] of the next unit of R networks, from its old ones.

    `gates` read the weights of each gate; `sources` are old hidden states and senses, `scaled` those of a GRU's reset.
    """
    match layout.cell:
        case "elman":
            return [tanh(total, Engine) for total in affine(gates[0], sources)], cells
        case "gru":
            sums = zip(affine(gates[0], sources), affine(gates[2], scaled), hidden, strict=True)
            return [gru_blend(update, candidate, old, Engine) for update, candidate, old in sums], cells
        case "lstm":
            admits, forgets, emits, candidates = (affine(gate, sources) for gate in gates)
            gated = zip(admits, forgets, candidates, cells, strict=True)
            new = [lstm_cell_state(admit, forget, candidate, cell, Engine) for admit, forget, candidate, cell in gated]
            return [lstm_emit(emit, cell, Engine) for emit, cell in zip(emits, new, strict=True)], new


def gate_readers(layout: Layout, base: Block) -> list[WeightReader]:
    """The readers of the weights of each gate, from its first row on."""
    row = 1 + layout.hidden + layout.inputs
    return [WeightReader(base, gate * layout.hidden * row) for gate in range(len(layout.shapes) - 1)]


def read_out(layout: Layout, base: Block, hidden: Units) -> Units:
    """The outputs [R][A] of R networks, from their new hidden states [R][H]."""
    output = WeightReader(base, layout.size - layout.outputs * (1 + layout.hidden))
    outputs = [affine(output, hidden) for _ in range(layout.outputs)]
    return [list(of_agent) for of_agent in zip(*outputs, strict=True)]


def forward(
    layout: Layout, base: Block, hidden: Units, cell_states: Units, senses: Units
) -> tuple[Units, Units, Units]:
    """Compute one step of R networks: their new hidden states and cell states [R][H], and their outputs [R][A].

    All units are written out one after another; `gpu_loops` has the same step with loops.
    """
    gates, units = gate_readers(layout, base), range(layout.hidden)
    sources = scaled = [h + s for h, s in zip(hidden, senses, strict=True)]
    if layout.cell == "gru":
        by_unit = [reset(gates[1], sources, [of_agent[unit] for of_agent in hidden]) for unit in units]
        scaled = [list(h) + s for h, s in zip(zip(*by_unit, strict=True), senses, strict=True)]
    new_hidden: Units = [[] for _ in hidden]
    new_cells: Units = [[] for _ in cell_states]
    for unit in units:
        old = ([of_agent[unit] for of_agent in states] for states in (hidden, cell_states))
        for new, values in zip((new_hidden, new_cells), fire(layout, gates, sources, scaled, *old), strict=True):
            for of_agent, value in zip(new, values, strict=True):
                of_agent.append(value)
    return new_hidden, new_cells, read_out(layout, base, new_hidden)

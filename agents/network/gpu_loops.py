"""One step of large recurrent networks inside a Triton kernel, with loops over units instead of all units written out.

Compile time grows with the number of operations, so the code of a loop has only the units of one turn. A loop cannot
number registers, so each thread has memory for what the units of a loop write: R agents times S slots, with the slots
of one agent `stride` elements apart. Slot h is unit h's hidden state; slot H + h is a GRU's scaled hidden state, or an
LSTM's cell state. What `gpu_network.forward` computes, these functions compute, to the same bits.
"""

from math import gcd

import triton.language as tl

from agents.engine.blocks import Block
from agents.layout import Layout
from agents.network.gpu_network import GENOMES, Units, fire, gate_readers, reset


def slots(layout: Layout) -> int:
    """S, the slots of memory of one agent."""
    return layout.hidden * (1 if layout.cell == "elman" else 2)


def units_per_turn(layout: Layout, width: int) -> int:
    """The units of one turn of a loop: as few as end where a load of `width` weights ends."""
    return width // gcd(width, 1 + layout.hidden + layout.inputs)


class Turn:
    """Some units of a loop: those from number `turn` times `per_turn` on, `count` of them."""

    def __init__(
        self, layout: Layout, base: Block, memory: list[Block], stride: int, turn: Block | int, count: int
    ) -> None:
        """`base` are the pointers of `WeightReader`, `memory` those [R] to slot 0 of each agent."""
        width = int(base.value.shape[2])
        self.layout, self.memory, self.stride, self.count = layout, memory, stride, count
        self.first = turn * units_per_turn(layout, width)
        row = 1 + layout.hidden + layout.inputs
        self.gates = gate_readers(layout, base + self.first * (row * GENOMES))

    def reset(self, sources: Units, ablate: bool) -> None:
        """Write the scaled hidden states of GRUs."""
        for unit in range(self.count):
            self._write(self.layout.hidden + unit, reset(self.gates[1], sources, self._read(unit, ablate)))

    def fire(self, sources: Units, scaled: Units, ablate: bool) -> None:
        """Write the new hidden states, and the new cell states of LSTMs."""
        layout = self.layout
        for unit in range(self.count):
            hidden = self._read(unit, ablate) if layout.cell == "gru" else []
            cells = self._read(layout.hidden + unit, ablate) if layout.cell == "lstm" else []
            new_hidden, new_cells = fire(layout, self.gates, sources, scaled, hidden, cells)
            self._write(unit, new_hidden)
            if new_cells:
                self._write(layout.hidden + unit, new_cells)

    def _read(self, slot: int, ablate: bool) -> list[Block]:
        values = [(pointer + (self.first + slot) * self.stride).call(tl.load) for pointer in self.memory]
        return [value.like(0.0) for value in values] if ablate else values

    def _write(self, slot: int, values: list[Block]) -> None:
        for pointer, value in zip(self.memory, values, strict=True):
            (pointer + (self.first + slot) * self.stride).call(tl.store, value)


def read(memory: list[Block], stride: int, first: int, count: int) -> Units:
    """The values [R][count] in the slots from `first` on."""
    return [[(pointer + slot * stride).call(tl.load) for slot in range(first, first + count)] for pointer in memory]

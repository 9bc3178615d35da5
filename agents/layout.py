"""Layouts: which entry of a flat genome is which weight of the network.

H hidden units, I inputs, A outputs, P weights. A genome is a few matrices one after another, each of them row by row. A
row holds all weights into one unit: its bias, then its weights from the H hidden units, then its weights from the I
inputs (output units have no weights from inputs). Li et al. (2018) call such a row a filter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.errors import UserError

Cell = Literal["elman", "gru", "lstm"]

GATES: dict[Cell, tuple[str, ...]] = {
    "elman": ("hidden",),
    "gru": ("update", "reset", "candidate"),
    "lstm": ("input", "forget", "emit", "candidate"),
}
HIDDEN_LIMITS = (2, 256)


@dataclass(frozen=True, slots=True)
class Layout:
    """The shape of a forager's network, and of its genome, a vector [P]."""

    cell: Cell = "elman"
    hidden: int = 16
    inputs: int = 5
    outputs: int = 4

    def __post_init__(self) -> None:
        """Raise UserError for an unknown cell or a size out of range."""
        checks.choice("cell", self.cell, Cell)
        checks.whole("hidden", self.hidden, *HIDDEN_LIMITS, "units")
        checks.whole("inputs", self.inputs, 1, inf)
        checks.whole("outputs", self.outputs, 1, inf)

    @property
    def shapes(self) -> dict[str, tuple[int, int]]:
        """The shape [rows, columns] of each block by name, in the order of the blocks in the genome."""
        gate = (self.hidden, 1 + self.hidden + self.inputs)
        return {**dict.fromkeys(GATES[self.cell], gate), "output": (self.outputs, 1 + self.hidden)}

    @property
    def size(self) -> int:
        """P, the number of weights of a genome."""
        return sum(rows * columns for rows, columns in self.shapes.values())

    def split(self, genome: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """The blocks of genomes [..., P] by name, as views [..., rows, columns]. Raises UserError for another P."""
        if genome.shape[-1] != self.size:
            raise UserError(f"a genome of {self.describe()} has {self.size} weights, got {genome.shape[-1]}")
        blocks, at = {}, 0
        for name, (rows, columns) in self.shapes.items():
            blocks[name] = genome[..., at : at + rows * columns].reshape(*genome.shape[:-1], rows, columns)
            at += rows * columns
        return blocks

    def rows(self) -> Iterator[slice]:
        """The slices of the genome that are the rows of the units, in order."""
        at = 0
        for rows, columns in self.shapes.values():
            for _ in range(rows):
                yield slice(at, at + columns)
                at += columns

    def describe(self) -> str:
        """The layout in a few words, for messages."""
        return f"{self.cell} with {self.hidden} hidden units, {self.inputs} inputs"


def row_noise(
    layout: Layout, genome: NDArray[np.float32], share: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Normal noise [P] whose root mean square norm in each row is `share` of the norm of the genome's row."""
    noise = rng.standard_normal(layout.size, np.float32)
    for block, weights in zip(layout.split(noise).values(), layout.split(genome).values(), strict=True):
        block *= np.float32(share / np.sqrt(block.shape[-1])) * np.sqrt((weights**2).sum(-1, keepdims=True))
    return noise


def initial(layout: Layout, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Random genomes [count, P]: normal weights with variance 1/fan-in (LeCun et al. 1998), and biases of zero."""
    genomes = np.zeros((count, layout.size), np.float32)
    for block in layout.split(genomes).values():
        rows, columns = block.shape[-2:]
        block[..., 1:] = rng.standard_normal((count, rows, columns - 1), np.float32) / np.float32(np.sqrt(columns - 1))
    return genomes

"""Boards: mazes as tensors on a device, for rollouts there.

M mazes of n x n cells, W words of 32 bits that hold a maze's pellets.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.maze import Mazes

Tensor = Any  # torch.Tensor, without importing torch
WORD_BITS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Boards:
    """M mazes on one device.

    opened  uint8 [M, n*n]  open passages of each cell
    pellets int32 [M, W]    bit p % 32 of word p // 32 is set if cell p holds a pellet at the start
    starts  int32 [M]       cell where the forager starts
    headings int32 [M]      direction that it faces at the start
    """

    size: int
    opened: Tensor
    pellets: Tensor
    starts: Tensor
    headings: Tensor

    @property
    def count(self) -> int:
        """M, the number of mazes."""
        return len(self.starts)


def words_of(size: int) -> int:
    """W, the number of words that hold the pellets of a maze with `size` cells along a side."""
    return -(-(size**2) // WORD_BITS)


def load(mazes: Mazes, device: Any) -> Boards:
    """Copy mazes to a torch device, without pellets under a forager's start, as in every episode."""
    import torch

    def send(array: NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(device)

    pellets = mazes.pellets.reshape(mazes.count, -1).copy()
    pellets[np.arange(mazes.count), mazes.start] = False
    padded = np.zeros((mazes.count, words_of(mazes.size) * WORD_BITS), np.bool_)
    padded[:, : pellets.shape[1]] = pellets
    words = np.packbits(padded, axis=1, bitorder="little").view("<i4").astype(np.int32)
    opened = mazes.open.reshape(mazes.count, -1)
    return Boards(mazes.size, send(opened), send(words), send(mazes.start), send(mazes.heading))

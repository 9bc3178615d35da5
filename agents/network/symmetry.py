"""Symmetries of a network: its hidden units may be renamed, and each may change its sign.

H hidden units, P weights. Such a twin is another genome of the same behaviour (Hecht-Nielsen 1990; Sussmann 1992). In
an Elman cell with permutation matrix Q and signs D: W -> Q D W D Q', U -> Q D U, b -> Q D b, V -> V D Q'. The units of
a GRU and an LSTM are as free: the candidate's rows turn with the unit's sign, and so do the columns of all that read
the unit; the gates' own rows only move.

In the arithmetic of a rollout a change of signs alters no bit of the behaviour, as rounding and tanh are odd. A
permutation keeps the network, but not the order in which its sums are added: from the second step on the states differ
by rounding, and an episode may come out differently.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import generator

ODD = ("hidden", "candidate")  # the blocks whose units change sign with the hidden state


@dataclass(frozen=True, slots=True, eq=False)
class Symmetry:
    """Unit i of the twin is unit `permutation[i]` [H] of the network, times `signs[i]` [H], +1 or -1."""

    permutation: NDArray[np.intp]
    signs: NDArray[np.int8]

    def __post_init__(self) -> None:
        """Refuse what is no permutation with signs."""
        order, signs = np.asarray(self.permutation), np.asarray(self.signs)
        if order.ndim != 1 or not np.array_equal(np.sort(order), np.arange(order.size)):
            raise UserError(f"a permutation must name each of its units once, from 0, got {order.tolist()}")
        if signs.shape != order.shape or not (np.abs(signs) == 1).all():
            raise UserError(f"a symmetry of {order.size} units needs as many signs, 1 or -1, got {signs.tolist()}")
        object.__setattr__(self, "permutation", order.astype(np.intp))
        object.__setattr__(self, "signs", signs.astype(np.int8))

    @property
    def inverse(self) -> "Symmetry":
        """What leads from the twin back to the network."""
        back = np.argsort(self.permutation)
        return Symmetry(back, self.signs[back])

    @property
    def moved(self) -> int:
        """How many units have another place or sign."""
        return int(np.count_nonzero((self.permutation != np.arange(self.signs.size)) | (self.signs < 0)))


def draw(layout: Layout, seed: int, index: int = 0) -> Symmetry:
    """A random symmetry of a layout, all equally likely."""
    rng = generator(seed, "symmetry", index)
    return Symmetry(rng.permutation(layout.hidden), rng.choice(np.array([-1, 1], np.int8), layout.hidden))


def twin(genomes: NDArray[Any], layout: Layout, symmetry: Symmetry) -> NDArray[Any]:
    """The twins [..., P] of genomes [..., P]: the same weights, moved and negated."""
    if symmetry.signs.size != layout.hidden:
        raise UserError(f"{layout.describe()} need a symmetry of as many units, got one of {symmetry.signs.size}")
    order, signs = symmetry.permutation, symmetry.signs.astype(genomes.dtype)
    twins = np.array(genomes, order="C")
    for name, block in layout.split(twins).items():
        if name != "output":
            block[...] = block[..., order, :]
        block[..., 1 : 1 + layout.hidden] = block[..., 1 + order] * signs
        if name in ODD:
            block *= signs[:, None]
    return twins

"""Symmetries of a network: permutations of its hidden units, and changes of their signs.

H hidden units, P weights. A symmetry turns a genome into a twin: another genome with the same behaviour (Hecht-Nielsen
1990; Sussmann 1992). In an Elman cell with permutation matrix Q and signs D: W -> Q D W D Q', U -> Q D U, b -> Q D b,
V -> V D Q'. GRU and LSTM have the same symmetries. If a unit changes its sign, its row of the candidate and its column
in all blocks change theirs, and its rows of the other gates do not.

In the arithmetic of a rollout a change of signs alters no bit of the behaviour, because rounding and tanh are odd. A
permutation changes the order in which sums are added. So from the second step on the states differ by rounding, and an
episode may end differently.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import generator

ODD = ("hidden", "candidate")  # the blocks whose rows change sign with the hidden state


@dataclass(frozen=True, slots=True, eq=False)
class Symmetry:
    """A permutation [H] and signs [H]: unit i of the twin is unit `permutation[i]` of the network, times `signs[i]`."""

    permutation: NDArray[np.intp]
    signs: NDArray[np.int8]

    def __post_init__(self) -> None:
        """Raise UserError unless these are a permutation and as many signs, each 1 or -1."""
        order, signs = np.asarray(self.permutation), np.asarray(self.signs)
        if order.ndim != 1 or not np.array_equal(np.sort(order), np.arange(order.size)):
            raise UserError(f"a permutation must contain each unit once, counted from 0, got {order.tolist()}")
        if signs.shape != order.shape or not (np.abs(signs) == 1).all():
            raise UserError(f"a symmetry of {order.size} units needs as many signs, 1 or -1, got {signs.tolist()}")
        object.__setattr__(self, "permutation", order.astype(np.intp))
        object.__setattr__(self, "signs", signs.astype(np.int8))

    @property
    def inverse(self) -> "Symmetry":
        """The symmetry from the twin back to the network."""
        back = np.argsort(self.permutation)
        return Symmetry(back, self.signs[back])

    @property
    def moved(self) -> int:
        """The number of units that have another place or sign."""
        return int(np.count_nonzero((self.permutation != np.arange(self.signs.size)) | (self.signs < 0)))


def draw(layout: Layout, seed: int, index: int = 0) -> Symmetry:
    """A random symmetry of a layout; all are equally likely."""
    rng = generator(seed, "symmetry", index)
    return Symmetry(rng.permutation(layout.hidden), rng.choice(np.array([-1, 1], np.int8), layout.hidden))


def twin(genomes: NDArray[Any], layout: Layout, symmetry: Symmetry) -> NDArray[Any]:
    """The twins [..., P] of genomes [..., P]: the same weights at other places and with other signs."""
    if symmetry.signs.size != layout.hidden:
        raise UserError(f"{layout.describe()}: expected a symmetry of as many units, got one of {symmetry.signs.size}")
    order, signs = symmetry.permutation, symmetry.signs.astype(genomes.dtype)
    twins = np.array(genomes, order="C")
    for name, block in layout.split(twins).items():
        if name != "output":
            block[...] = block[..., order, :]
        block[..., 1 : 1 + layout.hidden] = block[..., 1 + order] * signs
        if name in ODD:
            block *= signs[:, None]
    return twins

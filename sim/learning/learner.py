"""The interface of all learners, and that of their configs.

C candidates of P weights.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.imitation.labelling import Labelling
from sim.learning.setting import Setting
from sim.rollout.machine import CPU, Machine

LEARNER = "learner."  # prefix of the arrays of a learner by gradients in a checkpoint

Record = dict[str, Any]
"""The entry of one generation in the history, as JSON values."""


class Learner(Protocol):
    """A learner. All its randomness is named by the seed of its config and the number of the generation."""

    @property
    def generation(self) -> int:
        """The number of generations that are done."""

    def update(self) -> Record:
        """Do one generation; return its record, in which "generation" is the number of generations done."""

    def candidates(self) -> NDArray[np.float32]:
        """The genomes [C, P] that play the validation mazes to become champion; `choose = "last"` takes the first."""

    def measure(self) -> Record:
        """What else the record of a checkpoint's generation says, beside the pellets in the validation mazes."""

    def state(self) -> dict[str, NDArray[Any]]:
        """The arrays that a new learner of the same config needs to go on with the same bits."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`, which may hold other arrays too. Raises UserError if it is of another config."""


@dataclass(frozen=True, slots=True)
class LearnerConfig(Setting, ABC):
    """The config of a run: all settings that decide its bits."""

    @abstractmethod
    def start(self, machine: Machine = CPU) -> Learner:
        """Make the learner, before its first generation."""

    @property
    @abstractmethod
    def label(self) -> str:
        """The name of the method in the provenance of a champion."""

    @property
    def labelling(self) -> Labelling | None:
        """How the run labels the episodes that it imitates; None if it does not imitate."""
        return None

    @property
    @abstractmethod
    def agent_steps(self) -> int:
        """Steps of all agents in a generation, without those in the validation mazes."""

    @abstractmethod
    def initial_genome(self) -> NDArray[np.float32]:
        """The genome [P] that learning begins with; the first one of a population."""

    @abstractmethod
    def mazes_met(self, generations: int) -> int:
        """How many different training mazes are played in the first `generations`: the first ones of the stream."""


def prefixed(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Add a prefix to the names of arrays, as a checkpoint holds them."""
    return {f"{prefix}{name}": array for name, array in arrays.items()}


def unprefixed(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays of a checkpoint whose names have a prefix, without it."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}

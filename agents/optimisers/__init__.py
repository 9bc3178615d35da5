"""Optimisers of flat genomes: ask/tell ones, blind to what values mean, and descent along gradients.

N genomes in a population, P parameters.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.optimisers.cma_es import CMAES, CMAConfig
from agents.optimisers.genetic import Genetic, GeneticConfig
from agents.optimisers.openai_es import OpenAIES, OpenAIESConfig

Config = GeneticConfig | OpenAIESConfig | CMAConfig


class Optimiser(Protocol):
    """What all ask/tell optimisers are. They maximise; the same config, start, seed and values give the same bits."""

    @property
    def generation(self) -> int:
        """How many generations were told."""

    def ask(self) -> NDArray[np.float32]:
        """The population [N, P] to value; the same until told. Not to be written to."""

    def tell(self, values: ArrayLike) -> None:
        """Learn from the values [N] of the population asked. Raises UserError unless all are finite."""

    def candidates(self, count: int) -> NDArray[np.float32]:
        """The genomes [C, P] worth validating as champion, C from 1 to `count`, best first."""

    def state(self) -> dict[str, NDArray[Any]]:
        """All that is needed to continue with the same bits, beside what `make` was given."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError where it does not fit."""


def make(config: Config, start: NDArray[Any], seed: int) -> Optimiser:
    """The optimiser that `config` describes, begun at `start` [S, P] or [P].

    The genetic algorithm's first generation is `start`, filled up with mutants; the others begin at its first genome.
    """
    match config:
        case GeneticConfig():
            return Genetic(config, start, seed)
        case OpenAIESConfig():
            return OpenAIES(config, start, seed)
        case CMAConfig():
            return CMAES(config, start, seed)

"""Optimisers of flat genomes: ask/tell optimisers that need only values, and gradient descent.

N genomes in a population, P weights.
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
    """The interface of the ask/tell optimisers. They maximise.

    The same config, start, seed and values give the same populations, bit for bit.
    """

    @property
    def generation(self) -> int:
        """The number of generations whose values the optimiser has got."""

    def ask(self) -> NDArray[np.float32]:
        """The population [N, P] to evaluate, the same until `tell` is called. Do not write to it."""

    def tell(self, values: ArrayLike) -> None:
        """Learn from the values [N] of the population from `ask`. Raises UserError unless all are finite."""

    def candidates(self, count: int) -> NDArray[np.float32]:
        """The genomes [C, P] that should be validated as champions, best first; C is at most `count`."""

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything that is needed to continue with the same bits, except the arguments of `make`."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError if it does not fit."""


def make(config: Config, start: NDArray[Any], seed: int) -> Optimiser:
    """Make the optimiser that `config` describes; it starts from one genome [P] or from genomes [S, P].

    The first generation of the genetic algorithm is `start`, filled up with mutants. The others start from the first
    genome of `start`.
    """
    match config:
        case GeneticConfig():
            return Genetic(config, start, seed)
        case OpenAIESConfig():
            return OpenAIES(config, start, seed)
        case CMAConfig():
            return CMAES(config, start, seed)

"""A genetic algorithm: truncation selection, elitism, Gaussian mutation (Such et al. 2017).

N genomes in a population, S genomes to start from, K parents, P weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents import checks
from agents.optimisers.arrays import MOST, checked_values, saved, start_genomes
from agents.randomness import generator


@dataclass(frozen=True, slots=True)
class GeneticConfig:
    """Settings of the genetic algorithm."""

    population: int = 512
    """N, genomes in each generation."""
    parents: int = 64
    """K, the number of best genomes that become parents."""
    elites: int = 16
    """The number of best genomes that stay in the next generation unchanged."""
    sigma: float = 0.04
    """Standard deviation of the mutation of each weight."""
    decay: float = 1.0
    """Factor on sigma after each generation; with 1 sigma stays the same."""
    crossover: float = 0.0
    """Probability that a child has two parents and takes each weight from one of them at random."""

    def __post_init__(self) -> None:
        """Raise UserError for settings out of range."""
        checks.whole("population", self.population, 2, MOST)
        checks.whole("parents", self.parents, 1, self.population)
        checks.whole("elites", self.elites, 0, min(self.parents, self.population - 1))
        checks.scale("sigma", self.sigma)
        checks.positive("decay", self.decay, 1)
        checks.between("crossover", self.crossover, 0, 1)


class Genetic:
    """The genetic algorithm; it maximises."""

    def __init__(self, config: GeneticConfig, start: NDArray[Any], seed: int) -> None:
        """Start with the genomes `start` [S, P], or one [P]; if S < N, mutants of them fill the population."""
        self.generation = 0
        self._config = config
        self._seed = seed
        first = start_genomes(start)[: config.population]
        self._parents = first
        self._parents = np.concatenate([first, self._children(config.population - len(first))])
        self._asked: NDArray[np.float32] | None = None

    def ask(self) -> NDArray[np.float32]:
        """The population [N, P] to evaluate, elites first; the same until `tell` is called. Do not write to it."""
        if self._asked is None and self.generation == 0:
            self._asked = self._parents
        elif self._asked is None:
            elites = self._parents[: self._config.elites]
            self._asked = np.concatenate([elites, self._children(self._config.population - len(elites))])
        return self._asked

    def tell(self, values: ArrayLike) -> None:
        """Select parents by the values [N] of the population from `ask`; of equal values, the lowest index is first."""
        population = self.ask()
        order = np.argsort(-checked_values(values, len(population)), kind="stable")
        self._parents = population[order[: self._config.parents]]
        self._asked = None
        self.generation += 1

    def candidates(self, count: int) -> NDArray[np.float32]:
        """The best genomes by the last values, best first: [count, P], but at most K of them."""
        return self._parents[: min(count, self._config.parents)].copy()

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything that is needed to continue with the same bits, except the constructor's arguments."""
        return {"generation": np.array(self.generation), "parents": self._parents.copy()}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError if it is of another configuration."""
        generation = int(saved(state, "generation"))
        rows = self._config.parents if generation else self._config.population
        parents = saved(state, "parents", rows, self._parents.shape[1])
        self.generation, self._parents, self._asked = generation, parents.astype(np.float32), None

    def _children(self, count: int) -> NDArray[np.float32]:
        """New children [count, P] of parents that are drawn with equal probability."""
        rng = generator(self._seed, "optimiser/genetic", self.generation)
        sigma = np.float32(self._config.sigma * self._config.decay**self.generation)
        children = rng.standard_normal((count, self._parents.shape[1]), np.float32)
        children *= sigma
        genes = self._parents[rng.integers(len(self._parents), size=count)]
        if self._config.crossover:
            crossed = np.flatnonzero(rng.random(count) < self._config.crossover)
            others = self._parents[rng.integers(len(self._parents), size=len(crossed))]
            genes[crossed] = np.where(rng.integers(2, size=others.shape, dtype=np.bool_), others, genes[crossed])
        children += genes
        return children

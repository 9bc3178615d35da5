"""The evolution strategy of Salimans et al. (2017): antithetic samples, ranks instead of values, Adam on the mean.

N genomes in a population, H = N / 2 directions, P weights.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents import checks
from agents.optimisers.adam import Adam
from agents.optimisers.arrays import MOST, checked_values, saved, start_genomes
from agents.randomness import generator


@dataclass(frozen=True, slots=True)
class OpenAIESConfig:
    """Settings of the evolution strategy."""

    population: int = 512
    """N, genomes in each generation; even, as genomes come in pairs."""
    sigma: float = 0.05
    """Standard deviation of each weight around the mean."""
    learning_rate: float = 0.03
    """Step size of Adam; in the first generation each weight of the mean moves by about this much."""
    decay: float = 0.998
    """Factor on the learning rate after each generation; with 1 it stays the same."""
    weight_decay: float = 0.005
    """Decoupled weight decay: each generation shrinks the mean by the learning rate times this."""

    def __post_init__(self) -> None:
        """Raise UserError for settings out of range."""
        checks.whole("population", self.population, 2, MOST)
        checks.even("population", self.population, "genomes come in pairs")
        checks.scale("sigma", self.sigma)
        checks.scale("learning_rate", self.learning_rate)
        checks.positive("decay", self.decay, 1)
        checks.decay_of_weights(self.weight_decay, self.learning_rate)


class OpenAIES:
    """The evolution strategy; it maximises."""

    def __init__(self, config: OpenAIESConfig, start: NDArray[Any], seed: int) -> None:
        """Start with the mean at the genome `start` [P], or at the first of several [S, P]."""
        self.generation = 0
        self._config = config
        self._seed = seed
        self._mean = start_genomes(start)[0].astype(np.float64)
        self._adam = Adam(self._mean.size)
        self._drawn: dict[int, Future[NDArray[np.float64]]] = {}

    def ask(self) -> NDArray[np.float32]:
        """The population [N, P] to evaluate: mean + sigma * e for H directions e, then mean - sigma * e."""
        steps = self._config.sigma * self._directions()
        population = np.empty((2 * len(steps), self._mean.size), np.float32)
        np.add(self._mean, steps, out=population[: len(steps)], casting="same_kind")  # float64, then rounded
        np.subtract(self._mean, steps, out=population[len(steps) :], casting="same_kind")
        return population

    def tell(self, values: ArrayLike) -> None:
        """Move the mean by one step of Adam along the gradient (eq. 1), from the values [N] of the last population."""
        checked = checked_values(values, self._config.population)
        plus, minus = np.split(centred_ranks(checked), 2)
        # Not a matrix product, whose bits depend on the processor and the threads: a sum over rows adds in order.
        gradient = ((plus - minus)[:, None] * self._directions()).sum(0) / (len(checked) * self._config.sigma)
        self.generation += 1
        rate = self._config.learning_rate * self._config.decay ** (self.generation - 1)
        self._mean *= 1 - rate * self._config.weight_decay  # Loshchilov & Hutter (2019)
        self._mean += self._adam.step(gradient, rate, self.generation)

    def candidates(self, count: int) -> NDArray[np.float32]:
        """The mean [1, P], or no genome if `count` is 0."""
        return np.array(self._mean[None], np.float32)[:count]

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything that is needed to continue with the same bits, except the constructor's arguments."""
        return {"generation": np.array(self.generation), "mean": self._mean.copy(), **self._adam.state()}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError if it is of another configuration."""
        generation, mean = int(saved(state, "generation")), saved(state, "mean", self._mean.size)
        self._adam.restore(state)
        self.generation, self._mean = generation, mean.astype(np.float64)

    def _directions(self) -> NDArray[np.float64]:
        """The directions [H, P] of this generation. A thread draws those of the next one meanwhile."""
        wanted = (self.generation, self.generation + 1)
        self._drawn = {n: self._drawn.get(n) or _background().submit(self._draw, n) for n in wanted}
        return self._drawn[self.generation].result()

    def _draw(self, generation: int) -> NDArray[np.float64]:
        """The directions [H, P] of a generation."""
        rng = generator(self._seed, "optimiser/openai-es", generation)
        return rng.standard_normal((self._config.population // 2, self._mean.size))


@cache
def _background() -> ThreadPoolExecutor:
    """The one thread that draws directions."""
    return ThreadPoolExecutor(1, thread_name_prefix="directions")


def centred_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks [N] from -0.5 for the least to 0.5 for the greatest; equal values share their mean rank."""
    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts + 1) / 2
    return np.asarray(ranks[index] / (len(values) - 1) - 0.5)

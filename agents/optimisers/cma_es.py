"""CMA-ES (Hansen 2016) through pycma, and its diagonal form, sep-CMA-ES (Ros & Hansen 2008).

N genomes in a population, P weights, G generations so far. The state of pycma has many parts, and only pickle could
save it. But it is a function of the start, the seed and the values so far. So we save the values, and replay them.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents import checks
from agents.errors import Remedy, UserError
from agents.optimisers.arrays import checked_values, saved, start_genomes
from agents.randomness import generator


@dataclass(frozen=True, slots=True)
class CMAConfig:
    """Settings of CMA-ES."""

    population: int = 64
    """N, genomes in each generation."""
    sigma: float = 0.1
    """Standard deviation of each weight at the start."""
    diagonal: bool = False
    """Learn only variances (sep-CMA-ES): for genomes of thousands of weights, whose covariances cost too much."""

    def __post_init__(self) -> None:
        """Raise UserError for settings out of range."""
        checks.whole("population", self.population, 4, np.inf)
        checks.between("sigma", self.sigma, 1e-6, 1e6)


class CMAES:
    """The CMA-ES optimiser; it maximises."""

    def __init__(self, config: CMAConfig, start: NDArray[Any], seed: int) -> None:
        """Start with the mean at the genome `start` [P], or at the first of several [S, P]; P is 2 or more."""
        self._config = config
        self._seed = seed
        self._start = start_genomes(start)[0].astype(np.float64)
        if self._start.size < 2:
            raise UserError("CMA-ES needs genomes of 2 weights or more, got 1; use another optimiser")
        self._values: list[NDArray[np.float64]] = []
        self._asked: list[NDArray[np.float64]] | None = None
        self._rng = generator(seed, "optimiser/cma-es", 0)
        self._strategy = self._new_strategy()

    @property
    def generation(self) -> int:
        """G, the number of generations whose values the optimiser has got."""
        return len(self._values)

    def ask(self) -> NDArray[np.float32]:
        """The population [N, P] to evaluate, rounded to float32; the same until `tell` is called."""
        return np.array(self._sample(), np.float32)

    def tell(self, values: ArrayLike) -> None:
        """Adapt to the values [N] of the population from `ask`; of equal values, the lowest index ranks first."""
        checked = checked_values(values, self._config.population)
        # pycma minimises, and its sort may order equal values in any way; so it gets ranks without ties, 0 for the best
        ranks = np.empty(len(checked))
        ranks[np.argsort(-checked, kind="stable")] = np.arange(len(checked))
        asked = self._sample()
        with _one_thread():
            self._strategy.tell(asked, ranks.tolist())
        self._asked = None
        self._values.append(checked.copy())

    def candidates(self, count: int) -> NDArray[np.float32]:
        """The mean [1, P], or no genome if `count` is 0."""
        return np.array(self._strategy.mean, np.float32, ndmin=2)[:count]

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything that is needed to continue with the same bits, except the constructor's arguments."""
        values = np.array(self._values).reshape(self.generation, self._config.population)
        return {"generation": np.array(self.generation), "values": values, "mean": np.array(self._strategy.mean)}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state` by replaying all its generations, which takes as long as pycma took for them.

        Raises UserError if the state is of another configuration, or if the replay ends at other bits. That happens
        with another version of cma or numpy, or on a processor whose linear algebra rounds in another order.
        """
        generation = int(saved(state, "generation"))
        values = saved(state, "values", generation, self._config.population)
        mean = saved(state, "mean", self._start.size)
        self._reset()
        for row in values:
            self.tell(row)
        if not np.array_equal(self._strategy.mean, mean):
            self._reset()
            fix = "use the versions and the kind of processor that it was saved with"
            what = f"a replay of the saved CMA-ES gives another generation {generation} here"
            raise UserError(what, fix, Remedy.START_OVER)

    def _reset(self) -> None:
        """Go back to generation 0."""
        self._values, self._asked, self._strategy = [], None, self._new_strategy()

    def _new_strategy(self) -> Any:
        """A new pycma strategy that prints nothing, reads no file and no clock, and draws from our streams alone."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cma warns if matplotlib is missing, which we never let it use
            import cma
            from cma.sigma_adaptation import CMAAdaptSigmaCSA

        options = {
            "popsize": self._config.population,
            "CMA_diagonal": self._config.diagonal,
            "AdaptSigma": CMAAdaptSigmaCSA,
            "CMA_mirrors": 0,
            "randn": lambda *shape: self._rng.standard_normal(shape),
            "seed": np.nan,
            "signals_filename": "",
            "verbose": -9,
        }
        return cma.CMAEvolutionStrategy(self._start, self._config.sigma, options)

    def _sample(self) -> list[NDArray[np.float64]]:
        """The population [N][P] as pycma drew it, once for each generation."""
        if self._asked is None:
            self._rng = generator(self._seed, "optimiser/cma-es", self.generation)
            with _one_thread():
                self._asked = list(self._strategy.ask())
        return self._asked


def _one_thread() -> Any:
    """A context in which BLAS uses one thread, because the number of threads changes the bits of eigenvectors."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="blas")

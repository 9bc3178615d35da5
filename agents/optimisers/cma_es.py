"""CMA-ES (Hansen 2016) by pycma, and its diagonal form, sep-CMA-ES (Ros & Hansen 2008).

N genomes in a population, P parameters, G generations told. pycma keeps a state of many parts that only pickle would
save. But that state is a function of the start, the seed and the values told, so we save the values and replay.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents import checks
from agents.errors import Remedy, UserError
from agents.optimisers.arrays import saved, start_genomes, told_values
from agents.randomness import generator


@dataclass(frozen=True, slots=True)
class CMAConfig:
    """Settings of CMA-ES."""

    population: int = 64
    """N, genomes in each generation."""
    sigma: float = 0.1
    """Standard deviation of a weight at the start."""
    diagonal: bool = False
    """Learn variances alone (sep-CMA-ES): for genomes of thousands of weights, whose covariances cost too much."""

    def __post_init__(self) -> None:
        """Refuse settings that cannot search."""
        checks.whole("population", self.population, 4, np.inf)
        checks.between("sigma", self.sigma, 1e-6, 1e6)


class CMAES:
    """Maximises by ask and tell."""

    def __init__(self, config: CMAConfig, start: NDArray[Any], seed: int) -> None:
        """Begin with the mean at the first genome of `start` [S, P], or at the one genome [P]; P is 2 or more."""
        self._config = config
        self._seed = seed
        self._start = start_genomes(start)[0].astype(np.float64)
        if self._start.size < 2:
            raise UserError("CMA-ES needs genomes of 2 weights or more, got 1; use another optimiser")
        self._told: list[NDArray[np.float64]] = []
        self._asked: list[NDArray[np.float64]] | None = None
        self._rng = generator(seed, "optimiser/cma-es", 0)
        self._strategy = self._begun()

    @property
    def generation(self) -> int:
        """G, how many generations were told."""
        return len(self._told)

    def ask(self) -> NDArray[np.float32]:
        """The population [N, P] to value, rounded to float32; the same until told."""
        return np.array(self._sample(), np.float32)

    def tell(self, values: ArrayLike) -> None:
        """Adapt by the values [N] of the population asked; ties go to the lowest index."""
        told = told_values(values, self._config.population)
        # pycma minimises, and its sort may order ties in any way: a rank, 0 for the best, leaves it none.
        ranks = np.empty(len(told))
        ranks[np.argsort(-told, kind="stable")] = np.arange(len(told))
        asked = self._sample()
        with _one_thread():
            self._strategy.tell(asked, ranks.tolist())
        self._asked = None
        self._told.append(told.copy())

    def candidates(self, count: int) -> NDArray[np.float32]:
        """The mean [1, P]; nothing where `count` is 0."""
        return np.array(self._strategy.mean, np.float32, ndmin=2)[:count]

    def state(self) -> dict[str, NDArray[Any]]:
        """All that is needed to continue with the same bits, beside what the constructor was given."""
        told = np.array(self._told).reshape(self.generation, self._config.population)
        return {"generation": np.array(self.generation), "values": told, "mean": np.array(self._strategy.mean)}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`, in the time that pycma itself took to get there.

        Raises UserError where it is another configuration's, and where the replay ends at other bits, as under another
        version of cma or numpy, or on a processor whose linear algebra rounds in another order.
        """
        generation = int(saved(state, "generation"))
        values = saved(state, "values", generation, self._config.population)
        mean = saved(state, "mean", self._start.size)
        self._forget()
        for row in values:
            self.tell(row)
        if not np.array_equal(self._strategy.mean, mean):
            self._forget()
            fix = "use the versions and the kind of processor it began with"
            what = f"generation {generation} of the saved CMA-ES does not come out the same here"
            raise UserError(what, fix, Remedy.START_OVER)

    def _forget(self) -> None:
        """Go back to generation 0."""
        self._told, self._asked, self._strategy = [], None, self._begun()

    def _begun(self) -> Any:
        """A new strategy, silent, that reads no file and no clock and draws from our streams alone."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where matplotlib, which we never let it use, is absent
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
        """The population [N][P] as pycma has it, drawn once for a generation."""
        if self._asked is None:
            self._rng = generator(self._seed, "optimiser/cma-es", self.generation)
            with _one_thread():
                self._asked = list(self._strategy.ask())
        return self._asked


def _one_thread() -> Any:
    """A context in which BLAS uses one thread: how many share the work shows in the bits of eigenvectors."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="blas")

"""CMA-ES (Hansen 2016) through pycma, and its diagonal form, sep-CMA-ES (Ros & Hansen 2008).

N genomes in a population, P weights, G generations so far. pycma saves its strategy by pickle, which can execute code.
We save the numbers and arrays of the strategy, by name, and put them into a new one. The random stream is named by the
generation. So a state goes on at once and anywhere: to the same bits on a processor of the same kind, and elsewhere
with eigenvectors that are rounded otherwise.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents import checks
from agents.errors import Remedy, UserError
from agents.network.threads import one_blas_thread
from agents.optimisers.arrays import checked_values, saved, start_genomes
from agents.randomness import generator

STRATEGY = "strategy."  # prefix of the parts of pycma's strategy in a state
HOLDERS = ("", "sm", "adapt_sigma", "sigma_vec")  # the strategy, its sampler, and what adapts its step sizes

TRANSPOSED = "^T"  # end of the name of a part that is stored transposed
TWICE = {"B", "C", "D"}  # the strategy has these of its sampler, too, which updates them in place


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
        self._generation = 0
        self._asked: list[NDArray[np.float64]] | None = None
        self._before_asking: dict[str, NDArray[Any]] = {}
        self._rng = generator(seed, "optimiser/cma-es", 0)
        self._strategy = self._new_strategy()

    @property
    def generation(self) -> int:
        """G, the number of generations whose values the optimiser has got."""
        return self._generation

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
        with one_blas_thread():  # the number of threads changes the bits of eigenvectors
            self._strategy.tell(asked, ranks.tolist())
        self._asked = None
        self._generation += 1

    def candidates(self, count: int) -> NDArray[np.float32]:
        """The mean [1, P], or no genome if `count` is 0."""
        return np.array(self._strategy.mean, np.float32, ndmin=2)[:count]

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything that is needed to continue with the same bits, except the constructor's arguments."""
        parts = _parts(self._strategy) if self._asked is None else self._before_asking
        return {
            "generation": np.array(self.generation),
            "mean": np.array(self._strategy.mean),
            **dict(_named(f"{STRATEGY}{name}", array) for name, array in parts.items()),
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a `state`. Raises UserError if it is of another configuration.

        A state of an older version has the values of all generations instead, which are replayed; that takes as long as
        pycma took for them.
        """
        generation, mean = int(saved(state, "generation")), saved(state, "mean", self._start.size)
        if generation < 0:
            raise UserError(f"the saved CMA-ES is of generation {generation}", Remedy.START_OVER)
        self._reset()
        if "values" in state:
            self._replay(saved(state, "values", generation, self._config.population), mean)
            return
        for _ in range(min(generation, 2)):  # in which pycma makes some of its parts
            self.tell(np.zeros(self._config.population))
        parts = _parts(self._strategy)
        try:
            parts = {name: _saved_part(state, f"{STRATEGY}{name}", part.shape) for name, part in parts.items()}
        except UserError:
            self._reset()
            raise
        _put(self._strategy, parts)
        self._generation = generation

    def _replay(self, values: NDArray[np.float64], mean: NDArray[np.float64]) -> None:
        """Tell a new strategy the values [G, N] of all generations. Raises UserError if that ends at another mean [P].

        That happens with another version of cma or numpy, or on a processor whose linear algebra rounds in another
        order.
        """
        for row in values:
            self.tell(row)
        if not np.array_equal(self._strategy.mean, mean):
            self._reset()
            fix = "use the versions and the kind of processor that it was saved with"
            what = f"a replay of the saved CMA-ES, of an older version, gives another generation {len(values)} here"
            raise UserError(what, fix, Remedy.START_OVER)

    def _reset(self) -> None:
        """Go back to generation 0."""
        self._generation, self._asked, self._strategy = 0, None, self._new_strategy()

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
            self._before_asking = _parts(self._strategy)  # asking may update eigenvectors
            self._rng = generator(self._seed, "optimiser/cma-es", self.generation)
            with one_blas_thread():
                self._asked = list(self._strategy.ask())
        return self._asked


def _parts(strategy: Any) -> dict[str, NDArray[Any]]:
    """Copies of the numbers and arrays that decide what a strategy of pycma does next, by dotted names.

    Infinite numbers, which are limits, are constants of the options.
    """
    parts = {}
    for path in HOLDERS:
        for name, value in vars(_holder(strategy, path)).items():
            if not path and name in TWICE & vars(strategy.sm).keys():
                continue
            if isinstance(value, bool | int | float | np.number | np.ndarray) and np.isfinite(value).all():
                parts[f"{path}.{name}"] = np.array(value)
    return parts


def _put(strategy: Any, parts: Mapping[str, NDArray[Any]]) -> None:
    """Put what `_parts` returned into a strategy."""
    for name, array in parts.items():
        path, _, attribute = name.rpartition(".")
        holder = _holder(strategy, path)
        keep = array.ndim > 0 or isinstance(getattr(holder, attribute, None), np.ndarray)
        setattr(holder, attribute, array if keep else array.item())
    for name in TWICE & vars(strategy.sm).keys():
        setattr(strategy, name, getattr(strategy.sm, name))


def _named(name: str, array: NDArray[Any]) -> tuple[str, NDArray[Any]]:
    """An array for a state, and its name. One in Fortran's order is transposed, and its name says so.

    The order in memory decides in which order linear algebra adds, and so the last bits.
    """
    if array.ndim == 2 and array.flags.f_contiguous and not array.flags.c_contiguous:
        return f"{name}{TRANSPOSED}", array.T
    return name, array


def _saved_part(state: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """An array that `_named` put into a state, in its own order in memory. Raises UserError like `saved`."""
    if f"{name}{TRANSPOSED}" in state:
        return saved(state, f"{name}{TRANSPOSED}", *shape[::-1]).T
    return saved(state, name, *shape)


def _holder(strategy: Any, path: str) -> Any:
    """A part of a strategy that is an object by itself; the strategy for an empty path."""
    return getattr(strategy, path) if path else strategy

"""Rules: the number that decides a claim, calculated from the values of a study's groups, with its interval.

S resamples. Intervals are 95 % percentile bootstraps over runs (or over pairs, or over groups where a rule compares
groups); each group is resampled by itself. A number of a whole group, such as a result of a measure of groups, brings
its own interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.checks import choice
from agents.errors import UserError
from sim.statistics.correlation import Method, correlate
from sim.statistics.groups import FEWEST, group, interquartile_mean, means
from sim.study.evidence import Evidence, Points, by_group, combined, evidence, mean_of
from sim.study.grid import shown
from sim.study.rule import Rule, needs
from sim.study.samples import Sample
from sim.study.slope_rule import Slope

Floats = NDArray[np.float64]
NAMES: dict[Method, str] = {"spearman": "Spearman's rank correlation", "kendall": "Kendall's tau"}


@dataclass(frozen=True, slots=True)
class Difference(Rule):
    """The mean of the first group minus that of the second."""

    by_seed: bool = False
    """True to subtract runs of one seed from each other, and to resample seeds; for runs that share their starts."""

    def __post_init__(self) -> None:
        """Check that there are two groups."""
        if len(self.groups) != 2:
            raise UserError(f"a claim by difference names 2 groups, got {len(self.groups)}")

    def _evidence(self, samples: Sequence[Sample], seed: int) -> Evidence:
        first, second = (next(one for one in samples if one.name == name) for name in self.groups)
        if self.by_seed:
            return self._of_seeds(first, second, seed)
        if first.number(self.of) or second.number(self.of):
            return combined([first, second], self.of, (1.0, -1.0), 0.0)
        a, b = first.group(self.of), second.group(self.of)
        estimates = means(a) - means(b) if min(a.independent, b.independent) >= FEWEST else None
        value = interquartile_mean(a)[0] - interquartile_mean(b)[0]
        return evidence(value, estimates, (a, b), by_group((first, second), self.of))

    def _of_seeds(self, first: Sample, second: Sample, seed: int) -> Evidence:
        """The evidence from the differences between runs of one seed."""
        a, b = (one.by_seed(self.of) for one in (first, second))
        shared = [each for each in a if each in b]
        if not shared:
            return Evidence(note=f"{first.name} and {second.name} share no seed")
        differences = np.array([a[each] - b[each] for each in shared])
        return mean_of([group(differences, seed=seed, at=first.index)], 0.0, by_group((first, second), self.of))

    def described(self, names: Mapping[str, str] = MappingProxyType({})) -> str:
        """Name both groups."""
        seeds = ", run by run of one seed" if self.by_seed else ""
        return f"{names.get(self.of, self.of)}, {self.groups[0]} minus {self.groups[1]}{seeds}{self._where(())}"


@dataclass(frozen=True, slots=True)
class Bound(Rule):
    """The mean of the groups (each weighs the same) minus a bound."""

    bound: float = 0.0

    def _evidence(self, samples: Sequence[Sample], seed: int) -> Evidence:
        if any(one.number(self.of) for one in samples):
            return combined(samples, self.of, (1 / len(samples),) * len(samples), self.bound)
        return mean_of([one.group(self.of) for one in samples], self.bound, by_group(samples, self.of))

    def described(self, names: Mapping[str, str] = MappingProxyType({})) -> str:
        """Name the bound."""
        return f"{names.get(self.of, self.of)}{self._where()}"


@dataclass(frozen=True, slots=True)
class Paired(Rule):
    """The mean, over runs or pairs, of one quantity minus another quantity of the same run or pair."""

    against: str = ""
    """The measure.slot that is subtracted."""

    def __post_init__(self) -> None:
        """Check that there is another quantity."""
        needs(self.against, "paired")

    @property
    def references(self) -> tuple[str, ...]:
        """Both quantities."""
        return (self.of, self.against)

    def _evidence(self, samples: Sequence[Sample], seed: int) -> Evidence:
        both = [one.together(self.of, self.against) for one in samples]
        groups = [
            group(y - x, seed=seed, at=one.index, ring=self.of in one.rings)
            for one, (y, x) in zip(samples, both, strict=True)
        ]
        points = tuple(Points(one.name, x, y) for one, (y, x) in zip(samples, both, strict=True))
        return mean_of(groups, 0.0, points)

    def described(self, names: Mapping[str, str] = MappingProxyType({})) -> str:
        """Name both quantities."""
        of, against = (names.get(each, each) for each in self.references)
        return f"{of}, minus {against}{self._where()}"


@dataclass(frozen=True, slots=True)
class Correlation(Rule):
    """The rank correlation of two quantities, over the means of groups or over runs."""

    against: str = ""
    """The measure.slot of the second quantity."""
    over: Literal["groups", "runs"] = "groups"
    method: Method = "spearman"
    within: tuple[str, ...] = ()
    """Axes of the grid: the mean of the correlations within each combination of their values."""

    def __post_init__(self) -> None:
        """Check that there is another quantity, and the choices."""
        needs(self.against, "correlation")
        choice("over", self.over, Literal["groups", "runs"])
        choice("method", self.method, Method)

    @property
    def references(self) -> tuple[str, ...]:
        """Both quantities."""
        return (self.of, self.against)

    @property
    def axes(self) -> tuple[str, ...]:
        """The axes of `within` and of `only`."""
        return (*self.within, *dict(self.only))

    def _evidence(self, samples: Sequence[Sample], seed: int) -> Evidence:
        strata: dict[str, list[tuple[Floats, Floats]]] = {}
        for one in samples:
            of, against = (one.mean(each) for each in self.references)
            y, x = one.together(self.of, self.against) if self.over == "runs" else (np.array([of]), np.array([against]))
            stratum = ", ".join(shown(one.at[axis]) for axis in self.within if axis in one.at)
            strata.setdefault(stratum, []).append((x, y))
        joined = {
            name: np.stack([np.concatenate([part[at] for part in parts]) for at in (0, 1)])
            for name, parts in strata.items()
        }
        value, estimates, count = correlate(list(joined.values()), method=self.method, seed=seed)
        points = tuple(Points(name, x, y) for name, (x, y) in joined.items())
        fewest = min(one.count(self.of) for one in samples)
        return evidence(value, estimates, (), points, sample=count, fewest=fewest)

    def described(self, names: Mapping[str, str] = MappingProxyType({})) -> str:
        """Name both quantities."""
        inside = f", mean within each {' and '.join(self.within)}" if self.within else ""
        of, against = (names.get(each, each) for each in self.references)
        both = f"{NAMES[self.method]} of {of} with {against}"
        return f"{both} over {self.over}{inside}{self._where()}"


RuleName = Literal["difference", "bound", "paired", "slope", "correlation"]
RULES: dict[RuleName, type[Rule]] = {
    "difference": Difference, "bound": Bound, "paired": Paired, "slope": Slope, "correlation": Correlation,
}  # fmt: skip

"""The rule of slopes: how the means of groups change with a setting, also at equal values of another quantity."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from sim.statistics.groups import FEWEST, Group, group, interquartile_mean, log_spread, log_spreads, means
from sim.statistics.partial_slope import partial_slopes
from sim.study.evidence import Evidence, Points, evidence
from sim.study.rule import Rule, needs
from sim.study.samples import Sample

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slope(Rule):
    """The slope of the groups' means against the binary logarithm of a setting, where all other settings are equal."""

    axis: str = ""
    """The setting, an axis of the grid with numbers above 0."""
    spread: bool = False
    """True for the binary logarithm of the standard deviation over runs, in place of the mean."""
    given: str = ""
    """The measure.slot of a quantity of runs; if there is one, the slope is that at equal means of it."""

    def __post_init__(self) -> None:
        """Check that there is an axis, and that the spread is not asked for at equal means."""
        needs(self.axis, "slope", "axis")
        if self.spread and self.given:
            raise UserError("a claim by slope has spread = true or a quantity under given, not both")

    @property
    def references(self) -> tuple[str, ...]:
        """The quantity, and the one that is held equal."""
        return (self.of, self.given) if self.given else (self.of,)

    @property
    def axes(self) -> tuple[str, ...]:
        """The axis of the slope, and those of `only`."""
        return (self.axis, *dict(self.only))

    def _evidence(self, samples: Sequence[Sample], seed: int) -> Evidence:
        strata: dict[str, list[Sample]] = {}
        for one in samples:
            if not isinstance(one.at.get(self.axis), int | float) or one.at[self.axis] <= 0:
                raise UserError(f"the slope of {self.of} needs an axis {self.axis!r} of numbers above 0")
            strata.setdefault(one.besides(self.axis), []).append(one)
        if self.given:
            return self._at_equal(strata, seed)
        slopes = [self._of_stratum(name, some) for name, some in strata.items()]
        value, points = float(np.mean([one for one, _, _ in slopes])), tuple(each for _, _, each in slopes)
        ready = all(estimates is not None for _, estimates, _ in slopes)
        estimates = np.mean([np.asarray(each) for _, each, _ in slopes], axis=0) if ready else None
        return evidence(value, estimates, [one.group(self.of) for one in samples], points)

    def _of_stratum(self, name: str, samples: Sequence[Sample]) -> tuple[float, Floats | None, Points]:
        """The slope among groups that differ in the axis alone, its estimates [S], and the points."""
        x = self._setting(samples)
        groups = [one.group(self.of) for one in samples]
        center = np.log2(x) - np.log2(x).mean()
        weights = center / (center @ center) if center.any() else np.full(x.shape, np.nan)
        y = np.array([log_spread(one) if self.spread else interquartile_mean(one)[0] for one in groups])
        estimates = None
        if min(one.independent for one in groups) >= FEWEST:
            estimates = np.asarray(weights @ [log_spreads(one) if self.spread else means(one) for one in groups])
        return float(weights @ y), estimates, Points(name, x, y)

    def _at_equal(self, strata: Mapping[str, Sequence[Sample]], seed: int) -> Evidence:
        """The slope at equal means of `given`, the same in all strata; points are those means moved to be equal."""
        pairs = {name: [self._both(one, seed) for one in some] for name, some in strata.items()}
        groups = [of for some in pairs.values() for of, _ in some]
        if not all(len(one.values) for one in groups):
            return Evidence(note=f"{self.of} and {self.given} are not both known of runs of each group")
        x = {name: np.log2(self._setting(some)) for name, some in strata.items()}
        values = {name: _columns(some, lambda one: interquartile_mean(one)[0]) for name, some in pairs.items()}
        slope, other = (float(each) for each in partial_slopes([(x[name], *values[name]) for name in x]))
        estimates = None
        if min(one.independent for one in groups) >= FEWEST:
            estimates = partial_slopes([(x[name], *_columns(some, means)) for name, some in pairs.items()])[0]
        equal = {name: y - other * (z - z.mean()) for name, (y, z) in values.items()}
        points = tuple(Points(name, self._setting(some), equal[name]) for name, some in strata.items())
        return evidence(slope, estimates, groups, points)

    def _both(self, sample: Sample, seed: int) -> tuple[Group, Group]:
        """The values of both quantities of the runs that have both, resampled together."""
        both = np.stack(sample.together(self.of, self.given))
        known = both[:, np.isfinite(both).all(axis=0)]
        ring = self.of in sample.rings
        of, given = (group(values, seed=seed, at=sample.index, ring=ring) for values in known)
        return of, given

    def _setting(self, samples: Sequence[Sample]) -> Floats:
        """The value of the axis in every group."""
        return np.array([one.at[self.axis] for one in samples], np.float64)

    def described(self, names: Mapping[str, str] = MappingProxyType({})) -> str:
        """Name the axis, and what is held equal."""
        of = names.get(self.of, self.of)
        what = f"log2 of the standard deviation over runs of {of}" if self.spread else of
        equal = f" at equal {names.get(self.given, self.given)}" if self.given else ""
        return f"slope of {what}{equal}, per doubling of {self.axis}{self._where()}"


def _columns(pairs: Sequence[tuple[Group, Group]], mean: Callable[[Group], ArrayLike]) -> tuple[Floats, Floats]:
    """The means [..., G] of both quantities of G groups."""
    of, given = (np.stack([np.asarray(mean(both[at])) for both in pairs], axis=-1) for at in (0, 1))
    return of, given

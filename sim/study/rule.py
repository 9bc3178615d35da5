"""The base class of rules: which groups a claim looks at, and what a rule answers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from agents.errors import UserError
from sim.study.evidence import Evidence
from sim.study.samples import Sample


@dataclass(frozen=True, slots=True)
class Rule(ABC):
    """The base class of rules. `of` is the measure.slot of the quantity that a rule is about."""

    of: str
    groups: tuple[str, ...] = ()
    """The names of the groups that it looks at; () means all."""
    only: tuple[tuple[str, Any], ...] = ()
    """Axes of the grid, each with the value that those groups have."""

    @property
    def references(self) -> tuple[str, ...]:
        """The measure.slots that the rule reads."""
        return (self.of,)

    @property
    def axes(self) -> tuple[str, ...]:
        """The axes of the grid that the rule names."""
        return tuple(axis for axis, _ in self.only)

    def decide(self, samples: Mapping[str, Sample], seed: int) -> Evidence:
        """The number and its interval, from the samples of all groups by name; `seed` names the resamples."""
        chosen = [one for one in samples.values() if self._looks_at(one)]
        missing = [name for name in self.groups if name not in samples]
        missing += [one.name for one in chosen if not all(one.has(each) for each in self.references)]
        if missing and (len(missing) == len(chosen) or self.groups):
            return Evidence(note=f"not measured of {', '.join(missing)}")
        used = [one for one in chosen if one.name not in missing]
        return self._evidence(used, seed) if used else Evidence(note="no group has these settings")

    def _looks_at(self, sample: Sample) -> bool:
        named = not self.groups or sample.name in self.groups
        return named and all(sample.at.get(axis) == value for axis, value in self.only)

    @abstractmethod
    def _evidence(self, samples: Sequence[Sample], seed: int) -> Evidence:
        """The evidence from samples that have all references."""

    @abstractmethod
    def described(self, names: Mapping[str, str] = MappingProxyType({})) -> str:
        """What the number is, in a few words; quantities have the given names, or else those of their slots."""

    def _where(self, groups: Sequence[str] | None = None) -> str:
        only = [f"{axis} {value}" for axis, value in self.only]
        return "".join(f", {each}" for each in (*(self.groups if groups is None else groups), *only))


def needs(name: str, rule: str, key: str = "against") -> None:
    """Refuse a rule without its second quantity or its axis."""
    if not name:
        what = "the other quantity" if key == "against" else "a setting of the grid"
        raise UserError(f"a claim by {rule} names {what} under {key}")

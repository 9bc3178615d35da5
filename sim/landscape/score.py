"""Scores, which say what an objective counts, and layers, which say how one evaluation returns several counts.

Each score has a name, the identifier and the unit of what it measures, the type of its values, and the names of the
tours whose frames can be its layers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

import numpy as np

from agents import checks
from agents.errors import UserError
from sim.imitation.teacher import Ties
from sim.landscape.smoothing import check_smoothing
from sim.rollout.quantities import QUANTITIES, QuantityName
from sim.values import parse, plain

ScoreName = Literal["pellets", "return", "imitation", "smoothed"]
LayersName = Literal["horizon", "mazes"]  # the tours whose frames are layers


@dataclass(frozen=True, slots=True)
class Pellets:
    """Pellets eaten by greedy play, a sum over mazes."""

    name: ClassVar[ScoreName] = "pellets"
    quantity: ClassVar[str] = "pellets"
    unit: ClassVar[str] = "pellets"
    dtype: ClassVar[type[np.generic]] = np.int32
    layers: ClassVar[tuple[LayersName, ...]] = ("horizon", "mazes")


@dataclass(frozen=True, slots=True)
class Observed:
    """Quantities of greedy play, all from one rollout. Counts and steps are sums over mazes, categories are hashes.

    Where one value is wanted, it is that of the first quantity; `alone` gives the score of another one.
    """

    quantities: tuple[QuantityName, ...]

    name: ClassVar[Literal["observed"]] = "observed"
    dtype: ClassVar[type[np.generic]] = np.int32
    layers: ClassVar[tuple[LayersName, ...]] = ("horizon", "mazes")

    def __post_init__(self) -> None:
        """Refuse no quantity, unknown ones, and one that is named twice."""
        for name in self.quantities:
            checks.choice("quantity", name, QuantityName)
        if not self.quantities or len(set(self.quantities)) < len(self.quantities):
            named = ", ".join(self.quantities) or "none"
            raise UserError(f"one or more different quantities can be observed, got {named}; name each once")

    @property
    def quantity(self) -> str:
        """The name of the first quantity."""
        return self.quantities[0]

    @property
    def unit(self) -> str:
        """The unit of the first quantity; empty for categories."""
        return QUANTITIES[self.quantities[0]].unit

    def alone(self, quantity: str) -> "Observed | Pellets":
        """The score of one of the quantities."""
        (name,) = (each for each in self.quantities if each == quantity)
        return Pellets() if name == "pellets" else Observed((name,))


@dataclass(frozen=True, slots=True)
class ExpectedReturn:
    """Pellets eaten by sampled play: the mean of `repetitions` episodes in each maze, summed over mazes."""

    repetitions: int

    name: ClassVar[ScoreName] = "return"
    quantity: ClassVar[str] = "expected_return"
    unit: ClassVar[str] = "pellets"
    dtype: ClassVar[type[np.generic]] = np.float64
    layers: ClassVar[tuple[LayersName, ...]] = ("horizon",)

    def __post_init__(self) -> None:
        """Refuse less than one repetition."""
        checks.whole("repetitions", self.repetitions, 1, math.inf)


@dataclass(frozen=True, slots=True)
class Imitation:
    """Cross-entropy with the teacher, a loss: nats per step of each episode, summed over episodes.

    `ties` says what the teacher does where several actions are equally good.
    """

    ties: Ties = "left"

    name: ClassVar[ScoreName] = "imitation"
    quantity: ClassVar[str] = "cross_entropy"
    unit: ClassVar[str] = "nats"
    dtype: ClassVar[type[np.generic]] = np.float64
    layers: ClassVar[tuple[LayersName, ...]] = ()

    def __post_init__(self) -> None:
        """Refuse a way to break ties that does not exist."""
        checks.choice("ties", self.ties, Ties)


@dataclass(frozen=True, slots=True)
class Smoothed:
    """Mean pellets of `samples` genomes around each; `sigma` is the standard deviation of the noise on each weight."""

    sigma: float
    samples: int

    name: ClassVar[ScoreName] = "smoothed"
    quantity: ClassVar[str] = "smoothed_pellets"
    unit: ClassVar[str] = "pellets"
    dtype: ClassVar[type[np.generic]] = np.float64
    layers: ClassVar[tuple[LayersName, ...]] = ("horizon", "mazes")

    def __post_init__(self) -> None:
        """Refuse a sigma or a number of samples that smoothing cannot use."""
        check_smoothing(self.sigma, self.samples)


Score = Pellets | Observed | ExpectedReturn | Imitation | Smoothed
SCORES: dict[str, type[Score]] = {kind.name: kind for kind in (Pellets, Observed, ExpectedReturn, Imitation, Smoothed)}


@dataclass(frozen=True, slots=True)
class ByStep:
    """Layers by time: the score until step `every`, until twice as many steps, and so on to the whole life."""

    every: int

    tour: ClassVar[LayersName] = "horizon"


@dataclass(frozen=True, slots=True)
class ByMaze:
    """Layers by maze: the score in the first maze, in the first two, and so on to all mazes."""

    tour: ClassVar[LayersName] = "mazes"


Layers = ByStep | ByMaze


def score_json(score: Score) -> dict[str, Any]:
    """A score as JSON values: its name and its settings."""
    return {"name": score.name, **plain(score)}


def score_from_json(table: object) -> Score:
    """Read what `score_json` returned. Raises UserError for a score that this version does not know."""
    name = table.get("name") if isinstance(table, Mapping) else None
    kind = SCORES.get(str(name))
    if kind is None or not isinstance(table, Mapping) or set(table) != {"name", *(each.name for each in fields(kind))}:
        raise UserError(f"the field measures {table!r}, which this version does not know; choose another field")
    return parse(kind, {key: value for key, value in table.items() if key != "name"})

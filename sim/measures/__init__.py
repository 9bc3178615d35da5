"""Measures: what can be measured of a run, of a pair or group of runs, or of a field.

Each file of this folder is one measure, and the name of the file is the name of the measure. A measure is a frozen
dataclass: its fields are its settings, `quantities` defines its results, and `compute` calculates them. To add a
measure, put a file here, or into a folder that the environment variable FORAGESCAPE_MEASURES names:

1. Choose the base class by what is measured: RunMeasure, FunctionMeasure, PairMeasure, GroupMeasure or FieldMeasure.
2. Declare settings with `setting` or `positive`, and quantities with `define` and `Quantity`. Where a smooth landscape
   has a known answer, say it (`smooth`) and measure a bowl as well (`with_controls`): numbers beside a bowl that misses
   its answer are marked as doubtful.
3. In `compute`, a `Subject` has the champion (genome, layout) and its run's record. The `EvaluationSet` has mazes that
   no run has met (`mazes`), functions of genomes in them (`pellets`, `shares`, `losses`), and a seed for what is drawn
   around one run (`draws`). `sim.rollout.trace` gives every step of episodes: places, actions, senses.
4. Return the results by slot (`sim.statistics.results`). Usually a slot has the name of its quantity (`by_quantity`);
   a quantity that is measured several times has several slots, such as "half_radius_0.3". Studies and claims refer to
   "measure.slot". `sim.statistics.bootstrap.resampled` makes a number with its interval.
5. Return from `episodes` about how many episodes it takes: `--dry-run` estimates the time from it.
6. Raise `version` whenever the results change: studies then measure again.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from agents import checks
from agents.errors import UserError
from sim.statistics.results import Findings, Kind
from sim.values import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agents.layout import Layout
    from sim.evaluation.evaluation_set import EvaluationSet
    from sim.evaluation.subject import Subject
    from sim.landscape.field import Field
    from sim.landscape.function import Function
    from sim.rollout.machine import Machine

T = TypeVar("T")
Of = Literal["run", "pair", "group", "field"]
NO_INTERVAL = "It is a single value and has no interval."
BY_ERRORS = (
    "The interval is 1.96 standard errors on either side; it does not include the variation between learning runs."
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """The definition of a result."""

    name: str
    """A short name for tables and charts."""
    meaning: str
    """What it means, with its source (author, year)."""
    unit: str = ""
    counted: str = ""
    """What the sample of a number consists of: mazes, pairs, directions."""
    interval: str = ""
    """What the 95 % interval of a number was calculated from, and what it leaves out."""
    known: str = ""
    """An answer that is known from theory, and that the tests check."""
    kind: Kind = "number"
    axes: tuple[str, str] = ("", "")
    """The labels of x and y, if it is drawn."""
    log: Literal["", "x", "y", "xy"] = ""
    """Which axes are logarithmic."""
    control_of: str = ""
    """If it is a control: the quantity that it is the control of."""
    read_with: tuple[str, ...] = ()
    """Quantities of the measure without which it misleads, such as the mean of all beside a trimmed mean: where it is
    shown first, they are shown before it."""
    sentence: str = ""
    """A plain sentence about one subject, with {who} for its name and {value} for the number."""
    smooth: float | None = None
    """What a smooth landscape measures. If the bowl beside a number measures something else, the number is doubtful."""

    @property
    def text(self) -> str:
        """The whole definition, as a footnote shows it."""
        return " ".join(filter(None, (self.meaning, self.interval, self.known)))


@dataclass(frozen=True, slots=True)
class Category(Quantity):
    """The definition of a number that stands for a category: 1 for the first, 2 for the second, and so on."""

    categories: tuple[str, ...] = ()

    def category(self, value: float | None) -> str:
        """The name of the category that a number stands for; empty if it stands for none."""
        known = value is not None and float(value).is_integer() and 1 <= value <= len(self.categories)
        return self.categories[int(value) - 1] if known and value is not None else ""


def define(**quantities: Quantity) -> Mapping[str, Quantity]:
    """The quantities of a measure, each under the name that its results refer to."""
    return quantities


def bootstrap_over(units: str) -> str:
    """The sentence that defines a bootstrap interval over `units`, such as mazes."""
    return f"The interval is a 95 % bootstrap over {units}; it does not include the variation between learning runs."


def variant(
    quantities: Mapping[str, Quantity], suffix: str, name: str, meaning: str, *, control: bool = False
) -> dict[str, Quantity]:
    """Definitions of the same quantities measured on something else; a, a_points become a_suffix, a_suffix_points.

    `name` and `meaning` say what it is measured on; a `control` is one of the original quantity.
    """
    variants: dict[str, Quantity] = {}
    for key, quantity in quantities.items():
        stem, points = key.removesuffix("_points"), "_points" * key.endswith("_points")
        variants[f"{stem}_{suffix}{points}"] = replace(
            quantity,
            name=f"{quantity.name}, {name}",
            meaning=f"{meaning} {quantity.meaning}",
            control_of=key if control else "",
        )
    return variants


def with_controls(quantities: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """Quantities, followed by the two controls of each: on a smooth bowl (_bowl) and in other mazes (_other)."""
    bowl = variant(quantities, "bowl", "bowl", "Control: on a quadratic bowl with the same heights.", control=True)
    rough = {key: replace(quantity, smooth=None) for key, quantity in quantities.items()}
    other = variant(rough, "other", "other mazes", "Control: in as many other mazes.", control=True)
    return {**quantities, **bowl, **other}


def setting(default: T, low: float, high: float = 65536, *, step: int = 1, empty: bool = False) -> T:
    """A setting of a measure: a number from `low` to `high`, or a tuple of one or more such numbers (or none: `empty`).

    Whole numbers may be limited to low, low + step, low + 2 step, and so on.
    """
    if isinstance(default[0] if isinstance(default, tuple) else default, int):
        return _checked(default, partial(_whole, low=int(low), high=high, step=step), empty)
    return _checked(default, partial(checks.between, low=low, high=high), empty)


def positive(default: T) -> T:
    """A setting of a measure: a number above 0, or a tuple of one or more such numbers."""
    return _checked(default, checks.scale)


def _checked(default: T, check: Callable[[str, Any], None], empty: bool = False) -> T:
    return field(default=default, metadata={"check": check, "empty": empty})


def _whole(name: str, value: int, low: int, high: float, step: int) -> None:
    checks.whole(name, value, low, high)
    if (value - low) % step:
        raise UserError(f"{name} must be {low}, {low + step}, {low + 2 * step} or so on, got {value}")


@dataclass(frozen=True, slots=True)
class Measure:
    """The base class of all measures. A subclass is a frozen dataclass of a run, pair, group or field."""

    of: ClassVar[Of]
    quantities: ClassVar[Mapping[str, Quantity]]
    version: ClassVar[int] = 1
    """A new version makes the results that are stored invalid."""
    reads_history: ClassVar[bool] = False
    """True if the results depend on the records of learning, and not on genomes alone."""

    def __post_init__(self) -> None:
        """Check every setting that has a range."""
        for each in (one for one in fields(self) if "check" in one.metadata):
            value = getattr(self, each.name)
            values = value if isinstance(value, tuple) else (value,)
            if not values and not each.metadata["empty"]:
                raise UserError(f"{each.name} must be one value or more, got none")
            for one in values:
                each.metadata["check"](each.name, one)

    @classmethod
    def name(cls) -> str:
        """The name of the measure, which is that of its file."""
        return cls.__module__.rpartition(".")[2]

    def episodes(self) -> float:
        """How many episodes the measurement of one subject takes, for estimates of time."""
        return 0.0

    def json(self) -> dict[str, Any]:
        """The name and the settings, as JSON."""
        return {"measure": self.name(), **plain(self)}


class RunMeasure(Measure, ABC):
    """A measure of one run."""

    __slots__ = ()
    of = "run"

    @abstractmethod
    def compute(self, subject: "Subject", evaluation_set: "EvaluationSet", machine: "Machine") -> Findings:
        """Measure a run's champion. Returns results by slot."""


class FunctionMeasure(RunMeasure, ABC):
    """A measure of one run that needs only the values of genomes, and so can measure any function of genomes."""

    __slots__ = ()
    by_outcome: ClassVar[bool] = False
    """True if it is better measured by several outcomes of a genome, such as one per maze."""
    mazes: int
    """Mazes in which every genome is evaluated; a setting of every subclass."""

    def compute(self, subject: "Subject", evaluation_set: "EvaluationSet", machine: "Machine") -> Findings:
        """Measure the pellets eaten by the genomes around a run's champion."""
        from sim.evaluation.evaluation_set import mean

        pellets = evaluation_set.pellets(subject.layout, evaluation_set.mazes(self.mazes), machine)
        function = pellets if self.by_outcome else mean(pellets)
        return self.around(function, subject.genome, subject.layout, evaluation_set.draws(subject))

    @abstractmethod
    def around(self, function: "Function", genome: "NDArray[Any]", layout: "Layout | None", seed: int) -> Findings:
        """Measure a function around a genome [P]. Returns results by slot; `seed` names all random streams.

        The function maps genomes [N, P] to values [N], or to [N, M] if `by_outcome`. A genome without a layout is one
        row.
        """


class PairMeasure(Measure, ABC):
    """A measure of two runs of one layout."""

    __slots__ = ()
    of = "pair"

    @abstractmethod
    def compute(
        self, first: "Subject", second: "Subject", evaluation_set: "EvaluationSet", machine: "Machine"
    ) -> Findings:
        """Compare two champions. Returns results by slot."""


class GroupMeasure(Measure, ABC):
    """A measure of several runs of one layout together."""

    __slots__ = ()
    of = "group"

    @abstractmethod
    def compute(self, subjects: "Sequence[Subject]", evaluation_set: "EvaluationSet", machine: "Machine") -> Findings:
        """Measure the champions together. Returns results by slot."""


class FieldMeasure(Measure, ABC):
    """A measure of a field alone."""

    __slots__ = ()
    of = "field"

    @abstractmethod
    def compute(self, field: "Field", seed: int) -> Findings:
        """Measure the heights of a field. Returns results by slot; `seed` names the bootstrap's random stream."""

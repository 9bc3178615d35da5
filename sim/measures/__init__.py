"""Measures: what can be asked of a run, of a pair or group of runs, or of a field. One file each, found by its name.

A measure is a frozen value. Its fields are its settings, its class names the quantities that it finds, and its file is
its name: `sim/measures/half_radius.py` is the measure "half_radius". To add one, add a file here, or in a folder that
the environment variable FORAGESCAPE_MEASURES names.
"""

import difflib
import importlib
import inspect
import os
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from agents.errors import UserError
from sim.statistics.results import Findings, Kind
from sim.values import parse, plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agents.layout import Layout
    from sim.evaluation.evaluation_set import EvaluationSet
    from sim.evaluation.subject import Subject
    from sim.landscape.field import Field
    from sim.landscape.function import Function
    from sim.rollout.machine import Machine

Of = Literal["run", "pair", "group", "field"]

OWN = os.path.dirname(__file__)
MORE = "FORAGESCAPE_MEASURES"  # the environment variable that names folders of further measures


@dataclass(frozen=True, slots=True)
class Quantity:
    """The definition of what a result is."""

    name: str
    """In a few words, as a table has it."""
    meaning: str
    """What it is, with its source (author, year)."""
    unit: str = ""
    counted: str = ""
    """What the sample of a number counts: mazes, pairs, directions."""
    interval: str = ""
    """What the 95 % interval of a number is over, and what it leaves out."""
    known: str = ""
    """A known answer that the tests hold it to."""
    kind: Kind = "number"
    axes: tuple[str, str] = ("", "")
    """The labels of x and y, where it is drawn."""
    log: Literal["", "x", "y", "xy"] = ""
    """Which axes are logarithmic."""
    control_of: str = ""
    """The quantity that it is a control of: what that measures where there is nothing to find."""

    @property
    def text(self) -> str:
        """The whole definition, as a footnote has it."""
        return " ".join(filter(None, (self.meaning, self.interval, self.known)))


CONTROLS = {
    "bowl": ("bowl", "A control: a quadratic bowl with exactly the same heights, as often."),
    "other": ("other mazes", "A control: the same in as many other mazes."),
}


def with_controls(quantities: Mapping[str, Quantity], controls: Sequence[str] = tuple(CONTROLS)) -> dict[str, Quantity]:
    """Quantities, and behind them those of their controls, named quantity_bowl and quantity_other."""
    found = dict(quantities)
    for control in controls:
        name, meaning = CONTROLS[control]
        for key, each in quantities.items():
            stem, points = key.removesuffix("_points"), key.endswith("_points")
            found[f"{stem}_{control}{'_points' * points}"] = replace(
                each, name=f"{each.name}, {name}", meaning=f"{meaning} {each.meaning}", control_of=key
            )
    return found


class Measure:
    """What all measures are. A subclass is a frozen dataclass with slots, and is of a run, pair, group or field."""

    __slots__ = ()
    of: ClassVar[Of]
    quantities: ClassVar[Mapping[str, Quantity]]
    version: ClassVar[int] = 1
    """Of how it is measured: a new one makes stored results stale."""
    reads_history: ClassVar[bool] = False
    """Whether it reads the records of learning, beside genomes."""

    @classmethod
    def name(cls) -> str:
        """What it is called: the name of its file."""
        return cls.__module__.rpartition(".")[2]

    def episodes(self) -> float:
        """About how many episodes one subject takes, for estimates of time."""
        return 1e4

    def json(self) -> dict[str, Any]:
        """The measure as JSON has it."""
        return {"measure": self.name(), **plain(self)}


class RunMeasure(Measure, ABC):
    """A measure of one run."""

    __slots__ = ()
    of = "run"

    @abstractmethod
    def compute(self, subject: "Subject", ground: "EvaluationSet", machine: "Machine") -> Findings:
        """What it finds of a run's champion, by slot."""


class FunctionMeasure(RunMeasure, ABC):
    """A measure of one run that asks only what genomes score: it measures any function of genomes, too."""

    __slots__ = ()
    by_outcome: ClassVar[bool] = False
    """Whether the function may also return several outcomes of a genome, [N, M], and is the better measured for it."""

    @abstractmethod
    def around(self, function: "Function", genome: "NDArray[Any]", layout: "Layout | None", seed: int) -> Findings:
        """What it finds of a function around a genome [P], by slot; `seed` names all that is drawn.

        The function maps genomes [N, P] to values [N], or to [N, M] where `by_outcome`. A genome without a layout is
        one row.
        """


class PairMeasure(Measure, ABC):
    """A measure of two runs of one layout."""

    __slots__ = ()
    of = "pair"

    @abstractmethod
    def compute(self, one: "Subject", other: "Subject", ground: "EvaluationSet", machine: "Machine") -> Findings:
        """What it finds of two champions, by slot."""


class GroupMeasure(Measure, ABC):
    """A measure of several runs of one layout together."""

    __slots__ = ()
    of = "group"

    @abstractmethod
    def compute(self, subjects: "Sequence[Subject]", ground: "EvaluationSet", machine: "Machine") -> Findings:
        """What it finds of the champions, by slot."""


class FieldMeasure(Measure, ABC):
    """A measure of a field alone."""

    __slots__ = ()
    of = "field"

    @abstractmethod
    def compute(self, field: "Field", seed: int) -> Findings:
        """What it finds in the heights, by slot; `seed` names its resamples."""


def listing() -> dict[str, type[Measure]]:
    """All measures by name, from the files of this folder and of those that the environment names, in order."""
    return _listed(tuple(filter(None, os.environ.get(MORE, "").split(os.pathsep))))


@cache
def _listed(more: tuple[str, ...]) -> dict[str, type[Measure]]:
    __path__.extend(folder for folder in more if folder not in __path__)
    modules = pkgutil.iter_modules([OWN, *more])
    names = sorted(module.name for module in modules if not module.name.startswith("_"))
    return {name: kind for name in names for kind in _classes(name)}


def _classes(name: str) -> list[type[Measure]]:
    """The measure that a file defines, or none where it only helps others; UserError where there are several."""
    try:
        module = importlib.import_module(f"{__name__}.{name}")
    except Exception as error:  # whatever a user's file may raise
        raise UserError(f"the measure {name} cannot be imported ({type(error).__name__}: {error}); mend it") from error
    kinds = [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Measure) and kind.__module__ == module.__name__
    ]
    if len(kinds) > 1:
        raise UserError(f"{module.__file__} defines {len(kinds)} measures; a file is one measure, so split it")
    return kinds


def find(name: str) -> type[Measure]:
    """The measure of that name, or UserError."""
    known = listing()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        fix = f"did you mean {near[0]}?" if near else f"choose from {', '.join(known)}"
        raise UserError(f"there is no measure {name!r}; {fix}")
    return known[name]


def from_json(table: Mapping[str, Any]) -> Measure:
    """The measure that `Measure.json` described; what is missing keeps its default. UserError for anything else."""
    settings = {key: value for key, value in table.items() if key != "measure"}
    name = table.get("measure")
    if not isinstance(name, str):
        raise UserError(f"a measure is a table with its name under measure, got {dict(table)!r}")
    try:
        return parse(find(name), settings)
    except UserError as error:
        raise UserError(f"measure {name}: {error}") from error

"""Results: what a measure finds, as values of six kinds. A page has one panel for each kind, and none for a quantity.

K points of a curve, H and W rows and columns, N values. Every result names its quantity, whose meaning, unit and axes
stand in the measure's definitions (`sim.measures.Quantity`). Results are JSON and arrays, both ways.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError

Kind = Literal["number", "curve", "map", "scatter", "histogram", "matrix"]
Floats = NDArray[np.float64]
Interval = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Number:
    """One value with the bounds of its 95 % interval; both are None where they do not exist or are not finite."""

    kind: ClassVar[Kind] = "number"
    quantity: str
    value: float | None
    interval: Interval | None = None
    sample: int = 1
    """How many of what the quantity counts the value rests on."""
    detail: str = ""
    """What tells it from other results of the same quantity, such as "0.3 norms out"."""
    note: str = ""
    """What a reader must know of this one value, such as "saturated"."""
    doubtful: bool = False
    """Whether the note says that the value cannot be trusted."""

    @property
    def low(self) -> float | None:
        """The lower bound, None where there is none."""
        return self.interval[0] if self.interval else None

    @property
    def high(self) -> float | None:
        """The upper bound, None where there is none."""
        return self.interval[1] if self.interval else None


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points x, y [K] in order; `low` and `high` [K] are bounds of y; points that are not `fitted` [K] are hollow."""

    kind: ClassVar[Kind] = "curve"
    quantity: str
    x: Floats
    y: Floats
    low: Floats | None = None
    high: Floats | None = None
    fitted: NDArray[np.bool_] | None = None
    detail: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """Places xy [N, 2] on a map: the end of a path, its beginning (hollow), or the path between them."""

    xy: Floats
    text: str = ""
    shape: Literal["path", "spot", "ring"] = "spot"
    subject: int = 0
    """Which of the subjects it belongs to, for its colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """Heights [H, W], row 0 at the top, about a centre (x, y), with square pixels of a side; and marks on it.

    Lengths are in the `unit` of the map's plane; `limits` are those of its colours, None for its own range.
    """

    kind: ClassVar[Kind] = "map"
    quantity: str
    heights: NDArray[np.float32]
    pixel: float
    unit: str = "norms"
    centre: tuple[float, float] = (0.0, 0.0)
    limits: tuple[float, float] | None = None
    marks: tuple[Mark, ...] = ()
    detail: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Points x, y [N] in no order."""

    kind: ClassVar[Kind] = "scatter"
    quantity: str
    x: Floats
    y: Floats
    detail: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Values [N] whose distribution is shown; infinite ones lie beyond the axis."""

    kind: ClassVar[Kind] = "histogram"
    quantity: str
    values: Floats
    detail: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Values [R, C] under named rows and columns."""

    kind: ClassVar[Kind] = "matrix"
    quantity: str
    values: Floats
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    detail: str = ""
    note: str = ""


Result = Number | Curve | Map | Scatter | Histogram | Matrix
Findings = dict[str, Result]
"""What one measure found of one subject, by slot: a name that tells results of one quantity apart."""

KINDS: dict[Kind, type[Any]] = {each.kind: each for each in (Number, Curve, Map, Scatter, Histogram, Matrix)}


def number(quantity: str, value: Any, interval: Any = None, **more: Any) -> Number:
    """A `Number` from what numpy gives: `interval` is a pair of bounds or None, and what is not finite becomes None."""
    bounds = None if interval is None else (finite(interval[0]), finite(interval[1]))
    return Number(quantity, finite(value), None if bounds == (None, None) else bounds, **more)


def finite(value: Any) -> float | None:
    """A number as JSON can hold it; None for what is not finite."""
    found = float(np.asarray(value))
    return found if math.isfinite(found) else None


def to_parts(findings: Mapping[str, Result]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Findings as JSON can hold them, and their arrays by name: "slot/field", "slot/marks/0"."""
    tables: dict[str, Any] = {}
    arrays: dict[str, NDArray[Any]] = {}
    for slot, result in findings.items():
        table: dict[str, Any] = {"kind": result.kind}
        for each in fields(result):
            value = getattr(result, each.name)
            if isinstance(value, np.ndarray):
                arrays[f"{slot}/{each.name}"] = value
            elif each.name == "marks":
                arrays |= {f"{slot}/marks/{at}": mark.xy for at, mark in enumerate(value)}
                table["marks"] = [{"text": mark.text, "shape": mark.shape, "subject": mark.subject} for mark in value]
            elif value != each.default:
                table[each.name] = list(value) if isinstance(value, tuple) else value
        tables[slot] = table
    return tables, arrays


def from_parts(tables: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Findings:
    """What `to_parts` took apart. Raises UserError where the parts do not fit."""
    try:
        return {slot: _result(slot, dict(table), arrays) for slot, table in tables.items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"results are damaged ({' '.join(str(error).split())}); measure them again") from error


def _result(slot: str, table: dict[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Result:
    kind = KINDS[table.pop("kind")]
    for each in fields(kind):
        if f"{slot}/{each.name}" in arrays:
            table[each.name] = arrays[f"{slot}/{each.name}"]
        elif isinstance(table.get(each.name), list) and each.name != "marks":
            table[each.name] = tuple(table[each.name])
    if "marks" in table:
        table["marks"] = tuple(
            Mark(arrays[f"{slot}/marks/{at}"], **about) for at, about in enumerate(table.pop("marks"))
        )
    found: Result = kind(**table)
    return found

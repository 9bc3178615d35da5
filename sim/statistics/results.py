"""Results: what a measure finds, as values of six kinds. A page draws each kind in one way, whatever the quantity.

K points of a curve, H and W rows and columns, N values. Every result names its quantity; the measure's definitions
(`sim.measures.Quantity`) give the meaning, unit and axes. Results become JSON and arrays, and come back.
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
    """One value with the bounds of its 95 % interval. A value or bound that does not exist or is not finite is None."""

    kind: ClassVar[Kind] = "number"
    quantity: str
    value: float | None
    interval: Interval | None = None
    sample: int = 1
    """The size of the sample; the quantity says what it consists of."""
    detail: str = ""
    """What distinguishes it from other results of the same quantity, such as "radius 0.3"."""
    note: str = ""
    """What a reader must know about this one value, such as "saturated"."""
    doubtful: bool = False
    """True if the note says that the value cannot be trusted."""

    @property
    def low(self) -> float | None:
        """The lower bound, or None."""
        return self.interval[0] if self.interval else None

    @property
    def high(self) -> float | None:
        """The upper bound, or None."""
        return self.interval[1] if self.interval else None


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points x, y [K] in order, with bounds `low` and `high` [K] of y; points that are not `fitted` [K] are hollow."""

    kind: ClassVar[Kind] = "curve"
    quantity: str
    x: Floats
    y: Floats
    low: Floats | None = None
    high: Floats | None = None
    fitted: NDArray[np.bool_] | None = None
    detail: str = ""
    note: str = ""
    apart: bool = False
    """True if the curves of each run are drawn in a chart of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """Points xy [N, 2] on a map: a path, its end (spot), or its beginning (ring), or arrows from every other point to
    the next.
    """

    xy: Floats
    text: str = ""
    shape: Literal["path", "spot", "ring", "arrow"] = "spot"
    subject: int = 0
    """The index of the subject that it belongs to, for its colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """Heights [H, W], row 0 at the top, around a centre (x, y), with square pixels of side `pixel`, and marks on it.

    Lengths are in `unit`; `limits` are those of the colours, or None for the range of the heights.
    """

    kind: ClassVar[Kind] = "map"
    quantity: str
    heights: NDArray[np.float32]
    pixel: float
    unit: str = "‖g‖"
    centre: tuple[float, float] = (0.0, 0.0)
    limits: tuple[float, float] | None = None
    marks: tuple[Mark, ...] = ()
    detail: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Points x, y [N] in no order. If there are `classes`, point i is of classes[of[i]].

    Behind the points, the region is shaded in which the `shade` [H, W] is above 0.
    """

    kind: ClassVar[Kind] = "scatter"
    quantity: str
    x: Floats
    y: Floats
    detail: str = ""
    note: str = ""
    classes: tuple[str, ...] = ()
    of: NDArray[np.intp] | None = None
    """Of each point [N], the number of its class."""
    shade: Floats | None = None
    """Heights at H times W points that fill the `extent` evenly, row 0 at the lower edge."""
    extent: tuple[float, float, float, float] = (0.0, 1.0, 0.0, 1.0)
    """The left, right, lower and upper edge of the shade."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Values [N] whose distribution is drawn; infinite values lie beyond the axis."""

    kind: ClassVar[Kind] = "histogram"
    quantity: str
    values: Floats
    detail: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Values [R, C] with the names of rows and columns."""

    kind: ClassVar[Kind] = "matrix"
    quantity: str
    values: Floats
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    detail: str = ""
    note: str = ""


Result = Number | Curve | Map | Scatter | Histogram | Matrix
Findings = dict[str, Result]
"""The results of one measurement by slot: a name that is unique among them."""

KINDS: dict[Kind, type[Any]] = {each.kind: each for each in (Number, Curve, Map, Scatter, Histogram, Matrix)}
NORMAL = 1.96  # standard errors on either side of an estimate: its 95 % interval


def number(quantity: str, value: Any, interval: Any = None, **more: Any) -> Number:
    """A `Number` from numpy's types: `interval` is a pair of bounds or None; what is not finite becomes None."""
    bounds = None if interval is None else (finite(interval[0]), finite(interval[1]))
    return Number(quantity, finite(value), None if bounds == (None, None) else bounds, **more)


def with_error(quantity: str, value: float, error: float, **more: Any) -> Number:
    """An estimate with the interval of 1.96 standard errors on either side."""
    return number(quantity, value, (value - NORMAL * error, value + NORMAL * error), **more)


def by_quantity(*results: Result) -> Findings:
    """Results of different quantities, each in the slot that has the name of its quantity."""
    return {result.quantity: result for result in results}


def finite(value: Any) -> float | None:
    """A number as JSON can hold it: None if it is not finite."""
    found = float(np.asarray(value))
    return found if math.isfinite(found) else None


def to_parts(findings: Mapping[str, Result]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Findings as JSON, and their arrays by name: "slot/field", "slot/marks/0"."""
    tables: dict[str, Any] = {}
    arrays: dict[str, NDArray[Any]] = {}
    for slot, result in findings.items():
        table: dict[str, Any] = {"kind": result.kind}
        for field in fields(result):
            value = getattr(result, field.name)
            if isinstance(value, np.ndarray):
                arrays[f"{slot}/{field.name}"] = value
            elif field.name == "marks":
                arrays |= {f"{slot}/marks/{at}": mark.xy for at, mark in enumerate(value)}
                table["marks"] = [{"text": mark.text, "shape": mark.shape, "subject": mark.subject} for mark in value]
            elif value != field.default:
                table[field.name] = list(value) if isinstance(value, tuple) else value
        tables[slot] = table
    return tables, arrays


def from_parts(tables: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Findings:
    """The findings that `to_parts` took apart. Raises UserError if the parts do not fit."""
    try:
        return {slot: _result(slot, dict(table), arrays) for slot, table in tables.items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"results are damaged ({' '.join(str(error).split())}); measure them again") from error


def _result(slot: str, table: dict[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Result:
    kind = KINDS[table.pop("kind")]
    for field in fields(kind):
        if f"{slot}/{field.name}" in arrays:
            table[field.name] = arrays[f"{slot}/{field.name}"]
        elif isinstance(table.get(field.name), list) and field.name != "marks":
            table[field.name] = tuple(table[field.name])
    if "marks" in table:
        marks = table.pop("marks")
        table["marks"] = tuple(Mark(arrays[f"{slot}/marks/{at}"], **about) for at, about in enumerate(marks))
    result: Result = kind(**table)
    return result

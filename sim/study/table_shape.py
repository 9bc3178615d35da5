"""The shape of the tables of a study file: which of its settings are tables, which are lists, and of what."""

import math
from collections.abc import Mapping
from typing import Any

from agents.errors import UserError

ANY = "*"  # stands for every key that a shape does not name
TABLE: dict[str, Any] = {}
LIST: list[Any] = []
OF_MEASURES = {ANY: TABLE}
CLAIM: dict[str, Any] = {"only": TABLE, "least": int}
SHAPE: dict[str, Any] = {
    "learn": TABLE,
    "learners": {ANY: TABLE},
    "grid": TABLE,
    "seeds": int | list,
    "reference": {"correlations": TABLE},
    "section": [{"measures": [TABLE]}],
    "claim": [{**CLAIM, "control": [{**CLAIM, "control": LIST}]}],
    "film": TABLE,
    "quick": {
        "learn": TABLE, "learners": {ANY: TABLE}, "grid": TABLE, "film": TABLE, "measures": OF_MEASURES,
        "seeds": int | list, "least": int,
    },
}  # fmt: skip
"""A dict is a table of the shapes of its settings, a list with one shape is a list of it, a type is that of a value."""


def shaped(value: Any, shape: Any = SHAPE, at: str = "") -> Any:
    """A copy of a study's tables, in which every table and list can be changed without harm to the original.

    Raises UserError, which names the setting, where a value is not of its shape.
    """
    if isinstance(shape, dict):
        if not isinstance(value, Mapping):
            raise UserError(f"{at} must be a table, got {value!r}")
        inner = {key: (shape.get(key, shape.get(ANY)), f"{at}.{key}" if at else str(key)) for key in value}
        return {key: shaped(value[key], *inner[key]) for key in value}
    if isinstance(shape, list):
        if not isinstance(value, list | tuple):
            raise UserError(f"{at} must be a list{' of tables' * bool(shape)}, got {value!r}")
        return [shaped(each, shape[0], at) if shape else each for each in value]
    if shape is not None and (isinstance(value, bool) or not isinstance(value, shape)):
        raise UserError(f"{at} must be a whole number{' or a list' * (shape is not int)}, got {value!r}")
    return value


def is_number(value: Any) -> bool:
    """True for a number that can be compared with others."""
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)

"""Checks of settings: each refuses, with a UserError of one line, a value that a setting cannot have."""

import math
from numbers import Real
from typing import Any, TypeGuard, get_args

from agents.errors import UserError


def between(name: str, value: object, low: float, high: float, unit: str = "") -> None:
    """Refuse what is not a finite number from `low` to `high`."""
    if not _is_number(value) or not low <= value <= high or math.isinf(value):
        raise UserError(f"{name} must be {_span(low, high, unit)}, got {value!r}")


def positive(name: str, value: object, most: float = math.inf) -> None:
    """Refuse what is not a finite number above 0 and at most `most`."""
    if not _is_number(value) or not 0 < value <= most or math.isinf(value):
        span = "a number above 0" if math.isinf(most) else f"above 0 and at most {most:g}"
        raise UserError(f"{name} must be {span}, got {value!r}")


def whole(name: str, value: object, low: int, high: float, unit: str = "") -> None:
    """Refuse what is not a whole number from `low` to `high`."""
    if not _is_whole(value):
        raise UserError(f"{name} must be a whole number {_span(low, high, unit)}, got {value!r}")
    between(name, value, low, high, unit)


def even(name: str, value: int, why: str) -> None:
    """Refuse an odd number; `why` says what comes in pairs."""
    if value % 2:
        raise UserError(f"{name} must be even, as {why}, got {value}")


def choice(name: str, value: object, literal: Any) -> None:
    """Refuse what is not one of the choices of a Literal type."""
    choices = get_args(literal)
    if value not in choices:
        raise UserError(f"{name} must be one of {', '.join(map(str, choices))}, got {value!r}")


def seed(value: object) -> None:
    """Refuse what names no random stream of `agents.randomness`."""
    if not _is_whole(value) or not 0 <= value < 2**64:
        raise UserError(f"seed must be from 0 to 2^64 - 1, got {value!r}")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_whole(value: object) -> TypeGuard[int]:
    """An int of Python's own, as files and streams take no other."""
    return isinstance(value, int) and not isinstance(value, bool)


def _span(low: float, high: float, unit: str) -> str:
    low_text, high_text = (str(bound) if isinstance(bound, int) else f"{bound:g}" for bound in (low, high))
    span = f"{low_text} or more" if math.isinf(high) else f"from {low_text} to {high_text}"
    return f"{span} {unit}".rstrip()

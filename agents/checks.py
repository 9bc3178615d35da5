"""Checks of settings: every function raises a UserError of one line if a setting has a value that is not allowed."""

import math
from numbers import Real
from typing import Any, TypeGuard, get_args

from agents.errors import UserError

MOST_SCALE = 1e6  # of a width, a radius or a step, in units in which 1 is large: beyond it numbers may overflow


def scale(name: str, value: object) -> None:
    """Raise UserError unless `value` is a number above 0 and at most MOST_SCALE."""
    positive(name, value)
    if _is_number(value) and value > MOST_SCALE:
        raise UserError(f"{name} must be at most {MOST_SCALE:g}, got {value!r}")


def decay_of_weights(value: object, rate: float) -> None:
    """Raise UserError unless `value` is 0 or more, and weights shrink by at most all of themselves at a `rate`."""
    between("weight_decay", value, 0, math.inf)
    if _is_number(value) and value * rate > 1:
        got = f"got {rate:g} and {value:g}"
        raise UserError(f"learning_rate times weight_decay must be at most 1, {got}; lower one of them")


def between(name: str, value: object, low: float, high: float, unit: str = "") -> None:
    """Raise UserError unless `value` is a finite number from `low` to `high`."""
    if not _is_number(value) or not low <= value <= high or math.isinf(value):
        raise UserError(f"{name} must be {_span(low, high, unit)}, got {value!r}")


def positive(name: str, value: object, most: float = math.inf) -> None:
    """Raise UserError unless `value` is a finite number above 0 and at most `most`."""
    if not _is_number(value) or not 0 < value <= most or math.isinf(value):
        span = "a number above 0" if math.isinf(most) else f"above 0 and at most {most:g}"
        raise UserError(f"{name} must be {span}, got {value!r}")


def whole(name: str, value: object, low: int, high: float, unit: str = "") -> None:
    """Raise UserError unless `value` is a whole number from `low` to `high`."""
    if not _is_whole(value):
        raise UserError(f"{name} must be a whole number {_span(low, high, unit)}, got {value!r}")
    between(name, value, low, high, unit)


def even(name: str, value: int, why: str) -> None:
    """Raise UserError if `value` is odd; `why` completes "must be even, as ..." in the message."""
    if value % 2:
        raise UserError(f"{name} must be even, as {why}, got {value}")


def choice(name: str, value: object, literal: Any) -> None:
    """Raise UserError unless `value` is one of the choices of a Literal type."""
    choices = get_args(literal)
    if value not in choices:
        raise UserError(f"{name} must be one of {', '.join(map(str, choices))}, got {value!r}")


def seed(value: object) -> None:
    """Raise UserError unless `value` can be the seed of a random stream of `agents.randomness`."""
    if not _is_whole(value) or not 0 <= value < 2**64:
        raise UserError(f"seed must be from 0 to 2^64 - 1, got {value!r}")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_whole(value: object) -> TypeGuard[int]:
    """True for Python's int alone, as files and random streams do not take numpy's integers."""
    return isinstance(value, int) and not isinstance(value, bool)


def _span(low: float, high: float, unit: str) -> str:
    low_text, high_text = (str(bound) if isinstance(bound, int) else f"{bound:g}" for bound in (low, high))
    span = f"{low_text} or more" if math.isinf(high) else f"from {low_text} to {high_text}"
    return f"{span} {unit}".rstrip()

"""Words: numbers as a page has them, with the digits that their intervals allow."""

import math
from collections.abc import Sequence

from sim.statistics.results import Number

NONE = "–"


def number(value: float | None, width: float | None = None) -> str:
    """A number in few letters, to two digits of the `width` that it is known within, or else to four in all."""
    if value is None or not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= 6 or size < -4:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{float(mantissa):g} × 10{raised(int(exponent))}".replace("-", "−")
    known = width is not None and width > 1e-9 * abs(value)
    digits = min(6, max(0, 1 - math.floor(math.log10(width)))) if width and known else max(0, 3 - size)
    text = f"{value:,.{digits}f}"
    if not known and "." in text:
        text = text.rstrip("0").rstrip(".")
    if not float(text.replace(",", "")):
        text = text.removeprefix("-")
    return text.replace("-", "−").replace(",", "\u202f")


def value(found: Number) -> str:
    """The value of a number, to as many digits as its interval allows."""
    return number(found.value, width(found))


def interval(found: Number) -> str:
    """Its 95 % interval, or nothing."""
    if found.interval is None:
        return ""
    return f"{number(found.low, width(found))} to {number(found.high, width(found))}"


def width(found: Number) -> float | None:
    """Half of its interval, None where there is none."""
    return None if found.low is None or found.high is None else (found.high - found.low) / 2


def sample(found: Number, counted: str) -> str:
    """How large its sample is, and of what; nothing where nothing is counted."""
    if found.sample == 1:
        first, *rest = counted.split(" of ")
        counted = " of ".join([first.removesuffix("s"), *rest])
    return f"{number(found.sample)} {counted}" if counted else ""


def capital(text: str) -> str:
    """A text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def listed(texts: Sequence[str]) -> str:
    """Words as a list with an "and"."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def raised(exponent: int) -> str:
    """An exponent in raised digits."""
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))

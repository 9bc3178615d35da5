"""Words: numbers as a page has them, and what each is called beyond its definition's name."""

import math
import re

from sim.comparison.definitions import DEFINITIONS
from sim.comparison.number import Number

PATHS = {
    "line": "straight line",
    "curve_pellets": "curve trained for pellets",
    "curve_imitation": "curve trained for the loss",
}
LEVELS = {"level_lower": "lower quartile", "level_median": "median", "level_upper": "upper quartile"}
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
    known = width is not None and width > 0
    digits = min(6, max(0, 1 - math.floor(math.log10(width)))) if width and known else max(0, 3 - size)
    text = f"{value:,.{digits}f}"
    if not known and "." in text:
        text = text.rstrip("0").rstrip(".")
    if not float(text.replace(",", "")):
        text = text.removeprefix("-")
    return text.replace("-", "−").replace(",", " ")


def value(found: Number) -> str:
    """The value of a number, to as many digits as its interval allows."""
    return number(found.value, _width(found))


def interval(found: Number) -> str:
    """Its 95 % interval, or nothing."""
    if found.interval is None:
        return ""
    width = _width(found)
    return f"{number(found.low, width)} to {number(found.high, width)}"


def sample(found: Number) -> str:
    """How large its sample is, and of what."""
    counted = DEFINITIONS[found.key].counted
    if found.sample == 1:
        first, *rest = counted.split(" of ")
        counted = " of ".join([{"lives": "life"}.get(first, first.removesuffix("s")), *rest])
    return f"{number(found.sample)} {counted}"


def about(found: Number) -> str:
    """All that a number is, in plain text: what shows when it is pointed at."""
    definition = DEFINITIONS[found.key]
    parts = [f"{definition.name}{f', {definition.unit}' if definition.unit else ''}: {definition.text}"]
    if found.interval is not None:
        parts.append(f"95 % interval {interval(found)}.")
    parts.append(f"n = {sample(found)}; seed {found.seed}{'; ' + found.note if found.note else ''}.")
    return " ".join(parts)


def which(slot: str, key: str) -> str:
    """What tells this number from others of the same definition, from its slot."""
    for name, words in PATHS.items():
        if slot.startswith(f"{name}_"):
            both = name == "line" and key == "barrier_at"  # the line has a barrier of either kind
            return f"{words}, {'loss' if 'imitation' in slot else 'pellets'}" if both else words
    for name, words in LEVELS.items():
        if slot.removesuffix("_bowl").removesuffix("_other") == name:
            return words
    found = re.fullmatch(rf"{re.escape(key)}_([\d.]+)(?:_(\d+))?", slot)
    if found:
        place = f"first {found[1]} steps" if key.startswith("hessian") else f"{found[1]} norms out"
        return f"{place}, lives of {found[2]} steps" if found[2] else place
    return ""


def remark(found: Number, which: str) -> str:
    """What a number's note says beyond what tells it from others."""
    parts = found.note.split(", ")
    if which:
        parts = [part for part in parts if not re.fullmatch(r"at [\d.]+ norms|(lives of )?\d+ steps", part)]
    return ", ".join(parts)


def is_control(slot: str, key: str) -> bool:
    """Whether a number is there to judge others by."""
    return "A control:" in DEFINITIONS[key].text or slot.endswith(("_bowl", "_other"))


def doubtful(found: Number) -> bool:
    """Whether a number's own note says that it cannot be trusted."""
    return any(word in found.note for word in ("saturated", "not settled", "too few", "ends differ"))


def _width(found: Number) -> float | None:
    if found.low is None or found.high is None:
        return None
    return (found.high - found.low) / 2


def raised(exponent: int) -> str:
    """An exponent in raised digits."""
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))

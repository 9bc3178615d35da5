"""Texts for a page: numbers with as many digits as their intervals justify, and lists."""

import math
import re
from collections.abc import Sequence

from sim.statistics.results import Number

NONE = "–"
PLAIN = 3  # significant digits of a result without an interval
METHODS = {
    "evolve (es)": ("evolved (ES)", "evolution strategy (OpenAI-ES)"),
    "evolve (genetic)": ("evolved (genetic)", "genetic algorithm"),
    "evolve (cma)": ("evolved (CMA-ES)", "evolution strategy (CMA-ES)"),
    "imitate": ("imitated", "imitation of a teacher (DAgger)"),
    "reinforce": ("reinforced", "policy gradients (REINFORCE)"),
}
"""What a page calls a run of a method, and the method itself."""


def learned(method: str) -> str:
    """What a page calls a run of a method, such as "evolved (ES)"."""
    return METHODS.get(method, (method, ""))[0]


def way_of_learning(method: str) -> str:
    """What a page calls a method, such as "policy gradients (REINFORCE)"."""
    return METHODS.get(method, ("", method))[1]


def number(value: float | None, width: float | None = None, *, digits: int = 4) -> str:
    """A short text for a number: the digits that half of its interval, `width`, supports, or else `digits` of them.

    The last digit is the second one of the width if that is at most 35, and else the first one, as particle physicists
    do (Particle Data Group 2022, section 5.3): 87.8 for 87.75 with a width of 0.88.
    """
    if value is None or not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= 6 or size < -4:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{float(mantissa):g} × 10{raised(int(exponent))}".replace("-", "−")
    known = width is not None and width > 1e-9 * abs(value)
    decimals = min(6, max(0, _last_decimal(width))) if width and known else max(0, digits - 1 - size)
    text = f"{value:,.{decimals}f}"
    if not known and "." in text:
        text = text.rstrip("0").rstrip(".")
    if not float(text.replace(",", "")):
        text = text.removeprefix("-")
    return text.replace("-", "−").replace(",", "\u202f")


def _last_decimal(width: float) -> int:
    """The number of decimals that a width supports."""
    first = math.floor(math.log10(width))
    return (1 if width / 10.0**first < 3.55 else 0) - first


def p_value(p: float, *, is_bound: bool = False) -> str:
    """A p value with its sign, "= 0.012" or "< 0.001"; `is_bound` if it is smaller than the number that is given."""
    if p < 0.001:
        return "< 0.001"
    return f"< {math.ceil(1000 * p) / 1000:g}" if is_bound else f"= {number(p, 0.01)}"


def value(one: Number) -> str:
    """The value of a number, with as many digits as its interval justifies."""
    return number(one.value, width(one), digits=PLAIN)


def interval(one: Number) -> str:
    """The 95 % interval of a number, or an empty text."""
    if one.interval is None:
        return ""
    return f"{number(one.low, width(one))} to {number(one.high, width(one))}"


def width(one: Number) -> float | None:
    """Half of a number's interval, or None."""
    return None if one.low is None or one.high is None else (one.high - one.low) / 2


def sample(one: Number, counted: str) -> str:
    """The size of a number's sample and what it consists of; empty if nothing is counted."""
    if one.sample == 1:
        first, *rest = counted.split(" of ")
        counted = " of ".join([first.removesuffix("s"), *rest])
    return f"{number(one.sample)} {counted}" if counted else ""


def capital(text: str) -> str:
    """A text with a capital first letter."""
    return text[:1].upper() + text[1:]


def first_sentence(text: str) -> tuple[str, str]:
    """A text after its first sentence is taken from it: both parts. The end of "et al." ends no sentence."""
    end = re.search(r"(?<!\bal)(?<!\bvs)\.\)? (?=[A-Z‖Δ0-9])", text)
    return (text[: end.end()].strip(), text[end.end() :]) if end else (text, "")


def listed(texts: Sequence[str]) -> str:
    """Texts as a list with "and" before the last."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def raised(exponent: int) -> str:
    """An exponent in superscript digits."""
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))

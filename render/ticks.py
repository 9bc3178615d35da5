"""Numbers as people write them on a scale: round steps, short texts, percentages, and the ticks of a colour bar."""

import math

import numpy as np

from render.palette import Equaliser

TICKS = 6  # about the number of ticks of a colour bar


def nice(value: float) -> float:
    """The largest number up to `value` (above 0) that is 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-12)
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= value * (1 + 1e-9) or step == 1.0)


def short_number(value: float) -> str:
    """A number as a short text: 0.05, 20, 2e-7."""
    if value == 0 or 1e-3 <= abs(value) < 1e6:
        return f"{value:.4g}" if abs(value) < 9999.5 else f"{value:.0f}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def percent(share: float) -> str:
    """A share as a short text: 5 %, 0.02 %, 2e-7 %."""
    return f"{short_number(float(f'{100 * share:.2g}'))} %"


def ticks(limits: tuple[float, float], equalise: Equaliser | None = None) -> list[tuple[float, float]]:
    """The values of the ticks of a colour bar, with their places along it from 0 to 1, in rising order.

    If colour is linear in the values, ticks are multiples of a round step. If colour goes by rank, they are about
    evenly spaced along the bar.
    """
    if equalise is not None:
        wanted = equalise.inverse(np.linspace(0.0, 1.0, TICKS))
        values = sorted({float(f"{value:.3g}") for value in wanted})
        return [(value, float(equalise(np.array(value)))) for value in values]
    low, high = limits
    if not high > low:
        return [(low, 0.0)]
    step = nice((high - low) / (TICKS - 1)) or 1.0
    if (high - low) / step > 1.6 * TICKS:
        step *= 2
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(index * step, (index * step - low) / (high - low)) for index in range(first, last + 1)]

"""Controls: numbers whose control does not have its known answer are marked as doubtful.

A measure of roughness also measures a smooth bowl, at the same place and sizes, with the same heights. If the bowl does
not come out smooth, the measure responds to the heights or to its own scales there, and its number shows nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from sim.measures import Quantity
from sim.statistics.results import Findings, Number

CLOSE = 0.03  # a control may miss its known answer by so much
LOOSE = 0.1  # and by so much if its interval contains the answer


def judged(quantities: Mapping[str, Quantity], findings: Findings) -> Findings:
    """The findings, in which a number is doubtful if a smooth control of the same detail misses its known answer."""
    bowls: dict[tuple[str, str], tuple[Number, float]] = {}
    for result in findings.values():
        quantity = quantities[result.quantity]
        if isinstance(result, Number) and quantity.control_of and quantity.smooth is not None:
            bowls[quantity.control_of, result.detail] = (result, quantity.smooth)
    marked: Findings = {}
    for slot, result in findings.items():
        quantity = quantities[result.quantity]
        key = (quantity.control_of or result.quantity, result.detail)
        control = quantity.control_of and quantity.smooth is not None
        if isinstance(result, Number) and not control and key in bowls and (fault := _fault(*bowls[key])):
            result = replace(result, note="; ".join(filter(None, (result.note, fault))), doubtful=True)
        marked[slot] = result
    return marked


def _fault(bowl: Number, truth: float) -> str:
    """What is wrong with a control that should measure `truth`; empty if it does."""
    if bowl.value is None:
        return "the bowl beside it could not be measured"
    miss = abs(bowl.value - truth)
    contains = bowl.low is not None and bowl.high is not None and bowl.low <= truth <= bowl.high
    if miss <= CLOSE or (contains and miss <= LOOSE):
        return ""
    return f"the bowl beside it measures {bowl.value:.3g} where {truth:g} is right"

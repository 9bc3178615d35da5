"""Claims: statements about groups of runs, each with a rule that decides it and that is fixed before the results.

The p values of the claims of one study are corrected for their number (Holm 1979).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from agents.checks import choice
from agents.errors import UserError
from sim.statistics.groups import differs
from sim.statistics.results import Interval
from sim.values import parse

Rule = Literal["difference", "bound", "correlation"]
Verdict = Literal["supported", "contradicted", "not told apart"]
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement, and the rule that decides it."""

    text: str
    """The claim in one plain sentence."""
    rule: Rule
    """difference: of two groups' means; bound: one group's mean; correlation: of two quantities over groups."""
    of: str
    """The measure.slot of the quantity."""
    expect: Literal["above", "below"] = "above"
    """The claim expects the difference, the mean minus the bound, or the correlation above or below 0."""
    by: str = ""
    """The author of the claim."""
    groups: tuple[str, ...] = ()
    """difference: two groups, of which the second is subtracted; bound: one; correlation: several, or () for all."""
    against: str = ""
    """correlation: the measure.slot of the second quantity."""
    bound: float = 0.0
    """bound: the value that is subtracted from the mean."""

    def __post_init__(self) -> None:
        """Check that the rule has what it needs."""
        choice("rule", self.rule, Rule)
        wanted = {"difference": 2, "bound": 1}.get(self.rule, len(self.groups))
        if len(self.groups) != wanted:
            raise UserError(f"a claim by {self.rule} names {wanted} group(s), got {len(self.groups)}: {self.text}")
        if self.rule == "correlation" and not self.against:
            raise UserError(f"a claim by correlation names the other quantity under against: {self.text}")


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on a claim, and the number that decided it."""

    claim: Claim
    verdict: Verdict
    value: float | None
    interval: Interval | None
    p: float | None
    """The two-sided p value, corrected for the number of claims; None if the interval alone decides."""
    sample: int
    note: str = ""


def parse_claim(table: Mapping[str, Any]) -> Claim:
    """The claim that a table of a study file describes."""
    for name in ("text", "rule", "of"):
        if name not in table:
            raise UserError(f"a claim needs a {name}, got {dict(table)!r}")
    return parse(Claim, table, "claim.")


def verdict(claim: Claim, interval: Interval | None, p: float | None) -> Verdict:
    """The verdict that follows from the interval of a claim's number and its corrected p value."""
    if interval is None or not differs(interval) or (p is not None and p > LEVEL):
        return "not told apart"
    above = (interval[0] or 0.0) > 0
    return "supported" if above == (claim.expect == "above") else "contradicted"

"""Claims: statements about groups of runs, each with a rule that decides it, fixed before anyone looks.

A verdict is one of: supported, contradicted, not told apart. Several claims of one study are corrected for their
number (Holm 1979).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from agents.errors import UserError
from sim.values import parse

Rule = Literal["difference", "bound", "correlation"]
Verdict = Literal["supported", "contradicted", "not told apart"]
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement, and the rule that decides it."""

    text: str
    """The claim in one plain sentence."""
    rule: Rule
    """difference: of two groups; bound: of one group's mean; correlation: of two quantities over groups."""
    of: str
    """The measure.slot that it is about."""
    expect: Literal["above", "below"] = "above"
    """What supports it: a difference, a distance from the bound, or a correlation above 0, or below."""
    by: str = ""
    """Who made it."""
    groups: tuple[str, ...] = ()
    """The groups: two for a difference, the first less the other; one for a bound; for a correlation, all or some."""
    against: str = ""
    """correlation: the other measure.slot."""
    bound: float = 0.0
    """bound: what the mean is held against."""

    def __post_init__(self) -> None:
        """Refuse rules that nothing could decide."""
        if self.rule not in get_args(Rule):
            raise UserError(f"the rule of a claim must be one of {', '.join(get_args(Rule))}, got {self.rule!r}")
        wanted = {"difference": 2, "bound": 1}.get(self.rule)
        if wanted is not None and len(self.groups) != wanted:
            raise UserError(f"a claim by {self.rule} names {wanted} group(s), got {len(self.groups)}: {self.text}")
        if self.rule == "correlation" and not self.against:
            raise UserError(f"a claim by correlation names the other quantity under against: {self.text}")


@dataclass(frozen=True, slots=True)
class Decision:
    """What was found of a claim: the number that decides it, and the verdict."""

    claim: Claim
    verdict: Verdict
    value: float | None
    interval: tuple[float, float] | None
    p: float | None
    """The two-sided p value, corrected for the number of claims; None where the interval alone decides."""
    sample: int
    note: str = ""


def parse_claim(table: Mapping[str, Any]) -> Claim:
    """The claim of a study file's table."""
    for name in ("text", "rule", "of"):
        if name not in table:
            raise UserError(f"a claim needs a {name}, got {dict(table)!r}")
    return parse(Claim, table, "claim.")


def verdict(claim: Claim, interval: tuple[float, float] | None, p: float | None) -> Verdict:
    """What the interval of a claim's number, less its bound, and its corrected p value say."""
    if interval is None or (p is not None and p > LEVEL):
        return "not told apart"
    low, high = interval
    if low <= 0 <= high:
        return "not told apart"
    return "supported" if (low > 0) == (claim.expect == "above") else "contradicted"

"""Claims: statements about groups of runs, each with a rule that decides it and that is fixed before the results.

In a study file a claim is a table [[claim]] with these keys; "measure.slot" names a number of a measure:

text, by        the statement, and who made it
rule            difference, bound, paired, slope or correlation; `sim.study.claim_rules` defines their numbers
of              the measure.slot that it is about
expect          the number should be "above" (the default) or "below" 0; for bound, above or below the bound
groups, only    the groups by name, such as "hidden 8"; or values of axes, such as only = {hidden = 8}; default: all
least           runs that each group needs for a verdict
control         [[claim.control]]: claims that must be supported for a verdict
difference      groups: two, the first minus the second; by_seed = true subtracts run by run of one seed
bound           bound: what the mean is compared with
paired          against: the measure.slot that is subtracted, of the same run or pair
slope           axis: a numeric axis of the grid; spread = true for the spread over runs in place of the mean;
                given: a measure.slot, for the slope at equal means of it
correlation     against; over = "groups" or "runs"; method = "spearman" or "kendall"; within = ["axis", ...]

The p values of the claims of one study are corrected for their number (Holm 1979). A claim may have controls, which
are claims themselves: if one of them is not supported, the claim is not told apart.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from agents.checks import choice
from agents.errors import UserError
from sim.statistics.groups import differs, holm
from sim.statistics.results import Interval, Number
from sim.study.claim_rules import RULES, Bound, RuleName
from sim.study.evidence import Evidence
from sim.study.grid import flat
from sim.study.rule import Rule
from sim.study.samples import Sample
from sim.values import parse, plain, suggestion

Verdict = Literal["supported", "contradicted", "not told apart"]
Expectation = Literal["above", "below"]
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement, and the rule that decides it."""

    text: str
    """The claim in one plain sentence."""
    rule: Rule
    """How its number is calculated."""
    expect: Expectation = "above"
    """The claim expects the number above or below 0."""
    by: str = ""
    """The author of the claim."""
    least: int = 0
    """The number of runs that each group needs for a verdict."""
    controls: tuple["Claim", ...] = ()
    """Claims that must be supported for a verdict."""

    def __post_init__(self) -> None:
        """Check the expectation, and that controls have no controls."""
        choice("expect", self.expect, Expectation)
        if any(control.controls for control in self.controls):
            raise UserError(f"a control of a claim has no controls of its own: {self.text}")

    @property
    def references(self) -> tuple[str, ...]:
        """The measure.slots that the claim and its controls read."""
        return (*self.rule.references, *(each for control in self.controls for each in control.references))

    def check(self, groups: Collection[str], axes: Collection[str]) -> None:
        """Refuse groups and axes that the study does not have. Raises UserError."""
        for kind, names, known in (("group", self.rule.groups, groups), ("axis", self.rule.axes, axes)):
            for name in names:
                if name not in known:
                    fix = suggestion(name, known, f"it has {', '.join(known) or 'none'}")
                    raise UserError(f"no {kind} of the study is {name!r}, which the claim '{self.text}' names; {fix}")
        for control in self.controls:
            control.check(groups, axes)

    def json(self) -> dict[str, Any]:
        """All of it, as JSON: the table of a study file."""
        names = {kind: name for name, kind in RULES.items()}
        about = {"text": self.text, "rule": names[type(self.rule)], **plain(self.rule), "expect": self.expect}
        about |= {"only": dict(self.rule.only), "by": self.by, "least": self.least}
        return {**about, "control": [control.json() for control in self.controls]}


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """The verdict on a claim, and the evidence that decided it."""

    claim: Claim
    verdict: Verdict
    evidence: Evidence
    """The p value is corrected for the number of claims."""
    controls: tuple["Decision", ...] = ()
    note: str = ""
    """Why there is no verdict, if it is not for the interval."""

    @property
    def estimate(self) -> Number:
        """The number in the unit of its quantity: of a bound, the mean itself, and not how far it is from the bound."""
        found, rule = self.evidence, self.claim.rule
        shift = rule.bound if isinstance(rule, Bound) else 0.0
        low, high = found.interval or (None, None)
        value, *interval = (None if end is None else end + shift for end in (found.value, low, high))
        return Number("", value, (interval[0], interval[1]) if found.interval else None, found.sample)

    def json(self) -> dict[str, Any]:
        """All of it without the points, as JSON."""
        number, found = self.estimate, self.evidence
        numbers: dict[str, Any] = {"value": number.value, "interval": number.interval}
        numbers |= {"p": found.p, "p_is_bound": found.p_is_bound, "sample": found.sample, "fewest": found.fewest}
        controls = [control.json() for control in self.controls]
        return {
            "claim": self.claim.text, "by": self.claim.by, "verdict": self.verdict, **numbers, "note": self.note,
            "number": self.claim.rule.described(), "bound": getattr(self.claim.rule, "bound", 0.0),
            "expect": self.claim.expect, "controls": controls,
        }  # fmt: skip


def parse_claim(table: Mapping[str, Any]) -> Claim:
    """The claim that a table of a study file describes; its controls are tables under control."""
    for name in ("text", "rule", "of"):
        if name not in table:
            raise UserError(f"a claim needs a {name}, got {dict(table)!r}")
    own = ("text", "expect", "by", "least")
    about = {name: table[name] for name in own if name in table}
    choice("rule", table["rule"], RuleName)
    settings = {name: value for name, value in table.items() if name not in (*own, "rule", "control", "only")}
    rule = replace(parse(RULES[table["rule"]], settings, "claim."), only=tuple(flat(table.get("only", {})).items()))
    return parse(_About, about, "claim.").claim(rule, tuple(map(parse_claim, table.get("control", ()))))


@dataclass(frozen=True, slots=True)
class _About:
    """The plain settings of a claim."""

    text: str
    expect: Expectation = "above"
    by: str = ""
    least: int = 0

    def claim(self, rule: Rule, controls: tuple[Claim, ...]) -> Claim:
        """The claim with its rule and controls."""
        return Claim(self.text, rule, self.expect, self.by, self.least, controls)


def decide(claims: Sequence[Claim], samples: Mapping[str, Sample], seed: int) -> tuple[Decision, ...]:
    """The verdicts on all claims of a study, from the samples of its groups; `seed` names the resamples."""
    found = [claim.rule.decide(samples, seed) for claim in claims]
    corrected = holm([evidence.p for evidence in found])
    return tuple(
        _decision(claim, replace(evidence, p=p), decide(claim.controls, samples, seed))
        for claim, evidence, p in zip(claims, found, corrected, strict=True)
    )


def _decision(claim: Claim, evidence: Evidence, controls: tuple[Decision, ...]) -> Decision:
    """The decision on a claim, given those on its controls."""
    failed = next((each for each in controls if each.verdict != "supported"), None)
    if evidence.value is not None and evidence.fewest < claim.least:
        note = f"a verdict needs {claim.least} runs of each group, and one has {evidence.fewest}"
    elif failed is not None:
        note = f"control failed: {failed.claim.text}"
    else:
        return Decision(claim, verdict(claim.expect, evidence.interval, evidence.p), evidence, controls, evidence.note)
    return Decision(claim, "not told apart", evidence, controls, note)


def verdict(expect: Expectation, interval: Interval | None, p: float | None) -> Verdict:
    """The verdict that follows from the interval of a claim's number and its corrected p value."""
    if interval is None or not differs(interval) or (p is not None and p > LEVEL):
        return "not told apart"
    above = (interval[0] or 0.0) > 0
    return "supported" if above == (expect == "above") else "contradicted"

"""Claims are decided by their rules."""

import pytest

from agents.errors import UserError
from sim.study.claim_rules import Bound, Correlation
from sim.study.claims import Claim, Decision, parse_claim, verdict
from sim.study.evidence import Evidence


@pytest.mark.parametrize(
    ("expect", "interval", "p", "said"),
    [
        ("above", (0.1, 0.5), 0.01, "supported"),
        ("above", (-0.5, -0.1), 0.01, "contradicted"),
        ("below", (-0.5, -0.1), 0.01, "supported"),
        ("below", (0.1, 0.5), 0.01, "contradicted"),
        ("above", (-0.1, 0.5), 0.01, "not told apart"),
        ("above", (0.1, 0.5), 0.06, "not told apart"),
        ("above", (0.1, 0.5), None, "supported"),
        ("above", (0.0, 0.5), None, "not told apart"),
        ("above", None, None, "not told apart"),
    ],
)
def test_verdicts(expect, interval, p, said):
    assert verdict(expect, interval, p) == said


def test_a_claim_of_a_table():
    table = {"text": "A.", "rule": "bound", "of": "m.q", "groups": ["a"], "bound": 0.95, "expect": "below", "by": "me"}
    assert parse_claim(table) == Claim("A.", Bound("m.q", ("a",), bound=0.95), "below", "me")


def test_a_claim_has_controls_and_may_look_at_some_groups_only():
    control = {"text": "C.", "rule": "correlation", "of": "m.q", "against": "m.r", "only": {"es": {"sigma": 0.1}}}
    claim = parse_claim({"text": "A.", "rule": "bound", "of": "m.q", "least": 3, "control": [control]})
    assert claim.controls[0].rule == Correlation("m.q", only=(("es.sigma", 0.1),), against="m.r")
    assert claim.references == ("m.q", "m.q", "m.r")
    assert parse_claim(claim.json()) == claim


BOUND = {"text": "B.", "of": "m.q", "rule": "bound"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"text": "A.", "of": "m.q"}, "needs a rule"),
        ({"text": "A.", "of": "m.q", "rule": "vote"}, "must be one of difference, bound, paired, slope, correlation"),
        ({"text": "A.", "of": "m.q", "rule": "difference", "groups": ["a"]}, r"names 2 groups, got 1"),
        ({"text": "A.", "of": "m.q", "rule": "slope"}, "under axis"),
        ({"text": "A.", "of": "m.q", "rule": "paired"}, "under against"),
        ({"text": "A.", "of": "m.q", "rule": "bound", "control": [{**BOUND, "control": [BOUND]}]}, "no controls"),
        ({"text": "A.", "of": "m.q", "rule": "correlation"}, "under against"),
        ({"text": "A.", "of": "m.q", "rule": "bound", "groups": ["a"], "bond": 1}, "did you mean claim.bound"),
    ],
)
def test_claims_that_cannot_be_decided_are_refused(table, message):
    with pytest.raises(UserError, match=message):
        parse_claim(table)


def test_the_json_of_a_bound_gives_the_mean_itself():
    claim = Claim("Large.", Bound("a.b", bound=5.0))
    decision = Decision(claim, "supported", Evidence(0.25, (0.125, 0.5), 0.01, 10))
    told = decision.json()
    assert (told["value"], told["interval"], told["bound"]) == (5.25, (5.125, 5.5), 5.0)
    assert Decision(claim, "not told apart", Evidence()).json()["value"] is None

"""Claims are decided by their rules."""

from dataclasses import replace

import pytest

from agents.errors import UserError
from sim.study.claims import Claim, parse_claim, verdict

CLAIM = Claim("A is above B.", "difference", "m.q", groups=("a", "b"))


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
    assert verdict(replace(CLAIM, expect=expect), interval, p) == said


def test_a_claim_of_a_table():
    table = {"text": "A.", "rule": "bound", "of": "m.q", "groups": ["a"], "bound": 0.95, "expect": "below", "by": "me"}
    assert parse_claim(table) == Claim("A.", "bound", "m.q", "below", "me", ("a",), bound=0.95)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"text": "A.", "of": "m.q"}, "needs a rule"),
        ({"text": "A.", "of": "m.q", "rule": "vote"}, "must be one of difference, bound, correlation"),
        ({"text": "A.", "of": "m.q", "rule": "difference", "groups": ["a"]}, r"names 2 group\(s\), got 1"),
        ({"text": "A.", "of": "m.q", "rule": "bound"}, r"names 1 group\(s\), got 0"),
        ({"text": "A.", "of": "m.q", "rule": "correlation"}, "under against"),
        ({"text": "A.", "of": "m.q", "rule": "bound", "groups": ["a"], "bond": 1}, "did you mean claim.bound"),
    ],
)
def test_claims_that_cannot_be_decided_are_refused(table, message):
    with pytest.raises(UserError, match=message):
        parse_claim(table)

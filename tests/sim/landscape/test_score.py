"""Scores: their names and units, their JSON, and settings that are refused."""

import pytest

from agents.errors import UserError
from sim.landscape.score import (
    SCORES,
    ExpectedReturn,
    Imitation,
    Pellets,
    Smoothed,
    score_from_json,
    score_json,
)

KNOWN = {
    "pellets": (Pellets(), "pellets", "pellets"),
    "return": (ExpectedReturn(4), "expected_return", "pellets"),
    "imitation": (Imitation("ahead"), "cross_entropy", "nats"),
    "smoothed": (Smoothed(0.3, 6), "smoothed_pellets", "pellets"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_score_keeps_its_names_and_is_read_back_from_json(name):
    score, quantity, unit = KNOWN[name]
    assert (score.name, score.quantity, score.unit) == (name, quantity, unit)
    assert score_from_json(score_json(score)) == score
    assert SCORES[name] is type(score)


def test_json_holds_only_the_settings_of_the_score():
    assert score_json(Pellets()) == {"name": "pellets"}
    assert score_json(Smoothed(0.3, 6)) == {"name": "smoothed", "sigma": 0.3, "samples": 6}


@pytest.mark.parametrize(
    "spoilt",
    [
        None,
        {},
        [],
        {"name": "beauty"},
        {"name": ["return"]},
        {"name": "return"},
        {"name": "return", "repetitions": 2, "seed": 1},
    ],
)
def test_unknown_scores_are_refused(spoilt):
    with pytest.raises(UserError, match="which this version does not know; choose another field"):
        score_from_json(spoilt)


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"name": "return", "repetitions": "2"}, "repetitions must be a whole number, got '2'"),
        ({"name": "return", "repetitions": 0}, "repetitions must be 1 or more, got 0"),
        ({"name": "imitation", "ties": "right"}, "ties must be one of left, ahead, shared, got 'right'"),
        ({"name": "smoothed", "sigma": 0.0, "samples": 4}, "sigma must be a number above 0, got 0"),
        ({"name": "smoothed", "sigma": 1.0, "samples": 5}, "samples must be even, as they come in .* pairs, got 5"),
    ],
)
def test_wrong_settings_are_refused(spoilt, said):
    with pytest.raises(UserError, match=said):
        score_from_json(spoilt)

"""Sentences claim no more than the intervals support."""

from dataclasses import replace

import pytest

from render.page.contents import contents_of
from render.page.number_tables import Notes
from render.page.sentences import sentences
from sim.statistics.results import Number

from .conftest import given, planted


def having(made, reference, numbers):
    """What the study found, with other numbers under a "use.slot", in order."""
    use, _, slot = reference.partition(".")
    several, found = iter(numbers), []
    for measurement, findings in made.results:
        if measurement.use.name == use:
            findings = {**findings, slot: next(several)}
        found.append((measurement, findings))
    return replace(made, results=tuple(found))


def said(made):
    """The sentences without their HTML."""
    return [each.striptags() for each in sentences(contents_of(made), Notes())]


def about(made, words):
    (found,) = [each for each in said(made) if words in each]
    return found


@pytest.mark.parametrize(("bounds", "held"), [((-0.5, 2.0), True), ((0.5, 2.0), False), (None, False)])
def test_a_pair_whose_interval_contains_0_does_not_differ_from_0(made, bounds, held):
    changed = having(made, "pellets_difference.difference", [Number("difference", 1.0, bounds, 8)] * 2)
    told = about(changed, "× imitated")
    assert "difference, pellets" in told
    assert ("which does not differ from 0" in told.partition(";")[0]) == held


SHARES = {
    "all apart": [(9, 8.5, 9.5), (1, 0, 2), (5, 4, 6)],
    "two overlap": [(9, 8.5, 9.5), (5, 4, 6), (5.5, 4, 7)],
    "all overlap": [(9, 0, 10), (1, 0, 10), (5, 0, 10)],
}


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (
            "all apart",
            "evolved (ES) > reinforced > imitated; no intervals overlap: trimmed mean share, %",
        ),
        (
            "two overlap",
            "> imitated; overlapping intervals: reinforced and imitated: trimmed",
        ),
        ("all overlap", "evolved (ES), imitated, reinforced; all intervals overlap: "),
    ],
)
def test_subjects_are_ranked_as_far_as_their_intervals_allow(made, case, told):
    numbers = [Number("share", value, (low, high), 8) for value, low, high in SHARES[case]]
    found = about(having(made, "pellets_eaten.share", numbers), "trimmed mean share, %")
    assert told in found
    order = [str(number.value) for number in numbers]
    if case == "all apart":
        order = ["9.0", "5.0", "1.0"]
        assert ", ".join(order[:2]) in found


def test_numbers_without_intervals_are_ranked_and_the_sentence_says_so(made):
    assert "single values without intervals: learning until 90 % of its best" in " ".join(said(made))


def test_what_is_missing_or_doubtful_is_not_quoted(made):
    good = Number("uncertainty", 0.5, (0.4, 0.6), 8, "radius 0.3")
    bad = replace(good, doubtful=True), replace(good, value=None)
    quoted = [
        any("uncertainty exponent" in each for each in said(having(made, "uncertainty.uncertainty_0.3", numbers)))
        for numbers in ([good, *bad], [good, good, bad[0]], [good, good, bad[1]])
    ]
    assert quoted == [False, True, True]


def test_planted_differences_of_groups_are_in_the_sentences_and_others_are_not():
    apart, alike = said(given(["evolve (es)", "imitate"]))
    assert apart.startswith("evolved (ES) > imitated; all groups differ: trimmed mean share, %")
    assert alike.startswith("evolved (ES), imitated; no two groups are told apart: half-fitness radius")


def test_groups_that_cannot_be_told_apart_are_named():
    made = given(["a", "b", "c"])
    less = made.compared.differences
    held = {**less["b", "c"], "pellets_eaten.share": Number("share", 0.1, (-1.0, 1.0))}
    made = replace(made, compared=replace(made.compared, differences={**less, ("b", "c"): held}))
    found = about(made, "trimmed mean share, %")
    assert found.startswith("a > ")
    assert "; not told apart: b and c: trimmed mean share" in found


def test_many_groups_have_no_sentences():
    assert said(planted({"hidden": [2, 4, 8, 16], "pool": [1, 8]})) == []

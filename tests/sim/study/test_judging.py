"""A number whose smooth control misses its known answer is doubtful."""

import pytest

from sim.measures import Quantity, with_controls
from sim.statistics.results import Number, number
from sim.study.judging import judged

QUANTITIES = with_controls({"rough": Quantity("roughness", "How rough it is.", "", "planes", smooth=1.0)})


def marked(value, interval=None, **others):
    """The findings beside a bowl that measures a value."""
    findings = {"rough": number("rough", 1.4), "rough_bowl": Number("rough_bowl", value, interval), **others}
    return judged(QUANTITIES, findings)


@pytest.mark.parametrize(
    ("value", "interval", "doubtful"),
    [
        (1.0, None, False),
        (0.975, None, False),
        (1.037, None, True),
        (1.37, (1.2, 1.5), True),
        (1.06, (1.04, 1.08), True),
        (1.06, (0.98, 1.14), False),
        (1.2, (0.7, 1.7), True),
        (None, None, True),
    ],
)
def test_a_number_is_doubtful_if_the_bowl_beside_it_is_not_smooth(value, interval, doubtful):
    found = marked(value, interval)
    assert found["rough"].doubtful == doubtful
    assert not found["rough_bowl"].doubtful
    assert found["rough"].value == 1.4


def test_the_note_says_what_the_bowl_measures_and_keeps_what_was_said():
    found = marked(1.37, rough=number("rough", 1.4, note="1.2 decades"))
    assert found["rough"].note == "1.2 decades; the bowl beside it measures 1.37 where 1 is right"


def test_each_radius_has_its_own_bowl_and_other_mazes_are_judged_too():
    found = judged(QUANTITIES, {
        "rough_1": number("rough", 1.4, detail="radius 1"),
        "rough_2": number("rough", 1.4, detail="radius 2"),
        "rough_3": number("rough", 1.4, detail="radius 3"),
        "rough_other": number("rough_other", 1.4, detail="radius 1"),
        "rough_bowl": number("rough_bowl", 1.3, detail="radius 1"),
        "rough_bowl_2": number("rough_bowl", 1.0, detail="radius 2"),
    })  # fmt: skip
    assert [slot for slot, one in found.items() if one.doubtful] == ["rough_1", "rough_other"]

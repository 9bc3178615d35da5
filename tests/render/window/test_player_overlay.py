from dataclasses import replace

import numpy as np
import pytest

from render.window.controls import Toast
from render.window.play.growing_field import GrowingField
from render.window.play.player_layout import PlayerLayout
from render.window.play.player_overlay import Overlay, put_overlay

LAYOUT = PlayerLayout((360, 640), False, "1 of 5   x1   loop")
PLAIN = Overlay((), "1 of 5   x1   loop", 0.0, True, (), None, False)


@pytest.fixture
def drawn(slide):
    """A function that draws an overlay over a grey frame."""
    field = GrowingField(slide)

    def draw(overlay, toast=None):
        frame = np.full((360, 640, 3), 90, np.uint8)
        put_overlay(frame, overlay, LAYOUT, field, toast or Toast())
        return frame

    return draw


@pytest.mark.parametrize(
    ("change", "box"),
    [
        ({"status": ("swept, 80 %",)}, np.s_[:60, :300]),
        ({"note": ("85 pellets", "x 0"), "cursor": (300, 100)}, np.s_[100:200, 300:500]),
        ({"position": 0.5}, np.s_[320:, :]),
        ({"playing": False}, np.s_[320:, :60]),
    ],
)
def test_each_part_changes_its_own_box_alone(drawn, change, box):
    plain, other = drawn(PLAIN), drawn(replace(PLAIN, **change))
    assert not np.array_equal(other[box], plain[box])
    other[box] = plain[box]
    assert np.array_equal(other, plain)


def test_the_help_hides_note_and_message(drawn):
    help_ = replace(PLAIN, help=True)
    noted = replace(help_, note=("85 pellets",), cursor=(300, 100))
    assert np.array_equal(drawn(noted, Toast("saved", 3.0)), drawn(help_))
    assert not np.array_equal(drawn(PLAIN, Toast("saved", 3.0)), drawn(PLAIN))


def test_messages_stand_over_the_field_where_words_stand_beside_it(drawn):
    plain = drawn(PLAIN)
    beside = replace(PLAIN, field=(400, 20, 200, 280))
    columns = np.nonzero((drawn(replace(beside, status=("swept, 80 %",))) != plain).any(-1))[1]
    assert 400 <= columns.min() < columns.max() < 600
    rows, columns = np.nonzero((drawn(beside, Toast("from above", 3.0)) != plain).any(-1))
    assert 400 <= columns.min() < columns.max() < 600
    assert 20 <= rows.min() < rows.max() < 60


def test_a_long_status_is_wrapped(drawn):
    plain = drawn(PLAIN)
    long = replace(PLAIN, status=("from a radius of 4.3e-05 norms on there is too little to see: " * 3,))
    rows, columns = np.nonzero((drawn(long) != plain).any(-1))
    assert columns.max() < 639
    assert rows.max() > 40

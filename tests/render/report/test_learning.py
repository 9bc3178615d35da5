"""Learning curves: they stand where their history says, and gaps in it break nothing."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.report.chart import BOTTOM, TOP, WIDE
from render.report.learning import BINS, learning, thinned
from render.report.page import page

UPDATES = np.arange(1.0, 401)
LATE = "The same, after a tenth of the updates"
LOSSES = {
    "loss.1": np.column_stack([UPDATES, 1 / UPDATES]),
    "validation_loss.1": np.array([[200, 0.9], [400, 0.8]]),
    "validation_teacher_loss.1": np.array([[200, 0.7], [400, 0.6]]),
    "loss.2": np.column_stack([UPDATES, -1 / UPDATES]),
    "entropy.2": np.column_stack([UPDATES, np.exp(-UPDATES)]),
    "critic_loss.2": np.column_stack([UPDATES, UPDATES]),
}


def having(comparison, arrays, **settings):
    """The comparison, other curves in the place of its own."""
    section = comparison.sections["learning"]
    changed = replace(section, arrays=arrays, settings={**section.settings, **settings})
    return replace(comparison, sections={**comparison.sections, "learning": changed})


def charts(html):
    """The marks of each chart, by its title."""
    found = re.findall(r'<svg class="chart".*?aria-label="(.*?)">(.*?)</svg>', html, re.S)
    return {title: re.findall(r'<(?:path class="(?:line|bar)|circle)[^>]*>', body) for title, body in found}


def test_every_run_has_its_two_lines_and_its_champion(comparison):
    found = charts(learning(comparison))
    assert list(found) == ["Pellets eaten", "Pellets left over"]
    for marks in found.values():
        for at in range(len(comparison.contestants)):
            own = [mark for mark in marks if re.search(rf"\bc{at}\b", mark)]
            assert [("thin" in mark, "circle" in mark) for mark in own] == [
                (True, False),
                (False, False),
                (False, True),
            ]


def test_pellets_are_shares_of_all_against_agent_steps(comparison):
    generation = comparison.contestants[0].generation
    arrays = {"validation.0": np.array([[generation, 0.0], [10 * generation, 15.0]])}
    marks = charts(learning(having(comparison, arrays, pellets=15)))["Pellets eaten"]
    line = next(mark for mark in marks if "line" in mark and "c0" in mark and "thin" not in mark)
    disc = next(mark for mark in marks if "circle" in mark)
    (left, low), (_, high) = re.findall(r"[ML]([\d.]+) ([\d.]+)", line.partition(' d="')[2])
    floor, ceiling = WIDE[1] - BOTTOM, TOP + 0.04 / 1.04 * (WIDE[1] - TOP - BOTTOM)
    assert (float(low), float(high)) == (pytest.approx(floor, abs=0.1), pytest.approx(ceiling, abs=0.1))
    assert f'cx="{left}" cy="{low}"' in disc


def test_losses_are_drawn_of_those_that_have_them(comparison):
    found = charts(learning(having(comparison, {**comparison.sections["learning"].arrays, **LOSSES})))
    imitation = [marks for title, marks in found.items() if "mitation" in title or title == LATE]
    gradients = [marks for title, marks in found.items() if "policy" in title or "critic" in title]
    assert (len(found), len(imitation), len(gradients)) == (7, 2, 3)
    assert all("c1" in mark for marks in imitation for mark in marks)
    assert all("c2" in mark for marks in gradients for mark in marks)
    assert [sum(style in mark for mark in imitation[0]) for style in ("thin", "dashed")] == [1, 1]


@pytest.mark.parametrize("left_out", [*LOSSES, None])
def test_a_history_with_gaps_can_be_drawn(comparison, left_out):
    arrays = {name: curve for name, curve in LOSSES.items() if name != left_out}
    found = charts(learning(having(comparison, arrays)))
    assert len(found) == 5
    drawn = sum("line" in mark for title, marks in found.items() if title != LATE for mark in marks)
    assert drawn == len(arrays)


def test_a_single_record_is_a_dot(comparison):
    arrays = {"mean.0": np.array([[1.0, 3.0]]), "validation_loss.0": np.array([[1.0, 3.0]])}
    found = charts(learning(having(comparison, arrays)))
    assert [sum("circle" in mark for mark in marks) for marks in found.values()] == [1, 1, 1, 1]


def test_without_any_history_the_page_says_so(comparison):
    html = page(having(comparison, {}, damage={"a": "a <b> is damaged"}))
    assert "No run has a history that could be drawn." in html
    assert "Not drawn: a &lt;b&gt; is damaged." in html


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=400), st.booleans(), st.integers(1, 20))
def test_thinned_curves_are_means_in_order(values, log, bins):
    curve = np.column_stack([np.arange(1.0, len(values) + 1), values])
    found = thinned(curve, bins, log=log)
    assert len(found) <= max(bins, 1)
    assert (np.diff(found[:, 0]) > 0).all()
    assert found[:, 1].min() >= curve[:, 1].min() - 1e-6
    assert found[:, 1].max() <= curve[:, 1].max() * (1 + 1e-9)
    if len(values) <= bins:
        assert np.array_equal(found, curve)


def test_a_long_curve_is_thinned_to_means_of_neighbours():
    curve = np.column_stack([np.arange(1.0, 4 * BINS + 1), np.tile([0.0, 1.0], 2 * BINS)])
    found = thinned(curve)
    assert len(found) == BINS
    assert np.allclose(found[:, 1], 0.5, atol=0.2)

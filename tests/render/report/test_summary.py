"""The summary says no more than its numbers."""

from dataclasses import replace

from render.report.notes import Notes
from render.report.summary import get, headline, pairs, sentences
from sim.comparison.number import Number


def having(comparison, number):
    """The comparison, with another difference of its first pair."""
    pair = pairs(comparison)[0]
    section = comparison.sections["champions"]
    slots = {**section.numbers[pair], "difference": number}
    changed = replace(section, numbers={**section.numbers, pair: slots})
    return replace(comparison, sections={**comparison.sections, "champions": changed})


def test_an_interval_that_holds_0_is_no_difference(comparison):
    said = sentences(having(comparison, Number(1.0, (-0.5, 2.0), 8, 0, "difference")), Notes())
    assert "cannot be told apart" in said.partition("</li>")[0]


def test_who_eats_more_is_told_by_the_sign(comparison):
    more = sentences(having(comparison, Number(1.0, (0.5, 2.0), 8, 0, "difference")), Notes())
    fewer = sentences(having(comparison, Number(-1.0, (-2.0, -0.5), 8, 0, "difference")), Notes())
    for said, ink in ((more, "c0"), (fewer, "c1")):
        first = said.partition("</li>")[0]
        assert "eats more than" in first
        assert first.index("who c" + ink[1]) < first.index("eats more than")
        assert first.count("who c") == 2


def test_the_headline_has_a_column_for_each_contestant_and_each_pair(comparison):
    html = headline(comparison, Notes())
    first, second = html.split("</table>")[:2]
    assert first.partition("</thead>")[0].count("<th ") == len(comparison.contestants) + 2
    assert second.partition("</thead>")[0].count("<th ") == len(comparison.contestants) + 1


def test_what_was_not_measured_is_left_out(comparison):
    assert get(comparison, "champions", "nobody", "share") is None
    gone = having(comparison, Number(None, None, 8, 0, "difference"))
    assert get(gone, "champions", pairs(gone)[0], "difference") is None
    assert "in the same" not in sentences(gone, Notes()).partition("</li>")[0]


def test_how_soon_each_learned_is_told_where_it_is_known(comparison):
    section = comparison.sections["learning"]
    number = Number(81920000.0, None, 100, 0, "nearly_steps")

    def said(steps):
        numbers = {
            each.name: {"nearly_steps": replace(number, value=value)}
            for each, value in zip(comparison.contestants, steps, strict=True)
        }
        return sentences(
            replace(comparison, sections={**comparison.sections, "learning": replace(section, numbers=numbers)}),
            Notes(),
        )

    assert said([81920000.0, 5.0, None]).count(" after <data") == 2
    first = said([None, 5.0, 7.0]).partition(" first ate 90 %")[0].rpartition("<li>")[2]
    assert comparison.contestants[1].name not in first  # told as text
    assert 'class="who c1"' in first
    assert "first ate" not in said([None] * 3)


def test_an_exponent_at_its_ceiling_is_not_quoted(comparison):
    section = comparison.sections["roughness"]
    slot = f"uncertainty_{section.settings['radii'][-1]:g}"

    def said(notes):
        numbers = {
            each.name: {slot: Number(0.5, (0.4, 0.6), 8, 0, "uncertainty", note)}
            for each, note in zip(comparison.contestants, notes, strict=True)
        }
        changed = {**comparison.sections, "roughness": replace(section, numbers=numbers)}
        return sentences(replace(comparison, sections=changed), Notes()).rpartition("<li>")[2]

    assert said(["", "", ""]).count("around <b") == 3
    assert said(["", "saturated", ""]).count("around <b") == 2
    assert "around <b" not in said(["saturated"] * 3)

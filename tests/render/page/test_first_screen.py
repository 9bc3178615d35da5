"""The first screen: lands, plain sentences that claim no more than intervals support, and what the words mean."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from render.page.contents import contents_of
from render.page.first_screen import SENTENCES, opening, plain_sentences, words
from sim.statistics.results import Number

from .conftest import given


def having(made, slot, numbers):
    """What the study found, with other numbers of pellets_eaten in the slot, in order."""
    several, found = iter(numbers), []
    for measurement, findings in made.results:
        if measurement.use.name == "pellets_eaten":
            findings = {**findings, slot: next(several)}
        found.append((measurement, findings))
    return replace(made, results=tuple(found))


def said(made):
    return [each.striptags() for each in plain_sentences(contents_of(made))]


def test_every_subject_has_its_land_with_its_name(made):
    panel = opening(contents_of(made))
    assert [cell["kind"] for cell in panel.cells] == ["land"] * 3
    names = ["evolved (ES)", "imitated", "reinforced"]
    assert [cell["name"].striptags() for cell in panel.cells] == names
    assert [cell["alt"] for cell in panel.cells] == [f"fitness around {name}" for name in names]
    pictures = [Image.open(io.BytesIO(base64.b64decode(cell["terrain"].partition(",")[2]))) for cell in panel.cells]
    assert len({picture.size for picture in pictures}) == 1
    assert all(np.asarray(picture.convert("RGB")).std() > 5 for picture in pictures)
    assert "pellets per maze" in panel.scale["unit"]


def test_groups_and_studies_without_maps_open_without_lands(made):
    assert opening(contents_of(given(["a", "b"]))) is None
    assert list(plain_sentences(contents_of(given(["a", "b"])))) == []
    few = tuple(each for each in made.results if each[0].use.name != "landscape_around")
    assert opening(contents_of(replace(made, results=few))) is None


NUMBERS = {
    "apart": ([(90, 89, 91), (50, 49, 51), (10, 9, 11)], ""),
    "some": ([(90, 89, 91), (50, 40, 60), (55, 45, 65)], " (some of their intervals overlap)"),
    "all": ([(90, 1, 91), (50, 2, 99), (55, 3, 98)], " (their intervals overlap)"),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_a_sentence_says_where_intervals_overlap(made, case):
    numbers, ending = NUMBERS[case]
    changed = having(made, "mean_share", [Number("mean_share", value, (low, high)) for value, low, high in numbers])
    (sentence,) = [each for each in said(changed) if "of the pellets" in each]
    assert sentence.startswith("In mazes that are new to it, evolved (ES) eats 90")
    assert sentence.endswith(f"{ending}.")
    assert "(" not in sentence.replace("(ES)", "").removesuffix(f"{ending}.")


def test_doubtful_and_missing_numbers_are_left_out_of_a_sentence(made):
    good = Number("mean_share", 90.0, (89.0, 91.0))
    bad = replace(good, doubtful=True), replace(good, value=None)
    (sentence,) = [each for each in said(having(made, "mean_share", [good, bad[0], good])) if "of the pellets" in each]
    assert "imitated" not in sentence
    assert not [each for each in said(having(made, "mean_share", [good, *bad])) if "of the pellets" in each]


def test_there_are_at_most_three_sentences_of_the_first_highlights(made):
    assert 1 <= len(said(made)) <= SENTENCES


def test_the_words_are_explained_with_the_numbers_of_the_study(made):
    found = dict(words(contents_of(made)))
    subject = made.subjects()[0]
    assert list(found) == ["forager", "maze", "pellet"]
    assert f"of {subject.layout.size} weights" in found["forager"]
    assert f"{subject.world.maze.size} × {subject.world.maze.size} cells" in found["maze"]
    assert f"{subject.world.lifetime} steps" in found["pellet"]
    assert "a recurrent network that" in dict(words(contents_of(given(["a", "b"]))))["forager"]


def test_a_number_that_may_be_0_is_no_claim(made):
    """As of a forager that eats 3 pellets fewer without its memory, with an interval from -1 to 7."""
    slots = replace(made.plan.study.design, highlights=("pellets_eaten.ablation",))
    changed = replace(made, plan=replace(made.plan, study=replace(made.plan.study, design=slots)))
    numbers = [Number("ablation", value, (value - 4, value + 4)) for value in (54.0, 3.0, 20.0)]
    (sentence,) = said(having(changed, "ablation", numbers))
    assert sentence == (
        "Without its memory, evolved (ES) eats 54 pellets fewer; imitated 3 (not told apart from 0), reinforced 20."
    )

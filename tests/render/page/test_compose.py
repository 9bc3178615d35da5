"""The page: it parses, holds every result with its definition, and needs nothing from outside."""

import base64
import io
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from render.page.compose import group_strips, page, tally
from render.page.contents import contents_of
from sim import measures
from sim.known_measures import VARIABLE
from sim.statistics.results import Number
from sim.study.conduct import conduct
from sim.study.plan import plan_runs
from sim.study.study_file import parse_study
from sim.work.task import Failure

from .conftest import Reader, given, planted

FILM = {"source": "film.mp4", "still": "data:image/webp;base64,", "caption": "A & b."}


@pytest.fixture(scope="module")
def html(made):
    return page(made, film=FILM, command="foragescape compare <x>", remark="Quick & dirty.")


@pytest.fixture(scope="module")
def read(html):
    return Reader(html)


def text(read):
    return re.sub(r"\s+", " ", read.elements[0]["text"])


@pytest.fixture(scope="module")
def groups():
    return given(["evolve (es)", "rein & <force>"])


def test_every_element_is_closed_and_every_id_is_its_own(read, groups):
    for each in (read, Reader(page(groups))):
        assert not each.open
        ids = Counter(element["id"] for element in each.elements if "id" in element)
        assert set(ids.values()) == {1}
        links = {element["href"][1:] for element in each.all("a")}
        assert links <= set(ids)
        assert "notes" in links


def test_every_number_is_there_with_its_definition(read, made):
    shown = Counter(element["value"] for element in read.all("data"))
    numbers = [each for _, findings in made.results for each in findings.values() if isinstance(each, Number)]
    wanted = Counter("–" if each.value is None else repr(each.value) for each in numbers)
    assert not wanted - shown
    notes = {element["id"]: element["text"] for element in read.all("li") if "id" in element}
    called = [element["href"][1:] for element in read.all("a") if element["href"].startswith("#note-")]
    assert list(dict.fromkeys(called)) == list(notes)
    for measurement, findings in made.results:
        for each in findings.values():
            if isinstance(each, Number):
                quantities = measurement.use.measure.quantities
                meaning = quantities[each.quantity].meaning
                if basic := quantities[each.quantity].control_of:  # it is defined in the note that this one refers to
                    meaning = meaning.removesuffix(quantities[basic].meaning).strip()
                assert meaning in notes[f"note-{measurement.use.measure.name()}-{each.quantity}"]


def test_every_picture_decodes(read):
    images = [e["href"] for e in read.all("image")] + [e["src"] for e in read.all("img") if e["class"] == "terrain"]
    # the lands of the first screen; two landscapes as maps and in perspective; the plane, of pellets and of the loss
    assert len(images) == 3 + 4 * 3 + 2
    for image in images:
        picture = Image.open(io.BytesIO(base64.b64decode(image.partition("base64,")[2])))
        assert np.asarray(picture.convert("RGB")).std() > 0


def test_nothing_comes_from_outside_and_pages_of_subjects_need_no_script(html, groups):
    for each in (html, page(groups)):
        written = re.sub(r"base64,[A-Za-z0-9+/=]*", "", each)
        assert not re.search(r"https?:|@import|url\((?!#)|<script|<link|javascript:|\bon[a-z]+=", written)
    assert "prefers-color-scheme: dark" in html
    assert len(html) < 1_000_000


def test_names_and_texts_are_escaped(html, read):
    assert "<they>" not in html
    assert "<b> & c" not in html
    assert "evolved (ES), imitated and reinforced: where <they> learned" in text(read)
    assert "foragescape compare <x>" in text(read)
    assert "Quick & dirty." in text(read)
    assert "Each & every." in text(read)


def test_a_name_has_one_colour_everywhere(read, made):
    for at, label in enumerate(contents_of(made).single):
        named = [e for e in read.elements if e["tag"] in ("b", "span") and e["text"] == label.names[0]]
        assert len(named) > 10
        assert all(f"c{at}" in e["class"].split() for e in named)


def test_the_subjects_are_listed(read, made):
    row = next(each["text"] for each in read.all("tr") if "imitation of a teacher" in each["text"])
    assert re.sub(r"\s+", "|", row).startswith("imitatedimitation|of|a|teacher|(DAgger)0")
    assert str(made.subjects()[1].run) in row


def test_failed_tasks_are_listed(made, read):
    failed = Reader(page(replace(made, failures=(Failure("share of x", "it <broke>; mend it"),))))
    assert "1 task failed, and the results are missing on this page." in text(failed)
    assert "share of x: it <broke>; mend it" in text(failed)
    assert "task failed" not in text(read)


def test_settings_of_measures_are_listed(read):
    assert (
        "uncertainty (radii 0.3, pairs 1024, mazes 2, lifetimes 10, others True, initial False, ablated False)"
        in text(read)
    )


def test_the_same_study_gives_the_same_page(made):
    assert page(made) == page(made)


def test_a_page_of_groups_counts_runs_and_differences(groups):
    found = text(Reader(page(groups)))
    assert "2 groups of 6 runs each: evolved (ES); rein & <force>." in found
    looked, told = tally(contents_of(groups))
    assert (looked, told) == (2, 1)  # pairs within a group are too few for an interval
    assert "Of 2 differences on this page, 1 have an interval without 0" in found
    assert "12 runs, with their seeds and folders" in found
    few = text(Reader(page(given(["a", "b"], each=2))))
    assert few.count("need four runs") == 1
    assert not re.search(r"\bnan\b", few)


def test_strips_are_drawn_unless_there_are_too_many_groups(made, groups):
    assert group_strips(contents_of(made)) is None
    assert group_strips(contents_of(groups)).cells
    assert group_strips(contents_of(planted({"hidden": list(range(2, 15))}, seeds=2))) is None


ADDED = '''
"""A measure of every kind of result."""

from dataclasses import dataclass

import numpy as np

from sim.measures import Quantity, RunMeasure
from sim.statistics.results import Curve, Histogram, Map, Matrix, Scatter, number

ONE, TWO = np.arange(1.0, 4), np.ones((3, 3), np.float32)


@dataclass(frozen=True, slots=True)
class Everything(RunMeasure):
    """One of each."""

    quantities = {
        "positive": Quantity("a number of mine", "Weights above 0.", "weights", "weights"),
        "curve": Quantity("a curve of mine", "A curve.", kind="curve", axes=("along", "up")),
        "map": Quantity("a map of mine", "A map.", "heights", kind="map"),
        "scatter": Quantity("a scatter of mine", "A scatter.", kind="scatter", axes=("left", "right")),
        "histogram": Quantity("a histogram of mine", "A histogram.", kind="histogram", axes=("value", "share")),
        "matrix": Quantity("a matrix of mine", "A matrix.", kind="matrix"),
    }

    def compute(self, subject, evaluation_set, machine):
        """Find one of each."""
        return {
            "positive": number("positive", (subject.genome > 0).sum(), sample=subject.genome.size),
            "curve": Curve("curve", ONE, ONE),
            "map": Map("map", TWO, 0.1),
            "scatter": Scatter("scatter", ONE, ONE),
            "histogram": Histogram("histogram", ONE),
            "matrix": Matrix("matrix", np.eye(2), ("one row", "another"), ("one column", "another")),
        }
'''


def test_a_measure_that_a_person_drops_into_a_folder_is_on_the_page(tmp_path, monkeypatch, runs):
    (tmp_path / "everything_of_mine.py").write_text(ADDED)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr(measures, "__path__", list(measures.__path__))
    study = parse_study("mine", {"section": [{"title": "Mine", "measures": [{"measure": "everything_of_mine"}]}]})
    made = conduct(plan_runs(study, runs, tmp_path / "out"))
    found = page(made)
    for kind in ("curve", "map", "scatter", "histogram", "matrix"):
        assert re.search(rf"A {kind} of mine", found)
    for word in ("a number of mine, weights", "along", "left", "one column", "heights"):
        assert word in found
    values = {element["value"] for element in Reader(found).all("data")}
    assert {repr(float((each.genome > 0).sum())) for each in made.subjects()} <= values

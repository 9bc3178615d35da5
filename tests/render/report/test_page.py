"""The page: it parses, holds every number with its definition, and needs nothing from outside."""

import base64
import io
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from render.report.page import page
from render.report.words import about, value
from sim.comparison.definitions import DEFINITIONS

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Reader(HTMLParser):
    """Elements with their attributes, the section that they stand in and the text right inside them."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.section = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "section":
            self.section = attributes["id"]
        self.elements.append({"tag": tag, "section": self.section, "text": "", **attributes})
        if tag not in VOID:
            self.open.append((tag, self.elements[-1]))

    def handle_startendtag(self, tag, attributes):
        self.elements.append({"tag": tag, "section": self.section, "text": "", **dict(attributes)})

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for _, element in self.open:
            element["text"] += data

    def all(self, tag):
        return [element for element in self.elements if element["tag"] == tag]


@pytest.fixture(scope="module")
def read(html):
    return Reader(html)


def numbers(comparison):
    return [
        (name, number)
        for name, section in comparison.sections.items()
        for slots in section.numbers.values()
        for number in slots.values()
    ]


def test_every_element_is_closed_and_every_id_is_its_own(read):
    assert not read.open
    ids = Counter(element["id"] for element in read.elements if "id" in element)
    assert ids
    assert set(ids.values()) == {1}


def test_every_number_stands_in_its_section_with_its_definition_sample_and_seed(read, comparison):
    shown = Counter((e["section"], e["value"], e["title"], e["text"]) for e in read.all("data"))
    wanted = Counter(
        (name, "" if n.value is None else repr(n.value), about(n), value(n)) for name, n in numbers(comparison)
    )
    assert wanted
    assert not wanted - shown
    for _, number in numbers(comparison):
        assert DEFINITIONS[number.key].text in about(number)
        assert f"seed {number.seed}" in about(number)


def test_a_number_that_is_left_out_would_be_missed(comparison, read):
    first = comparison.sections["champions"]
    subject = next(iter(first.numbers))
    slot, number = next(iter(first.numbers[subject].items()))
    less = replace(
        first, numbers={**first.numbers, subject: {**first.numbers[subject], slot: replace(number, seed=77)}}
    )
    changed = replace(comparison, sections={**comparison.sections, "champions": less})
    assert about(replace(number, seed=77)) not in {e["title"] for e in read.all("data")}
    assert about(replace(number, seed=77)) in {e["title"] for e in Reader(page(changed)).all("data")}


def test_every_footnote_that_is_called_stands_at_the_end_in_order(read, comparison):
    called = [e["href"].removeprefix("#note-") for e in read.all("a") if e["href"].startswith("#note-")]
    listed = {e["id"].removeprefix("note-"): e for e in read.all("li") if e.get("id", "").startswith("note-")}
    assert list(dict.fromkeys(called)) == list(listed)
    assert {number.key for _, number in numbers(comparison)} == set(listed)
    assert [int(e["value"]) for e in listed.values()] == list(range(1, len(listed) + 1))
    for key, element in listed.items():
        assert DEFINITIONS[key].text in element["text"]


def test_links_within_the_page_lead_somewhere(read):
    ids = {e["id"] for e in read.elements if "id" in e}
    assert all(e["href"][1:] in ids for e in read.all("a"))
    assert {"learning", "champions", "landscapes", "plane", "alignment", "roughness", "curvature", "film"} <= ids


def test_nothing_comes_from_outside_and_nothing_is_a_script(html, read):
    written = re.sub(r"base64,[A-Za-z0-9+/=]*", "", html)
    assert not re.search(r"https?:|//|@import|url\((?!#)|<script|javascript:|\bon[a-z]+=", written)
    sources = [e[name] for e in read.elements for name in ("src", "href", "poster") if name in e]
    assert all(source.startswith(("#", "data:")) for source in sources)


def test_every_picture_decodes(read, comparison):
    images = [e["href"] for e in read.all("image")] + [e["src"] for e in read.all("img")]
    contestants = len(comparison.contestants)
    assert len(images) == 4 * contestants + 2  # two landscapes flat and as land, the plane, the film's still
    for image in images:
        picture = Image.open(io.BytesIO(base64.b64decode(image.partition("base64,")[2])))
        picture.load()
        assert np.asarray(picture).std() > 0


def test_the_film_is_in_the_page(read, filmed):
    (film,) = read.all("video")
    assert base64.b64decode(film["src"].removeprefix("data:video/mp4;base64,")) == filmed[0].read_bytes()


def test_names_are_told_as_text(html, read, comparison):
    assert "<3>" not in html
    title = read.all("title")[0]["text"]
    assert all(each.name in title for each in comparison.contestants)


def test_a_name_has_one_ink_wherever_it_stands(read, comparison):
    for at, contestant in enumerate(comparison.contestants):
        named = [e for e in read.elements if e["tag"] in ("b", "span", "div") and e["text"] == contestant.name]
        inked = [e["class"] for e in named if re.search(r"\bc\d\b", e.get("class", ""))]
        assert len(inked) > 10
        assert all(f"c{at}" in each.split() for each in inked)


def test_the_same_comparison_gives_the_same_page(comparison):
    assert page(comparison) == page(comparison)

"""The page and the figure of methods: whole, self-contained, and silent where nothing differs."""

import json
import re
import shlex
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from agents.errors import UserError
from agents.randomness import generator
from foragescape import main
from render.commands.parsing import parse
from render.info import info
from render.report import methods as module
from render.report.methods import page, report_methods
from render.report.strips import LINES, _swarm, called, paper
from render.report.verdicts import lead, sentences, tally
from sim.comparison import store
from sim.comparison.contest import Contestant
from sim.comparison.definitions import DEFINITIONS
from sim.comparison.definitions.methods import AROUND, BETWEEN
from sim.methods import statistics
from sim.methods.claims import claims
from sim.methods.config import BetweenConfig, MethodsConfig
from sim.methods.methods import FORMAT, RESULT, Methods, _result
from sim.methods.pairing import couple_name, couples
from sim.rollout.machine import Machine

NAMES = ("evolve (es)", "imitate", "rein & <force>")


def _contestant(method, at):
    blank = dict.fromkeys(Contestant.__dataclass_fields__)
    about = {"method": method, "run": Path(f"runs/<{at}>"), "seed": at, "generation": 5, "steps": 10**9}
    return Contestant(**{**blank, **about, "name": f"{method} {at}", "genome": np.full(3, at, np.float32)})


def _made(shift, runs=8, names=NAMES):
    """Methods whose values are all noise, and those of the first all `shift` larger."""
    rng, contestants = (
        generator(4, "test/page"),
        {name: [_contestant(name, at) for at in range(runs)] for name in names},
    )

    def values(keys, more):
        return {key: more + float(rng.standard_normal()) for key in keys}

    more = {name: shift if name == names[0] else 0.0 for name in names}
    found = {each.name: values(AROUND, more[name]) for name, some in contestants.items() for each in some}
    within = {name: {f"{name} {at}": values(BETWEEN, more[name]) for at in range(runs)} for name in names}
    crossed = {
        couple_name(*both): {f"{both} {at}": values(BETWEEN, 0) for at in range(runs)} for both in couples(names)
    }
    numbers = claims(
        {name: [found[each.name] for each in some] for name, some in contestants.items()},
        {name: list(each.values()) for name, each in within.items()},
        {couple: list(each.values()) for couple, each in crossed.items()},
        seed=0,
    )
    return Methods(contestants, MethodsConfig(), found, within, crossed, numbers)


@pytest.fixture(scope="module")
def planted():
    return _made(6.0)


@pytest.fixture(scope="module")
def nothing():
    return _made(0.0)


@pytest.fixture(autouse=True, scope="module")
def few():
    """Fewer resamples."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics, "RESAMPLES", 500)
        yield


class Page(HTMLParser):
    """Tags that are open, ids, links within the page, and what it would load."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.loads = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if tag == "a" else []
        self.loads += [
            value for name, value in attrs if name in ("src", "xlink:href") or (name == "href" and tag != "a")
        ]
        self.loads += [tag] if tag in ("script", "link", "iframe") else []
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_holds_all_that_it_shows(planted):
    text = page(planted, "foragescape methods x")
    found = Page(text)
    assert not found.open
    assert not found.loads
    assert len(set(found.ids)) == len(found.ids)
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)
    assert "rein & <force>" not in text
    assert "rein &amp; &lt;force&gt;" in text
    assert "prefers-color-scheme: dark" in text
    assert not re.search(r"\bnan\b", re.sub(r"<[^>]*>", " ", text))
    for name, _, _ in (*AROUND.values(), *BETWEEN.values()):
        assert name in text


def test_the_figure_is_a_small_file_that_stands_alone(planted):
    text = paper(planted, "Three & more")
    assert len(text) < 250_000
    root = ET.fromstring(text)
    assert root.get("width") == "1400"
    circles = [each for each in root.iter() if each.tag.endswith("circle")]
    keys = [key for _, some in LINES for key in some]
    pairs = len([key for key in keys if key in BETWEEN])
    assert len(circles) == 1 + 8 * 3 * len(keys) + 8 * 3 * pairs  # the key's, every run or pair, and couples' pairs
    assert "var(--" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert set(keys) == {*AROUND, *BETWEEN} - {"nearer", "left_0.05"}


def test_what_was_planted_is_said(planted):
    said = lead(planted)
    assert "evolve</b> eats most, eats most where" in said
    assert "imitate" not in said
    looked, told = tally(planted)
    assert looked == 3 * (len(AROUND) + len(BETWEEN))
    assert told >= 2 * looked // 3
    found = re.sub(r"<[^>]*>", "", sentences(planted, module.Notes()))
    assert re.search(
        r"Pellets eaten, %\d+: evolve [^:]*\. Not told apart: (imitate|rein .*) and (imitate|rein [^.]*)\.", found
    )


def test_the_broadest_hill_is_told_only_where_norms_and_weights_agree(planted):
    assert "broadest hill" in lead(planted)
    name = couple_name(*NAMES[:2])
    slots = planted.numbers["differences"][name]
    held = {**slots, "half_radius_weights": replace(slots["half_radius_weights"], interval=(-1.0, 1.0))}
    differences = {**planted.numbers["differences"], name: held}
    assert "broadest hill" not in lead(replace(planted, numbers={**planted.numbers, "differences": differences}))


def test_what_learning_took_is_told_beside_what_it_led_to(planted):
    text = re.sub(r"<[^>]*>", "", page(planted))
    assert "not at equal cost" in text
    assert "evolve 1 × 10⁹, imitate 1 × 10⁹" in text


def test_percentages_differ_by_points():
    assert DEFINITIONS["runs.share"].unit == "%"
    assert DEFINITIONS["less.share"].unit == "points"
    assert DEFINITIONS["less.norm"].unit == DEFINITIONS["runs.norm"].unit == "weights"


def test_of_nothing_nothing_is_said(nothing):
    assert "Nothing that the page begins with" in lead(nothing)
    looked, told = tally(nothing)
    assert told <= 0.15 * looked
    assert "No two are told apart" in sentences(nothing, module.Notes())


def test_two_runs_of_two_methods_are_shown_without_what_they_cannot_tell():
    least = _made(1.0, runs=2, names=NAMES[:2])
    one = replace(least, within={name: dict(list(pairs.items())[:1]) for name, pairs in least.within.items()})
    numbers = claims(
        {name: [least.runs[each.name] for each in some] for name, some in least.contestants.items()},
        {name: list(pairs.values()) for name, pairs in one.within.items()},
        {couple: list(pairs.values()) for couple, pairs in one.between.items()},
        seed=0,
    )
    text = page(replace(one, numbers=numbers))
    assert "Two ways of learning, 2 runs of each" in text
    assert "fewer than ten" in text
    assert "so none is, as that takes 4 runs" in text
    assert tally(replace(one, numbers=numbers)) == (0, 0)
    assert not Page(text).open


def test_values_that_are_missing_are_no_dots(planted):
    name = next(iter(planted.runs))
    holes = replace(planted, runs={**planted.runs, name: {**planted.runs[name], "ruggedness": float("nan")}})
    assert paper(holes, "").count("<circle") == paper(planted, "").count("<circle") - 1


def test_names_are_short_where_that_leaves_them_apart():
    assert called(["evolve (es)", "imitate"]) == {"evolve (es)": "evolve", "imitate": "imitate"}
    assert set(called(["evolve (es)", "evolve (cma)"]).values()) == {"evolve (es)", "evolve (cma)"}


def test_dots_in_one_place_make_room():
    assert len(set(_swarm([5.0] * 5))) == 5
    assert _swarm([0.0, 50.0]) == [0.0, 0.0]


def test_one_command_makes_page_numbers_and_figure(planted, tmp_path, monkeypatch):
    out = tmp_path / "m"

    def measured(runs, config, out, finish, **_):
        with store.writing(out, fresh=False, form=FORMAT, result=RESULT):
            assert info(out) == {"kind": "methods", "path": str(out), "complete": False, "page": None, "figure": None}
            finish(planted)
            store.write_json(out / RESULT, _result(planted))
        return planted

    monkeypatch.setattr(module, "compare_methods", measured)
    result = report_methods([], planted.config, out, machine=Machine(1))
    assert all(Path(path).is_file() for path in result.values())
    found = info(out)
    assert found["kind"] == "methods"
    assert found["complete"]
    assert found["methods"] == dict.fromkeys(NAMES, 8)
    for damage in ("{", "[]", json.dumps({"methods": {}})):
        (out / RESULT).write_text(damage)
        with pytest.raises(UserError, match="is damaged"):
            info(out)


def test_the_command_has_every_setting_that_is_not_the_usual_one(planted):
    config = MethodsConfig(quick=True, seed=4, between=BetweenConfig(points=7))
    words = shlex.split(module._command(replace(planted, config=config), Path("my out")))
    command = parse(words[1:])
    assert command.settings == config
    assert len(command.runs) == 24


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "c"], "two runs or more, got 0"),
        (["RUN", "OTHER", "--out", "c"], "all 2 runs are of evolve"),
        (["RUN", "nothing", "--out", "c"], "there is no run nothing"),
        (["RUN", "OTHER"], "missing --out"),
        (["RUN", "OTHER", "--out", "c", "--around.samples", "7"], "must be even"),
    ],
)
def test_errors_are_one_line_and_exit_code_2(report_runs, words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    places = {"RUN": report_runs[0].path, "OTHER": report_runs[1].path}
    assert main(["methods", *(str(places.get(word, word)) for word in words)]) == 2
    assert said in capsys.readouterr().err.strip().splitlines()[-1]
    assert not (tmp_path / "c").exists()

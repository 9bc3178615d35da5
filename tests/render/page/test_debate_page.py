"""The page of a debate tells every verdict, its number, failed controls and failed tasks."""

import json
import re

import pytest

from render.page.claim_view import claim_views
from render.page.debate_page import debate_json, debate_page
from sim.study.debate import conduct_debate, plan_debate
from sim.study.study_file import parse_study
from tests.sim.study.conftest import TINY

NORM = "genome_norm.norm"
CLAIMS = [
    {"text": "Norms are <above> 0.", "by": "A & B", "rule": "bound", "of": NORM},
    {"text": "Norms are below 0.", "rule": "bound", "of": NORM, "expect": "below"},
    {"text": "With a control.", "rule": "bound", "of": NORM, "control": [
        {"text": "A control that fails.", "rule": "bound", "of": NORM, "bound": 1e6}]},
    {"text": "Larger is longer.", "rule": "slope", "of": NORM, "axis": "hidden"},
    {"text": "Paired.", "rule": "paired", "of": NORM, "against": "pellets_eaten.share"},
    {"text": "Together.", "rule": "correlation", "of": NORM, "against": "pellets_eaten.share", "over": "runs"},
    {"text": "Apart.", "rule": "difference", "of": NORM, "groups": ["hidden 4", "hidden 3"]},
    {"text": "Shares.", "rule": "difference", "of": "pellets_eaten.share", "groups": ["hidden 4", "hidden 3"]},
    {"text": "Nothing.", "rule": "bound", "of": "pellets_eaten.share_of_nothing"},
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    table = {**{key: TINY[key] for key in ("learn", "grid")}, "seeds": 4, "limits": "Small & tiny."}
    section = [{"measures": [{"measure": "genome_norm"}, {"measure": "pellets_eaten", "mazes": 4}]}]
    studies = [parse_study("01-norms", {**table, "title": "norms", "section": section, "claim": CLAIMS})]
    studies.append(parse_study("02-none", {**table, "title": "no claims", "section": section}))
    pages = []
    out = tmp_path_factory.mktemp("debate") / "out"
    found = conduct_debate(plan_debate(studies, out), finish=pages.append)
    assert pages == found
    return found


def test_every_rule_has_a_view(made):
    views = {view["decision"].claim.text: view for view in claim_views(made[0])}
    assert views["Norms are <above> 0."]["verdict"] == "supported"
    assert views["Norms are below 0."]["verdict"] == "contradicted"
    assert views["With a control."]["verdict"] == "not told apart"
    assert views["With a control."]["note"] == "control failed: A control that fails"
    assert views["With a control."]["controls"][0]["holds"] is False
    assert views["Nothing."]["figure"] is None
    assert all(view["figure"].startswith("<svg") for text, view in views.items() if text != "Nothing.")
    assert " points" in views["Shares."]["headline"]
    assert "per doubling of hidden" in views["Larger is longer."]["what"]
    assert re.fullmatch(r"[\d.]+ weights \([\d.]+ to [\d.]+\)", views["Norms are <above> 0."]["headline"])


def test_the_page_has_a_row_for_each_study_and_escapes_texts(made):
    text = debate_page(made, command="foragescape debate --out x", remark="Quick.")
    assert "Norms are &lt;above&gt; 0." in text
    assert "A &amp; B" in text
    assert '<a href="01-norms/index.html">' in text
    assert text.count("<article>") == 2
    assert "No claim could be decided." in text
    assert 'class="verdict supported"' in text
    assert "Control failed: A control that fails." not in text  # only the first claim has its note here
    assert "http" not in re.sub(r"http://www.w3.org/\S+", "", text)  # the page holds all that it shows


def test_the_page_of_a_study_tells_controls_and_limits(made):
    from render.page.compose import page

    text = page(made[0])
    assert "<b>Control fails:</b> A control that fails." in text
    assert "Small &amp; tiny." in text
    assert "Not measured of hidden 3, hidden 4." in text


def test_the_json_has_every_decision(made):
    table = json.loads(json.dumps(debate_json(made), allow_nan=False))
    one, none = table["studies"]
    assert [claim["verdict"] for claim in one["claims"]][:3] == ["supported", "contradicted", "not told apart"]
    assert one["claims"][2]["controls"][0]["claim"] == "A control that fails."
    assert none["claims"] == []

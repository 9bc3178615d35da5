"""The command debate conducts the studies that are asked for, tells their cost, and refuses others."""

import json

import pytest

from render import studies
from render.commands import debating
from sim.study.study_file import read_study
from tests.page_text import without_spans

TOML = """
title = "norms"
seeds = 2
[learn]
generations = 1
checkpoint = 1
validation = 2
mazes = 1
hidden = {hidden}
es.population = 4
world.maze.size = 4
world.lifetime = 10
[[section]]
measures = [{{ measure = "genome_norm" }}]
[[claim]]
text = "Norms are above 0."
rule = "bound"
of = "genome_norm.norm"
least = 10
[quick]
least = 2
"""


@pytest.fixture
def two(tmp_path, monkeypatch):
    files = {}
    for number, hidden in ((1, 3), (2, 4)):
        path = tmp_path / f"0{number}-norms.toml"
        path.write_text(TOML.format(hidden=hidden))
        files[number] = [path]
    monkeypatch.setattr(debating, "debate_files", lambda: files)
    return tmp_path / "out"


def test_a_debate_writes_its_pages_and_repeats_to_the_same(two, door):
    code, out, _ = door("debate", "--out", str(two), "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["verdicts"] == {"01-norms": "not told apart", "02-norms": "not told apart"}
    page = (two / "index.html").read_text()
    assert "A verdict needs" not in page or "10 runs" in page
    assert (two / "01-norms/index.html").exists()
    assert f"foragescape debate --out {two} --claims 1" in without_spans((two / "01-norms/index.html").read_text())
    assert json.loads((two / "debate.json").read_text())["studies"][1]["study"] == "02-norms"
    assert door("debate", "--out", str(two), "--json")[:2] == (0, out)
    assert (two / "index.html").read_text() == page


def test_some_claims_alone_and_their_cost(two, door):
    code, out, _ = door("debate", "--out", str(two), "--claims", "2", "--dry-run", "--json")
    cost = json.loads(out)
    assert code == 0
    assert (cost["runs"], cost["tasks"], list(cost["hours_of"])) == (2, 4, ["02-norms"])
    assert not two.exists()
    assert door("debate", "--out", str(two), "--claims", "2,", "--shard", "0/2")[0] == 0


def test_the_page_keeps_claims_that_were_tested_before(two, door):
    assert door("debate", "--out", str(two), "--claims", "2")[0] == 0
    assert [each["study"] for each in json.loads((two / "debate.json").read_text())["studies"]] == ["02-norms"]
    assert door("debate", "--out", str(two), "--claims", "1")[0] == 0
    assert len(json.loads((two / "debate.json").read_text())["studies"]) == 2
    page = (two / "index.html").read_text()
    assert "02-norms/index.html" in page
    assert f"foragescape debate --out {two} <" in without_spans(page)
    (changed,) = debating.debate_files()[2]
    changed.write_text(TOML.format(hidden=5))
    assert door("debate", "--out", str(two), "--claims", "1")[0] == 0
    assert [each["study"] for each in json.loads((two / "debate.json").read_text())["studies"]] == ["01-norms"]


@pytest.mark.parametrize("claims", ["3", "x", "1,0"])
def test_other_claims_are_refused(two, door, claims):
    code, _, err = door("debate", "--out", str(two), "--claims", claims)
    assert code == 2
    assert "there is no claim" in err


def test_quick_lowers_the_runs_that_a_verdict_needs(two):
    (path,) = debating.debate_files()[1]
    assert read_study(path).claims[0].least == 10
    assert read_study(path, quick=True).claims[0].least == 2


def test_all_claims_have_a_study_that_can_be_read():
    files = studies.debate_files()
    for path in (path for some in files.values() for path in some):
        for quick in (False, True):
            study = read_study(path, quick=quick)
            assert study.claims
            assert study.limits
            assert study.grid.runs >= (4 if quick else 10)
            assert all(claim.least == (4 if quick else 10) for claim in study.claims)
            known = {f"{use.name}." for use in study.uses}
            assert all(f"{each.partition('.')[0]}." in known for each in study.references())
    assert set(files) <= set(range(1, 15))

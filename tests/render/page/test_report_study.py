"""Reports: one call makes the folder, and the same call continues it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from agents.errors import UserError
from render.info import info
from render.page import report_study as module
from render.page import slide
from render.page.report_study import report_study
from sim.study.plan import plan_runs
from sim.study.study_file import parse_study
from sim.work.executor import Serial
from sim.work.task import Failure
from tests.page_text import without_spans

from .conftest import ONE, TABLE, given


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Small and short films."""
    monkeypatch.setattr(slide, "SIZE", (240, 480))
    monkeypatch.setattr(slide, "FPS", 10.0)


@pytest.fixture
def brief(runs, tmp_path):
    """A plan of little work, into a new folder."""
    measures = [{"measure": "pellets_eaten", "mazes": 2, "repetitions": 1}]
    table = {
        "title": "brief",
        "together": True,
        "film": TABLE["film"],
        "section": [{"title": "S", "measures": measures}],
    }
    return plan_runs(parse_study("brief", table), runs, tmp_path / "out")


def test_a_report_is_a_page_numbers_a_table_and_a_film(brief, monkeypatch):
    heard = []
    made = report_study(
        brief, machine=ONE, command="again & again", progress=lambda done, note: heard.append((done, note))
    )
    assert list(made) == ["page", "numbers", "table", "film"]
    assert all(Path(path).is_file() for path in made.values())
    done = [share for share, _ in heard]
    assert done == sorted(done)
    assert heard[-1] == (1.0, "page")
    html = Path(made["page"]).read_text()
    assert "data:video/mp4" in html
    assert "again &amp; again" in without_spans(html)

    found = info(brief.out)
    assert (found["kind"], found["study"], found["complete"], found["failures"]) == ("study", "brief", True, 0)
    assert found["groups"] == {"evolve (es)": 1, "imitate": 1, "reinforce": 1}
    assert (found["measures"], found["numbers"], found["film"]) == (["pellets_eaten"], 36, made["film"])

    monkeypatch.setattr(module, "EMBEDDED", 10)
    before = Path(made["film"]).stat().st_mtime_ns
    report_study(brief, machine=ONE)
    assert 'src="film.mp4"' in Path(made["page"]).read_text()
    assert Path(made["film"]).stat().st_mtime_ns == before


def test_a_report_that_is_stopped_is_unfinished_and_keeps_others_out_to_the_end(brief, monkeypatch):
    def interrupted(*_, **__):
        with pytest.raises(UserError, match="another process is writing"):
            report_study(brief, machine=ONE)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "film", interrupted)
    with pytest.raises(KeyboardInterrupt):
        report_study(brief, machine=ONE)
    found = info(brief.out)
    assert not found["complete"]
    assert found["note"].startswith("unfinished")


def test_damaged_numbers_are_refused(brief):
    brief = replace(brief, study=replace(brief.study, film=None))
    made = report_study(brief, machine=ONE)
    for damage in ("{", "[]", '{"study": {}}'):
        Path(made["numbers"]).write_text(damage)
        with pytest.raises(UserError, match="is damaged"):
            info(brief.out)


def test_groups_have_a_figure_and_no_film(monkeypatch, tmp_path):
    made = given(["evolve (es)", "imitate"])
    plan = replace(made.plan, out=tmp_path)
    monkeypatch.setattr(module, "conduct", lambda plan, finish, **_: finish(made) or made)
    shown = report_study(plan)
    assert list(shown) == ["page", "numbers", "table", "figure"]
    assert Path(shown["figure"]).read_text().startswith("<svg xmlns")
    assert "2 groups of 6 runs each" in Path(shown["page"]).read_text()


def test_failed_tasks_are_returned(monkeypatch, tmp_path):
    made = given(["evolve (es)", "imitate"])
    made = replace(made, plan=replace(made.plan, out=tmp_path), failures=(Failure("half of it", "too dark; wait"),))
    monkeypatch.setattr(module, "conduct", lambda plan, finish, **_: finish(made) or made)
    assert report_study(made.plan)["failures"] == ["half of it: too dark; wait"]


def test_a_share_of_the_tasks_makes_no_page(brief):
    class Share(Serial):
        partial = True

    made = report_study(brief, executor=Share(ONE))
    assert made == {"folder": str(brief.out)}
    assert not (brief.out / "index.html").exists()
    assert len(list((brief.out / "results").glob("*.json"))) == 3


def test_more_runs_than_there_are_colours_are_refused(brief):
    many = replace(brief, runs=brief.runs[:1] * 7)
    with pytest.raises(UserError, match="colours for at most 6 runs, got 7"):
        report_study(many)
    assert not brief.out.exists()


def test_a_run_whose_name_is_not_unicode_is_reported(brief):
    odd = replace(brief, study=replace(brief.study, film=None))
    report_study(odd, machine=ONE, command=os.fsdecode(b"a\xff"))
    assert "a\\udcff" in (brief.out / "index.html").read_text()

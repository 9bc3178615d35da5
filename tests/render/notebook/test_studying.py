"""Studies from Python: conducted as by the command, read back as arrays and tables."""

import pytest
import xarray

from agents.errors import UserError
from render.notebook.evolving import evolve
from render.notebook.studying import study
from sim.rollout.machine import Machine
from sim.study.plan import plan_grid
from sim.study.study_file import parse_study
from sim.work.executor import Serial
from tests.learners import COMMON, OWN
from tests.render.notebook.conftest import ONE
from tests.render.page.conftest import Reader
from tests.sim.study.conftest import TINY

GRID = {
    **TINY, "across": False, "highlights": ["genome_norm.norm"],
    "section": [{"title": "Of <runs>", "measures": [
        {"measure": "genome_norm"}, {"measure": "pellets_eaten", "mazes": 4, "repetitions": 1}]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return study(GRID, tmp_path_factory.mktemp("studying") / "sizes", machine=ONE, quiet=True, csv=True)


def test_its_numbers_are_a_dataset_and_a_table(result, tmp_path):
    from sim.study.conduct import conduct

    wanted = conduct(plan_grid(parse_study("sizes", GRID), tmp_path / "sizes"), executor=Serial(Machine(1)))
    found = result.dataset["genome_norm.norm"]
    assert isinstance(result.dataset, xarray.Dataset)
    assert found.dims == ("hidden", "seed")
    values = {each.task.runs[0].name: findings["norm"].value for each, findings in wanted.results if "norm" in findings}
    assert float(found.sel(hidden=4, seed=1)) == values["hidden 4, seed 1"]
    rows = result.table.to_pylist()
    assert {row["value"] for row in rows if row["slot"] == "norm"} == set(values.values())
    assert result.numbers["study"]["name"] == "sizes"
    assert result.page.read_text().startswith("<!doctype html>")
    assert (result.out / "table.csv").exists()


def test_a_notebook_shows_claims_highlights_and_where_the_page_is(result):
    read = Reader(result._repr_html_())
    assert not read.open
    texts = [each["text"] for each in read.all("tr")]
    assert any("Longer." in text and "not told apart" in text for text in texts)
    assert any(text.startswith("norm of the genome") for text in texts)
    assert not any("revisits" in text for text in texts)  # no highlight
    assert any(
        each["text"].endswith("more quantities are on the page, in the table and in the dataset.")
        for each in read.all("p")
    )
    assert read.all("a")[0]["href"] == result.page.as_posix()


def test_it_goes_on_and_its_settings_can_be_changed(result, monkeypatch):
    before = result.page.stat().st_mtime_ns, {path: path.stat().st_mtime_ns for path in result.out.glob("results/*")}
    again = study(GRID, result.out, machine=ONE, quiet=True)
    assert {path: path.stat().st_mtime_ns for path in again.out.glob("results/*")} == before[1]
    more = study(GRID, result.out, changes={"pellets_eaten.mazes": 5}, machine=ONE, quiet=True)
    assert len(list(more.out.glob("results/*"))) == len(before[1]) + 2 * 4
    assert more.numbers["study"]["sections"][0]["measures"][1]["mazes"] == 5


def test_runs_in_folders_are_measured(tmp_path):
    settings = {**COMMON, **OWN["es"], "generations": 2, "machine": ONE, "quiet": True}
    runs = [evolve(seed=seed, out=tmp_path / f"run{seed}", **settings) for seed in (0, 1)]
    table = {"together": True, "section": [{"title": "One", "measures": [{"measure": "genome_norm"}]}]}
    found = study(table, tmp_path / "two", runs=[runs[0], tmp_path / "run1"], machine=ONE, quiet=True)
    assert sorted(found.dataset["seed"].values.tolist()) == [0, 1]
    with pytest.raises(UserError, match=r"a study measures runs in folders.*learn with out=FOLDER"):
        study(table, tmp_path / "memory", runs=[evolve(**settings), runs[1]])


@pytest.mark.parametrize(
    ("source", "settings", "says"),
    [
        ("compere", {}, "there is no study compere; name a TOML file, or one of compare, demo, methods"),
        ("compare", {}, "a study of runs takes two or more, got 0"),
        ({**GRID, "sections": []}, {}, "there is no setting sections; did you mean section"),
        (GRID, {"changes": {"genome_nrm.x": 1}}, "has no 'genome_nrm.x' that could be set; did you mean genome_norm"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, source, settings, says):
    with pytest.raises(UserError, match=says):
        study(source, tmp_path / "out", **settings)

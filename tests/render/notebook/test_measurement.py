"""Measuring from Python: the core's numbers, of runs, fields and functions, as values, text and HTML."""

import math
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from agents.errors import UserError
from render.notebook.mapping import landscape
from render.notebook.measurement import measure
from sim.evaluation.subject import read_subject
from sim.known_measures import from_json
from sim.landscape.spec import LandscapeSpec, plan
from sim.measures.half_radius import RADII
from sim.statistics.results import Curve, Number
from sim.study.measuring import measure_field, measure_runs
from tests.render.notebook.conftest import HOME, ONE, hill
from tests.render.page.conftest import Reader

SMALL = {"directions": 10, "mazes": 2}
NORM = float(np.linalg.norm(HOME.astype(np.float64)))


def test_a_run_has_the_numbers_of_the_core(run, folder):
    ((_, wanted),) = measure_runs(from_json({"measure": "half_radius", **SMALL}), [read_subject(run)], seed=2)
    for source in (run, folder, str(folder)):
        found = measure(source, "half_radius", seed=2, machine=ONE, **SMALL)
        assert {slot: repr(each) for slot, each in wanted.items()} == {
            slot: repr(found[slot]) for _, findings in found.found for slot in findings
        }
    number = found["half_radius"]
    assert isinstance(number, Number)
    assert number.low <= number.value <= number.high
    with pytest.raises(UserError, match="half_radius found no 'radius'; it found half_radius_lower, "):
        found["radius"]


def test_several_runs_are_measured_one_by_one_in_pairs_or_together(run, other):
    single = measure([run, other], "genome_norm")
    assert [names for names, _ in single.found] == [("seed 3 evolve (es)",), ("seed 4 evolve (es)",)]
    apart = [{**row, "of": ""} for each in (run, other) for row in measure(each, "genome_norm").rows()]
    assert [{**row, "of": ""} for row in single.rows()] == apart
    pair = measure([run, other], "genome_distance")
    assert [names for names, _ in pair.found] == [("seed 3 evolve (es)", "seed 4 evolve (es)")]
    twice = measure((run, run), "genome_norm")
    assert [names for names, _ in twice.found] == [("seed 3 evolve (es) 1",), ("seed 3 evolve (es) 2",)]
    with pytest.raises(UserError, match=r"there are 2 subjects; take the .* of one, as in found"):
        twice["norm"]


def test_a_field_is_measured_in_memory_and_on_disk(run, tmp_path):
    land = landscape(run, shape=(64, 64), mazes=2, machine=ONE)
    wanted = measure_field(from_json({"measure": "hoelder"}), land.field)
    found = measure(land, "hoelder")
    assert repr(found["hoelder_1"]) == repr(wanted["hoelder_1"])
    points = found["hoelder_1_points"]
    assert isinstance(points, Curve)
    assert points.x.shape == points.y.shape
    land.save(tmp_path / "f.zarr")
    assert measure(tmp_path / "f.zarr", "hoelder").rows() == found.rows()


def test_a_function_that_is_not_ours_has_its_known_numbers():
    found = measure(hill, "half_radius", genome=HOME, directions=10)
    assert found["half_radius"].value == RADII[math.sqrt(2.5) / NORM < RADII][0]
    assert found.found[0][0] == ("hill",)
    for name, settings in {
        "neutrality": {"walks": 4, "longest": 1},
        "noise_robustness": {"samples": 8},
        "ruggedness": {"walks": 4},
        "uncertainty": {"pairs": 16, "others": False},
        "boundary": {"windows": 2, "side": 64},
    }.items():
        assert measure(hill, name, genome=HOME + 1, **settings).rows()
    assert measure(landscape(hill, genome=HOME + 1, shape=(64, 64)), "hoelder")["hoelder_2"].value > 0.8


def test_an_objective_is_measured_as_its_run_is(run):
    """In the same mazes: those of the run's own stream that it did not choose its champion on."""
    setting, champion = run.setting(), run.champion()
    spec = LandscapeSpec(mazes=2, first=setting.validation)
    objective = plan(run, spec).objective
    for name, settings in {"half_radius": SMALL, "uncertainty": {"pairs": 32, "mazes": 2, "others": False}}.items():
        of_run = measure(run, name, seed=setting.seed, machine=ONE, **settings)
        found = measure(objective, name, genome=champion, seed=setting.seed, machine=ONE, **settings)
        assert {row["slot"]: row["value"] for row in found.rows()}.items() <= {
            row["slot"]: row["value"] for row in of_run.rows()
        }.items()


def test_its_text_is_a_table_with_definitions(run):
    text = repr(measure(run, "genome_norm"))
    assert text.splitlines()[0] == "genome norm"
    assert "norm of the genome" in text
    assert "\ndefinitions\n" in text
    shown = repr(measure(hill, "half_radius", genome=HOME, directions=4))
    assert "The values of the function stand for pellets." in shown
    assert max(map(len, shown.splitlines())) <= 118


def test_its_html_has_numbers_charts_and_definitions(run, other):
    found = measure([run, other], "uncertainty", pairs=64, mazes=2, lifetimes=[10], machine=ONE)
    read = Reader(found._repr_html_())
    assert not read.open
    rows = [each["text"] for each in read.all("tr")]
    assert len(rows) == 1 + len(found.rows()) / 2
    assert rows[0] == "uncertaintyseed 3 evolve (es)seed 4 evolve (es)sample"
    assert any(row.startswith("uncertainty exponent, radius 0.3") and "64 pairs" in row for row in rows)
    assert len(read.all("svg")) >= 2
    assert "Grebogi" in read.all("dd")[0]["text"]
    assert "var(--c1)" in found._repr_html_()


def test_of_many_runs_there_is_a_row_each_and_no_chart(run):
    found = measure([run] * 7, "genome_norm")
    read = Reader(found._repr_html_())
    assert len(read.all("tr")) == 1 + len(found.rows()) == 15
    assert "seed 3 evolve (es) 7: norm of the genome" in read.all("tr")[-2]["text"] + read.all("tr")[-1]["text"]
    assert read.all("svg") == []


@pytest.mark.parametrize("name", ["landscape_around", "pellets_eaten", "genome_norm"])
def test_every_kind_of_result_is_shown(run, name):
    settings = {"landscape_around": {"side": 8, "mazes": 2}, "pellets_eaten": {"mazes": 4, "repetitions": 1}}
    read = Reader(measure(run, name, machine=ONE, **settings.get(name, {}))._repr_html_())
    assert not read.open
    assert len(read.all("img")) == (2 if name == "landscape_around" else 0)


@pytest.mark.parametrize(
    ("source", "name", "settings", "says"),
    [
        ("run", "half_radios", {}, "there is no measure 'half_radios'; did you mean half_radius"),
        ("run", "half_radius", {"direction": 3}, "measure half_radius: there is no setting direction; did you mean"),
        ("run", "hoelder", {}, "hoelder is a measure of a field; name a field"),
        ("run", "genome_distance", {}, "is of a pair, so name 2 runs or more"),
        ("run", "half_radius", {"genome": HOME}, "a genome and its layout go with a function; leave them out"),
        (
            hill,
            "hoelder",
            {"genome": HOME},
            "hoelder is a measure of a field, not of a function; measure its",
        ),
        (hill, "lyapunov", {"genome": HOME}, "lyapunov is a measure of a run, not of a function"),
        (hill, "half_radius", {}, "a function is looked at around a genome"),
    ],
)
def test_what_does_not_fit_is_refused(run, source, name, settings, says):
    with pytest.raises(UserError, match=says):
        measure(run if source == "run" else source, name, **settings)


def test_several_values_of_a_genome_are_outcomes():
    """A measure of the height takes their mean; of one value, that value."""

    def twice(genomes):
        return np.stack([hill(genomes) - 1, hill(genomes) + 1], axis=1)

    one, two = (measure(function, "half_radius", genome=HOME, directions=4) for function in (hill, twice))
    assert [row["value"] for row in one.rows()] == pytest.approx([row["value"] for row in two.rows()], nan_ok=True)


def test_a_function_that_fails_is_told_in_one_line():
    with pytest.raises(UserError, match=r"returned values \[\] for"):
        measure(lambda genomes: 1.0, "ruggedness", genome=HOME)


def broken(genomes):
    return np.where(genomes[:, 0] < HOME[0], np.nan, 1.0)


def test_what_has_no_number_is_drawn_but_not_measured():
    field = landscape(broken, genome=HOME, shape=(6, 8))
    assert 0 < np.isnan(field.heights).sum() < 48
    assert field._repr_png_()
    with pytest.raises(UserError, match=r"broken is nan in \d+ of 48 values; measure a function that has a value"):
        measure(field, "hoelder")
    with pytest.raises(UserError, match=r"broken is nan in"):
        measure(broken, "ruggedness", genome=HOME)


def test_its_text_is_returned_and_not_displayed_in_a_notebook(monkeypatch):
    """A notebook asks for text and HTML; in one, rich would also display the text in a cell of its own."""
    shown, shell = [], type("ZMQInteractiveShell", (), {})()
    monkeypatch.setattr("builtins.get_ipython", lambda: shell, raising=False)
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=shown.append))
    assert "never below half" in repr(measure(hill, "half_radius", genome=HOME, directions=4))
    assert not shown

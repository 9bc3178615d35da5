"""A study learns, measures and compares; it continues where it was stopped and recomputes only what it must."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
import xarray

from agents.errors import UserError
from render.info import info
from sim.learning.run import Run
from sim.learning.sealed_files import read_seal, write_seal
from sim.measures.genome_norm import GenomeNorm
from sim.rollout.machine import Machine
from sim.study import store
from sim.study.conduct import collect, conduct, cost
from sim.study.plan import plan_grid, plan_runs
from sim.study.study_file import parse_study
from sim.study.tasks import LearnTask, MeasureTask
from sim.work.executor import Serial, Shard
from sim.work.processes import Processes
from tests.deaths import content
from tests.sim.study.conftest import TINY

ONE = Serial(Machine(1))


@pytest.fixture
def calls(monkeypatch):
    """The tasks that are run."""
    seen = []
    for kind in (LearnTask, MeasureTask):
        run = kind.run
        monkeypatch.setattr(kind, "run", lambda task, machine, run=run: (seen.append(task.label), run(task, machine)))
    return seen


def contents(out: Path):
    """The bytes of the results and numbers of a study."""
    files = [*(out / store.RESULTS).glob("*"), out / store.NUMBERS]
    return {path.name: path.read_bytes() for path in files}


def results(out: Path):
    """The bytes of the results; the numbers contain the names of folders, which differ."""
    return {name: data for name, data in contents(out).items() if name != store.NUMBERS}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A study, conducted, with its folder."""
    out = tmp_path_factory.mktemp("studies") / "tiny"
    return conduct(plan_grid(parse_study("tiny", {**TINY, "across": False}), out), executor=ONE, csv=True), out


def test_everything_is_learned_measured_and_compared(made):
    found, out = made
    assert not found.failures
    assert {name: len(runs) for name, runs in found.plan.groups.items()} == {"hidden 3": 2, "hidden 4": 2}
    assert len(found.results) == 4 * 3 + 2 + 2
    assert sorted(path.name for path in (out / "runs").iterdir()) == [
        f"hidden-{hidden}_seed-{seed}" for hidden in (3, 4) for seed in (0, 1)
    ]
    assert [decision.verdict for decision in found.compared.decisions] == ["not told apart"] * 2
    assert found.compared.differences["hidden 3", "hidden 4"]["genome_norm.norm"].value < 0
    assert found.compared.correlations["genome_norm.norm"].note == ""


def test_the_numbers_are_json_with_definitions(made):
    def refuse(name):
        raise AssertionError(name)

    numbers = json.loads((made[1] / store.NUMBERS).read_text(), parse_constant=refuse)
    assert numbers["format"] == store.FORMAT
    for result in numbers["results"]:
        for number in result["numbers"].values():
            assert number["quantity"] in numbers["definitions"][result["measure"]]
    assert set(numbers["groups"]) == {"hidden 3", "hidden 4"}
    assert [claim["verdict"] for claim in numbers["claims"]] == ["not told apart"] * 2


def test_the_table_is_tidy_and_the_dataset_has_the_axes(made):
    found, out = made
    table = pyarrow.parquet.read_table(out / "table.parquet").to_pandas()
    assert len((out / "table.csv").read_text().splitlines()) == len(table) + 1
    norms = table[table.slot == "norm"]
    assert set(zip(norms.hidden, norms.seed, strict=True)) == {(3, 0), (3, 1), (4, 0), (4, 1)}
    dataset = xarray.open_zarr(out / "dataset.zarr", consolidated=False).load()
    assert dict(dataset.sizes) == {"hidden": 2, "seed": 2}
    for _, row in norms.iterrows():
        assert dataset["genome_norm.norm"].sel(hidden=row.hidden, seed=row.seed).item() == row.value
    assert dataset["genome_norm.norm"].attrs["units"] == "weights"
    assert "Euclidean" in dataset["genome_norm.norm"].attrs["definition"]
    runs = {run.name: Run.open(run.path) for run in found.plan.runs}
    name = "hidden 3, seed 1"
    norm = np.linalg.norm(runs[name].champion().weights.astype(np.float64))
    assert table[(table.slot == "norm") & (table.subjects == name)].value.item() == pytest.approx(norm)


def test_the_same_study_again_does_nothing_and_ends_in_the_same_bytes(made, calls, tiny):
    before = contents(made[1])
    conduct(plan_grid(tiny, made[1]), executor=ONE)
    assert not calls
    assert contents(made[1]) == before


@pytest.mark.parametrize("name", ["study.json", "numbers.json", "results"])
def test_a_changed_file_of_a_study_is_noticed(made, tmp_path, name):
    out = shutil.copytree(made[1], tmp_path / "tiny")
    store.check(out)
    path = out / name if name != "results" else min((out / name).glob("*.json"))
    text = path.read_text()
    changed = text.replace("0", "1", 1) if name != "study.json" else text.replace("numpy", "nunpy")
    assert changed != text
    path.write_text(changed)
    with pytest.raises(UserError, match=f"{path.name} is damaged"):
        info(out)


@pytest.mark.parametrize("at", [0.05, 0.5, 0.95])
def test_a_study_that_was_stopped_continues_to_the_same_bytes(made, calls, tiny, tmp_path, at):
    out = tmp_path / "tiny"

    def stop(done, label):
        if done > at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        conduct(plan_grid(tiny, out), executor=ONE, progress=stop)
    assert not (out / store.NUMBERS).exists()
    conduct(plan_grid(tiny, out), executor=ONE)
    assert len(calls) == len(set(calls)) == 4 + 16
    assert results(made[1]) == results(out)


def test_a_changed_setting_recomputes_only_what_depends_on_it(calls, tmp_path):
    out = tmp_path / "tiny"
    conduct(plan_grid(parse_study("tiny", {**TINY, "across": False}), out), executor=ONE)
    calls.clear()
    changed = parse_study("tiny", {**TINY, "across": False}, changes={"pellets_eaten.mazes": 5})

    def stop(done, label):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        conduct(plan_grid(changed, out), executor=ONE, progress=stop)
    assert not (out / store.NUMBERS).exists()  # its numbers were of another setting
    conduct(plan_grid(changed, out), executor=ONE)
    assert {label.partition(" of ")[0] for label in calls} == {"pellets_eaten"}
    assert len(calls) == 4
    calls.clear()
    more = parse_study("tiny", {**TINY, "across": False, "seeds": 3}, changes={"pellets_eaten.mazes": 5})
    conduct(plan_grid(more, out), executor=ONE)
    learned = [label for label in calls if label.startswith("learn ")]
    assert len(learned) == 2
    assert all("seed 2" in label or "seed-2" in label or "3 runs" in label for label in calls)


def test_a_failed_task_does_not_stop_the_others(tmp_path, monkeypatch, tiny):
    compute = GenomeNorm.compute

    def fail(measure, subject, *rest):
        if subject.name == "hidden 3, seed 1":
            raise UserError("it has no length; measure another run")
        return compute(measure, subject, *rest)

    monkeypatch.setattr(GenomeNorm, "compute", fail)
    made = conduct(plan_grid(tiny, tmp_path / "tiny"), executor=ONE)
    (failure,) = made.failures
    assert failure.label == "genome_norm of hidden 3, seed 1"
    assert "no length" in failure.message
    assert len(made.results) == 15
    assert made.compared.groups["hidden 3"]["genome_norm.norm"].sample == 1


def test_a_run_that_was_killed_before_its_last_seal_is_completed(made, tmp_path):
    out = shutil.copytree(made[1], tmp_path / "tiny")
    run = min((out / "runs").iterdir())
    before, seal = content(run), read_seal(run)
    write_seal(run, replace(seal, becoming={"champion.safetensors": seal.parts["champion.safetensors"]}))
    (run / ".0123456789abcdef.part").write_bytes(b"half of a seal")
    conduct(plan_grid(parse_study("tiny", {**TINY, "across": False}), out), executor=ONE, csv=True)
    assert content(run) == before


def test_a_result_that_is_lost_before_it_is_collected_is_a_failure(made, tmp_path):
    out = shutil.copytree(made[1], tmp_path / "tiny")
    study = plan_grid(parse_study("tiny", {**TINY, "across": False}), out)
    whole = collect(study, [])
    assert not whole.failures
    lost = next(each for each in study.measurements if each.use.measure.of == "run")
    (out / "results" / f"{lost.task.key}.json").unlink()
    again = collect(study, [])
    assert len(again.results) == len(whole.results) - 1
    assert [failure.label for failure in again.failures] == [lost.task.label]


def test_pairs_of_different_layouts_are_reported_as_failures(tmp_path):
    made = conduct(plan_grid(parse_study("tiny", TINY), tmp_path / "tiny"), executor=ONE)
    assert len(made.failures) == 2
    assert all("networks of one layout" in failure.message for failure in made.failures)


@pytest.mark.parametrize("count", [2, 3])
def test_jobs_of_an_array_make_the_same_bytes(made, tiny, tmp_path, count):
    out = tmp_path / "tiny"
    for index in range(count):
        assert conduct(plan_grid(tiny, out), executor=Shard(index, count, Machine(1))) is None
    conduct(plan_grid(tiny, out), executor=ONE)
    assert results(made[1]) == results(out)


def test_worker_processes_make_the_same_bytes(made, tiny, tmp_path):
    out = tmp_path / "tiny"
    assert not conduct(plan_grid(tiny, out), executor=Processes(2, Machine(2))).failures
    assert results(made[1]) == results(out)


def test_the_cost_is_known_before_the_study_starts(made, tiny, tmp_path):
    before, after = (cost(plan_grid(tiny, out), 2) for out in (tmp_path / "tiny", made[1]))
    assert (before.runs, before.tasks, before.done) == (4, 20, 0)
    assert before.hours > 0
    assert (after.done, after.hours) == (20, 0)
    assert not (tmp_path / "tiny").exists()


def test_a_folder_of_something_else_is_refused(tmp_path, tiny, made):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match=r"not the folder of a study \(it holds notes.txt\)"):
        conduct(plan_grid(tiny, tmp_path), executor=ONE)
    other = parse_study("other", {**TINY, "across": False})
    with pytest.raises(UserError, match="holds the study 'tiny', not 'other'"):
        conduct(plan_grid(other, made[1]), executor=ONE)
    with pytest.raises(UserError, match="has no grid"):
        plan_grid(parse_study("none", {"title": "none"}), tmp_path)


def test_only_one_process_writes_and_the_numbers_come_last(tiny, tmp_path):
    out, seen = tmp_path / "tiny", []

    def finish(found):
        seen.append((out / store.NUMBERS).exists())
        with pytest.raises(UserError, match="another process"), store.writing(out, "tiny"):
            pass

    for _ in range(2):
        conduct(plan_grid(tiny, out), executor=ONE, finish=finish)
    assert seen == [False, False]
    assert (out / store.NUMBERS).exists()


@pytest.mark.parametrize("suffix", ["json", "npz"])
def test_a_damaged_result_is_measured_again(made, calls, tiny, suffix):
    out = made[1]
    before = contents(out)
    path = sorted((out / store.RESULTS).glob(f"*.{suffix}"))[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    conduct(plan_grid(tiny, out), executor=ONE)
    assert len(calls) == 1
    assert contents(out) == before


def test_given_runs_are_checked_and_keep_their_order(stored, tmp_path):
    def runs(*names):
        return [Run.open(stored / "runs" / name) for name in names]

    plain = parse_study("plain", {"section": TINY["section"][:1]})
    alike = parse_study("alike", {"section": TINY["section"][:1], "alike": True, "pairs": "ring"})
    for study, some, said in (
        (plain, runs("evolve-0"), "two or more, got 1"),
        (plain, runs("evolve-0", "evolve-0"), "the same champion"),
        (alike, runs("evolve-0", "evolve-1"), "all 2 runs are of evolve"),
        (alike, runs("evolve-0", "evolve-1", "imitate-0"), "imitate has one run"),
    ):
        with pytest.raises(UserError, match=said):
            plan_runs(study, some, tmp_path)
    plan = plan_runs(alike, runs("evolve-0", "imitate-1", "evolve-1", "imitate-0"), tmp_path)
    assert {name: [run.seed for run in runs] for name, runs in plan.groups.items()} == {
        "evolve (es)": [0, 1],
        "imitate": [1, 0],
    }
    assert plan.groups["imitate"] == [plan.runs[1], plan.runs[3]]
    assert [run.name.partition(" ")[0] for run in plan.runs] == ["evolve-0", "imitate-1", "evolve-1", "imitate-0"]
    assert collect(plan, []).results == ()


def test_highlights_of_runs_are_correlated_with_the_target_over_all_runs(tmp_path):
    from scipy.stats import spearmanr

    study = parse_study("runs", {
        **TINY, "across": False, "seeds": 3, "claim": [],
        "highlights": ["genome_norm.norm", "genome_distance.distance"],
    })  # fmt: skip
    made = conduct(plan_grid(study, tmp_path / "out"))
    values = {"genome_norm": [], "pellets_eaten": []}
    for measurement, findings in made.results:
        if measurement.use.name in values:
            slot = {"genome_norm": "norm", "pellets_eaten": "share"}[measurement.use.name]
            values[measurement.use.name].append(findings[slot].value)
    (key,) = made.compared.over_runs  # distances are of pairs, and the target is of runs
    found = made.compared.over_runs[key]
    assert (key, found.sample) == ("genome_norm.norm", 6)
    assert found.value == pytest.approx(spearmanr(*values.values()).statistic)
    assert found.low <= found.value <= found.high

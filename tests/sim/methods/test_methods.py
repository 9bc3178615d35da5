"""Runs and pairs are measured once, taken up again to the same bytes, and added to."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from sim.comparison import store
from sim.comparison.definitions import DEFINITIONS
from sim.comparison.definitions.methods import AROUND, BETWEEN
from sim.learning.run import RunFolder
from sim.methods import around, between
from sim.methods.methods import FORMAT, RESULT, compare_methods
from sim.rollout.machine import Machine

ONE = Machine(1)


@pytest.fixture
def calls(monkeypatch):
    """The runs and pairs that are measured."""
    seen, run, pair = [], around.measure, between.measure
    monkeypatch.setattr(
        around, "measure", lambda contest, each, *rest: seen.append(each.name) or run(contest, each, *rest)
    )
    monkeypatch.setattr(
        between,
        "measure",
        lambda contest, one, other, *rest: seen.append((one.name, other.name)) or pair(contest, one, other, *rest),
    )
    return seen


def test_the_numbers_are_finite_and_defined(made):
    found, out, told = made

    def refuse(name):
        raise AssertionError(name)

    result = json.loads((out / RESULT).read_text(), parse_constant=refuse)
    assert {len(runs) for runs in result["methods"].values()} == {3}
    assert set(result["values"]["runs"]) == set(found.runs)
    assert len(result["values"]["pairs"]) == 9
    for slots in result["numbers"]["methods"].values():
        assert set(slots) == {*AROUND, *BETWEEN}
        assert all(set(number) >= {"value", "ci95", "n", "seed", "key"} for number in slots.values())
    used = {n["key"] for s in result["numbers"].values() for slots in s.values() for n in slots.values()}
    assert used == set(result["definitions"]) <= set(DEFINITIONS)
    assert {"runs.share", "less.share", "improvement"} <= used
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_numbers_follow_from_the_values_of_runs(made):
    found = made[0]
    (evolved, imitating) = found.contestants
    for method, number in ((each, found.numbers["methods"][each]["share"]) for each in (evolved, imitating)):
        values = [found.runs[each.name]["share"] for each in found.contestants[method]]
        assert number.value == pytest.approx(np.mean(values))  # of three, none is cut off
        assert number.sample == 3
    less = found.numbers["differences"][f"{evolved} | {imitating}"]["share"]
    assert less.value == pytest.approx(
        found.numbers["methods"][evolved]["share"].value - found.numbers["methods"][imitating]["share"].value
    )
    for values in found.runs.values():
        assert values["ablation"] == pytest.approx(values["share"] - values["share_ablated"])


def test_a_killed_comparison_goes_on_to_the_same_bytes_and_loses_one_run(
    made, method_runs, calls, tmp_path, monkeypatch, least
):
    runs, out = [*method_runs[0], *method_runs[1]], tmp_path / "m"

    def killed(done, name):
        if done > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare_methods(runs, least, out, machine=ONE, progress=killed)
    before = len(calls)
    assert 0 < before < 6
    assert not (out / RESULT).exists()
    compare_methods(runs, least, out, machine=ONE)
    assert len(calls) == 6 + 9
    assert (out / RESULT).read_bytes() == (made[1] / RESULT).read_bytes()
    calls.clear()
    compare_methods(runs, least, out, machine=ONE)
    assert not calls


def test_a_run_that_is_added_is_all_that_is_measured(method_runs, calls, tmp_path, least):
    (a, b, c), (d, e, _) = method_runs
    compare_methods([a, b, d, e], least, tmp_path / "m", machine=ONE)
    assert len(calls) == 4 + 1 + 1 + 2
    calls.clear()
    compare_methods([a, b, c, d, e], least, tmp_path / "m", machine=ONE)
    alone = [each for each in calls if isinstance(each, str)]
    assert [name.partition(" evolve (")[0] for name in alone] == [c.path.name]
    assert all(c.path.name in "".join(pair) for pair in calls if isinstance(pair, tuple))  # two of the new ring


def test_another_size_is_measured_anew(method_runs, calls, tmp_path, least):
    runs = [*method_runs[0][:2], *method_runs[1][:2]]
    compare_methods(runs, least, tmp_path / "m", machine=ONE)
    calls.clear()
    other = replace(least, around=replace(least.around, probes=3))

    def killed(done, name):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare_methods(runs, other, tmp_path / "m", machine=ONE, progress=killed)
    assert not (tmp_path / "m" / RESULT).exists()  # its numbers were of another size
    compare_methods(runs, other, tmp_path / "m", machine=ONE)
    assert len(calls) == 4
    assert all(isinstance(each, str) for each in calls)


def _changed(run, folder, name, old, new):
    """A copy of a run of another champion, with one setting changed."""
    from agents import genome

    found = RunFolder(shutil.copytree(run.path, folder / name))
    champion = found.champion()
    weights = champion.weights.copy()
    weights[0] += 1
    genome.save(found.path / "champion.safetensors", weights, champion.layout, champion.provenance)
    config = found.path / "config.toml"
    assert config.read_text().count(f"{old}\n") >= 1
    config.write_text(config.read_text().replace(f"{old}\n", f"{new}\n", 1))
    return found


def test_the_page_is_made_in_the_same_hold_of_the_folder_and_the_numbers_come_last(made, method_runs, tmp_path, least):
    runs, out = [*method_runs[0][:2], *method_runs[1][:2]], tmp_path / "m"
    seen = []

    def finish(found):
        seen.append((out / RESULT).exists())
        with pytest.raises(UserError, match="another process"), store.writing(out, fresh=False, form=FORMAT):
            pass
        if len(seen) == 3:
            raise KeyboardInterrupt

    for _ in range(2):
        compare_methods(runs, least, out, machine=ONE, finish=finish)
        assert (out / RESULT).exists()
    with pytest.raises(KeyboardInterrupt):
        compare_methods(runs, least, out, machine=ONE, finish=finish)
    assert not (out / RESULT).exists()
    assert seen == [False] * 3


def test_a_radius_in_weights_follows_from_that_in_norms():
    assert around.derived({"half_radius": 0.5, "norm": 8.0})["half_radius_weights"] == 4


def test_refusals(made, method_runs, tmp_path, least):
    (a, b, _), (d, e, _) = method_runs
    for runs, said in (
        ([a], "two runs or more, got 1"),
        ([a, b], "all 2 runs are of evolve"),
        ([a, b, d], "imitate has one run"),
        ([a, a, d, d], "the same champion"),
        ([a, _changed(b, tmp_path, "other", "generations = 2", "generations = 3"), d, e], "generations is 2 and 3"),
        ([a, _changed(b, tmp_path, "more", "population = 8", "population = 10"), d, e], "es.population is 8 and 10"),
        ([a, b, d, _changed(e, tmp_path, "again", "seed = 2", "seed = 1")], "have one seed, 1"),
    ):
        with pytest.raises(UserError, match=said) as error:
            compare_methods(runs, least, tmp_path / "m", machine=ONE)
        assert "\n" not in str(error.value)
    assert not (tmp_path / "m").exists()
    with pytest.raises(UserError, match="not the folder of a comparison of methods"):
        compare_methods([*method_runs[0], *method_runs[1]], least, a.path, machine=ONE)

"""Histories: what is no number is left out, and damage is told, not drawn."""

import shutil

import pytest

from sim.comparison.history import QUANTITIES, curves, read
from sim.learning.run import RunFolder


def test_curves_are_what_the_run_wrote_down(runs):
    for run in runs:
        found, damage = read(run)
        records = run.history()
        assert damage == ""
        for name in QUANTITIES:
            points = [[record["generation"], record[name]] for record in records if name in record]
            assert found[name].tolist() == points if points else name not in found
    assert {"loss", "validation_loss", "validation_teacher_loss", "mean", "validation"} == set(read(runs[1])[0])


@pytest.mark.parametrize("value", [None, "1", True, [1], float("nan"), float("inf"), -float("inf"), 10**400, 1e300])
def test_what_is_no_number_is_left_out(value):
    records = [{"generation": 1, "mean": 1.5}, {"generation": 2, "mean": value}, {"generation": value, "mean": 2.5}]
    assert curves(records)["mean"].tolist() == [[1, 1.5]]


def test_generations_rise():
    records = [{"generation": at, "mean": at} for at in (0, 2, 1, 2, 5, 4)]
    assert curves(records)["mean"].tolist() == [[2, 2], [5, 5]]


def test_what_is_not_known_is_left_out():
    assert curves([{"generation": 1, "worst": 1.0, "a/b": 2.0}, {}, {"mean": 3.0}]) == {}


@pytest.mark.parametrize("damage", [b"\xff", b'{"generation": 1\n', b"[1]\n"])
def test_damage_is_told(runs, tmp_path, damage):
    run = RunFolder(shutil.copytree(runs[0].path, tmp_path / "a"))
    (run.path / "history.jsonl").write_bytes(damage)
    found, told = read(run)
    assert found == {}
    assert "history.jsonl is damaged" in told


def test_a_run_without_a_history_has_no_curves(runs, tmp_path):
    run = RunFolder(shutil.copytree(runs[0].path, tmp_path / "a"))
    (run.path / "history.jsonl").unlink()
    assert read(run) == ({}, "")

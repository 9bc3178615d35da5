"""The measurements of speed count what they time."""

from itertools import pairwise

import numpy as np
import pytest

from sim import speed as bench
from sim.world.rules import World


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(bench, "PROBE_ROUNDS", 20_000)
    monkeypatch.setattr(bench, "MEDIAN_OF", 1)
    monkeypatch.setattr(bench, "SIDE", 12)


def test_the_peak_counts_the_operations_of_the_probe(monkeypatch):
    ticks = iter(np.arange(100.0))
    monkeypatch.setattr(bench.time, "process_time", lambda: next(ticks))  # each call takes one second
    assert bench.fma_peak() == 2 * 20_000 * bench.rows_per_block(64) * 16
    assert bench.fma_peak(np.float64) == 2 * 20_000 * bench.rows_per_block(128) * 16


@pytest.mark.parametrize(("cell", "gates"), [("elman", 1), ("gru", 3), ("lstm", 4)])
def test_operations_are_counted_by_the_dot_products(cell, gates):
    assert bench.operations(World().layout(cell, 16)) == 2 * (gates * 16 * (16 + 5) + 4 * 16)


def test_speed_is_steps_over_time_and_as_a_share_of_the_peak(monkeypatch):
    seconds, cpu_seconds, peaks = np.array([0.5, 0.5, 9]), np.array([1, 0.5, 4]), np.array([1e9, 1e9, 1e9])
    monkeypatch.setattr(bench, "_times", lambda work, *_: (work(), (seconds, cpu_seconds, peaks))[1])
    layout = World().layout(hidden=4)
    found = bench.rollout_speed(layout, 16, 1, 0.0, "float64")
    steps = int(2e6 / (16 * 200)) * 16 * 200
    assert found["steps_per_s"] == steps / 0.5
    assert found["peak_share"] == steps * bench.operations(layout) / (1 * 1e9)
    assert (found["cell"], found["hidden"], found["mazes"], found["dtype"]) == ("elman", 4, 16, "float64")


def test_each_call_is_timed_with_a_peak_of_its_own(monkeypatch):
    peaks = iter([3.0, 4.0])
    monkeypatch.setattr(bench, "MEDIAN_OF", 2)
    monkeypatch.setattr(bench, "_peak_now", lambda dtype: next(peaks))
    wall = iter([0.0, 0.0, 10.0, 12.0, 20.0, 23.0])  # the start; then whether to go on, and around each call
    monkeypatch.setattr(bench.time, "perf_counter", lambda: next(wall, 99.0))
    cpu = iter([0.0, 1.0, 1.0, 3.0])
    monkeypatch.setattr(bench.time, "process_time", lambda: next(cpu))
    calls = []
    _, cpu_seconds, found = bench._times(lambda: calls.append(1), 0.0, "float32")
    assert len(calls) == 3  # the first is not counted
    assert list(cpu_seconds) == [1, 2]
    assert list(found) == [3, 4]


@pytest.mark.parametrize(("bits", "wanted"), [(128, None), (256, 0.36), (512, 0.37)])
def test_a_share_is_wanted_for_each_width_of_vectors(monkeypatch, bits, wanted):
    monkeypatch.setattr(bench, "vector_bits", lambda: bits)
    assert bench.wanted_share(World().layout(), 16, "float32") == wanted
    assert bench.wanted_share(World().layout(hidden=17), 16, "float32") is None


@pytest.mark.parametrize("what", ["greedy", "sampled", "imitation"])
def test_the_named_kind_of_work_is_timed(monkeypatch, what):
    done = []
    monkeypatch.setattr(bench, "_times", lambda work, *_: (done.append(work()), np.ones((3, 1)))[1])
    found = bench.rollout_speed(World().layout(hidden=4), 16, 1, 0.0, "float32", what)
    assert found["work"] == what
    assert done[0].shape == (625, 16)
    assert (done[0].dtype == np.float64) == (what == "imitation")


def with_type(case):
    """A case with the type that it has by default."""
    return case if len(case) > 4 else (*case, "float32")


def test_every_shape_of_work_is_measured_once(monkeypatch):
    monkeypatch.setattr(bench, "rollout_speed", lambda *case: {"case": case})
    cases = [row["case"] for row in bench.cpu_speeds(10.0)]
    assert len({repr(case) for case in cases}) == len(cases)
    assert {case[0].cell for case in cases} == {"elman", "gru", "lstm"}
    measured = {(layout.cell, layout.hidden, mazes, dtype) for layout, mazes, _, _, dtype, *_ in map(with_type, cases)}
    assert all(wanted.keys() <= measured for wanted in bench.WANTED.values())
    assert all(first[3] == second[3] for first, second in pairwise(cases))
    assert sum(case[3] for case in cases) == pytest.approx(10.0)


def test_a_sweep_takes_more_time_than_its_rollouts(tmp_path):
    found = bench.sweep_speed(tmp_path)
    assert found["pixels_per_s"] > 0
    shares = ("share_outside_rollouts", "layers_1_share_outside", "layers_3_share_outside")
    assert all(0 < found[share] < 1 for share in shares)
    assert not list(tmp_path.glob("*.zarr")), "the fields are deleted"

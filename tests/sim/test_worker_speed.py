"""The figures of worker processes: of tasks that are done, at intervals that a clock tells."""

import pytest

from sim import worker_speed
from sim.rollout.machine import Machine
from sim.work.executor import Serial
from sim.worker_speed import StudyWorkload, SweepWorkload, worker_speeds


@pytest.mark.parametrize("workload", [SweepWorkload, StudyWorkload])
@pytest.mark.parametrize("executor", [None, Serial(Machine(1))])
def test_every_task_is_done_and_counted_once(tmp_path, workload, executor):
    work, ends = workload(tmp_path), []
    for _ in range(2):
        work.do(3, 4, 2, executor, lambda: ends.append(1))
    assert len(ends) == 6


def test_the_figures_are_ratios_of_intervals(tmp_path, monkeypatch):
    class Steady:
        """Tasks of 1 s here, of 0.5 s with two threads or workers, and of 2 and 5 ms where they are tiny."""

    def intervals(workload, tasks, side, mazes, executor):
        if side == worker_speed.TINY:
            return [1.0] + [0.002 if executor is None else 0.005] * (tasks - 1)
        fast = getattr(executor, "workers", executor.machine.threads or 1)
        late = 3.0 if hasattr(executor, "workers") else 0.0
        return [1.0 / fast + late] + [1.0 / fast] * (tasks - 1)

    monkeypatch.setattr(worker_speed, "_intervals", intervals)
    monkeypatch.setattr(worker_speed, "SweepWorkload", lambda folder: Steady())
    monkeypatch.setattr(worker_speed, "StudyWorkload", lambda folder: Steady())
    Steady.do = lambda *_: None
    found = worker_speeds(tmp_path)
    assert found["sweep"] == found["study"]
    expected = {
        "task_s": 1.0, "efficiency_1": 1.0, "efficiency_2": 1.0, "efficiency_threads": 1.0, "start_s": 2.5,
        "overhead_ms": 3.0,
    }  # fmt: skip
    assert found["sweep"] == pytest.approx(expected)

"""Worker processes: they share the work, die without harm, and end with their parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.errors import UserError
from sim.rollout.machine import Machine
from sim.work.processes import DEATHS, Processes
from sim.work.task import Failure
from tests.sim.work.chores import Chore, contents, runs

TWO = Processes(2, Machine(2))


def test_two_workers_do_all_in_two_processes(tmp_path):
    first = [Chore(tmp_path, number, seconds=0.3) for number in range(4)]
    chores = [*first, *(Chore(tmp_path, 10 + each.number, (each,)) for each in first)]
    told = []
    assert TWO.run(chores, lambda share, label: told.append(share)) == []
    assert len(contents(tmp_path)) == 8
    pids = {pid for chore in chores for pid in runs(chore)}
    assert len(pids) == 2
    assert str(os.getpid()) not in pids
    assert all(len(runs(chore)) == 1 for chore in chores)
    assert told == sorted(told)
    assert told[-1] == 1
    assert (tmp_path / "0.log").read_text().split()[1] == "1"  # the threads are shared


def test_a_worker_that_dies_is_replaced_and_its_task_done_again(tmp_path):
    chores = [Chore(tmp_path, number, does="die once" if number == 1 else "write") for number in range(4)]
    assert TWO.run(chores) == []
    assert len(contents(tmp_path)) == 4
    assert len(runs(chores[1])) == 2


def test_a_task_that_always_kills_its_process_is_given_up_and_loses_no_other(tmp_path):
    bad = Chore(tmp_path, 1, does="die")
    chores = [Chore(tmp_path, 0), bad, Chore(tmp_path, 10, (bad,)), Chore(tmp_path, 2)]
    failures = TWO.run(chores)
    assert [each.label for each in failures] == ["chore 1", "chore 10"]
    assert "died 3 times" in failures[0].message
    assert len(runs(bad)) == DEATHS
    assert sorted(contents(tmp_path)) == ["0.txt", "2.txt"]


def test_whatever_a_task_raises_loses_that_task_alone(tmp_path):
    chores = [Chore(tmp_path, 0, does="break"), Chore(tmp_path, 1, does="fail"), Chore(tmp_path, 2)]
    assert sorted(TWO.run(chores), key=lambda failure: failure.label) == [
        Failure("chore 0", "ZeroDivisionError: a bug in a measure"),
        Failure("chore 1", "it cannot be done; do another"),
    ]
    assert sorted(contents(tmp_path)) == ["2.txt"]


def test_an_interrupt_ends_the_workers(tmp_path):
    chores = [Chore(tmp_path, number, seconds=60) for number in range(2)]

    def interrupt(share, label):
        if all(runs(chore) for chore in chores):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Processes(2, Machine(2)).run([*chores, *(Chore(tmp_path, 5, seconds=0) for _ in range(1))], _slowly(interrupt))
    assert contents(tmp_path).keys() <= {"5.txt"}


def _slowly(interrupt):
    """Interrupt from the progress that the first answers bring."""

    def told(share, label):
        for _ in range(200):
            interrupt(share, label)
            time.sleep(0.05)

    return told


PARENT = """
import sys
from pathlib import Path
from sim.rollout.machine import Machine
from sim.work.processes import Processes
from tests.sim.work.chores import Chore
if __name__ == "__main__":
    Processes(2, Machine(2)).run([Chore(Path(sys.argv[1]), n, seconds=0.5) for n in range(6)])
"""


def test_a_parent_that_was_killed_leaves_no_worker_and_is_gone_on_from(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    root = str(Path(__file__).parents[3])
    folder = tmp_path / "out"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": root}
    with subprocess.Popen([sys.executable, str(script), str(folder)], cwd=root, env=environment) as parent:
        while not list(folder.glob("*.txt")):
            time.sleep(0.02)
        parent.send_signal(signal.SIGKILL)
    pids = {int(line.split()[0]) for log in folder.glob("*.log") for line in log.read_text().splitlines()}
    deadline = time.monotonic() + 20
    while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_alive(pid) for pid in pids)
    chores = [Chore(folder, number) for number in range(6)]
    assert TWO.run(chores) == []
    assert len(contents(folder)) == 6


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path("/proc").exists() else True


def test_numbers_that_no_machine_starts_are_refused():
    with pytest.raises(UserError, match="workers must be"):
        Processes(0)

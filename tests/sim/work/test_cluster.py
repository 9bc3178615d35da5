"""A Dask cluster of real processes on loopback, and every one of them killed at some time."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from agents.errors import UserError
from sim.rollout.machine import Machine
from sim.work.cluster import Cluster
from sim.work.task import Failure
from tests.sim.work.chores import Chore, contents, runs
from tests.sim.work.dask_site import ROOT, SECONDS, Site, running_site, wait_for

pytest.importorskip("distributed", reason="the extra cluster is not installed")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A scheduler with three workers."""
    made = Site(tmp_path_factory.mktemp("site"))
    try:
        made.start_scheduler()
        for _ in range(3):
            made.start_worker()
        from distributed import Client

        with Client(scheduler_file=str(made.file), set_as_default=False) as client:
            client.wait_for_workers(3, timeout=SECONDS)
        yield made
    finally:
        made.close()


def pids(chores):
    return {int(pid) for chore in chores for pid in runs(chore)}


def test_three_workers_share_the_tasks_and_failures_come_back(site, tmp_path):
    first = [Chore(tmp_path, number, seconds=0.3) for number in range(6)]
    bad = [Chore(tmp_path, 20, does="fail"), Chore(tmp_path, 21, does="break")]
    chores = [*first, *bad, *(Chore(tmp_path, 10 + each.number, (each,)) for each in first)]
    told = []
    failures = Cluster(str(site.file)).run(chores, lambda share, label: told.append(share))
    assert sorted(failures, key=lambda failure: failure.label) == [
        Failure("chore 20", "it cannot be done; do another"),
        Failure("chore 21", "ZeroDivisionError: a bug in a measure"),
    ]
    assert len(contents(tmp_path)) == 12
    assert len(pids(first)) == 3
    assert os.getpid() not in pids(chores)
    assert told[-1] == 1


def test_an_address_serves_as_well_as_a_file(site, tmp_path):
    address = json.loads(site.file.read_text())["address"]
    assert Cluster(address, Machine(1)).run(iter([Chore(tmp_path, 0)]), whole=1.0) == []
    assert contents(tmp_path) == {"0.txt": "0"}


def test_a_worker_that_was_killed_in_mid_task_costs_its_task_alone(tmp_path):
    with running_site(tmp_path, 3) as site:
        folder = tmp_path / "out"
        folder.mkdir()
        chores = [
            Chore(folder, number, does="die once" if number == 2 else "write", seconds=0.1) for number in range(6)
        ]
        assert Cluster(str(site.file)).run(chores) == []
        assert len(contents(folder)) == 6
        assert len(runs(chores[2])) == 2


def test_a_task_that_kills_every_worker_is_given_up(tmp_path):
    with running_site(tmp_path, 8) as site:
        folder = tmp_path / "out"
        folder.mkdir()
        failures = Cluster(str(site.file)).run([Chore(folder, 0, does="die"), Chore(folder, 1)])
        assert [failure.label for failure in failures] == ["chore 0"]
        assert "died again and again" in failures[0].message
        assert contents(folder) == {"1.txt": "1"}


def test_people_are_told_once_that_there_is_no_worker_and_again_when_one_comes(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.work.cluster.PATIENCE", 0.3)
    with running_site(tmp_path, 0) as site:
        folder = tmp_path / "out"
        folder.mkdir()
        told, times = [], []

        def tell(text):
            told.append(text)
            times.append(time.monotonic())
            if len(told) == 1:
                threading.Timer(1.5, site.start_worker).start()

        begun = time.monotonic()
        assert Cluster(str(site.file), tell=tell).run([Chore(folder, number) for number in range(4)]) == []
        address = json.loads(site.file.read_text())["address"]
        assert told == [
            f"waiting for a worker; start Dask workers for {address}",
            "1 worker came; the work goes on",
        ]
        assert 0.3 <= times[0] - begun < times[1] - begun
        assert len(contents(folder)) == 4


def test_a_task_for_a_gpu_waits_for_a_worker_with_one(site, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.work.cluster.PATIENCE", 0.3)

    class Enough(Exception):
        """Ends the wait: this site never gets a worker with a GPU."""

    def tell(text):
        raise Enough(text)

    with pytest.raises(Enough, match=r"waiting for a worker with the resource GPU; start Dask workers for tcp://"):
        Cluster(str(site.file), Machine(1, "cuda"), tell).run([Chore(tmp_path, 0)])


def test_nothing_is_told_where_workers_are_busy(site, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.work.cluster.PATIENCE", 0.1)
    told = []
    assert Cluster(str(site.file), tell=told.append).run([Chore(tmp_path, 0, seconds=0.6)]) == []
    assert told == []


CLIENT = """
import sys
from pathlib import Path
from sim.work.cluster import Cluster
from tests.sim.work.chores import Chore
Cluster(sys.argv[1]).run([Chore(Path(sys.argv[2]), n, seconds=0.4) for n in range(8)])
"""


def test_a_worker_joins_late_and_a_client_is_killed(tmp_path):
    with running_site(tmp_path, 0) as site:
        folder = tmp_path / "out"
        folder.mkdir()
        with subprocess.Popen([sys.executable, "-c", CLIENT, str(site.file), str(folder)], cwd=ROOT) as client:
            time.sleep(1)
            site.start_worker()
            wait_for(lambda: len(contents(folder)) >= 2)
            client.send_signal(signal.SIGKILL)
        chores = [Chore(folder, number) for number in range(8)]
        assert Cluster(str(site.file)).run(chores) == []
        assert len(contents(folder)) == 8


def test_a_scheduler_that_is_killed_is_told_and_the_next_one_goes_on(tmp_path):
    with running_site(tmp_path, 1) as site:
        folder = tmp_path / "out"
        folder.mkdir()
        chores = [Chore(folder, number, seconds=0.3) for number in range(8)]

        def kill(share, label):
            if len(contents(folder)) == 2:
                site.scheduler.kill()

        with pytest.raises(UserError, match=r"the scheduler .* is gone .*do the same again"):
            Cluster(str(site.file)).run(chores, kill)
        site.start_scheduler()
        site.start_worker()
        before = contents(folder)
        assert 2 <= len(before) < 8
        assert Cluster(str(site.file)).run(chores) == []
        assert len(contents(folder)) == 8
        assert all(len(runs(chore)) == 1 for chore in chores if f"{chore.number}.txt" in before)


def test_a_file_starts_the_jobs(tmp_path):
    file = tmp_path / "cluster.toml"
    file.write_text(
        'class = "LocalCluster"\njobs = 1\n[options]\nn_workers = 0\nthreads_per_worker = 2\nprocesses = false\n'
        'dashboard_address = ":0"\n'
    )
    folder = tmp_path / "out"
    folder.mkdir()
    assert Cluster(str(file)).run([Chore(folder, number) for number in range(3)]) == []
    assert (folder / "0.log").read_text().split()[1] == "2"


SBATCH = """#!/bin/sh
cp "$1" "$0.job"
setsid sh "$0.job" >"$0.log" 2>&1 &
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
for job in "$@"; do kill -- "-$job"; done
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the two scripts want Linux's setsid and the interface lo")
def test_a_file_submits_jobs_to_slurm(tmp_path, monkeypatch):
    """Slurm is two scripts here, which start and end a job on this machine."""
    programs, folder = tmp_path / "bin", tmp_path / "out"
    programs.mkdir()
    folder.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", ROOT)
    file = tmp_path / "cluster.toml"
    file.write_text(
        'class = "SLURMCluster"\njobs = 1\n[options]\ncores = 1\nmemory = "2GB"\ninterface = "lo"\n'
        f'walltime = "00:10:00"\nlog_directory = "{tmp_path}"\nlocal_directory = "{tmp_path}"\n'
        'scheduler_options = {dashboard_address = ":0"}\n'
    )
    assert Cluster(str(file)).run([Chore(folder, number) for number in range(3)]) == []
    assert contents(folder) == {f"{number}.txt": str(number) for number in range(3)}
    assert str(os.getpid()) not in runs(Chore(folder, 0))
    assert "#SBATCH -t 00:10:00" in (programs / "sbatch.job").read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("= 3", "not TOML"),
        ('class = "Cluster9"', "class should be one of .*SLURMCluster"),
        ('class = "LocalCluster"\njobs = 0', "jobs, a whole number from 1"),
        ('class = "LocalCluster"\n[options]\nno_such_option = 3', "LocalCluster cannot be started"),
    ],
)
def test_cluster_files_that_start_nothing_are_refused(text, message, tmp_path):
    (tmp_path / "c.toml").write_text(text)
    with pytest.raises(UserError, match=message):
        Cluster(str(tmp_path / "c.toml")).run([Chore(tmp_path, 0)])


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("nowhere", "a cluster is tcp"),
        ("absent.json", "there is no scheduler file"),
        ("absent.toml", "cannot read the cluster"),
    ],
)
def test_clusters_that_are_nowhere_are_refused(where, message, tmp_path):
    with pytest.raises(UserError, match=message):
        Cluster(where).run([Chore(tmp_path, 0)])


def test_a_scheduler_that_does_not_answer_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.work.cluster.TIMEOUT", 1)
    with pytest.raises(UserError, match="cannot reach the scheduler"):
        Cluster("tcp://127.0.0.1:9").run([Chore(tmp_path, 0)])

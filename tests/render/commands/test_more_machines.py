"""The same bits from one process, from worker processes, from a cluster and from shards, whatever is killed."""

import json
import shutil
import signal
from contextlib import chdir

import pytest

from foragescape import main
from tests.render.commands.example_commands import contents, start
from tests.sim.work.dask_site import running_site, wait_for

SWEEP = ["sweep", "run", "--width", "128", "--height", "96", "--mazes", "64", "--frames", "6", "--tile", "32"]
STUDY = """
title = "small"
seeds = 3
pairs = "ring"
[learn]
learner = "es"
generations = 3
checkpoint = 1
mazes = 2
validation = 4
es.population = 4
world.lifetime = 20
world.maze.size = 4
[grid]
hidden = [2, 4]
[[section]]
title = "All"
measures = [
  { measure = "pellets_eaten", mazes = 8, repetitions = 1 }, { measure = "landscape_around", side = 64, mazes = 16 },
  { measure = "line_barrier", points = 9, mazes = 8, starts = 2 },
]
"""


COMMANDS = {"sweep": [*SWEEP, "--out", "out.zarr"], "study": ["study", "small.toml", "--csv", "--out", "out"]}
OUT = {"sweep": "out.zarr", "study": "out"}


@pytest.fixture(scope="module")
def alone(made, tmp_path_factory):
    """What one process makes, by kind."""
    folder = prepared(tmp_path_factory.mktemp("alone"), made)
    for kind in COMMANDS:
        run_here(folder, *COMMANDS[kind])
    return {kind: contents(folder / out) for kind, out in OUT.items()}


@pytest.fixture
def work(made, tmp_path):
    """A folder with the run and the study's file."""
    return prepared(tmp_path, made)


def prepared(folder, made):
    shutil.copytree(made / "run", folder / "run")
    (folder / "small.toml").write_text(STUDY)
    return folder


def run_here(folder, *words):
    """Run a command in this process, which has imported all it needs."""
    with chdir(folder):
        assert main(words) == 0


def done(folder, kind):
    """How many tiles or results of measures there are."""
    chunks = (folder / "out.zarr/pellets/c").rglob("*") if kind == "sweep" else (folder / "out/results").glob("*.json")
    return sum(path.is_file() and not path.name.endswith((".partial", ".part")) for path in chunks)


def differ(folder, kind, alone):
    """The files that are not what one process made."""
    found, wanted = contents(folder / OUT[kind]), alone[kind]
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))


def succeed(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out


@pytest.mark.parametrize("kind", COMMANDS)
def test_worker_processes_make_the_same_bits(work, alone, kind):
    succeed(start(*COMMANDS[kind], "--workers", "2", cwd=work))
    assert differ(work, kind, alone) == []


def test_worker_processes_leave_no_lock_behind(work):
    """A library makes a lock to compress the layers of a horizon; Python would report it after the end."""
    horizon = ["--tour", "horizon", "--every", "10", "--tile", "4"]
    client = start(*COMMANDS["sweep"], *horizon, "--workers", "2", cwd=work)
    _, err = client.communicate(timeout=300)
    assert client.returncode == 0, err
    assert "resource_tracker" not in err


@pytest.mark.parametrize("kind", COMMANDS)
def test_shards_at_the_same_time_make_the_same_bits(work, alone, kind):
    jobs = [start(*COMMANDS[kind], "--shard", f"{index}/3", cwd=work) for index in range(3)]
    for job in jobs:
        succeed(job)
    run_here(work, *COMMANDS[kind])
    assert differ(work, kind, alone) == []


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_client_with_worker_processes_is_killed_and_started_again(work, alone, kind):
    client = start(*COMMANDS[kind], "--workers", "2", cwd=work)
    wait_for(lambda: done(work, kind) > 1 or client.poll() is not None)
    client.send_signal(signal.SIGKILL)
    client.communicate()
    succeed(start(*COMMANDS[kind], "--workers", "2", cwd=work))
    assert differ(work, kind, alone) == []


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_cluster_makes_the_same_bits_whatever_is_killed(work, alone, kind, tmp_path_factory):
    """A worker in the midst of a task, the client, and the scheduler are killed; a worker joins late."""
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    with running_site(tmp_path_factory.mktemp("site"), 2) as site:
        command = [*COMMANDS[kind], "--cluster", str(site.file)]
        client = start(*command, cwd=work)
        wait_for(lambda: done(work, kind) > 1 or client.poll() is not None)
        site.workers[0].send_signal(signal.SIGKILL)
        site.start_worker()
        before = done(work, kind)
        wait_for(lambda: done(work, kind) > before or client.poll() is not None)
        client.send_signal(signal.SIGKILL)
        client.communicate()

        client = start(*command, cwd=work)
        before = done(work, kind)
        wait_for(lambda: done(work, kind) > before or client.poll() is not None)
        site.scheduler.send_signal(signal.SIGKILL)
        _, err = client.communicate(timeout=300)
        if client.returncode:  # it had not ended before
            assert client.returncode == 2
            assert "the scheduler" in err.splitlines()[-1]

        site.start_scheduler()
        site.start_worker()
        succeed(start(*command, cwd=work))
    assert differ(work, kind, alone) == []


def test_a_film_sweeps_with_worker_processes(work, capsys):
    film = ["film", "run", *SWEEP[2:], "-ql", "--resolution", "176", "128", "--seconds", "0.4"]
    run_here(work, *film, "--out", "a.gif", "--shard", "0/2", "--json")
    made = json.loads(capsys.readouterr().out)
    assert (made["kind"], made["complete"]) == ("field", False)
    succeed(start(*film, "--out", "a.gif", "--workers", "2", cwd=work))
    run_here(work, *film, "--out", "b.gif")
    assert (work / "a.gif").read_bytes() == (work / "b.gif").read_bytes()
    assert contents(work / "a.zarr") == contents(work / "b.zarr")

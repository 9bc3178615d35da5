"""Writable runs: a run folder is made or continued, by one process at a time, and anything else is refused."""

import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from agents.errors import UserError
from agents.files import make_folder
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig
from sim.world.rules import World
from tests.deaths import content, without_seal
from tests.refusals import TINY, refused


def failure(call, *arguments, **options):
    """The message of the UserError that the call raises, or an empty text if it raises none."""
    try:
        call(*arguments, **options)
    except UserError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (None, "is not a run folder"),
        (b"", "is not a run folder"),
        (b"{", "is not a run folder"),
        (b"\xff\xfe", "is not a run folder"),
        (b"[" * 100_000, "is not a run folder"),
        (b"[1]", "is not a run folder"),
        (b'{"format": "2"}', "is not a run that this version reads .*format '2'"),
    ],
)
def test_folders_that_are_not_runs_are_refused_and_left_alone(tmp_path, manifest, said, fresh):
    (tmp_path / "config.toml").write_text("mine = true")
    if manifest is not None:
        (tmp_path / "manifest.json").write_bytes(manifest)
    before = content(tmp_path)
    refused(said, Run.open, tmp_path)
    refused(said, learn, TINY, tmp_path, fresh=fresh)
    assert content(tmp_path) == before
    assert not (tmp_path / "lock").exists()


def test_an_empty_folder_becomes_a_run(tmp_path, finished):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/.DS_Store").touch()
    learn(TINY, tmp_path / "run", machine=Machine(1))
    (tmp_path / "run/.DS_Store").unlink()
    assert content(tmp_path / "run") == finished


def test_a_file_that_is_in_the_way_is_named(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    refused(r"exists and is not a run folder \(it holds thesis.txt\); choose another place", learn, TINY, tmp_path)


def test_a_file_and_a_broken_link_are_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    refused("is not a run folder", Run.open, tmp_path / "file")
    refused("exists and is not a run folder; choose another place", learn, TINY, tmp_path / "file")
    (tmp_path / "link").symlink_to(tmp_path / "absent")
    refused("exists and is not a run folder; choose another place", learn, TINY, tmp_path / "link")


@pytest.mark.parametrize("where", ["file/run", "x" * 300])
def test_paths_that_cannot_be_written_are_refused(tmp_path, where):
    (tmp_path / "file").write_text("mine")
    refused("cannot write .*; choose a path", learn, TINY, tmp_path / where)
    refused("cannot write .*; choose a path", make_folder, tmp_path / where)
    assert content(tmp_path) == {"file": b"mine"}


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="/proc is Linux's")
def test_a_file_system_that_refuses_new_folders_gives_one_line(tmp_path):
    refused("cannot write /proc/", learn, TINY, type(tmp_path)("/proc/run"))


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_run_goes_on_after_the_disk_failed(tmp_path, monkeypatch, finished, call, code, fresh):
    for after in range(100):
        path, left, real = tmp_path / str(after), iter(range(after)), getattr(os, call)
        before = fresh and content(learn(replace(TINY, seed=9, generations=2), path, machine=Machine(1)).path)

        def failing(*arguments, left=left, real=real):
            if next(left, None) is None:
                raise OSError(code, os.strerror(code))
            return real(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(os, call, failing)
            message = failure(learn, TINY, path, machine=Machine(1), fresh=fresh)
        if not message:
            break
        assert ("choose a path that can be written" if code == errno.EIO else "free some space") in message
        assert "\n" not in message
        assert not list(path.rglob("*.part"))
        if before and content(path) == before:  # nothing was deleted yet
            refused("is of other settings", learn, TINY, path)
            learn(TINY, path, machine=Machine(1), fresh=True)
        assert content(learn(TINY, path, machine=Machine(1)).path) == finished
    assert after > 5


def test_another_config_is_refused_by_the_settings_that_differ(path, finished):
    said = r"is of other settings \(seed is 4 now and 3 there, world.maze.braid is 0.5 now and 0.25 there\); repeat"
    other = replace(TINY, seed=4, world=World(maze=MazeConfig(size=4, braid=0.5), lifetime=20))
    refused(said, learn, other, path)
    assert content(path) == finished


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seed = 3", "seeds = 3", "there is no setting seeds; did you mean seed?"),
        ("lifetime = 20", "life = 20", "there is no setting world.life; did you mean world.lifetime?"),
        ("seed = 3", 'seed = "3"', "seed must be a whole number, got '3'"),
        ("seed = 3", "seed = true", "seed must be a whole number, got True"),
        ("braid = 0.25", "braid = 7", "braid must be from 0 to 1 .a share., got 7.0"),
        ("seed = 3", "seed = ", "is not TOML"),
        ("seed = 3", "seed = 3\nseed = 3", "is not TOML"),
        ("seed = 3", "seed = " + "9" * 5000, "is not TOML"),
        ("seed = 3", "seed = " + "[" * 9000, "is not TOML"),
        ("seed = 3", "seed = 5", "seed is 3 now and 5 there"),
    ],
)
def test_an_edited_config_file_is_refused(path, old, new, said):
    text = (path / "config.toml").read_text()
    assert old in text
    (path / "config.toml").write_text(text.replace(old, new))
    refused("config.toml is not the file that belongs to this run", learn, TINY, path)
    without_seal(path)
    before = content(path)
    refused(f"config.toml.*{said}|run is of other settings .*{said}", learn, TINY, path)
    assert content(path) == before


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(b"\xff")])
def test_a_missing_or_damaged_config_file_is_refused(path, damage):
    damage(path / "config.toml")
    before = content(path)
    refused(r"config\.toml", learn, TINY, path)
    assert content(path) == before


HOLD = """
import sys
from pathlib import Path
from sim.learning.run import Run
with Run.open(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_only_one_process_can_write_to_a_run(path, finished):
    root = str(Path(__file__).parents[3])
    command = [sys.executable, "-c", HOLD, path]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        before = content(path)
        for fresh in (False, True):
            refused("another process is writing to .*; wait for it", learn, TINY, path, fresh=fresh)
        refused("another process is writing to", Run.open(path).record_opening, {})
        assert content(path) == before == finished
        process.kill()
    learn(replace(TINY, generations=6), path, machine=Machine(1))
    assert len(Run.open(path).history()) == 6


def test_a_failure_releases_the_lock(path, finished):
    for _ in range(2):
        refused("other settings", learn, replace(TINY, seed=4), path)
    assert content(learn(TINY, path, machine=Machine(1)).path) == finished


def test_only_our_own_temporary_files_are_deleted(path, finished):
    for name in (".0123456789abcdef.part", "champions/.0123456789abcdef.part"):
        (path / name).write_text("half")
    (path / "notes.part").write_text("mine")
    (path / "films").mkdir()
    (path / "films" / ".0123456789abcdef.part").write_text("another's")
    learn(TINY, path, machine=Machine(1))
    kept = {"notes.part": b"mine", "films/.0123456789abcdef.part": b"another's"}
    assert content(path) == {**finished, **kept}

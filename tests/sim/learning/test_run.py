"""Run folders, and what may happen to them."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents import genome
from agents.errors import UserError
from agents.files import make_folder
from agents.genome import Genome
from agents.layout import Layout
from agents.optimisers.openai_es import OpenAIESConfig
from sim.learning.checkpoint import Checkpoint
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.learning.run import Run, RunFolder
from sim.rollout.machine import Machine
from sim.values import to_toml
from sim.world.maze import MazeConfig
from sim.world.rules import World

TINY = EvolutionConfig(
    seed=3,
    generations=4,
    mazes=2,
    validation=4,
    checkpoint=2,
    hidden=4,
    world=World(maze=MazeConfig(size=4), lifetime=20),
    es=OpenAIESConfig(population=8),
)


def content(path):
    """All files of a folder but the lock, by name."""
    files = sorted(file for file in path.rglob("*") if file.is_file() and file.name != "lock")
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


def refused(said, call, *arguments, **options):
    """The call ends in a UserError of one line."""
    with pytest.raises(UserError, match=said) as caught:
        call(*arguments, **options)
    assert "\n" not in str(caught.value)


def failure(call, *arguments, **options):
    """The message of the UserError that the call ends in, or nothing."""
    try:
        call(*arguments, **options)
    except UserError as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The files of a finished run."""
    return content(learn(TINY, tmp_path_factory.mktemp("finished") / "run", machine=Machine(1)).path)


@pytest.fixture
def path(tmp_path, finished):
    """A finished run to be spoilt."""
    for name, data in finished.items():
        file = tmp_path / "run" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return tmp_path / "run"


def test_a_run_tells_what_is_in_it(path):
    run = Run.open(path)
    assert run.config() == TINY
    assert [record["generation"] for record in run.history()] == [1, 2, 3, 4]
    assert {"format", "numpy", "numba", "cma", "python", "machine", "revision"} <= set(run.manifest())
    assert run.champion().layout == TINY.layout
    assert run.champion().provenance == run.champions()[-1].provenance
    assert run.champion().provenance["made_by"]["python"] == run.manifest()["python"]
    assert run.openings() == []


def test_champions_come_in_order_of_their_generations(path):
    layout = TINY.layout
    for generation in (999_999, 1_000_000, 10):
        champion = Genome(np.full(layout.size, generation, np.float32), layout, {"generation": generation})
        RunFolder(path).publish(Checkpoint("", [], {}), champion)
    numbers = [champion.provenance["generation"] for champion in RunFolder(path).champions()]
    assert numbers[-3:] == [10, 999_999, 1_000_000]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("name", ["absent", "absent/deeper", "file/run", "x" * 300])
def test_no_run_is_no_run(tmp_path, name):
    (tmp_path / "file").write_text("")
    refused(r"there is no run .*; make a run first", Run.open, tmp_path / name)


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (None, "is not a run folder"),
        (b"", "is not a run folder"),
        (b"{", "is not a run folder"),
        (b"\xff\xfe", "is not a run folder"),
        (b"[" * 100_000, "is not a run folder"),
        (b"[1]", "is not a run that this version reads .*format None"),
        (b'{"format": "2"}', "is not a run that this version reads .*format '2'"),
    ],
)
def test_foreign_folders_are_refused_and_left_alone(tmp_path, manifest, said, fresh):
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
    assert content(learn(TINY, tmp_path / "run", machine=Machine(1)).path) == finished


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    refused("is not a run folder", Run.open, tmp_path / "file")
    refused("exists and is not a run folder; choose another place", learn, TINY, tmp_path / "file")
    (tmp_path / "link").symlink_to(tmp_path / "absent")
    refused("exists and is not a run folder; choose another place", learn, TINY, tmp_path / "link")


@pytest.mark.parametrize("where", ["file/run", "x" * 300])
def test_places_that_cannot_be_written_are_refused(tmp_path, where):
    (tmp_path / "file").write_text("mine")
    refused("cannot write .*; choose a path", learn, TINY, tmp_path / where)
    refused("cannot write .*; choose a path", make_folder, tmp_path / where)
    assert content(tmp_path) == {"file": b"mine"}


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="/proc is Linux's")
def test_a_file_system_that_takes_no_folders_is_refused(tmp_path):
    refused("cannot write /proc/", learn, TINY, type(tmp_path)("/proc/run"))


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_fails_harms_nothing(tmp_path, monkeypatch, finished, call, code, fresh):
    for after in range(100):
        path, left, real = tmp_path / str(after), iter(range(after)), getattr(os, call)
        if fresh:
            learn(replace(TINY, seed=9, generations=2), path, machine=Machine(1))

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
        assert content(learn(TINY, path, machine=Machine(1)).path) == finished
    assert after > 5


def test_another_config_is_refused_and_named(path, finished):
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
def test_an_edited_config_is_refused(path, old, new, said):
    text = (path / "config.toml").read_text()
    assert old in text
    (path / "config.toml").write_text(text.replace(old, new))
    before = content(path)
    refused(f"config.toml.*{said}|run is of other settings .*{said}", learn, TINY, path)
    assert content(path) == before


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(b"\xff")])
def test_a_lost_config_is_refused(path, damage):
    damage(path / "config.toml")
    before = content(path)
    refused(r"config\.toml", learn, TINY, path)
    assert content(path) == before


def test_a_checkpoint_of_another_config_is_refused(path):
    """Somebody edits the config, and asks for what it now says."""
    other = replace(TINY, seed=5)
    (path / "config.toml").write_text(to_toml(other))
    before = content(path)
    refused(r"state.safetensors is of other settings \(seed is 5 now and 3 there\)", learn, other, path)
    assert content(path) == before


def test_a_champion_without_its_checkpoint_is_refused(path):
    (path / "state.safetensors").unlink()
    before = content(path)
    refused("has a champion but no checkpoint state.safetensors; take it from a backup", learn, TINY, path)
    assert content(path) == before


def test_damage_to_the_checkpoint_is_noticed(path):
    state = path / "state.safetensors"
    data = state.read_bytes()
    for at in range(0, len(data), 37):
        state.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        before = content(path)
        refused("the checkpoint .* start over", learn, TINY, path)
        assert content(path) == before


def test_damage_to_the_champion_is_noticed(path):
    file = path / "champion.safetensors"
    data = file.read_bytes()
    for at in range(0, len(data), 37):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        refused("is not a genome that can be read", Run.open(path).champion)


def test_a_run_without_a_champion_says_how_to_go_on(tmp_path):
    with RunFolder.writing(tmp_path / "run", TINY) as run:
        refused(r"has no champion yet; continue the run", run.champion)
        assert (run.champions(), run.history(), run.openings(), run.checkpoint(TINY)) == ([], [], [], None)


@pytest.mark.parametrize("text", [b"{", b"\xff\n", b"[1]\n", b'{"a": 1}\nnull\n', b"[" * 100_000])
def test_damaged_lines_are_refused(path, text):
    run = Run.open(path)
    for name, read, fix in (
        ("history.jsonl", run.history, "continue the run, which writes it anew"),
        ("ledger.jsonl", run.openings, "take it from a backup"),
    ):
        (path / name).write_bytes(text)
        refused(f"{name} is damaged .*; {fix}", read)
    refused("is damaged", run.record_opening, {"mazes": 1})
    assert (path / "ledger.jsonl").read_bytes() == text


def test_the_ledger_only_grows(path):
    run = Run.open(path)
    assert [run.record_opening({"mazes": mazes}) for mazes in (5, 6, 7)] == [1, 2, 3]
    assert run.openings() == [{"mazes": 5}, {"mazes": 6}, {"mazes": 7}]
    learn(replace(TINY, generations=6), path, machine=Machine(1))
    assert len(run.openings()) == 3


HOLD = """
import sys
from pathlib import Path
from sim.learning.run import Run
with Run.open(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_process_writes_at_a_time(path, finished):
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


def test_the_lock_is_let_go_after_failures(path, finished):
    for _ in range(2):
        refused("other settings", learn, replace(TINY, seed=4), path)
    assert content(learn(TINY, path, machine=Machine(1)).path) == finished


def test_only_leftovers_of_ours_are_removed(path, finished):
    for name in (".0123456789abcdef.part", "champions/.0123456789abcdef.part"):
        (path / name).write_text("half")
    (path / "notes.part").write_text("mine")
    (path / "films").mkdir()
    (path / "films" / ".0123456789abcdef.part").write_text("another's")
    learn(TINY, path, machine=Machine(1))
    kept = {"notes.part": b"mine", "films/.0123456789abcdef.part": b"another's"}
    assert content(path) == {**finished, **kept}


def test_publishing_touches_only_what_differs(path, finished):
    run = Run.open(path)
    champion, newest = run.champion(), run.checkpoint(TINY)
    about = {name: value for name, value in champion.provenance.items() if name != "made_by"}
    before = {file: file.stat().st_mtime_ns for file in path.rglob("*") if file.is_file()}
    run.publish(newest, Genome(champion.weights, champion.layout, about))
    assert {file: file.stat().st_mtime_ns for file in path.rglob("*") if file.is_file()} == before
    other = np.nextafter(champion.weights, np.float32(9))
    run.publish(newest, Genome(other, champion.layout, about))
    assert np.array_equal(run.champion().weights, other)
    assert np.array_equal(run.champions()[-1].weights, other)
    changed = {name for name, data in content(path).items() if finished[name] != data}
    assert changed == {"champion.safetensors", f"champions/{about['generation']:06d}.safetensors"}


def test_a_champion_of_another_shape_is_loaded_as_it_is(path):
    layout = Layout(hidden=6)
    genome.save(path / "champion.safetensors", np.ones(layout.size, np.float32), layout, {})
    assert Run.open(path).champion().layout == layout


def test_files_are_for_people_too(path):
    assert json.loads((path / "manifest.json").read_text())["format"] == "foragescape-run-1"
    assert (path / "config.toml").read_text() == to_toml(TINY)
    assert len((path / "history.jsonl").read_text().splitlines()) == 4

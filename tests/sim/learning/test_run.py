"""Run folders: what they hold is read back, and damage is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest

from agents import genome
from agents.genome import Genome
from agents.layout import Layout
from sim.learning.checkpoint import Checkpoint
from sim.learning.learn import learn
from sim.learning.run import Run, RunFolder
from sim.learning.writable_run import writable_run
from sim.rollout.machine import Machine
from sim.values import to_toml
from tests.deaths import content, without_seal
from tests.refusals import TINY, refused


def test_an_open_run_returns_what_its_files_hold(path):
    run = Run.open(path)
    assert run.config() == TINY
    assert [record["generation"] for record in run.history()] == [1, 2, 3, 4]
    assert {"format", "numpy", "numba", "cma", "python", "machine", "revision"} <= set(run.manifest())
    assert run.champion().layout == TINY.layout
    assert run.champion().provenance == run.champions()[-1].provenance
    assert run.champion().provenance["made_by"]["python"] == run.manifest()["python"]
    assert run.openings() == []


def test_champions_are_ordered_by_generation(path):
    layout = TINY.layout
    for generation in (999_999, 1_000_000, 10):
        champion = Genome(np.full(layout.size, generation, np.float32), layout, {"generation": generation})
        RunFolder(path).publish(Checkpoint("", [], {}), champion)
    numbers = [champion.provenance["generation"] for champion in RunFolder(path).champions()]
    assert numbers[-3:] == [10, 999_999, 1_000_000]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("name", ["absent", "absent/deeper", "file/run", "x" * 300])
def test_a_path_without_a_run_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("")
    refused(r"there is no run .*; make a run first", Run.open, tmp_path / name)


def test_a_checkpoint_of_another_config_is_refused(path):
    """Somebody edits the config, and asks for what it now says."""
    other = replace(TINY, seed=5)
    (path / "config.toml").write_text(to_toml(other))
    before = content(path)
    refused("config.toml is not the file that belongs to this run", learn, other, path)
    refused("config.toml is not the file that belongs to this run", Run.open(path).setting)
    assert content(path) == before


def test_a_checkpoint_of_another_config_is_refused_in_a_run_without_a_seal(path):
    without_seal(path)
    other = replace(TINY, seed=5)
    (path / "config.toml").write_text(to_toml(other))
    before = content(path)
    refused(r"state.safetensors is of other settings \(seed is 5 now and 3 there\)", learn, other, path)
    assert content(path) == before


def test_a_champion_without_a_checkpoint_is_refused(path):
    (path / "state.safetensors").unlink()
    before = content(path)
    refused("state.safetensors is missing; take the folder from a backup", learn, TINY, path)
    assert content(path) == before
    without_seal(path)
    before = content(path)
    refused("has a champion but no checkpoint state.safetensors; take it from a backup", learn, TINY, path)
    assert content(path) == before


def test_a_damaged_checkpoint_is_refused(path):
    without_seal(path)
    state = path / "state.safetensors"
    data = state.read_bytes()
    for at in range(0, len(data), 37):
        state.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        before = content(path)
        refused("the checkpoint .* start over", learn, TINY, path)
        assert content(path) == before


def test_a_damaged_champion_is_refused(path):
    without_seal(path)
    file = path / "champion.safetensors"
    data = file.read_bytes()
    for at in range(0, len(data), 37):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        refused("is not a genome that can be read", Run.open(path).champion)


def test_a_run_without_a_champion_says_what_to_do(tmp_path):
    with writable_run(tmp_path / "run", TINY) as run:
        refused(r"has no champion yet; continue the run", run.champion)
        assert (run.champions(), run.history(), run.openings(), run.checkpoint(TINY)) == ([], [], [], None)


@pytest.mark.parametrize("text", [b"{", b"\xff\n", b"[1]\n", b'{"a": 1}\nnull\n', b"[" * 100_000])
def test_damaged_history_and_ledger_are_refused(path, text):
    run = Run.open(path)
    for name in ("history.jsonl", "ledger.jsonl"):
        (path / name).write_bytes(text)
    refused("history.jsonl is not the file that belongs .* continue the run", run.history)
    for sealed in (True, False):
        if not sealed:
            without_seal(path)
            refused("history.jsonl is damaged .*; continue the run, which writes it anew", run.history)
        refused("ledger.jsonl is damaged .*; take it from a backup", run.openings)
        refused("is damaged", run.record_opening, {"mazes": 1})
        assert (path / "ledger.jsonl").read_bytes() == text


def test_openings_are_appended_to_the_ledger_and_stay(path):
    run = Run.open(path)
    assert [run.record_opening({"mazes": mazes}) for mazes in (5, 6, 7)] == [1, 2, 3]
    assert [entry["mazes"] for entry in run.openings()] == [5, 6, 7]
    learn(replace(TINY, generations=6), path, machine=Machine(1))
    assert len(run.openings()) == 3


def test_publishing_writes_only_files_that_differ(path, finished):
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
    assert changed == {"seal.json", "champion.safetensors", f"champions/{about['generation']:06d}.safetensors"}


def test_a_champion_of_another_layout_is_loaded_as_stored(path):
    without_seal(path)
    layout = Layout(hidden=6)
    genome.save(path / "champion.safetensors", np.ones(layout.size, np.float32), layout, {})
    assert Run.open(path).champion().layout == layout


def test_the_files_can_be_read_as_json_toml_and_lines(path):
    assert json.loads((path / "manifest.json").read_text())["format"] == "foragescape-run-2"
    assert (path / "config.toml").read_text() == to_toml(TINY)
    assert len((path / "history.jsonl").read_text().splitlines()) == 4

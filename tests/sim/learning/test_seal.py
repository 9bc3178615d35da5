"""Seals of run folders: every change, loss and exchange of a file is refused by whoever reads it."""

import json
import shutil
from dataclasses import replace

import pytest

from sim.evaluation.evaluate import evaluate
from sim.evaluation.subject import read_subject
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.learning.seal import Seal
from sim.learning.sealed_files import read_seal, write_seal
from sim.rollout.machine import Machine
from tests.deaths import content, dies, without_seal
from tests.learners import tiny
from tests.refusals import TINY, refused

ONE = Machine(1)
SEALED = ("manifest.json", "config.toml", "state.safetensors", "history.jsonl", "champion.safetensors")


@pytest.fixture
def other(tmp_path):
    """A run of another seed."""
    return learn(replace(TINY, seed=9), tmp_path / "other", machine=ONE).path


def test_a_seal_lists_all_files_of_a_run(path):
    files = {name for name in content(path) if name not in ("seal.json", "ledger.jsonl")}
    assert set(read_seal(path).parts) == files
    assert read_seal(path).becoming == {}


def test_a_seal_is_read_as_it_was_written_and_damage_is_noticed(path):
    seal = Seal({"a": "1"}, {"b": ""}, 3, "head")
    data = seal.to_bytes()
    assert Seal.from_bytes(data) == seal
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            assert Seal.from_bytes(changed) == seal  # a space of JSON that became another
        except ValueError:
            continue


@pytest.mark.parametrize(
    "changes",
    [
        {"parts": {"../a": "1"}},
        {"parts": {"/a": "1"}},
        {"parts": []},
        {"openings": -1},
        {"openings": True},
        {"head": 1},
    ],
)
def test_a_seal_of_wrong_entries_is_refused_although_its_digest_is_right(changes):
    with pytest.raises(ValueError, match="other entries"):
        Seal.from_bytes(replace(Seal(), **changes).to_bytes())


def readers(run):
    """What reads each file of a run."""
    return {
        "manifest.json": lambda: Run.open(run),
        "config.toml": lambda: (Run.open(run).setting(), Run.open(run).config()),
        "state.safetensors": lambda: learn(TINY, run, machine=ONE),
        "history.jsonl": lambda: Run.open(run).history(),
        "champion.safetensors": lambda: evaluate(Run.open(run), split="validation", mazes=2, machine=ONE),
    }


@pytest.mark.parametrize("name", SEALED)
def test_a_changed_file_is_refused_by_its_reader_and_by_check(path, other, name):
    data = (path / name).read_bytes()
    foreign = (other / name).read_bytes() if name != "manifest.json" else b"{}"
    for damaged in (data[:40], data[:-1], b"", data + b" ", data.replace(b"3", b"4"), foreign):
        if damaged == data:
            continue
        (path / name).write_bytes(damaged)
        refused(name, readers(path)[name])
        refused(name, Run.open(path).check if name != "manifest.json" else lambda: Run.open(path))
    (path / name).unlink()
    refused(name, readers(path)[name])


@pytest.mark.parametrize("loss", ["unlink", "exchange"])
def test_a_lost_or_exchanged_champion_is_refused(path, other, loss):
    oldest = min((path / "champions").iterdir())
    oldest.unlink()
    if loss == "exchange":
        shutil.copy(other / "champion.safetensors", oldest)
    if len(list((path / "champions").iterdir())) > (loss == "exchange"):
        refused(f"champions/{oldest.name}", learn, replace(TINY, generations=6), path, machine=ONE)
    for read in (Run.open(path).champions, Run.open(path).check, lambda: read_subject(Run.open(path))):
        refused(f"champions/{oldest.name}", read)


def test_a_champion_that_the_seal_does_not_list_is_not_of_the_run(path, other):
    before = len(Run.open(path).champions())
    shutil.copy(other / "champion.safetensors", path / "champions/999999.safetensors")
    assert len(Run.open(path).champions()) == before


def test_starting_over_mends_a_damaged_run_and_keeps_files_that_are_not_of_it(path, finished):
    for name in SEALED:
        (path / name).write_bytes(b"damage")
    (path / "champions/notes.txt").write_text("mine")
    learn(TINY, path, machine=ONE, fresh=True)
    assert content(path) == {**finished, "champions/notes.txt": b"mine"}


def test_a_run_that_lost_its_seal_is_refused(path):
    (path / "seal.json").unlink()
    refused("has lost its seal.json", Run.open, path)
    refused("has lost its seal.json", learn, TINY, path)
    (path / "seal.json").write_bytes(b"{}")
    refused("seal.json is damaged", Run.open, path)


def test_a_run_of_the_older_format_opens_and_is_sealed_when_it_is_written_to(path, finished):
    without_seal(path)
    before = content(path)
    run = Run.open(path)
    assert not run.is_sealed()
    evaluate(run, split="validation", mazes=2, machine=ONE)
    learn(TINY, path, machine=ONE)
    assert content(path) == before
    learn(replace(TINY, generations=6), path, machine=ONE)
    assert run.is_sealed()
    run.check()
    assert run.manifest() == json.loads(finished["manifest.json"])


def test_growing_is_survived_at_any_moment(path, finished, tmp_path, monkeypatch):
    longer, deaths = replace(TINY, generations=6), 0
    whole = content(learn(longer, tmp_path / "whole", machine=ONE).path)
    for call in ("replace", "fsync"):
        for deaths in range(100):
            grown = shutil.copytree(path, tmp_path / f"{call}{deaths}")
            if not dies(monkeypatch, call, deaths, lambda grown=grown: learn(longer, grown, machine=ONE)):
                break
            Run.open(grown).check()
            Run.open(grown).config()
            assert content(learn(longer, grown, machine=ONE).path) == whole
        assert deaths > 5


def test_starting_over_is_survived_at_any_moment(path, finished, tmp_path, monkeypatch):
    for deaths in range(100):
        again = shutil.copytree(path, tmp_path / str(deaths))
        Run.open(again).record_opening({"mazes": 1})
        if not dies(monkeypatch, "replace", deaths, lambda again=again: learn(TINY, again, machine=ONE, fresh=True)):
            break
        assert len(Run.open(again).openings() if (again / "manifest.json").exists() else [1]) == 1
        found = content(learn(TINY, again, machine=ONE, fresh=True).path)
        assert {name for name, data in found.items() if finished.get(name) != data} == {"ledger.jsonl", "seal.json"}
        assert len(Run.open(again).openings()) == 1
    assert deaths > 5


def opened(path, count=3):
    run = Run.open(path)
    for mazes in range(count):
        run.record_opening({"mazes": mazes})
    return run, (path / "ledger.jsonl").read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda lines: lines[:2], "1 of 3 openings of the test mazes are missing"),
        (lambda lines: [], "3 of 3 openings of the test mazes are missing"),
        (lambda lines: lines[1:], "a line before line 1 was changed, moved or lost"),
        (lambda lines: [lines[0], lines[2]], "a line before line 2"),
        (lambda lines: [lines[1], lines[0], lines[2]], "a line before line 1"),
        (lambda lines: [lines[0].replace(b"0", b"7", 1), *lines[1:]], "a line before line 2"),
        (lambda lines: [*lines[:2], lines[2].replace(b'"mazes": 2', b'"mazes": 7')], "a line was changed"),
        (lambda lines: [*lines, b'{"mazes": 8}\n'], "a line"),
    ],
)
def test_a_ledger_that_was_changed_is_refused(path, damage, said):
    run, lines = opened(path)
    (path / "ledger.jsonl").write_bytes(b"".join(damage(lines)))
    for call in (run.openings, run.check, lambda: run.record_opening({"mazes": 1})):
        refused(said, call)
    refused(said, evaluate, run, split="validation", mazes=2, machine=ONE)


def test_a_deleted_ledger_is_refused(path):
    run, _ = opened(path)
    (path / "ledger.jsonl").unlink()
    refused("3 of 3 openings of the test mazes are missing", run.openings)


def test_an_entry_that_the_seal_does_not_count_yet_is_kept(path):
    """A process is killed after it wrote the entry and before it wrote the seal."""
    run, _ = opened(path, 1)
    before = read_seal(path)
    run.record_opening({"mazes": 5})
    write_seal(path, before)
    assert len(run.openings()) == 2
    assert run.record_opening({"mazes": 6}) == 3
    assert [entry["mazes"] for entry in run.openings()] == [0, 5, 6]


def test_an_entry_that_the_seal_does_not_count_yet_is_counted_when_the_run_is_opened_for_writing(path):
    run, _ = opened(path, 1)
    before = read_seal(path)
    run.record_opening({"mazes": 5})
    whole = content(path)
    write_seal(path, before)
    learn(TINY, path, machine=ONE)
    assert content(path) == whole


def test_a_ledger_without_its_last_line_break_goes_on(path):
    run, lines = opened(path)
    (path / "ledger.jsonl").write_bytes(b"".join(lines)[:-1])
    assert run.record_opening({"mazes": 9}) == len(lines) + 1
    assert len(run.openings()) == len(lines) + 1


def test_the_ledger_of_an_older_run_is_chained_from_now_on(path):
    without_seal(path)
    (path / "ledger.jsonl").write_text('{"mazes": 1}\n{"mazes": 2}\n')
    run = Run.open(path)
    assert len(run.openings()) == 2
    assert run.record_opening({"mazes": 3}) == 3
    assert len(run.openings()) == 3
    text = (path / "ledger.jsonl").read_text()
    (path / "ledger.jsonl").write_text(text.replace("2", "7", 1))
    refused("a line before line 3", run.openings)
    (path / "ledger.jsonl").write_text(text)
    without_seal(path)
    refused("is of a run with a seal, which is missing", run.openings)


def test_an_entry_names_the_genome_that_was_played(path):
    run = Run.open(path)
    evaluate(run, split="test", mazes=2, machine=ONE)
    evaluate(run, split="test", mazes=2, machine=ONE)
    learn(replace(TINY, seed=9), path, machine=ONE, fresh=True)
    evaluate(run, split="test", mazes=2, machine=ONE)
    first, second, third = (entry["genome"] for entry in run.openings())
    assert first == second != third


def test_readers_meet_whole_runs_while_another_thread_learns(tmp_path):
    from threading import Thread

    config = tiny("es", {"generations": 60, "checkpoint": 1})
    learn(replace(config, generations=1), tmp_path / "run", machine=ONE)
    thread = Thread(target=learn, args=(config, tmp_path / "run"), kwargs={"machine": ONE})
    thread.start()
    run, reads = Run.open(tmp_path / "run"), 0
    while thread.is_alive():
        run.check()
        assert len(run.history()) >= 1
        assert run.champions()
        run.champion()
        reads += 1
    thread.join()
    assert reads > 1
    assert len(run.history()) == 60


def test_two_evaluations_may_wait_for_each_other(path):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda mazes: Run.open(path).record_opening({"mazes": mazes}), range(12)))
    assert sorted(counts) == list(range(1, 13))
    assert len(Run.open(path).openings()) == 12

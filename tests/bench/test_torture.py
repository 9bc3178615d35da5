"""A small torture bench finds nothing; and it counts what goes wrong where something does."""

import json
import random
import signal
import subprocess
import sys

import pytest

from tests.bench.torture import io_calls, kills, mutants, stops
from tests.bench.torture.all_tries import Amounts, _spread, left_out, torture
from tests.bench.torture.cold_caches import Cacher
from tests.bench.torture.kills import Killer, Whole
from tests.bench.torture.mutants import HOSTILE, Mutator, answer, chosen, damages
from tests.bench.torture.specimens import Specimen
from tests.bench.torture.stops import ROOT, _is_good_end
from tests.bench.torture.tally import Row, by_group, table


def test_kills_failing_calls_and_mutants_do_no_harm():
    """In a process of its own, which is begun anew with the library that counts calls."""
    words = ["--kills", "6", "--mutants", "100", "--calls", "1", "--seed", "3", "--seconds", "200", "--workers", "2"]
    command = [sys.executable, "-m", "tests.bench.torture", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert "Row(" not in done.stderr  # a fault; a line may say that kernels are compiled
    assert done.returncode == 0
    rows = [Row(**row) for row in json.loads(done.stdout)]
    assert sum(row.tries for row in rows) > 30
    assert not [row for row in rows if row.faults]


def test_what_is_asked_for_and_left_out_is_said_with_its_reason(monkeypatch):
    monkeypatch.setattr(io_calls, "SHIM", None)
    assert left_out(Amounts(kills=1, mutants=1), screen="") == []
    calls, windows = left_out(Amounts(calls=1, windows=1), screen="")
    assert calls.endswith("they need Linux and a C compiler named cc")
    assert windows == "windows are left out: they need Xvfb"
    assert left_out(Amounts(windows=1), screen=":9") == []


def test_mutants_are_the_same_for_any_number_of_workers():
    runs = [torture(Amounts(mutants=12, workers=workers, only=("kernels", "settings"))) for workers in (1, 2)]
    assert runs[0] == runs[1]
    assert sum(row.tries for row in runs[0]) == 12


@pytest.mark.parametrize(
    ("answers", "count"),
    [
        (["whole", "whole"], {}),
        (["whole", "refused"], {}),
        (["whole", "other"], {"silent": 1}),
        (["whole", "traceback: x"], {"tracebacks": 1}),
        (["whole", "hang"], {"hangs": 1}),
    ],
)
def test_faults_of_readers_are_counted_and_the_file_is_put_back(tmp_path, monkeypatch, answers, count):
    (tmp_path / "a").write_bytes(b"data")
    monkeypatch.setattr(mutants, "answer", lambda specimen: answers.pop(0))
    mutator = Mutator({"a": Specimen(tmp_path / "a", ("info",))})
    assert mutator.mutate("a", random.Random(1)) == Row("mutants of a", 1, **count)
    assert (tmp_path / "a").read_bytes() == b"data"


def test_readers_are_judged_by_what_they_say(tmp_path, monkeypatch):
    def crash(words):
        raise ZeroDivisionError

    def wait(path):
        signal.raise_signal(signal.SIGALRM)

    assert answer(Specimen(tmp_path, ("info", str(tmp_path / "absent")))) == "refused"
    assert answer(Specimen(tmp_path, reader=wait)) == "hang"
    assert answer(Specimen(tmp_path, reader=lambda path: 7)) == "7"
    monkeypatch.setattr(mutants, "main", crash)
    assert answer(Specimen(tmp_path, ("info",))).startswith("traceback")
    assert list(chosen({"a: b": 1, "c": 2}, ["b"])) == ["a: b"]


def test_writers_are_judged_by_what_is_left(tmp_path, monkeypatch):
    def write(path):
        (path / "a").write_text("new" if (path / "a").exists() else "old")

    def crash(path):
        raise ZeroDivisionError

    monkeypatch.setattr(kills, "WRITERS", {"w": write, "c": crash})
    whole = {"w": Whole({"a": b"old"}, 0.5, 0, 0), "c": Whole({}, 0.0, 0, 0)}
    killer = Killer(tmp_path, whole)
    assert killer.kill("w", random.Random(0)) in (Row("kill: w", 1, differing=1), Row("kill: w", 1))
    assert killer.kill("c", random.Random(0)) == Row("kill: c", 1, tracebacks=1)
    assert "ZeroDivisionError" in killer.trace()
    assert killer.trace() == "number 0, differing [] "
    (tmp_path / "killed/.x.part").touch()
    assert not killer._differs(tmp_path / "killed", "c", drafts=True)
    assert killer._differs(tmp_path / "killed", "c")


@pytest.mark.parametrize(
    ("code", "err", "number", "good"),
    [
        (130, "foragescape: interrupted; what was finished is kept", signal.SIGINT, True),
        (2, f"foragescape: {stops.WAITING}\nforagescape: terminated; what was finished", signal.SIGTERM, True),
        (-15, "", signal.SIGTERM, True),
        (0, "next: film", signal.SIGINT, True),
        (1, "Traceback\n  File site.py\nKeyboardInterrupt", signal.SIGINT, True),
        (130, "", signal.SIGINT, False),
        (130, "foragescape: terminated", signal.SIGINT, False),
        (130, "foragescape: interrupted; what was finished\n" * 2, signal.SIGINT, False),
        (1, f"Traceback\n  File {ROOT}/foragescape.py", signal.SIGINT, False),
        (2, "foragescape: interrupted; what was finished", signal.SIGINT, False),
    ],
)
def test_ends_of_processes_are_judged_by_their_code_and_their_line(code, err, number, good):
    assert _is_good_end(code, err, number) == good


def test_processes_with_other_kernels_are_judged_by_their_answer(tmp_path):
    cacher = Cacher(tmp_path, expected="7")
    for (out, err, code), count in (
        (("7", "", 0), {}),
        (("8", "", 0), {"silent": 1}),
        (("", "Traceback", 1), {"tracebacks": 1}),
        (("", "", None), {"hangs": 1}),
    ):
        row = Row("a", 1)
        cacher._judge(row, out, err, code)
        assert row == Row("a", 1, **count)


def test_damages_are_many_and_the_table_adds_them_up():
    rng = random.Random(0)
    ways = {damages(b"some\nlines 17\n" * 3, b"other", rng)[0] for _ in range(400)}
    assert len(ways) == 13
    assert len(HOSTILE) > 15
    rows = [Row("a: x", 2, 1), Row("a: y", 3, silent=1), Row("b", 1)]
    assert table(rows).splitlines()[-1].split() == ["all", "6", "1", "0", "0", "1"]
    assert by_group(rows) == [Row("a", 5, 1, silent=1), Row("b", 1)]
    assert _spread(10, 3) == [0, 3, 6]
    assert _spread(3, -1) == _spread(3, 5) == [0, 1, 2]

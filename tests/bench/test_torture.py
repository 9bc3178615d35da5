"""A small torture bench finds nothing; and it counts what goes wrong where something does."""

import random

import pytest

from tests.bench import torture
from tests.bench.torture import Row, damages, mutate, table


def test_kills_and_mutants_do_no_harm():
    rows = torture.torture(len(torture.KILLED), 80, seed=3, seconds=120)
    assert sum(row.tries for row in rows) > 10
    assert not [row for row in rows if row.faults]


@pytest.mark.parametrize(
    ("answers", "count"),
    [
        (["whole", "whole"], {}),
        (["whole", "refused"], {}),
        (["whole", "other"], {"silent": 1}),
        (["whole", "traceback"], {"tracebacks": 1}),
        (["whole", "hang"], {"hangs": 1}),
    ],
)
def test_faults_are_counted_and_the_file_is_put_back(tmp_path, monkeypatch, answers, count):
    (tmp_path / "a").write_bytes(b"data")
    monkeypatch.setattr(torture, "_answer", lambda words: answers.pop(0))
    row = Row("a")
    mutate(row, tmp_path / "a", ["info"], b"other", random.Random(1))
    assert row == Row("a", 1, **count)
    assert (tmp_path / "a").read_bytes() == b"data"


def test_commands_are_judged_by_what_they_print(tmp_path, monkeypatch):
    def crash(words):
        raise ZeroDivisionError

    assert torture._answer(["info", str(tmp_path / "absent")]) == "refused"
    monkeypatch.setattr(torture, "main", crash)
    assert torture._answer(["info"]) == "traceback"


def test_damages_are_many_and_the_table_adds_them_up():
    rng = random.Random(0)
    ways = {damages(b"some\nlines\n", b"other", rng)[0] for _ in range(300)}
    assert len(ways) == 11
    assert table([Row("a", 2, 1), Row("b", 3, silent=1)]).splitlines()[-1].split() == ["all", "5", "1", "0", "0", "1"]

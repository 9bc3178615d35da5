"""A page says how often the test mazes were opened, and whether entries of the ledger are missing."""

import errno
import os
import shutil

import pytest

from agents.errors import UserError
from render.page.compose import page
from render.page.ledgers import UNSEALED, ledger_text
from sim.learning import sealed_files
from sim.learning.run import Run
from tests.deaths import without_seal

from .conftest import Reader


@pytest.fixture
def run(runs, tmp_path):
    """A run of today's format, whose test mazes were never opened."""
    shutil.copytree(runs[1].path, tmp_path / "run")
    found = Run.open(tmp_path / "run")
    with found.locked():
        found.write({"bookmarks.json": None})
    return found


def test_openings_are_counted(run):
    run.record_opening({"mazes": 1})
    before = len(run.openings())
    assert ledger_text(run.path) == {1: "once"}.get(before, f"{before} times")
    run.record_opening({"mazes": 2})
    assert ledger_text(run.path) == f"{before + 1} times"
    assert ledger_text(None) == "not kept"


def test_missing_entries_are_said(run):
    run.record_opening({"mazes": 1})
    run.record_opening({"mazes": 2})
    count, ledger = len(run.openings()), run.path / "ledger.jsonl"
    ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:-1]))
    assert f"1 of {count} openings of the test mazes are missing" in ledger_text(run.path)
    without_seal(run.path)
    assert UNSEALED in ledger_text(run.path) or "is of a run with a seal" in ledger_text(run.path)


def test_a_disk_that_fails_now_is_not_written_into_a_page(run, monkeypatch):
    def fail(path, *limits):
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    monkeypatch.setattr(sealed_files, "read_regular", fail)
    with pytest.raises(UserError, match="Input/output error"):
        ledger_text(run.path)


def test_a_page_has_the_ledger_of_every_run(made):
    cells = [element["text"] for element in Reader(page(made)).all("td")]
    for subject in made.subjects():
        assert ledger_text(subject.run) in cells

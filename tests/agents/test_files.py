"""Files that are written whole or not at all."""

import errno
import os

import pytest

from agents.errors import UserError
from agents.files import replace_file


def test_it_writes_and_replaces(tmp_path):
    path = tmp_path / "a"
    for data in (b"", b"old", b"new and longer"):
        replace_file(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


def test_its_permissions_are_those_of_any_new_file(tmp_path):
    replace_file(tmp_path / "ours", b"")
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, name):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def full(*_args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, name, full)
    with pytest.raises(UserError, match=r"cannot write .*a: No space left on device; free some space") as caught:
        replace_file(path, b"new")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_other_exceptions_leave_no_temporary_file(tmp_path, monkeypatch):
    def stop(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        replace_file(tmp_path / "a", b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["absent/a", "file/a", "folder"])
def test_impossible_places_are_refused(tmp_path, where):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match=r"cannot write .*; choose a path"):
        replace_file(tmp_path / where, b"new")
    assert {path.name for path in tmp_path.rglob("*")} == {"file", "folder"}

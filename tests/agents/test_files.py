"""Files are written whole or not at all, by one process at a time."""

import errno
import os
import re
from pathlib import Path

import pytest

from agents.errors import UserError
from agents.files import (
    entries,
    explain_write_errors,
    local_path,
    remove_leftovers,
    replace_file,
    sole_writer,
)
from agents.replacement import replacing

NUMBERED = re.compile(r"\d+")


def test_it_writes_and_replaces(tmp_path):
    path = tmp_path / "a"
    for data in (b"", b"old", b"new and longer"):
        replace_file(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_usual_permissions(tmp_path):
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
def test_impossible_paths_are_refused(tmp_path, where):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match=r"cannot write .*; choose a path"):
        replace_file(tmp_path / where, b"new")
    assert {path.name for path in tmp_path.rglob("*")} == {"file", "folder"}


def test_other_exceptions_become_user_errors_if_they_are_listed(tmp_path):
    with (
        pytest.raises(UserError, match=r"^cannot write a: what it says; choose a path"),
        explain_write_errors("a", (KeyError, LookupError)),
    ):
        raise IndexError("what it says")
    with pytest.raises(KeyError), explain_write_errors("a"):
        raise KeyError


def test_only_leftovers_are_removed(tmp_path):
    for name in (".0123456789abcdef.part", "film.part", ".hidden", "deeper/.0123456789abcdef.part"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    remove_leftovers(tmp_path)
    remove_leftovers(tmp_path / "absent")
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert left == {"film.part", ".hidden", "deeper", "deeper/.0123456789abcdef.part"}


def test_only_one_process_writes_at_a_time(tmp_path):
    lock = tmp_path / "lock"
    with sole_writer(tmp_path, lock):
        busy = f"others write to {tmp_path}; wait for it, or choose another place"
        with pytest.raises(UserError, match=re.escape(busy)), sole_writer(tmp_path, lock, "others write to"):
            raise AssertionError("two at once")
    with sole_writer(tmp_path, lock):
        pass


def test_a_folder_without_write_permission_is_not_reported_as_locked(tmp_path, monkeypatch):
    import filelock

    def refuse(self, timeout):
        raise filelock.Timeout(self.lock_file)

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)  # what it raises in a folder without write permission
    with (
        pytest.raises(UserError, match=r"cannot write .*: Permission denied"),
        sole_writer(tmp_path, tmp_path / "lock"),
    ):
        raise AssertionError("written")


@pytest.mark.parametrize("name", [".DS_Store", "._1", "Thumbs.db", "desktop.ini", ".localized"])
def test_files_that_desktops_leave_are_not_seen(tmp_path, name):
    path = tmp_path / "folder"
    path.mkdir()
    (path / name).write_bytes(b"")
    assert entries(path) == []
    for turn, overwrite in ((1, False), (2, True)):
        with replacing(path, overwrite=overwrite, holds=NUMBERED) as temporary:
            (temporary / str(turn)).write_bytes(b"new")
        (path / name).write_bytes(b"")
        assert entries(path) == [str(turn)]
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


def test_a_path_through_a_folder_that_is_missing_is_refused(tmp_path):
    """The name can be resolved to one beside it, but the system finds nothing under it."""
    path = tmp_path / "absent/../a"
    with pytest.raises(UserError, match="there is no folder"), replacing(path, overwrite=True):
        pytest.fail("the block was entered")
    assert list(tmp_path.iterdir()) == []


def test_a_path_through_a_folder_that_is_there_is_written(tmp_path):
    (tmp_path / "b").mkdir()
    with replacing(tmp_path / "b/../a", overwrite=False) as temporary:
        temporary.write_bytes(b"new")
    assert (tmp_path / "b/../a").read_bytes() == b"new"


@pytest.mark.parametrize("text", ["s3://bucket/a", "gs:/a", "file:///a", "https://host/a", "local://a"])
def test_addresses_are_refused(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="is an address, not a path"):
        local_path(text)
    (tmp_path / text.partition("/")[0]).mkdir()
    assert local_path(text) == Path(text)


def test_a_tilde_is_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/of/mine")
    assert local_path("~/a") == Path("/home/of/mine/a")
    for same in ("a/~", "~no-such-user-here/a", "a::b", "c:/a", "a b", "zip::a.zarr"):
        assert local_path(same) == Path(same)

"""What is written survives a loss of power: each file and each new name is synced, in this order."""

import os
from pathlib import Path

import pytest

from sim.landscape import durable
from sim.landscape.durable import DRAFT, make_folder, put_file, sync_tree


@pytest.fixture
def calls(monkeypatch):
    """What is synced and renamed, in this order."""
    noted = []
    fsync, replace = os.fsync, os.replace

    def note_sync(handle):
        noted.append(("sync", Path(f"/proc/self/fd/{handle}").resolve().name))
        fsync(handle)

    def note_rename(old, new):
        noted.append(("rename", Path(new).name))
        replace(old, new)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_rename)
    return noted


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="names open files by Linux's /proc")
def test_a_file_is_synced_before_its_name_and_each_new_folder_in_its_parent(tmp_path, calls):
    put_file(tmp_path / "c/0/1", b"tile", tmp_path)
    assert (tmp_path / "c/0/1").read_bytes() == b"tile"
    (_, draft) = calls.pop(2)
    assert draft.startswith("1.")
    assert draft.endswith(DRAFT)
    assert calls == [("sync", tmp_path.name), ("sync", "c"), ("rename", "1"), ("sync", "0")]


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch):
    put_file(tmp_path / "tile", b"old", tmp_path)

    def failing(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable.os, "fsync", failing)
    with pytest.raises(OSError, match="No space"):
        put_file(tmp_path / "tile", b"new", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["tile"]
    assert (tmp_path / "tile").read_bytes() == b"old"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="names open files by Linux's /proc")
def test_all_of_a_tree_is_synced_and_names_after_contents(tmp_path, calls):
    make_folder(tmp_path / "field/x/c", tmp_path)
    (tmp_path / "field/zarr.json").write_text("{}")
    (tmp_path / "field/x/c/0").write_bytes(b"x")
    calls.clear()
    sync_tree(tmp_path / "field")
    names = [name for _, name in calls]
    assert sorted(names[:2]) == ["0", "zarr.json"]
    assert sorted(names[2:]) == ["c", "field", "x"]


def test_a_root_that_was_moved_away_is_not_made_again(tmp_path):
    with pytest.raises(FileNotFoundError):
        put_file(tmp_path / "field/pellets/c/0/1", b"tile", tmp_path / "field/pellets")
    assert list(tmp_path.iterdir()) == []

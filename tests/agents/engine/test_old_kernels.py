"""Folders of old kernels are deleted after a while, and never one that a process uses."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.engine import kernel_cache, old_kernels
from agents.engine.old_kernels import delete_old, hold

ROOT = Path(old_kernels.__file__).parents[2]
DAY = 86400.0


@pytest.fixture
def folders(tmp_path):
    """Five folders with a kernel each, last used 0, 10, 20, 30 and 40 days ago."""
    made = []
    for days in (0, 10, 20, 30, 40):
        path = tmp_path / f"kernels-{days}"
        path.mkdir()
        (path / "kernel").write_bytes(b"code")
        os.utime(path, (time.time() - days * DAY - 60,) * 2)
        made.append(path)
    return made


def left(folders):
    return [path.name.removeprefix("kernels-") for path in folders if path.exists()]


def test_folders_that_were_not_used_for_long_are_deleted(folders):
    delete_old(folders, days=25, most=9)
    assert left(folders) == ["0", "10", "20"]


def test_of_many_folders_the_newest_are_kept(folders):
    delete_old(folders[::-1], days=99, most=2)
    assert left(folders) == ["0", "10"]


def test_a_folder_that_a_process_uses_is_kept(folders):
    code = f"from agents.engine.old_kernels import hold; hold({str(folders[4])!r}); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdout.readline() == "1\n"
        os.utime(folders[4], (0, 0))
        delete_old(folders, days=25, most=1)
        assert left(folders) == ["0", "40"]
        process.communicate("\n")
    delete_old(folders, days=25, most=1)
    assert left(folders) == ["0"]


def test_using_a_folder_makes_it_new(folders):
    hold(folders[4])
    assert time.time() - folders[4].stat().st_mtime < 60


def test_a_link_and_a_folder_that_is_gone_are_left_alone(tmp_path, folders):
    link = tmp_path / "kernels-link"
    link.symlink_to(folders[0])
    delete_old([link, tmp_path / "kernels-gone"], days=-1, most=0)
    assert link.exists()
    with pytest.raises(OSError, match="kernels-gone"):
        hold(tmp_path / "kernels-gone")


def test_a_process_deletes_old_kernels_when_it_begins_to_use_its_own(tmp_path, folders, monkeypatch):
    kernel_cache._subfolder.cache_clear()
    (tmp_path / "other-40").mkdir()
    os.utime(tmp_path / "other-40", (0, 0))
    assert kernel_cache._subfolder(tmp_path, "mine") == tmp_path / "kernels-mine"
    assert left(folders) == ["0", "10", "20"]
    assert (tmp_path / "other-40").exists()  # it holds no kernels
    kernel_cache._subfolder.cache_clear()

"""Files and folders get their name in one step once they are complete, whatever happens meanwhile."""

import errno
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agents import replacement
from agents.errors import Busy, UserError
from agents.replacement import replacing, temporary_of

NUMBERED = re.compile(r"\d+")


@pytest.mark.parametrize("folder", [False, True])
def test_the_path_has_the_new_content_when_the_block_ends(tmp_path, folder):
    path = tmp_path / "a"
    for turn, data in enumerate((b"old", b"new")):
        with replacing(path, overwrite=turn > 0, holds=NUMBERED if folder else None) as temporary:
            (temporary / str(turn) if folder else temporary).write_bytes(data)
            assert path.exists() == (turn > 0)
        assert {p.name: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == {
            str(turn) if folder else "a": data
        }
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("folder", [False, True])
def test_an_interrupt_at_any_line_before_the_block_leaves_no_temporary_file(tmp_path, folder):
    class Interrupted(BaseException):
        pass

    def interrupting(at):
        lines = iter(range(10**6))

        def trace(frame, event, _):
            if frame.f_code.co_filename != replacement.__file__:
                return None
            if event == "line" and next(lines) == at:
                raise Interrupted
            return trace

        return trace

    (tmp_path / f".{'0' * 16}.draft.part").touch()  # of a process that was killed
    os.utime(tmp_path / f".{'0' * 16}.draft.part", (0, 0))
    at, begun = 0, False
    while not begun:
        before = sys.gettrace()
        sys.settrace(interrupting(at))
        try:
            with replacing(tmp_path / "a", overwrite=False, holds=NUMBERED if folder else None):
                sys.settrace(before)
                begun = True
                raise Interrupted
        except Interrupted:
            sys.settrace(before)
        left = [path.name for path in tmp_path.iterdir() if "0" * 16 not in path.name]
        assert not left, at
        at += 1
    assert at > 30


@pytest.mark.parametrize("folder", [False, True])
def test_a_block_that_fails_changes_nothing(tmp_path, folder):
    path = tmp_path / "a"

    def fail_in_the_block():
        with replacing(path, overwrite=True, holds=NUMBERED if folder else None) as temporary:
            (temporary / "1" if folder else temporary).write_bytes(b"new")
            raise KeyboardInterrupt

    for old in (False, True):
        if old:
            path.mkdir() if folder else path.write_bytes(b"old")
        with pytest.raises(KeyboardInterrupt):
            fail_in_the_block()
        assert list(tmp_path.iterdir()) == [path] * old
    assert list(path.iterdir()) == [] if folder else path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("name", "holds", "overwrite", "message"),
    [
        ("file", None, False, "exists already; choose another place, or allow it to be overwritten"),
        ("full", NUMBERED, False, "exists already"),
        ("mixed", NUMBERED, True, "the folder .*mixed holds other files"),
        ("full", None, True, "is a folder already"),
        ("file", NUMBERED, True, "is a file already"),
        ("absent/a", None, True, "there is no folder .*absent; make it first"),
        ("x" * 300, None, True, "cannot write .*; choose a path that can be written"),
    ],
)
def test_paths_that_must_not_be_replaced_are_refused_before_the_block(tmp_path, name, holds, overwrite, message):
    (tmp_path / "file").write_bytes(b"mine")
    for folder, entries in (("full", "12"), ("mixed", "1x")):
        (tmp_path / folder).mkdir()
        for entry in entries:
            (tmp_path / folder / entry).write_bytes(b"mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError, match=message), replacing(tmp_path / name, overwrite=overwrite, holds=holds):
        pytest.fail("the block was entered")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_is_synced_before_it_is_renamed(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="free some space"), replacing(tmp_path / "a", overwrite=True) as temporary:
        temporary.write_bytes(b"new")
    assert list(tmp_path.iterdir()) == []


HOLD = """
import re, sys, time
from pathlib import Path
from agents.replacement import replacing
path, folder = Path(sys.argv[1]), sys.argv[2] == "folder"
with replacing(path, overwrite=True, holds=re.compile(".*") if folder else None) as temporary:
    (temporary / "1" if folder else temporary).write_bytes(b"half")
    print("made", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("folder", [False, True])
def test_one_process_makes_a_file_and_what_a_killed_one_left_is_taken_over(tmp_path, folder):
    path, holds = tmp_path / "a", NUMBERED if folder else None
    command = [sys.executable, "-c", HOLD, path, "folder" if folder else "file"]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"made\n"
        with pytest.raises(Busy, match="another process is making"), replacing(path, overwrite=True, holds=holds):
            pytest.fail("two at once")
        process.send_signal(signal.SIGKILL)
    assert [entry.name for entry in tmp_path.iterdir()] == [temporary_of(path).name]
    with replacing(path, overwrite=True, holds=holds) as temporary:
        assert not (list(temporary.iterdir()) if folder else temporary.read_bytes())
        (temporary / "2" if folder else temporary).write_bytes(b"whole")
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_came_to_exist_meanwhile_is_not_replaced(tmp_path):
    path = tmp_path / "a"

    def meanwhile():
        with replacing(path, overwrite=False) as temporary:
            temporary.write_bytes(b"new")
            path.write_bytes(b"other")

    with pytest.raises(UserError, match="exists already"):
        meanwhile()
    assert path.read_bytes() == b"other"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("missing", [False, True], ids=["one step", "without the system call"])
def test_a_folder_is_exchanged(tmp_path, monkeypatch, missing):
    if missing:
        monkeypatch.setattr(replacement, "_rename_at", lambda *_args: False)
    path = tmp_path / "a"
    for turn in range(3):
        with replacing(path, overwrite=True, holds=NUMBERED) as temporary:
            (temporary / str(turn)).write_bytes(b"")
        assert [entry.name for entry in path.iterdir()] == [str(turn)]
        assert list(tmp_path.iterdir()) == [path]
    with replacing(tmp_path / "b", overwrite=False) as temporary:
        temporary.write_bytes(b"1")
    assert (tmp_path / "b").read_bytes() == b"1"


@pytest.mark.parametrize("overwrite", [False, True])
def test_links_in_a_circle_pipes_and_devices_are_refused(tmp_path, overwrite):
    (tmp_path / "a").symlink_to(tmp_path / "a")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/null")
    for name, said in {"a": "cannot write", "pipe": "neither a file nor", "device": "neither a file nor"}.items():
        with pytest.raises(UserError, match=said) as caught, replacing(tmp_path / name, overwrite=overwrite):
            pytest.fail("the block was entered")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("folder", [False, True])
def test_a_link_in_place_of_the_temporary_file_is_not_followed(tmp_path, folder):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "kept").write_bytes(b"kept")
    temporary_of(tmp_path / "a").symlink_to(mine if folder else mine / "kept")
    with replacing(tmp_path / "a", overwrite=False, holds=NUMBERED if folder else None) as temporary:
        (temporary / "1" if folder else temporary).write_bytes(b"new")
    assert (mine / "kept").read_bytes() == b"kept"


@pytest.mark.parametrize("folder", [False, True])
def test_what_killed_processes_left_of_other_files_is_deleted_by_the_next(tmp_path, folder):
    """Also of folders of frames; what a living process is making is kept, and so are the files of people."""
    kept = {"notes.part", ".0123456789abcdef.part", "film.mp4"}
    for name in kept:
        (tmp_path / name).write_bytes(b"mine")
    code = f"""
import os, re, signal
from agents.replacement import replacing
from pathlib import Path
with replacing(Path({str(tmp_path / "killed")!r}), overwrite=False, holds={"re.compile('x')" if folder else None}):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(replacement.__file__).parents[1], check=False)
    assert done.returncode == -signal.SIGKILL
    left = temporary_of(tmp_path / "killed")
    assert left.exists()
    with replacing(tmp_path / "a", overwrite=False) as making:
        assert left.exists()  # it is so new that its maker may just be about to lock it
        for path in (left, making):
            os.utime(path, (1, 1))
        with replacing(tmp_path / "b", overwrite=False) as other:
            assert not left.exists()
            assert making.exists()
            other.write_bytes(b"b")
        making.write_bytes(b"a")
    assert {path.name for path in tmp_path.iterdir()} == {*kept, "a", "b"}

"""The cache of compiled kernels: where it is, what it refuses, and what it does about damaged files."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agents.engine import kernel_cache
from agents.engine.arithmetic import kernel
from agents.engine.kernel_cache import VARIABLES, folder, make_private, read_sealed, write_sealed
from agents.errors import UserError

ROOT = Path(kernel_cache.__file__).parents[2]


def double_plus_one(x):
    return 2 * x + 1


@pytest.fixture
def base(monkeypatch, tmp_path):
    """A folder that all programs share, in which the cache may make its own; what was said before is forgotten."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for function in (folder, kernel_cache._say, kernel_cache._subfolder):
        function.cache_clear()
    yield tmp_path
    for function in (folder, kernel_cache._say, kernel_cache._subfolder):
        function.cache_clear()


def temporary(base):
    return base / f"foragescape-{os.getuid()}"


def compiled():
    """A kernel that was called once, and the only file that it was kept in."""
    fresh = kernel(double_plus_one)
    assert fresh(3) == 7
    (file,) = (path for path in folder().rglob("double_plus_one-*"))
    return fresh, file


def was_loaded(dispatcher):
    return sum(dispatcher.stats.cache_hits.values()) == 1


def test_the_first_variable_that_is_set_names_the_folder(base, monkeypatch):
    assert folder() == base / "home/.cache/foragescape"
    for name in reversed(VARIABLES):
        monkeypatch.setenv(name, str(base / name))
        folder.cache_clear()
        assert folder() == base / name / "foragescape"
        assert folder().stat().st_mode & 0o777 == 0o700
    for name, value in zip(VARIABLES, ["", "", "relative/to/any/folder"], strict=True):
        monkeypatch.setenv(name, value)  # as if it were not set
    folder.cache_clear()
    assert folder() == base / "home/.cache/foragescape"


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("value", ["/dev/null", "/proc/nope"])
def test_an_unusable_folder_is_replaced_by_one_of_temporary_files_and_one_line(base, monkeypatch, caplog, name, value):
    monkeypatch.setenv(name, value)
    assert folder() == temporary(base)
    compiled()
    (record,) = caplog.records
    assert value in record.message
    assert str(temporary(base)) in record.message


@pytest.mark.parametrize("home", ["/proc/nope", "relative"])
def test_a_home_that_cannot_be_used_ends_no_command(base, monkeypatch, caplog, home):
    monkeypatch.setenv("HOME", home)
    assert folder() == temporary(base)
    (record,) = caplog.records
    assert "they are kept in" in record.message


def test_a_user_without_a_home_has_a_folder(base, monkeypatch, caplog):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", unknown)
    assert folder() == temporary(base)
    assert "there is none; they are kept in" in caplog.text


def test_without_any_folder_kernels_are_compiled_and_not_kept(base, monkeypatch, caplog):
    monkeypatch.setenv("FORAGESCAPE_CACHE", "/dev/null")
    monkeypatch.setattr(tempfile, "tempdir", "/dev/null")
    before = set(base.rglob("*"))
    assert folder() is None
    assert kernel(double_plus_one)(3) == 7
    assert set(base.rglob("*")) == before
    (record,) = caplog.records
    assert "not kept" in record.message


def test_the_current_folder_is_no_folder_of_temporary_files(base, monkeypatch):
    monkeypatch.setenv("FORAGESCAPE_CACHE", "/dev/null")
    monkeypatch.chdir(base)
    monkeypatch.delenv("TMPDIR", raising=False)
    assert folder() is None
    folder.cache_clear()
    monkeypatch.setenv("TMPDIR", str(base))  # unless a person says so
    assert folder() == temporary(base)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_can_write_is_refused(base, monkeypatch, caplog, mode):
    monkeypatch.setenv("FORAGESCAPE_CACHE", str(base))
    (base / "foragescape").mkdir()
    (base / "foragescape").chmod(mode)
    assert folder() == temporary(base)
    assert "others can write it" in caplog.text


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("follow", [True, False])
def test_a_folder_or_a_link_of_another_user_is_refused(tmp_path, follow):
    (tmp_path / "mine").mkdir(mode=0o700)
    (tmp_path / "theirs").symlink_to(tmp_path / "mine")
    os.chown(tmp_path / "theirs", 12345, -1, follow_symlinks=follow)
    with pytest.raises(PermissionError, match="belongs to another user"):
        make_private(tmp_path / "theirs")


def test_a_kernel_is_read_back(base):
    first, file = compiled()
    written = file.stat().st_mtime_ns
    second, _ = compiled()
    assert (was_loaded(first), was_loaded(second)) == (False, True)
    assert file.stat().st_mtime_ns == written


def test_a_damaged_kernel_is_compiled_anew_and_replaced(base):
    _, file = compiled()
    whole = file.read_bytes()
    damages = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), len(whole) // 7)]
    for damaged in (*damages, whole[:-1], whole[: len(whole) // 2], whole[:5], b"", whole + b"\0"):
        file.write_bytes(damaged)
        again, _ = compiled()
        assert not was_loaded(again)
        assert read_sealed(file) is not None
        assert was_loaded(compiled()[0])


def test_a_whole_file_under_a_foreign_name_does_not_match(tmp_path):
    write_sealed(tmp_path / "a", b"data")
    assert read_sealed(tmp_path / "a") == b"data"
    (tmp_path / "b").write_bytes((tmp_path / "a").read_bytes())
    assert read_sealed(tmp_path / "b") is None
    assert read_sealed(tmp_path / "c") is None


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a")
    assert read_sealed(tmp_path / "a") is None


def test_a_full_disk_is_said_once_and_nothing_is_left(base, monkeypatch, caplog):
    def full(self, data):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    for _ in range(2):
        assert kernel(double_plus_one)(3) == 7
    assert [record.message.count("No space left") for record in caplog.records] == [1]
    assert not [path for path in base.rglob("*") if path.is_file()]


def test_readers_and_writers_at_once_find_whole_data_or_none(tmp_path):
    data = [bytes([number]) * 100_000 for number in range(4)]

    def work(number):
        for _ in range(30):
            write_sealed(tmp_path / "file", data[number])
            assert read_sealed(tmp_path / "file") in data
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_functions_that_look_alike_do_not_share_a_file(base):
    def make(step):
        def add(x):
            return x + step

        return kernel(add)

    assert [make(1)(0), make(2)(0)] == [1, 2]
    texts = [f"def add(x):\n    return x + {step}\n" for step in (1, 2)]
    for step, text in enumerate(texts, 1):
        (base / "module.py").write_text(text)
        names = {"__name__": "module"}
        exec(compile(text, base / "module.py", "exec"), names)
        assert kernel(names["add"])(0) == step


def test_without_compiling_there_is_one_line(tmp_path):
    """In its own process, as numba reads the variable when it is imported."""
    done = subprocess.run(
        [sys.executable, ROOT / "foragescape.py", "evolve", "--out", tmp_path / "run"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "unset it" in done.stderr


def test_numba_told_not_to_compile(monkeypatch):
    monkeypatch.setattr(kernel_cache.numba.config, "DISABLE_JIT", 1)
    with pytest.raises(UserError, match="NUMBA_DISABLE_JIT"):
        kernel(double_plus_one)

"""Words of a command line are read by a shell as the paths that they stand for."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.shell import shell_word

BASH = shutil.which("bash")
NAMES = ["my run (2)", "$x", "-run", "a\nb", "it's", "`id`", "a;b", "\x1b[31m", "é", "\udcff", "\\", "~", "#a", ""]


def read_back(word):
    """The path that bash makes of a word, run in a folder without files."""
    done = subprocess.run([BASH, "-c", f"printf %s {word}"], capture_output=True, check=True, cwd="/proc/self/fdinfo")
    return done.stdout.decode("utf-8", "surrogateescape")


@pytest.mark.skipif(BASH is None, reason="no bash")
@pytest.mark.parametrize("name", NAMES)
def test_a_shell_reads_the_path_again(name):
    word = shell_word(name)
    assert word.isprintable()
    assert Path(read_back(word)) == Path(name)


@pytest.mark.skipif(BASH is None, reason="no bash")
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=20, max_size=20))
def test_a_shell_reads_any_paths_again(names):
    words = " ".join(map(shell_word, names))
    assert words.isprintable()
    done = subprocess.run([BASH, "-c", f"printf '%s\\0' {words}"], capture_output=True, check=True)
    found = done.stdout.decode().split("\0")[:-1]
    assert [Path(each) for each in found] == [Path(each) for each in names]


def test_plain_paths_are_not_quoted():
    assert shell_word(Path("runs/a")) == "runs/a"
    assert shell_word("-run") == "./-run"

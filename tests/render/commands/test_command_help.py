"""Help is complete and imports nothing slow."""

import subprocess
import sys

import pytest

from render.commands import COMMANDS, load
from render.commands.listing import summaries
from sim.provenance import revision, version
from tests.render.commands.example_commands import ROOT

SLOW = ("numba", "llvmlite", "zarr", "PIL", "av", "cma", "torch", "matplotlib", "rich", "scipy", "cmap", "pygame")
SLOW += ("typeguard", "asyncio")
# The help of one command needs these; the list of commands and the version do not.
ONE_COMMAND = ("numpy", "tyro", *(f"render.commands.{module}" for module in set(COMMANDS.values())))


def run_and_list(words, names):
    """Run a command in a new process: its exit code, its lines on stdout, and which of `names` it imported."""
    code = f"""
import io, sys, contextlib
import foragescape
out, err = io.StringIO(), io.StringIO()
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
    code = foragescape.main({words!r})
print(code, len(out.getvalue().splitlines()), *(name for name in {names!r} if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    number, lines, *found = done.stdout.split()
    return int(number), int(lines), found


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_imports_nothing_slow(name):
    """Help is fast if it imports nothing slow; a test of its time would fail on slow machines."""
    code, lines, found = run_and_list([name, "--help"], SLOW)
    assert (code, found) == (0, [])
    assert lines > 5


@pytest.mark.parametrize("words", [["evolve", "--hiden", "4"], ["nosuch"]])
def test_wrong_words_import_nothing_slow(words):
    assert run_and_list(words, SLOW) == (2, 0, [])


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["--version"]])
def test_the_list_of_commands_imports_no_command(words):
    code, lines, found = run_and_list(words, (*SLOW, *ONE_COMMAND))
    assert (code, found) == (0, [])
    assert lines == (1 if words == ["--version"] else len(COMMANDS) + 6)


def test_help_lists_all_commands(door):
    code, out, _ = door("--help")
    assert code == 0
    assert all(f"\n  {name} " in out for name in COMMANDS)


def test_the_list_has_the_first_sentence_of_each_docstring():
    found = summaries()
    assert list(found) == list(COMMANDS)
    for name, summary in found.items():
        doc = load(name).__doc__
        assert len(summary) > 20
        assert doc.startswith(summary)
        assert doc[len(summary) : len(summary) + 2] in (".", ". ", ".\n")


def test_the_version_names_the_revision(door):
    assert door("--version") == (0, f"foragescape {version('foragescape')}, revision {revision()}\n", None)

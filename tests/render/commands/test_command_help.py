"""Help is complete and imports nothing slow."""

import json
import shlex
import subprocess
import sys

import pytest

from render.commands import COMMANDS, load
from render.commands.listing import summaries
from render.commands.parsing import parse
from sim.provenance import revision, version
from tests.render.commands.example_commands import ROOT

SLOW = ("numba", "llvmlite", "zarr", "PIL", "av", "cma", "torch", "matplotlib", "rich", "scipy", "cmap", "pygame")
SLOW += ("typeguard", "asyncio")
# The help of one command needs these; the list of commands and the version do not.
ONE_COMMAND = ("numpy", "tyro", *(f"render.commands.{module}" for module in set(COMMANDS.values())))


WORDS = {
    **dict.fromkeys(("--help", "-h", "--version"), (*SLOW, *ONE_COMMAND)),
    **dict.fromkeys(("evolve --hiden 4", "nosuch", *(f"{name} --help" for name in COMMANDS)), SLOW),
}
SCRIPT = f"""
import io, json, sys, contextlib
import foragescape
for words, names in {WORDS!r}.items():
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = foragescape.main(words.split())
    print(json.dumps([words, code, len(out.getvalue().splitlines()), [name for name in names if name in sys.modules]]))
"""


@pytest.fixture(scope="module")
def answers():
    """What one new process says to all words: their exit code, their lines on stdout, and the modules found then.

    A module that is found was imported by these words or by earlier ones, which fail, too.
    """
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=ROOT, check=True)
    return {words: (code, lines, found) for words, code, lines, found in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_imports_nothing_slow(answers, name):
    """Help is fast if it imports nothing slow; a test of its time would fail on slow machines."""
    code, lines, found = answers[f"{name} --help"]
    assert (code, found) == (0, [])
    assert lines > 5


@pytest.mark.parametrize("words", ["evolve --hiden 4", "nosuch"])
def test_wrong_words_import_nothing_slow(answers, words):
    assert answers[words] == (2, 0, [])


@pytest.mark.parametrize("words", ["--help", "-h", "--version"])
def test_the_list_of_commands_imports_no_command(answers, words):
    code, lines, found = answers[words]
    assert (code, found) == (0, [])
    assert lines == (1 if words == "--version" else len(COMMANDS) + 6)


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


@pytest.mark.parametrize("name", ["sweep", "film", "picture"])
def test_the_options_that_are_used_most_are_options(name):
    lines = [line.strip() for line in load(name).__doc__.splitlines() if line.strip().startswith("- ")]
    words = [word for line in lines for word in shlex.split(line.partition(":")[2].replace(", or", ""))]
    assert len(words) > 15
    parse([name, "run", "--out", "new.mp4", *words])

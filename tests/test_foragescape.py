"""The command line as a function, `main`, and as a script."""

import ast
import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import agents
import foragescape
import render
import sim
from agents import genome
from agents.layout import Layout
from foragescape import main
from tests.render.commands.example_commands import ROOT, start


def test_packages_are_imported_from_this_checkout():
    places = [Path(module.__file__).resolve() for module in (foragescape, agents, sim, render)]
    assert places == [ROOT / "foragescape.py", *(ROOT / room / "__init__.py" for room in ("agents", "sim", "render"))]


def test_it_runs_as_a_script_from_any_folder(tmp_path):
    layout = Layout()
    genome.save(tmp_path / "genome.safetensors", np.zeros(layout.size, np.float32), layout, {})
    script = start("info", "genome.safetensors", "--json", cwd=tmp_path)
    out, err = script.communicate()
    assert (script.returncode, err) == (0, "")
    assert json.loads(out)["kind"] == "genome"


@pytest.mark.parametrize(("number", "code", "how"), [("SIGINT", 130, "interrupted"), ("SIGTERM", 2, "terminated")])
def test_an_error_after_a_signal_is_reported_as_the_signal(capsys, monkeypatch, number, code, how):
    def broken(seconds):
        try:
            os.kill(os.getpid(), getattr(signal, number))
        except KeyboardInterrupt as error:
            raise RuntimeError("in pieces") from error

    monkeypatch.setattr("render.benchmark.bench", broken)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        assert main(["bench"]) == code
    finally:
        signal.signal(signal.SIGINT, before)
    line = f"foragescape: {how}; what was finished is kept, and the same command goes on from there\n"
    assert capsys.readouterr() == ("", line)


def test_an_unexpected_error_is_raised(monkeypatch):
    def broken(seconds):
        raise RuntimeError("a fault")

    monkeypatch.setattr("render.benchmark.bench", broken)
    with pytest.raises(RuntimeError, match="a fault"):
        main(["bench"])


INSTALLED = """
import os, signal, sys
from foragescape import main
os.kill(os.getpid(), signal.SIGINT)
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("foragescape", 130, "foragescape: interrupted before it began\n"),
        ("other.py", -signal.SIGINT, "KeyboardInterrupt"),
    ],
)
def test_an_interrupt_before_main_ends_the_installed_script_in_one_line(tmp_path, name, code, said):
    """The script that pip installs; programs of other names that import the module keep their own handler."""
    (tmp_path / name).write_text(INSTALLED)
    words, environment = [sys.executable, tmp_path / name], {**os.environ, "PYTHONPATH": str(ROOT)}
    listen = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    done = subprocess.run(words, capture_output=True, text=True, env=environment, preexec_fn=listen, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr == said if code == 130 else said in done.stderr


def test_importing_the_door_imports_only_the_standard_library():
    """So that signals are handled before anything slow is imported."""
    code = """
import sys
before = set(sys.modules)
import foragescape
print({name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ast.literal_eval(done.stdout) == {"foragescape", "render"}

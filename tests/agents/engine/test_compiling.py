"""One line is logged before kernels are compiled, and none if they come from the cache."""

import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from numba.core import event

from agents.engine import compiling

SCRIPT = """
import numba
from sim.world.maze import MazeConfig, carve
numba.njit(lambda x: x + 1)(1)  # a kernel of somebody else
print("ready", flush=True)
carve(MazeConfig(4), 1, seed=0, split="train")
"""


def test_compiling_is_announced_once_and_only_if_kernels_are_compiled(tmp_path):
    def errors():
        environment = {**os.environ, "FORAGESCAPE_CACHE": str(tmp_path)}
        environment.pop("FORAGESCAPE_VECTOR_BITS", None)  # somebody else's kernel has the widest vectors
        done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, "ready\n")
        return done.stderr

    assert errors() == "compiling kernels for this processor, once; about 10 s\n"
    assert errors() == ""


@pytest.mark.parametrize(("module", "ours"), [("sim.rollout.cpu", True), ("notebook", False)])
def test_the_seconds_of_compiling_run_while_a_kernel_of_ours_is_compiled(monkeypatch, module, ours):
    monkeypatch.setattr(compiling, "PAUSE", 0.0)
    data = {"dispatcher": SimpleNamespace(py_func=SimpleNamespace(__module__=module))}
    assert compiling.seconds() == 0
    with event.trigger_event("numba:compile", data):
        time.sleep(0.02)
        first = compiling.seconds()
        with event.trigger_event("numba:compile", data):  # another thread may compile a second one
            time.sleep(0.02)
        second = compiling.seconds()
    assert (0.02 <= first <= second - 0.02) if ours else (first == second == 0)
    assert compiling.seconds() == 0

"""One line is logged before kernels are compiled, and none if they come from the cache."""

import os
import subprocess
import sys

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

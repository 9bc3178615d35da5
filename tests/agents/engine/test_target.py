"""FORAGESCAPE_VECTOR_BITS: kernels have no wider instructions, and the same results; who lacks FMA is told."""

import os
import re
import subprocess
import sys

import pytest

from agents.engine import target
from agents.engine.arithmetic import cache_key
from agents.engine.target import VARIABLE, chosen_bits, limits, vector_bits
from agents.errors import UserError

WIDTHS = [bits for bits in target.WIDTHS if bits <= target._widest_bits()] if target._is_x86() else [vector_bits()]
WIDER = {256: r"%zmm|%k\d", 512: r"(?!)"}  # registers that a kernel of this width does not use
OWN = {256: "%ymm", 512: "%zmm"}
SCRIPT = """
import hashlib

import numba
import numpy as np

from agents.engine.target import vector_bits
from agents.layout import Layout, initial
from agents.network import response
from agents.network.cells import CELLS
from sim.rollout import cpu
from sim.world.maze import MazeConfig, carve


@numba.njit(error_model="numpy")
def walk(outputs, boards, bodies, source):
    cpu.begin(10, 0, boards, bodies, source, None)
    for step in range(outputs.shape[0]):
        cpu.act(step, 10, 0, outputs[step], boards, bodies, source, bodies, None)


rng = np.random.default_rng(0)
digest = hashlib.blake2b()
mazes = carve(MazeConfig(), 16, seed=1, split="test")
for kind, integer in ((np.float32, np.int32), (np.float64, np.int64)):
    for cell in CELLS:
        layout = Layout(cell, 7)
        genome = initial(layout, 1, rng)[0].astype(kind)
        found = response.respond(genome, layout, rng.standard_normal((18, 9, layout.inputs)).astype(kind))
        digest.update(found.outputs.tobytes() + found.hidden.tobytes())
    outputs = rng.standard_normal((60, 4, 16)).astype(kind)
    boards = np.ascontiguousarray((mazes.open | mazes.pellets.astype(np.uint8) << 4).reshape(16, -1))
    bodies = np.zeros((4, 16), integer)
    bodies[:2] = mazes.start, mazes.heading
    source = np.zeros((5, 16), kind)
    walk(outputs, boards, bodies, source)
    for array in (boards, bodies.astype(np.int32), source):
        digest.update(array.tobytes())
    assert bodies[3].any()
print(vector_bits(), digest.hexdigest())
print(*walk.inspect_asm().values(), *response._unroll.inspect_asm().values())
"""


def run(bits, folder, script=SCRIPT, **environment):
    """Run a script in a process of its own, as a process cannot change its width."""
    given = {**os.environ, VARIABLE: bits, "FORAGESCAPE_CACHE": str(folder), **environment}
    return subprocess.run([sys.executable, "-c", script], env=given, capture_output=True, text=True)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The output of the script at every width that this machine has: (width, digest of results, assembly)."""
    outputs = {}
    for bits in WIDTHS:
        done = run(str(bits), tmp_path_factory.mktemp("kernels"))
        assert done.returncode == 0, done.stderr
        first, _, assembly = done.stdout.partition("\n")
        outputs[bits] = (*first.split(), assembly)
    return outputs


def test_the_chosen_width_is_used(printed):
    assert [int(width) for width, _, _ in printed.values()] == WIDTHS


def test_results_have_the_same_bits_at_every_width(printed):
    assert len({digest for _, digest, _ in printed.values()}) == 1


@pytest.mark.skipif(not target._is_x86(), reason="the names of registers are those of x86")
@pytest.mark.parametrize("bits", WIDTHS)
def test_kernels_have_no_wider_registers_and_fuse(printed, bits):
    assembly = printed[bits][2]
    assert not re.search(WIDER[bits], assembly)
    assert re.search(rf"vfmadd\w+ps[^\n]*{OWN[bits]}", assembly)
    assert not re.search(r"\bfmaf?\b", assembly)


@pytest.fixture
def asked(monkeypatch):
    """A function that asks for a width, in a process that has not asked yet."""

    def ask(text, widest=512):
        monkeypatch.setenv(VARIABLE, text)
        monkeypatch.setattr(target, "_widest_bits", lambda: widest)
        chosen_bits.cache_clear()
        return chosen_bits()

    yield ask
    chosen_bits.cache_clear()


@pytest.mark.skipif(not target._is_x86(), reason="other processors have one width")
def test_widths_that_do_not_exist_or_that_the_machine_lacks_are_refused(asked):
    assert asked("") is None
    assert asked("256") == 256
    for text in ("128", "wide", "256 "):
        with pytest.raises(UserError, match=rf"must be 256 or 512 on this machine, got '{text}'$"):
            asked(text)
    with pytest.raises(UserError, match=r"must be 256 on this machine, got '512'$"):
        asked("512", widest=256)


def test_the_command_line_refuses_a_width_in_one_line(tmp_path):
    program = "import sys, foragescape; sys.exit(foragescape.main(['bench', '--seconds', '0.1']))"
    done = run("1024", tmp_path, program)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert VARIABLE in done.stderr


def test_a_width_is_part_of_the_key_of_the_cache(asked):
    keys = set()
    for text in ("", "256", "512"):
        asked(text)
        keys.add(cache_key.__wrapped__("agents.engine.affine"))
    assert len(keys) == 3


def test_all_extensions_with_wider_vectors_are_switched_off():
    extensions = ("avx2", "avx512f", "fma", "avx512vl", "avx10.1")
    assert limits(512, extensions) == ""
    assert limits(256, extensions) == ",-avx512f,-avx512vl,-avx10.1"


@pytest.mark.skipif(len(WIDTHS) == 1, reason="this machine has one width")
def test_a_width_that_comes_too_late_is_refused(tmp_path):
    done = run("256", tmp_path, "import numba; numba.njit(lambda x: x)(1); import sim.rollout.cpu")
    assert done.returncode == 1
    assert "too late: numba has already compiled" in done.stderr.splitlines()[-1]


@pytest.mark.skipif(not target._is_x86(), reason="numba's generic processor of other machines has FMA")
def test_a_processor_without_fma_is_named_once_in_one_line(tmp_path):
    script = "import sim.rollout.cpu, sim.world.carving"
    slow = run("", tmp_path, script, NUMBA_CPU_NAME="generic")
    assert slow.returncode == 0
    assert len(slow.stderr.splitlines()) == 1
    assert "no fused multiply-add" in slow.stderr
    if target.has_fma():
        assert run("", tmp_path, script).stderr == ""

"""The fused kernel, compiled for GPUs and executed without one, by `tests.sim.rollout.ptx`.

If FORAGESCAPE_THOROUGH is set in the environment, larger networks are compiled, too, which takes minutes.
"""

import os
import re
from types import SimpleNamespace

import numpy as np
import pytest
from packaging.version import Version

from agents.layout import initial
from sim.rollout import play, self_check
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World
from tests.sim.rollout import ptx

needs_triton = pytest.mark.skipif(
    Version(self_check.installed("triton").replace("none", "0")) < Version("3.7"),
    reason="needs Triton 3.7: older ones exchange weights through shared memory, which the executor of PTX lacks",
)
thorough = pytest.mark.skipif("FORAGESCAPE_THOROUGH" not in os.environ, reason="minutes: set FORAGESCAPE_THOROUGH")


WRITTEN = ("scratch", "memory", "results", "states")  # the arrays that the kernel may write


class Executor:
    """A driver for Triton that compiles for a GPU of a given architecture and launches kernels in `ptx.run`."""

    def __init__(self, architecture, change):
        """`change` is a function that changes the text of a kernel before it runs."""
        self.architecture, self.change, self.registers = architecture, change, {}
        self.utils = SimpleNamespace(
            load_binary=lambda *_: (None, None, 0, 0, 1024),
            unload_module=lambda _: None,
            get_device_properties=lambda _: {"max_shared_mem": 0},  # refuses a kernel that uses shared memory
        )

    def get_current_device(self):
        return f"{self.architecture}, executed"

    def get_current_stream(self, _):
        return 0

    def get_current_target(self):
        from triton.backends.compiler import GPUTarget

        return GPUTarget("cuda", self.architecture, 32)

    def launcher_cls(self, source, metadata):
        compiled = source.fn.device_caches[self.get_current_device()][0].values()
        (text,) = (kernel.asm["ptx"] for kernel in compiled if kernel.metadata is metadata)
        names = source.fn.arg_names
        known = {names[path[0]] for path in source.constants}  # Triton also treats an integer that is 1 as a constant

        def launch(*arguments):
            assert arguments[1:3] == (1, 1)
            passed = []
            for name, argument in zip(names, arguments[9:], strict=True):
                if name not in known:
                    passed.append(argument if isinstance(argument, int) else argument.numpy())
                    if not isinstance(argument, int) and name not in WRITTEN:
                        passed[-1].flags.writeable = False
            self.registers = ptx.run(ptx.parse(self.change(text)), range(arguments[0]), passed)

        return launch


def count_missing(registers, expected):
    """How many of the expected floats [T, S] are in no register of their thread."""
    words = expected.view(f"u{expected.itemsize}")
    found = np.zeros(words.shape, np.bool_)
    for register in registers.values():
        if register.itemsize >= words.itemsize:
            parts = np.ascontiguousarray(register).view(words.dtype).reshape(len(register), -1)[: len(words)]
            for column in range(parts.shape[1]):
                found |= parts[:, column : column + 1] == words
    return int((~found).sum())


@pytest.fixture
def execute(monkeypatch, tmp_path_factory):
    """A function that lets Triton compile for an architecture and run without a GPU during the test."""
    triton, torch = pytest.importorskip("triton"), pytest.importorskip("torch")
    from sim.rollout.fused import play_kernel

    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "triton"))
    monkeypatch.setattr(triton.runtime.driver, "_active", None)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)

    def start(architecture, change=lambda text: text):
        play_kernel.device_caches.clear()
        executor = Executor(architecture, change)
        triton.runtime.driver.set_active(executor)
        return executor

    yield start
    play_kernel.device_caches.clear()
    torch.set_num_threads(threads)


def random_case(cell, hidden, kind, sight, genomes, mazes, size, lifetime):
    """Random genomes [N, P], their layout, mazes and world."""
    world = World(MazeConfig(size, pellets=0.8), sight=sight, lifetime=lifetime)
    batch, layout = carve(world.maze, mazes, seed=1, split="train"), world.layout(cell, hidden)
    rng = np.random.default_rng(0)
    weights = 2.5 * initial(layout, genomes, rng) + 0.1 * rng.standard_normal((genomes, layout.size))
    return weights.astype(kind), layout, batch, world


@pytest.fixture
def differences(monkeypatch, execute):
    """A function that runs the compiled kernel on a case and counts three kinds of errors.

    They are: counts of pellets that differ from the CPU's; and, as these may not show a wrong rounding, numbers of the
    last step (hidden states, outputs, and cell states unless they are in memory) that plain torch computes and no
    register of the thread holds; and last hidden states that were written wrong, for all genomes but one.
    """
    import torch

    from sim.rollout import boards, fused, plain

    networks, outputs = [], []

    class Networks(plain.Networks):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            networks.append(self)

        def forward(self, senses):
            outputs.append(super().forward(senses))
            return outputs[-1]

    monkeypatch.setattr(plain, "Networks", Networks)

    def differ(case, change=lambda text: text):
        *sizes, ablate, every, architecture = case
        weights, layout, batch, world = random_case(*sizes)
        genomes = torch.from_numpy(weights)
        executor = execute(architecture, change)
        settings = (layout, boards.load(batch, "cpu"), world, every, ablate)
        states = torch.zeros((len(genomes) - 1, batch.count, layout.hidden), dtype=genomes.dtype)
        made = fused.play(genomes, *settings, states).numpy()
        expected = play(weights, layout, batch, world, every=every, ablate=ablate)
        assert len(np.unique(expected)) > 4
        np.testing.assert_array_equal(plain.play(genomes, *settings).numpy(), expected)
        shape = fused.shape_of(layout, world, ablate, batch.count, genomes.dtype)
        agents, kept = shape.agents, layout.cell == "lstm" and not shape.looped
        last = [networks[-1].hidden, outputs[-1], *([networks[-1].cell_state] if kept else [])]
        filled = torch.nn.functional.pad(torch.cat(last, dim=2), (0, 0, 0, -batch.count % agents), mode="replicate")
        expected_numbers = filled.reshape(-1, agents * filled.shape[2]).numpy()
        wrong = int((states != last[0][:-1]).sum())
        return int((made != expected).sum()), count_missing(executor.registers, expected_numbers), wrong

    return differ


# cell, hidden, kind, sight, genomes, mazes, size, lifetime, ablate, every, architecture
CASES = [
    ("elman", 2, "float32", 0, 100, 3, 7, 40, False, 4, 90),
    ("elman", 5, "float32", 3, 45, 16, 10, 8, True, 1, 100),
    ("gru", 3, "float32", 2, 77, 1, 6, 20, False, 20, 80),
    ("lstm", 2, "float64", 0, 33, 3, 6, 10, False, 5, 90),
]
LOOPED = [  # some units remain after the last turn of a loop, or none
    ("elman", 4, "float32", 0, 45, 3, 7, 20, False, 4, 90),
    ("gru", 3, "float64", 2, 33, 1, 6, 8, True, 4, 80),
    ("lstm", 2, "float32", 2, 45, 2, 6, 10, False, 5, 100),
]
MORE_LOOPED = [
    ("elman", 9, "float32", 0, 45, 3, 7, 20, False, 4, 90),
    ("gru", 5, "float64", 0, 33, 1, 6, 8, True, 4, 80),
    ("gru", 5, "float32", 2, 33, 3, 6, 10, False, 5, 90),
]
MORE = [
    ("elman", 16, "float32", 0, 6253, 16, 10, 200, False, 5, 90),
    ("elman", 16, "float32", 3, 100, 16, 10, 100, True, 5, 100),
    ("elman", 16, "float64", 0, 50, 3, 10, 100, False, 5, 90),
    ("elman", 33, "float32", 0, 100, 3, 33, 100, False, 5, 90),
    ("gru", 16, "float32", 0, 100, 3, 10, 100, False, 5, 90),
    ("gru", 8, "float64", 4, 50, 1, 10, 100, True, 5, 80),
    ("lstm", 8, "float32", 2, 100, 16, 10, 100, False, 5, 100),
    ("elman", 64, "float32", 0, 50, 3, 10, 50, False, 5, 90),
    ("gru", 32, "float32", 0, 50, 3, 10, 50, False, 5, 90),
    ("lstm", 32, "float32", 0, 50, 3, 10, 50, False, 5, 90),
]


@needs_triton
@pytest.mark.parametrize("case", [*CASES, *(pytest.param(case, marks=thorough) for case in MORE)], ids=str)
def test_the_compiled_kernel_equals_the_cpu(differences, case):
    assert differences(case) == (0, 0, 0)


@needs_triton
@pytest.mark.parametrize("case", [*LOOPED, *(pytest.param(case, marks=thorough) for case in MORE_LOOPED)], ids=str)
def test_loops_over_units_compute_the_same_bits(monkeypatch, differences, case):
    monkeypatch.setattr("sim.rollout.fused.UNROLLED", 0)
    assert differences(case) == (0, 0, 0)


def unfuse(text):
    """Also round the product in one multiply-add."""
    first = next(line for line in text.splitlines() if "fma.rn.f32" in line)
    _, made, a, b, c = first.replace(",", " ").replace(";", " ").split()
    return text.replace(first, f"mul.rn.f32 {made}, {a}, {b};\nadd.rn.f32 {made}, {made}, {c};", 1)


def guess(text):
    """Leave out one Newton step, so that a reciprocal stays the hardware's guess."""
    return re.sub(r"fma\.rn\.f32 (\S+), error, guess, guess", r"mov.b32 \1, guess", text, count=1)


def write_padding(text):
    """Also write counts for mazes and genomes that are padding."""
    return re.sub(r"@%p\d+ (st\.global\.b32)", r"\1", text)


@needs_triton
def test_one_wrong_instruction_is_noticed(differences):
    case = ("elman", 2, "float32", 0, 100, 3, 7, 40, False, 4, 90)
    assert differences(case) == (0, 0, 0)
    for change in (unfuse, guess):
        _, missing, wrong = differences(case, change)
        assert missing > 20, change
        assert wrong > 10, change
    with pytest.raises(ptx.Fault, match="outside"):
        differences(case, write_padding)


@needs_triton
def test_the_kernel_is_compiled_once_for_all_numbers_of_genomes_mazes_and_counts(execute):
    import torch

    from sim.rollout import boards, fused

    execute(90)
    for genomes, mazes, every in [(3, 3, 2), (1, 16, 1), (16, 2, 4)]:
        weights, layout, batch, world = random_case("elman", 2, "float32", 0, genomes, mazes, 7, 4)
        made = fused.play(torch.from_numpy(weights), layout, boards.load(batch, "cpu"), world, every, False)
        np.testing.assert_array_equal(made.numpy(), play(weights, layout, batch, world, every=every))
    ((compiled, *_),) = fused.play_kernel.device_caches.values()
    assert len(compiled) == 1

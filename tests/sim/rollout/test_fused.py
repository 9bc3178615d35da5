"""The fused kernel, compiled for GPUs and run without one: each instruction, strictly, by `tests.sim.rollout.ptx`.

With FORAGESCAPE_THOROUGH in the environment larger networks are compiled, too, which takes minutes.
"""

import importlib.util
import os
import re
from types import SimpleNamespace

import numpy as np
import pytest

from agents.layout import initial
from sim.rollout import play
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World
from tests.sim.rollout import ptx

needs_triton = pytest.mark.skipif(not importlib.util.find_spec("triton"), reason="triton has wheels for Linux only")
thorough = pytest.mark.skipif("FORAGESCAPE_THOROUGH" not in os.environ, reason="minutes: set FORAGESCAPE_THOROUGH")


class Executor:
    """A driver of Triton: it compiles for a GPU of some architecture, and launches in `ptx.run`."""

    def __init__(self, architecture, change):
        """`change` is done to the text of a kernel before it is run."""
        self.architecture, self.change, self.registers = architecture, change, {}
        self.utils = SimpleNamespace(
            load_binary=lambda *_: (None, None, 0, 0, 1024),
            unload_module=lambda _: None,
            get_device_properties=lambda _: {"max_shared_mem": 0},  # so a kernel that shares memory is refused
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
        (text,) = (each.asm["ptx"] for each in compiled if each.metadata is metadata)
        names = source.fn.arg_names
        known = {names[path[0]] for path in source.constants}  # an integer that is 1 among them

        def launch(*arguments):
            assert arguments[1:3] == (1, 1)
            passed = []
            for name, each in zip(names, arguments[9:], strict=True):
                if name not in known:
                    passed.append(each if isinstance(each, int) else each.numpy())
                    if not isinstance(each, int) and name not in ("scratch", "results"):
                        passed[-1].flags.writeable = False
            self.registers = ptx.run(ptx.parse(self.change(text)), range(arguments[0]), passed)

        return launch


def absent(registers, wanted):
    """How many of the floats [T, S] are in no register of their threads."""
    words = wanted.view(f"u{wanted.itemsize}")
    found = np.zeros(words.shape, np.bool_)
    for each in registers.values():
        if each.itemsize >= words.itemsize:
            halves = np.ascontiguousarray(each).view(words.dtype).reshape(len(each), -1)[: len(words)]
            for column in range(halves.shape[1]):
                found |= halves[:, column : column + 1] == words
    return int((~found).sum())


@pytest.fixture
def execute(monkeypatch, tmp_path_factory):
    """A function that makes Triton compile for an architecture and run without a GPU, as long as a test lasts."""
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


def drawn(cell, hidden, kind, sight, genomes, mazes, size, lifetime):
    """Lively genomes [N, P], and the world that they live in."""
    world = World(MazeConfig(size, pellets=0.8), sight=sight, lifetime=lifetime)
    batch, layout = carve(world.maze, mazes, seed=1, split="train"), world.layout(cell, hidden)
    rng = np.random.default_rng(0)
    weights = 2.5 * initial(layout, genomes, rng) + 0.1 * rng.standard_normal((genomes, layout.size))
    return weights.astype(kind), layout, batch, world


@pytest.fixture
def differences(monkeypatch, execute):
    """A function of a case, which runs the compiled kernel -> how much differs from what it should be.

    That is: counts of pellets that are not the CPU's, and, as those forgive a wrong rounding, numbers of the last step
    (hidden states, an LSTM's memories, outputs) that plain torch computes, and no register of the thread holds.
    """
    import torch

    from sim.rollout import boards, fused, plain

    networks, outputs = [], []

    class Brains(plain.Brains):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            networks.append(self)

        def forward(self, senses):
            outputs.append(super().forward(senses))
            return outputs[-1]

    monkeypatch.setattr(plain, "Brains", Brains)

    def differ(case, change=lambda text: text):
        *what, ablate, every, architecture = case
        weights, layout, batch, world = drawn(*what)
        genomes = torch.from_numpy(weights)
        executor = execute(architecture, change)
        whole = (layout, boards.load(batch, "cpu"), world, every, ablate)
        made = fused.play(genomes, *whole).numpy()
        expected = play(weights, layout, batch, world, every=every, ablate=ablate)
        assert len(np.unique(expected)) > 4
        np.testing.assert_array_equal(plain.play(genomes, *whole).numpy(), expected)
        last = [networks[-1].hidden, outputs[-1], *([networks[-1].cell_state] if layout.cell == "lstm" else [])]
        agents = fused.shape_of(layout, world, ablate, batch.count, genomes.dtype).agents
        filled = torch.nn.functional.pad(torch.cat(last, dim=2), (0, 0, 0, -batch.count % agents), mode="replicate")
        lives = filled.reshape(-1, agents * filled.shape[2]).numpy()
        return int((made != expected).sum()), absent(executor.registers, lives)

    return differ


# cell, hidden, kind, sight, genomes, mazes, size, lifetime, ablate, every, architecture
CASES = [
    ("elman", 2, "float32", 0, 100, 3, 7, 40, False, 4, 90),
    ("elman", 5, "float32", 3, 45, 16, 10, 8, True, 1, 100),
    ("gru", 3, "float32", 2, 77, 1, 6, 20, False, 20, 80),
    ("lstm", 2, "float64", 0, 33, 3, 6, 10, False, 5, 90),
]
MORE = [
    ("elman", 16, "float32", 0, 6253, 16, 10, 200, False, 5, 90),
    ("elman", 16, "float32", 3, 100, 16, 10, 100, True, 5, 100),
    ("elman", 16, "float64", 0, 50, 3, 10, 100, False, 5, 90),
    ("elman", 33, "float32", 0, 100, 3, 33, 100, False, 5, 90),
    ("gru", 16, "float32", 0, 100, 3, 10, 100, False, 5, 90),
    ("gru", 8, "float64", 4, 50, 1, 10, 100, True, 5, 80),
    ("lstm", 8, "float32", 2, 100, 16, 10, 100, False, 5, 100),
]


@needs_triton
@pytest.mark.parametrize("case", [*CASES, *(pytest.param(case, marks=thorough) for case in MORE)], ids=str)
def test_the_compiled_kernel_plays_as_the_cpu(differences, case):
    assert differences(case) == (0, 0)


def unfuse(text):
    """Of one weight and a hidden state, round the product, too."""
    first = next(line for line in text.splitlines() if "fma.rn.f32" in line)
    _, made, a, b, c = first.replace(",", " ").replace(";", " ").split()
    return text.replace(first, f"mul.rn.f32 {made}, {a}, {b};\nadd.rn.f32 {made}, {made}, {c};", 1)


def guess(text):
    """Take a reciprocal as the hardware guesses it."""
    return re.sub(r"fma\.rn\.f32 (\S+), error, guess, guess", r"mov.b32 \1, guess", text, count=1)


def write_padding(text):
    """Write counts of mazes or genomes that are not there, too."""
    return re.sub(r"@%p\d+ (st\.global\.b32)", r"\1", text)


@needs_triton
def test_one_wrong_instruction_is_noticed(differences):
    case = ("elman", 2, "float32", 0, 100, 3, 7, 40, False, 4, 90)
    assert differences(case) == (0, 0)
    for change in (unfuse, guess):
        _, wrong = differences(case, change)
        assert wrong > 20, change
    with pytest.raises(ptx.Fault, match="outside"):
        differences(case, write_padding)


@needs_triton
def test_one_compilation_serves_all_numbers_of_genomes_mazes_and_counts(execute):
    import torch

    from sim.rollout import boards, fused

    execute(90)
    for genomes, mazes, every in [(3, 3, 2), (1, 16, 1), (16, 2, 4)]:
        weights, layout, batch, world = drawn("elman", 2, "float32", 0, genomes, mazes, 7, 4)
        made = fused.play(torch.from_numpy(weights), layout, boards.load(batch, "cpu"), world, every, False)
        np.testing.assert_array_equal(made.numpy(), play(weights, layout, batch, world, every=every))
    ((compiled, *_),) = fused.play_kernel.device_caches.values()
    assert len(compiled) == 1

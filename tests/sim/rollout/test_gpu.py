"""Rollouts on torch devices equal those on the CPU: plain torch, the fused kernel interpreted, and a real GPU."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from packaging.version import Version

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.objective import Objective
from sim.landscape.plane import Window, random_plane
from sim.landscape.score import ByMaze, ByStep, Pellets
from sim.rollout import devices, gpu, play, self_check
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig, MazeSet, carve
from sim.world.rules import World

torch = pytest.importorskip("torch")
needs_triton = pytest.mark.skipif(
    Version(self_check.installed("triton").replace("none", "0")) < Version("3.7"),
    reason="needs Triton 3.7: older ones exchange weights through shared memory, which the executor of PTX lacks",
)
needs_gpu = pytest.mark.skipif(not devices.available(), reason="needs an NVIDIA GPU")


def genomes_of(layout, count, kind="float32", seed=0):
    """Random genomes [N, P] whose weights are large enough for long transients."""
    rng = np.random.default_rng(seed)
    return (2.5 * initial(layout, count, rng) + 0.1 * rng.standard_normal((count, layout.size))).astype(kind)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Torch uses one thread here, since for such small tensors its threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


# cell, hidden, mazes, kind, sight, ablate, every, size
CASES = [
    ("elman", 6, 5, "float32", 0, False, 4, 7),
    ("elman", 16, 3, "float32", 3, True, 1, 10),
    ("elman", 5, 1, "float64", 2, False, 20, 4),
    ("gru", 5, 4, "float32", 0, True, 5, 6),
    ("gru", 4, 2, "float64", 4, False, 2, 9),
    ("lstm", 5, 3, "float32", 3, False, 10, 33),
    ("lstm", 3, 4, "float64", 0, True, 4, 6),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_plain_torch_equals_the_cpu(case):
    cell, hidden, count, kind, sight, ablate, every, size = case
    world = World(MazeConfig(size, pellets=0.8), sight=sight, lifetime=20)
    mazes, layout = carve(world.maze, count, seed=hidden, split="train"), world.layout(cell, hidden)
    genomes = genomes_of(layout, 7, kind)
    results = gpu.play_on("cpu", genomes, layout, mazes, world, every, ablate)
    assert results.dtype == np.int32
    assert len(np.unique(results)) > 2
    np.testing.assert_array_equal(results, play(genomes, layout, mazes, world, every=every, ablate=ablate))


def test_plain_torch_equals_the_cpu_over_a_whole_lifetime():
    world = World()
    mazes, layout = carve(world.maze, 3, seed=1, split="test"), world.layout("elman", 8)
    mazes.pellets[:] = True  # also under each start
    genomes = genomes_of(layout, 12)
    genomes[0] = np.random.default_rng(2).choice([-3e38, 3e38], layout.size)  # sums overflow
    genomes[1] *= np.float32(1e-42)  # denormal
    results = gpu.play_on("cpu", genomes, layout, mazes, world, 1, False)
    np.testing.assert_array_equal(results, play(genomes, layout, mazes, world, every=1))


INTERPRETED = """
import os
os.environ["TRITON_INTERPRET"] = "1"
import numpy as np, torch, triton, triton.language as tl
torch.set_num_threads(1)

@triton.jit
def multiply_add(x, out):
    tl.store(out, tl.fma(tl.load(x), tl.load(x), -1.0))

x, out = torch.tensor([1 + 2**-12]), torch.zeros(1)
multiply_add[(1,)](x, out)
if out.item() == 2**-11:  # older interpreters multiply, round, then add
    os.environ["FORAGESCAPE_UNFUSED"] = "1"
else:
    assert out.item() == 2**-11 + 2**-24

from agents.engine.modes import unfused
from agents.layout import initial
from sim.world.maze import MazeConfig, carve
from sim.rollout import boards, fused, plain, play
from sim.world.rules import World

def plain_states(genomes, layout, boards, world, ablate):
    states = torch.zeros((len(genomes), boards.count, layout.hidden), dtype=genomes.dtype)
    plain.play(genomes, layout, boards, world, world.lifetime, ablate, states)
    return states

for unrolled, cell, hidden, kind, sight, ablate, genomes, mazes in [
    (500, "elman", 4, "float32", 0, False, 100, 3),
    (500, "gru", 2, "float32", 2, True, 40, 2),
    (500, "lstm", 2, "float32", 0, False, 40, 1),
    (500, "elman", 2, "float64", 3, False, 40, 2),
    (0, "elman", 5, "float32", 0, False, 40, 3),
    (0, "gru", 3, "float64", 0, False, 40, 1),
    (0, "gru", 2, "float32", 2, True, 40, 2),
    (0, "lstm", 3, "float32", 0, False, 40, 2),
]:
    fused.UNROLLED = unrolled
    world = World(MazeConfig(7, pellets=0.8), sight=sight, lifetime=9)
    batch, layout = carve(world.maze, mazes, seed=1, split="train"), world.layout(cell, hidden)
    rng = np.random.default_rng(0)
    weights = (2.5 * initial(layout, genomes, rng) + 0.1 * rng.standard_normal((genomes, layout.size))).astype(kind)
    loaded = boards.load(batch, "cpu")
    states = torch.zeros((genomes - 1, mazes, hidden), dtype=getattr(torch, kind))
    results = fused.play(torch.from_numpy(weights), layout, loaded, world, 3, ablate, states).numpy()
    expected = play(weights, layout, batch, world, every=3, ablate=ablate)
    assert len(np.unique(expected)) > 2
    last = plain_states(torch.from_numpy(weights), layout, loaded, world, ablate)[:-1]
    assert len(last.unique()) > 20
    print("unfused" if unfused() else "fused", int((results != expected).sum()), int((states != last).sum()))
"""


@needs_triton
def test_the_fused_kernel_equals_the_cpu_under_tritons_interpreter():
    done = subprocess.run([sys.executable, "-c", INTERPRETED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.split("\n")[:-1]
    assert len(lines) == 8
    assert all(line.endswith("fused 0 0") for line in lines), done.stdout


COMPILED = """
import json, sys, torch, triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from agents.layout import Layout
from sim.rollout import fused
from sim.rollout.instructions import instructions_per_step
from sim.world.rules import World
layout, fused.UNROLLED = Layout(sys.argv[1], int(sys.argv[2])), int(sys.argv[3])
shape = fused.shape_of(layout, World(), False, 16, torch.float32)
constants = fused.constants(shape, torch.float32)
types = ["*fp32", "*u8", *["*i32"] * 4, "*fp32", "*i32", "*fp32", *["i32"] * 5]
signature = dict(zip(fused.play_kernel.arg_names, types)) | dict.fromkeys(constants, "constexpr")
aligned = {(index,): [["tt.divisibility", 16]] for index in range(9)}
source = ASTSource(fused.play_kernel, signature, constants, aligned)
target = GPUTarget("cuda", 90, 32)
code = triton.compile(source, target=target, options={**fused.OPTIONS, "maxnreg": shape.registers}).asm
steps = [instructions_per_step(code["sass"], turns, shape.agents) for turns in (0, constants["TURNS"])]
print(json.dumps([code["ptx"], code["sass"], shape.agents, steps, constants["TURNS"]]))
"""


def compile_kernel(folder, *words):
    """The PTX that Triton compiles for an H100 without having one, its SASS, agents, and instructions of a step."""
    environment = {**os.environ, "TRITON_CACHE_DIR": str(folder)}
    command = [sys.executable, "-c", COMPILED, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@needs_triton
def test_the_instructions_of_loops_count_for_all_units(tmp_path):
    _, sass, agents, (once, all_turns), turns = compile_kernel(tmp_path, "elman", "4", "0")
    assert (agents, turns) == (2, 2)
    needed = 4 * (4 + 5) + 4 * 4 + 4 * 13  # multiply-adds of the sums, of tanh and of its division
    assert len(re.findall(r"\bFFMA\b", sass)) / agents < needed < all_turns
    assert once < all_turns < 2 * once


@needs_triton
def test_the_compiled_kernel_fuses_the_sums_and_nothing_else(tmp_path):
    ptx, sass, agents, (per_step, _), turns = compile_kernel(tmp_path, "elman", "2", "500")
    code = re.sub(r"//.*", "", ptx)
    hidden, inputs, actions = 2, 5, 4
    assert (agents, turns) == (2, 0)
    assert len(re.findall(r"\bFFMA\b", sass)) / agents < per_step < len(sass.splitlines()) / agents
    macs = hidden * (hidden + inputs) + actions * hidden
    tanh = 4 + 1 + 2 + 5 + 1  # fma of: odd polynomial, its use, reduction, 2^r, denominator
    division = 3  # and one rounded up
    assert len(re.findall(r"\bfma\.rn\.f32", code)) == agents * (macs + hidden * (tanh + division))
    assert len(re.findall(r"\bfma\.rp\.f32", code)) == agents * hidden
    assert len(re.findall(r"\brcp\.approx\.ftz\.f32", code)) == agents * hidden
    assert "ld.global.v4.b32" in code
    assert not re.search(r"\bdiv\.\w*\.?f32|\bmad\.\w*f32|\bex2|\btanh|\bcall\b|bar\.sync|\bshfl|\blocal\b", code)
    assert not re.search(r"\.ftz", code.replace("rcp.approx.ftz.f32", ""))


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_genomes_of_a_plane_are_made_on_the_device_to_the_same_bits(kind):
    layout = Layout("elman", 5)
    plane = random_plane(genomes_of(layout, 1)[0], layout, 3)
    points = Window(0.3, -0.1, 1e-3, (19, 23)).points().reshape(-1, 2)
    made = gpu.genomes_of_plane(plane, points, kind, "cpu").numpy()
    assert made.dtype == np.dtype(kind)
    np.testing.assert_array_equal(made, plane.at(points, kind))


@pytest.mark.parametrize("layers", [None, ByStep(3), ByMaze()])
def test_objectives_on_a_plane_are_the_same_on_a_device(monkeypatch, layers):
    world = World(MazeConfig(5), lifetime=12)
    layout, mazes = world.layout("elman", 4), MazeSet(world.maze, 0, "train", range(3))
    plane = random_plane(genomes_of(layout, 1)[0], layout, 3)
    points = Window(shape=(5, 6)).points().reshape(-1, 2)
    objective = Objective(Pellets(), layout, world, mazes, layers)
    expected = objective.evaluate(plane.at(points))
    np.testing.assert_array_equal(objective.on_plane(plane, points, "float32"), expected)
    whole, made = gpu.play_plane, []
    monkeypatch.setattr(devices, "available", lambda: True)
    monkeypatch.setattr(gpu, "play_plane", lambda to, *rest, **more: made.append(to) or whole("cpu", *rest, **more))
    np.testing.assert_array_equal(objective.on_plane(plane, points, "float32", Machine(device="cuda")), expected)
    assert made == ["cuda"]


def test_play_uses_the_device_of_the_machine(monkeypatch):
    world = World(MazeConfig(5), lifetime=12)
    layout, mazes = world.layout("elman", 4), carve(world.maze, 3, seed=0, split="train")
    genomes, whole, asked = genomes_of(layout, 5), gpu.play_on, []
    monkeypatch.setattr(devices, "available", lambda: True)
    monkeypatch.setattr(gpu, "play_on", lambda device, *rest: asked.append(device) or whole("cpu", *rest))
    results = play(genomes, layout, mazes, world, machine=Machine(device="auto"))
    assert asked == ["cuda"]
    np.testing.assert_array_equal(results, play(genomes, layout, mazes, world))


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA out of memory."), RuntimeError("Triton Error [CUDA]: out of memory")]
)
def test_a_batch_that_does_not_fit_is_halved_and_nothing_changes(error):
    tried = []

    def run(part):
        tried.append(part.stop - part.start)
        if tried[-1] > 3:
            raise error
        return np.arange(part.start, part.stop, dtype=np.int32)[:, None, None]

    np.testing.assert_array_equal(gpu._in_batches(17, 10, run)[:, 0, 0], np.arange(17))
    assert tried[:3] == [10, 5, 3]
    assert max(tried[2:]) == 3


def test_one_genome_that_does_not_fit_is_refused():
    def run(_):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(UserError, match="no memory for one genome; free memory, take fewer mazes, or use cpu"):
        gpu._in_batches(4, 4, run)


def test_other_errors_of_a_gpu_are_raised():
    def run(_):
        raise RuntimeError("Triton Error [CUDA]: an illegal memory access was encountered")

    with pytest.raises(RuntimeError, match="illegal"):
        gpu._in_batches(4, 4, run)


def test_batches_change_nothing(monkeypatch):
    world = World(MazeConfig(5), lifetime=12)
    layout, mazes = world.layout("gru", 4), carve(world.maze, 3, seed=0, split="train")
    genomes = genomes_of(layout, 9)
    expected = gpu.play_on("cpu", genomes, layout, mazes, world, 4, False)
    monkeypatch.setattr(gpu, "_batch", lambda *_: 4)
    np.testing.assert_array_equal(gpu.play_on("cpu", genomes, layout, mazes, world, 4, False), expected)


def test_cuda_is_refused_without_a_gpu(monkeypatch):
    monkeypatch.setattr(devices, "available", lambda: False)
    assert Machine(device="auto").target == "cpu"
    with pytest.raises(UserError, match="device cuda needs an NVIDIA GPU") as caught:
        _ = Machine(device="cuda").target
    assert "\n" not in str(caught.value)


def test_the_cpu_does_not_import_torch():
    code = (
        "import sys; from sim.rollout.machine import Machine; Machine(device='cpu').target; "
        "from sim.rollout import gpu; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@needs_gpu
@pytest.mark.parametrize(
    ("cell", "hidden", "kind", "sight", "genomes"),
    [
        ("elman", 16, "float32", 0, 65536),
        ("elman", 32, "float32", 3, 8192),
        ("elman", 16, "float64", 0, 4096),
        ("gru", 16, "float32", 0, 4096),
        ("lstm", 8, "float32", 2, 4096),
    ],
)
def test_a_gpu_equals_the_cpu(cell, hidden, kind, sight, genomes):
    world = World(sight=sight)
    layout, mazes = world.layout(cell, hidden), carve(world.maze, 16, seed=0, split="train")
    weights = genomes_of(layout, genomes, kind)
    results = play(weights, layout, mazes, world, machine=Machine(device="cuda"))
    expected = play(weights, layout, mazes, world)
    differ = np.argwhere(results != expected)
    if len(differ):
        genome, maze = differ[0]
        one = (weights[genome : genome + 1], layout, mazes.take([maze]), world)
        steps = play(*one, every=1, machine=Machine(device="cuda")) != play(*one, every=1)
        first = 1 + int(steps[0, 0].argmax())
        pytest.fail(f"{len(differ)} of {results.size} differ; genome {genome} in maze {maze} first at step {first}")


@needs_gpu
def test_a_sweep_on_a_gpu_equals_that_of_the_cpu():
    world = World()
    layout, mazes = world.layout(), MazeSet(world.maze, 0, "train", range(16))
    plane = random_plane(genomes_of(layout, 1)[0], layout, 3)
    points = Window(shape=(128, 128)).points().reshape(-1, 2)
    objective = Objective(Pellets(), layout, world, mazes, ByStep(20))
    there = objective.on_plane(plane, points, "float32", Machine(device="cuda"))
    np.testing.assert_array_equal(there, objective.evaluate(plane.at(points)))

"""What a GPU does: whether it computes our bits, how fast it is, and how long its kernels compile.

Each function measures one thing on a torch device and returns a row of the benchmark. On a device without CUDA plain
torch stands in for the fused kernel, so that all of this is tested without a GPU.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from agents.layout import Cell, Layout, initial
from agents.randomness import generator
from sim.landscape.landscape import Landscape
from sim.landscape.objective import Objective
from sim.landscape.plane import Window, random_plane
from sim.landscape.score import Pellets
from sim.landscape.sweep import sweep
from sim.landscape.tour import horizon
from sim.learning.configs import LearnerName, configured
from sim.learning.learn import learn
from sim.rollout import boards, gpu, instructions, self_check
from sim.rollout.machine import Machine
from sim.world.maze import MazeSet, carve
from sim.world.rules import World

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Network:
    """A network whose rollouts are timed."""

    cell: Cell = "elman"
    hidden: int = 16
    dtype: str = "float32"

    @property
    def layout(self) -> Layout:
        """Its layout in the default world."""
        return World().layout(self.cell, self.hidden)

    @property
    def row(self) -> Row:
        """The beginning of its rows."""
        return {"cell": self.cell, "hidden": self.hidden, "dtype": self.dtype}


PLAYED = (
    *(Network(hidden=hidden) for hidden in (8, 16, 32, 64)),
    Network(dtype="float64"),
    Network("gru"),
    Network("lstm"),
)
COMPILED = (*PLAYED, Network("gru", 32), Network("lstm", 32))
LEARNERS: tuple[LearnerName, ...] = ("es", "imitate", "reinforce")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much work is timed. `settings` are those of each learner, by its name."""

    side: int = 512
    mazes: int = 16
    generations: int = 20
    calls: int = 5
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def check(device: str, sizes: Sizes) -> Row:
    """Compare the default network's rollouts with the CPU, whatever an earlier check found."""
    world = World()
    kernel = self_check.Kernel(world.layout(), world.maze.size, world.sight, False, sizes.mazes == 1, "float32")
    outcome = self_check.check(device, kernel, _play(device, Network()))
    if outcome.error:
        raise RuntimeError(outcome.error)
    return {"episodes": outcome.episodes, "differ": outcome.differ, "seconds": outcome.seconds}


def compile_time(device: str, network: Network) -> Row:
    """The seconds of a first, short call: it compiles the kernel unless Triton has kept it."""
    world = World(lifetime=1)
    genomes, loaded = _genomes(device, network, 1), boards.load(carve(world.maze, 2, seed=0, split="train"), device)
    play = _play(device, network)
    begin = time.perf_counter()
    play(genomes, network.layout, loaded, world, 1, False, None).cpu()
    return {**network.row, "seconds": time.perf_counter() - begin}


def rollouts(device: str, network: Network, sizes: Sizes) -> Row:
    """Agent-steps a second of one frame of a sweep, and their share of what the GPU's schedulers could issue.

    The device makes the genomes itself. The time includes that, and the copy of the heights to the host.
    """
    world, layout = World(), network.layout
    batch = carve(world.maze, sizes.mazes, seed=0, split="train")
    plane = random_plane(initial(layout, 1, generator(0, "bench"))[0], layout, 0)
    points = Window(shape=(sizes.side, sizes.side)).points()

    def work() -> None:
        gpu.play_plane(device, plane, points, network.dtype, layout, batch, world, world.lifetime, by_maze=False)

    speed = sizes.side**2 * batch.count * world.lifetime / _median(work, sizes.calls)
    fused = gpu.is_fused(device, layout, batch, world, False, network.dtype)
    row = {**network.row, "kernel": "fused" if fused else "plain torch", "steps_per_s": speed}
    if not fused:
        return {**row, "instructions_per_step": None, "issue_share": None}
    per_step = _instructions(device, network, sizes.mazes)
    return {
        **row,
        "instructions_per_step": per_step,
        "issue_share": speed / instructions.issue_ceiling(device, per_step),
    }


def sweep_speed(device: str, sizes: Sizes) -> Row:
    """Pixels a second of a whole sweep, with writing the field."""
    world = World()
    layout = world.layout()
    objective = Objective(Pellets(), layout, world, MazeSet(world.maze, 0, "train", range(sizes.mazes)))
    plane = random_plane(initial(layout, 1, generator(0, "bench"))[0], layout, 0)
    with TemporaryDirectory() as folder:
        for side in (1, sizes.side):  # the first sweep loads libraries, and compiles
            begin = time.perf_counter()
            one_frame = horizon(plane, Window(shape=(side, side)), lifetime=1)
            sweep(Landscape(one_frame, objective), Path(folder) / f"{side}.zarr", machine=_machine(device))
            seconds = time.perf_counter() - begin
    return {"side": sizes.side, "mazes": sizes.mazes, "pixels_per_s": sizes.side**2 / seconds}


def learning(device: str, learner: LearnerName, sizes: Sizes) -> Row:
    """Generations and agent-steps a second of a learner that computes rollouts and gradients on the device."""
    for generations in (1, sizes.generations):  # the first run loads libraries, and compiles
        settings = {**sizes.settings.get(learner, {}), "generations": generations}
        config = configured(learner, settings)
        begin = time.perf_counter()
        learn(config, machine=_machine(device))
        seconds = time.perf_counter() - begin
    per_s = sizes.generations / seconds
    return {"learner": learner, "generations_per_s": per_s, "agent_steps_per_s": per_s * config.agent_steps}


def _machine(device: str) -> Machine:
    """The machine with a device; anything that is no CUDA device is the CPU."""
    return Machine(device="cuda" if device.startswith("cuda") else "cpu")


def _play(device: str, network: Network) -> self_check.Play:
    """The function that plays on the device: that of the fused kernel, or of plain torch where there can be none."""
    possible = device.startswith("cuda") and self_check.installed("triton") != "none"
    if possible and network.layout.size <= gpu.MOST_FUSED:
        from sim.rollout.fused import play
    else:
        from sim.rollout.plain import play
    return play


def _genomes(device: str, network: Network, count: int) -> Any:
    """Genomes [N, P] on the device."""
    import torch

    genomes = initial(network.layout, count, generator(0, "bench")).astype(network.dtype)
    return torch.from_numpy(genomes).to(device)


def _instructions(device: str, network: Network, mazes: int) -> float:
    """The instructions of an agent-step in the compiled kernel."""
    from sim.rollout.fused import constants, launch, shape_of

    world = World(lifetime=1)
    genomes, loaded = _genomes(device, network, 1), boards.load(carve(world.maze, mazes, seed=0, split="train"), device)
    _, compiled = launch(genomes, network.layout, loaded, world, 1, False)
    shape = shape_of(network.layout, world, False, mazes, genomes.dtype)
    turns = constants(shape, genomes.dtype)["TURNS"]
    return instructions.instructions_per_step(compiled.asm["sass"], turns, shape.agents)


def _median(work: Callable[[], None], calls: int) -> float:
    """The median time of some calls in seconds, after a first one that may compile."""
    work()
    times = []
    for _ in range(calls):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return float(np.median(times))

"""The self-check of the fused kernel: does it compute on this GPU, to the last bit, what the CPU computes?

Compilers differ from version to version, and no test of ours runs on your GPU. So before a compiled kernel plays, it is
compared with the CPU once: some thousand episodes of G genomes in M mazes, their pellets on the way and the last hidden
state [H] of every network, by the same compiled code that plays later. The outcome is kept in the folder of compiled
kernels, for this driver, GPU, Triton, torch, source and kernel. A kernel that differs or fails is not used.
"""

import ctypes
import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine.arithmetic import sources_of
from agents.engine.kernel_cache import folder, make_private, read_sealed, write_sealed
from agents.errors import UserError
from agents.layout import Layout, initial
from agents.network.response import respond
from agents.randomness import generator
from sim.rollout import boards
from sim.rollout.trace import senses, trace
from sim.world.maze import MazeConfig, Mazes, carve
from sim.world.rules import World

EPISODES = 4096  # G times M
MAZES = 16  # M, unless the kernel is that of a single maze
STEPS = 200  # of each episode
EVERY = 5  # steps between two counts of pellets
DRIVER = Path("/proc/driver/nvidia/version")

Play = Callable[..., Any]
"""A function with the arguments and the result of `sim.rollout.fused.play`."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """What a compiled kernel depends on besides its source: the networks, the side of the mazes in cells, the sight.

    `single` tells that there is one maze; `dtype` is float32 or float64.
    """

    layout: Layout
    size: int
    sight: int
    ablate: bool
    single: bool
    dtype: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: of `episodes`, how many differ in a count or in the last hidden state.

    `error` is the first line of the exception that ended the check, or empty; `seconds` include compiling.
    """

    episodes: int
    differ: int
    error: str
    seconds: float

    @property
    def passed(self) -> bool:
        """True if the kernel may be used."""
        return not self.error and self.differ == 0


@cache
def passes(device: str, kernel: Kernel) -> bool:
    """True if the fused kernel agrees with the CPU; otherwise say why not, once in this process and in one line.

    Raises UserError if the check left the GPU unusable for this process.
    """
    about = identity(device)
    outcome, is_new = recall_or_check(device, kernel, about)
    if outcome.passed:
        return True
    what = f"fails ({outcome.error})" if outcome.error else f"differs from the CPU in {outcome.differ} episodes"
    where = f"{about['gpu']} with Triton {about['triton']}"
    text = f"the fused kernel {what} of {outcome.episodes} compared on {where}"
    if outcome.error:
        text = f"the fused kernel {what} on {where}"
    if outcome.error and is_new and not _is_usable(device):
        raise UserError(
            f"{text}, and the GPU refuses further work", "run the command again: plain torch will then play"
        )
    logging.getLogger(__name__).warning("%s; plain torch plays, slower, with the same results", text)
    return False


def recall_or_check(
    device: str, kernel: Kernel, about: dict[str, str], play: Play | None = None
) -> tuple[Outcome, bool]:
    """The outcome that is kept for this kernel and `about`, or that of a new check; and whether it is new."""
    path = _path(kernel, about)
    kept = None if path is None else read_sealed(path)
    if kept is not None:
        return Outcome(**json.loads(kept)["outcome"]), False
    outcome = check(device, kernel, play)
    if path is not None:
        record = {"kernel": asdict(kernel), **about, "outcome": asdict(outcome)}
        write_sealed(path, json.dumps(record, indent=1).encode())
    return outcome, True


def check(device: str, kernel: Kernel, play: Play | None = None) -> Outcome:
    """Compare a kernel with the CPU. Raises what `play` raises only if the memory of the GPU does not suffice."""
    begin = time.perf_counter()
    genomes, mazes, world = _cases(kernel)
    episodes = len(genomes) * mazes.count
    counts, states = on_cpu(genomes, kernel, mazes, world)
    try:
        found, last = _on_device(device, genomes, kernel, mazes, world, play)
    except Exception as error:  # Triton and its compilers raise errors of many classes
        if "out of memory" in str(error):
            raise
        line = next(iter(str(error).strip().splitlines()), "")
        return Outcome(episodes, 0, f"{type(error).__name__}: {line}"[:200], time.perf_counter() - begin)
    bits = f"u{states.itemsize}"
    wrong = (found != counts).any(axis=-1) | (last.view(bits) != states.view(bits)).any(axis=-1)
    return Outcome(episodes, int(wrong.sum()), "", time.perf_counter() - begin)


def on_cpu(genomes: NDArray[Any], kernel: Kernel, mazes: Mazes, world: World) -> tuple[NDArray[Any], NDArray[Any]]:
    """The pellets after each EVERY steps [G, M, K] and the last hidden states [G, M, H], as the CPU computes them."""
    episodes = trace(genomes, kernel.layout, mazes, world, ablate=kernel.ablate)
    sensed = senses(episodes, mazes, world)
    if kernel.ablate:  # the last state depends on the last senses alone
        sensed = sensed[:, :, -1:]
    states = [respond(genome, kernel.layout, seen).hidden[:, -1] for genome, seen in zip(genomes, sensed, strict=True)]
    return np.cumsum(episodes.eaten, axis=-1, dtype=np.int32)[..., EVERY - 1 :: EVERY], np.stack(states)


def identity(device: str) -> dict[str, str]:
    """What else the outcome depends on: driver, GPU, packages and our sources."""
    sources = "".join(text for _, text in sorted(sources_of(__name__).items()))
    digest = hashlib.blake2b(sources.encode(), digest_size=8).hexdigest()
    packages = {name: installed(name) for name in ("triton", "torch")}
    return {"driver": _driver(), "gpu": _gpu(device), **packages, "sources": digest}


def installed(package: str) -> str:
    """The version of a package, or "none"."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _driver() -> str:
    """The version of the GPU's driver; where Linux does not tell it, the version of CUDA that the driver supports."""
    try:
        return " ".join(DRIVER.read_text().splitlines()[0].split())
    except (OSError, IndexError):
        number = ctypes.c_int()
        try:
            ctypes.CDLL("libcuda.so.1").cuDriverGetVersion(ctypes.byref(number))
        except OSError:
            return "none"
        return f"CUDA {number.value}"


def _gpu(device: str) -> str:
    import torch

    if not device.startswith("cuda"):
        return device
    major, minor = torch.cuda.get_device_capability(device)
    return f"{torch.cuda.get_device_name(device)} ({major}.{minor})"


def _path(kernel: Kernel, about: dict[str, str]) -> Path | None:
    """The file of the outcome, or None if there is no folder for it."""
    base = folder()
    if base is None:
        return None
    checks = base / "gpu-checks"
    try:
        make_private(checks)
    except OSError:
        return None
    key = hashlib.blake2b(repr((sorted(about.items()), kernel)).encode(), digest_size=12)
    return checks / f"{key.hexdigest()}.json"


def _cases(kernel: Kernel) -> tuple[NDArray[Any], Mazes, World]:
    """Genomes [G, P] with long transients, and two whose sums overflow or are denormal; M mazes, and their world."""
    world = World(MazeConfig(kernel.size, pellets=0.8), sight=kernel.sight, lifetime=STEPS)
    mazes = carve(world.maze, 1 if kernel.single else MAZES, seed=0, split="train")
    count, rng = EPISODES // mazes.count, generator(0, "gpu check")
    genomes = 2.5 * initial(kernel.layout, count, rng) + 0.1 * rng.standard_normal((count, kernel.layout.size))
    genomes[0] = np.where(genomes[0] > 0, 3e38, -3e38)
    genomes[1] *= 1e-42
    return genomes.astype(kernel.dtype), mazes, world


def _on_device(
    device: str, genomes: NDArray[Any], kernel: Kernel, mazes: Mazes, world: World, play: Play | None
) -> tuple[NDArray[Any], NDArray[Any]]:
    import torch

    play = play or _fused_play()
    loaded, weights = boards.load(mazes, device), torch.from_numpy(genomes).to(device)
    states = torch.zeros((len(genomes), mazes.count, kernel.layout.hidden), dtype=weights.dtype, device=device)
    counts = play(weights, kernel.layout, loaded, world, EVERY, kernel.ablate, states)
    return counts.cpu().numpy(), states.cpu().numpy()


def _fused_play() -> Play:
    from sim.rollout.fused import play  # imports Triton, and fails with versions that are too old

    return play


def _is_usable(device: str) -> bool:
    """False if an error, such as an illegal access, has ended all work of this process on the GPU."""
    import torch

    try:
        if device.startswith("cuda"):
            torch.cuda.synchronize()
    except RuntimeError:
        return False
    return True

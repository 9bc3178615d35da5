"""Rollouts on a torch device, batch by batch: the fused kernel where there are CUDA and Triton, plain torch elsewhere.

N genomes of P weights, M mazes, K counts of an episode. Same bits as the CPU's.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.layout import Layout
from sim.rollout import boards
from sim.world.maze import Mazes
from sim.world.rules import World

Tensor = Any  # torch.Tensor, without importing torch
BATCH_BYTES = 1 << 32  # of device memory for a batch of genomes and all that is computed of them
MOST_ELEMENTS = 2**31 - 1  # of one array: the kernel counts threads and rows in 32 bits
MOST_FUSED = 5000  # weights of a genome: all are unrolled, and a larger kernel takes minutes to compile
OLDEST_TRITON = (3, 7)  # older ones pass the weights through shared memory, which no test has executed


@cache
def available() -> bool:
    """Whether torch can play on an NVIDIA GPU; torch is imported only where the driver's library is there."""
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        import torch
    except (OSError, ImportError):
        return False
    return torch.cuda.is_available()


def resolve(device: str) -> Literal["cpu", "cuda"]:
    """cpu or cuda, of cpu, cuda or auto; refuses cuda where there is none."""
    if device == "cuda" and not available():
        raise UserError("device cuda needs an NVIDIA GPU, its driver and torch with CUDA: install them, or use cpu")
    return "cpu" if device == "cpu" or not available() else "cuda"


def play_on(
    device: str, genomes: NDArray[Any], layout: Layout, mazes: Mazes, world: World, interval: int, ablate: bool
) -> NDArray[np.int32]:
    """Play genomes [N, P] in all mazes on a device; int32 [N, M, K], pellets eaten every `interval` steps."""
    import torch

    def load(part: slice) -> Tensor:
        return torch.from_numpy(np.require(genomes[part], requirements=["C", "W"])).to(device)

    played = _player(device, layout, mazes, world, interval, ablate)
    batch = _batch(is_fused(device, layout), layout, mazes, world, interval, genomes.dtype)
    return _in_batches(len(genomes), batch, lambda part: played(load(part)).cpu().numpy())


def play_plane(
    device: str,
    plane: Any,
    xy: ArrayLike,
    dtype: Any,
    layout: Layout,
    mazes: Mazes,
    world: World,
    interval: int,
    *,
    by_maze: bool,
) -> NDArray[np.int32]:
    """Play the genomes at points [N, 2] of a plane, made on the device; int32 [N, M, K] `by_maze`, else sums [N, K]."""
    points = np.asarray(xy, np.float64).reshape(-1, 2)
    played = _player(device, layout, mazes, world, interval, False)

    def run(part: slice) -> NDArray[np.int32]:
        counts = played(genomes_of_plane(plane, points[part], dtype, device))
        found: NDArray[np.int32] = (counts if by_maze else counts.sum(dim=1, dtype=counts.dtype)).cpu().numpy()
        return found

    sums = 16 * layout.size  # of float64, there beside the genomes
    batch = _batch(is_fused(device, layout), layout, mazes, world, interval, dtype, sums)
    return _in_batches(len(points), batch, run)


def genomes_of_plane(plane: Any, xy: ArrayLike, dtype: Any, device: str) -> Tensor:
    """The genomes [N, P] at points [N, 2] of a plane, on the device: the same bits as `Plane.at`."""
    import torch

    origin, u, v = (torch.tensor(each, dtype=torch.float64, device=device) for each in (plane.origin, plane.u, plane.v))
    points = torch.tensor(np.asarray(xy, np.float64).reshape(-1, 2), device=device)
    # whole operations on tensors: each rounds, so that nothing is fused
    genomes = points[:, :1] * u
    genomes = torch.add(origin, genomes, out=genomes)
    genomes = torch.add(genomes, points[:, 1:] * v, out=genomes)
    return genomes.to(getattr(torch, np.dtype(dtype).name))


def _player(
    device: str, layout: Layout, mazes: Mazes, world: World, interval: int, ablate: bool
) -> Callable[[Tensor], Tensor]:
    """The function of genomes [N, P] on the device -> int32 [N, M, K], there too."""
    if is_fused(device, layout):
        from sim.rollout.fused import play
    else:
        from sim.rollout.plain import play
    loaded = boards.load(mazes, device)
    return lambda genomes: play(genomes, layout, loaded, world, interval, ablate)


def is_fused(device: str, layout: Layout) -> bool:
    """Whether the fused kernel plays such networks on a device."""
    try:
        number = tuple(int(part) for part in version("triton").split(".")[:2])
    except PackageNotFoundError:
        return False
    return device.startswith("cuda") and number >= OLDEST_TRITON and layout.size <= MOST_FUSED


def _batch(fused: bool, layout: Layout, mazes: Mazes, world: World, interval: int, dtype: Any, extra: int = 0) -> int:
    """How many genomes to play at once."""
    counts, weight = world.lifetime // interval, np.dtype(dtype).itemsize
    agent = 4 * counts + 4 * boards.words_of(mazes.size)
    if not fused:  # pellets as int64, and the float64 parts of a sum
        agent += 8 * mazes.size**2 + 128 * layout.hidden * (1 + len(layout.shapes))
    padded = layout.size + 128  # genomes lie there as they came, padded and interleaved
    most = MOST_ELEMENTS // max(padded, mazes.count * counts, mazes.count * boards.words_of(mazes.size))
    return max(1, min(most, BATCH_BYTES // int(3 * padded * weight + mazes.count * agent + extra)))


def _in_batches(count: int, batch: int, run: Callable[[slice], NDArray[np.int32]]) -> NDArray[np.int32]:
    """The results of `run` for slices of `count` genomes, joined; a batch that does not fit in memory is halved."""
    import torch

    parts: list[NDArray[np.int32]] = []
    at = 0
    while at < count:
        try:
            parts.append(run(slice(at, min(at + batch, count))))
        except RuntimeError as error:  # also Triton's, which has no class of its own
            if "out of memory" not in str(error):
                raise
            if min(batch, count - at) == 1:
                raise UserError(
                    "the GPU has no memory for one genome: free it, take fewer mazes, or use cpu"
                ) from error
            batch = -(-min(batch, count - at) // 2)
        else:
            at += batch
            continue
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    return np.concatenate(parts)

"""Rollouts on a torch device, in batches: by the fused kernel where it passes its self-check, else by plain torch.

N genomes of P weights, M mazes, K counts of an episode. The results have the same bits as on the CPU.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.engine.modes import unfused
from agents.errors import UserError
from agents.layout import Layout
from sim.rollout import boards, self_check
from sim.world.maze import Mazes
from sim.world.rules import World

if TYPE_CHECKING:
    from sim.rollout import Watched

Tensor = Any  # torch.Tensor, without importing torch
BATCH_BYTES = 1 << 32  # device memory for a batch of genomes and all arrays that are computed from them
MOST_ELEMENTS = 2**31 - 1  # elements of an array: the kernel counts threads and rows in 32 bits
MOST_FUSED = 5000  # weights of a genome: larger networks do not fit a thread's registers, and were not tried


def play_on(
    device: str, genomes: NDArray[Any], layout: Layout, mazes: Mazes, world: World, interval: int, ablate: bool
) -> NDArray[np.int32]:
    """Play genomes [N, P] in all mazes on a device; int32 [N, M, K], the pellets after each `interval` steps."""
    import torch

    def load(part: slice) -> Tensor:
        return torch.from_numpy(np.require(genomes[part], requirements=["C", "W"])).to(device)

    fused = is_fused(device, layout, mazes, world, ablate, genomes.dtype)
    play_batch = _player(fused, device, layout, mazes, world, interval, ablate)
    batch = _batch(fused, layout, mazes, world, interval, genomes.dtype)
    return _in_batches(len(genomes), batch, lambda part: play_batch(load(part)).cpu().numpy())


def observe_on(
    device: str, genomes: NDArray[Any], layout: Layout, mazes: Mazes, world: World, interval: int, watched: "Watched"
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Play genomes [N, P] in all mazes on a device, by plain torch; pellets [N, M, K] and what is watched.

    The latter is int32 [N, M, K, Q], as in `sim.rollout.Recording`.
    """
    import torch

    from sim.rollout import plain

    loaded, names = boards.load(mazes, device), ("pellets", *watched.names)
    centre = torch.from_numpy(watched.centre).to(device) if watched.centre.size else None

    def run(part: slice) -> NDArray[np.int32]:
        weights = torch.from_numpy(np.require(genomes[part], requirements=["C", "W"])).to(device)
        told = plain.observe(weights, layout, loaded, world, interval, names, centre)
        counted: NDArray[np.int32] = told.cpu().numpy()
        return counted

    extra = mazes.count * (8 * mazes.size**2 + (12 + 4 * world.lifetime // interval) * len(names))
    batch = _batch(False, layout, mazes, world, interval, genomes.dtype, extra)
    found = _in_batches(len(genomes), batch, run)
    return found[..., 0], found[..., 1:]


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
    """Play the genomes at points [N, 2] of a plane on a device, which makes them; int32, see `by_maze`.

    The result is [N, M, K] with `by_maze`; else it is the sum over mazes, [N, K].
    """
    points = np.asarray(xy, np.float64).reshape(-1, 2)
    fused = is_fused(device, layout, mazes, world, False, dtype)
    play_batch = _player(fused, device, layout, mazes, world, interval, False)

    def run(part: slice) -> NDArray[np.int32]:
        counts = play_batch(genomes_of_plane(plane, points[part], dtype, device))
        heights: NDArray[np.int32] = (counts if by_maze else counts.sum(dim=1, dtype=counts.dtype)).cpu().numpy()
        return heights

    sums = 16 * layout.size  # bytes of the float64 sums that the genomes are made from
    batch = _batch(fused, layout, mazes, world, interval, dtype, sums)
    return _in_batches(len(points), batch, run)


def genomes_of_plane(plane: Any, xy: ArrayLike, dtype: Any, device: str) -> Tensor:
    """Make the genomes [N, P] at points [N, 2] of a plane on the device, with the same bits as `Plane.at`."""
    import torch

    origin, u, v = (
        torch.tensor(vector, dtype=torch.float64, device=device) for vector in (plane.origin, plane.u, plane.v)
    )
    points = torch.tensor(np.asarray(xy, np.float64).reshape(-1, 2), device=device)
    # one operation at a time, so that each rounds and none are fused
    genomes = points[:, :1] * u
    genomes = torch.add(origin, genomes, out=genomes)
    genomes = torch.add(genomes, points[:, 1:] * v, out=genomes)
    return genomes.to(getattr(torch, np.dtype(dtype).name))


def _player(
    fused: bool, device: str, layout: Layout, mazes: Mazes, world: World, interval: int, ablate: bool
) -> Callable[[Tensor], Tensor]:
    """The function that plays genomes [N, P] on the device: int32 [N, M, K] on the device."""
    if fused:
        from sim.rollout.fused import play
    else:
        from sim.rollout.plain import play
    loaded = boards.load(mazes, device)
    return lambda genomes: play(genomes, layout, loaded, world, interval, ablate)


def is_fused(device: str, layout: Layout, mazes: Mazes, world: World, ablate: bool, dtype: Any) -> bool:
    """True if the fused kernel plays networks of this layout on a device: Triton is there, and it passes its check.

    It computes no unfused twin.
    """
    if unfused() or not device.startswith("cuda") or layout.size > MOST_FUSED:
        return False
    if self_check.installed("triton") == "none":
        return False
    kernel = self_check.Kernel(layout, mazes.size, world.sight, ablate, mazes.count == 1, np.dtype(dtype).name)
    return self_check.passes(device, kernel)


def _batch(fused: bool, layout: Layout, mazes: Mazes, world: World, interval: int, dtype: Any, extra: int = 0) -> int:
    """The number of genomes in a batch, so that it fits the memory and the kernel's counters."""
    counts, weight = world.lifetime // interval, np.dtype(dtype).itemsize
    agent = 4 * counts + 4 * boards.words_of(mazes.size)
    if fused:
        agent += 2 * layout.hidden * weight  # the memory of loops over units
    else:  # plain torch has the pellets as int64, and float64 arrays for each sum
        agent += 8 * mazes.size**2 + 128 * layout.hidden * (1 + len(layout.shapes))
    padded = layout.size + 128  # of each genome there are three copies: as given, padded, interleaved
    most = MOST_ELEMENTS // max(padded, mazes.count * counts, mazes.count * boards.words_of(mazes.size))
    return max(1, min(most, BATCH_BYTES // int(3 * padded * weight + mazes.count * agent + extra)))


def _in_batches(count: int, batch: int, run: Callable[[slice], NDArray[np.int32]]) -> NDArray[np.int32]:
    """The results of `run` for slices of `count` genomes, joined. A batch that does not fit in memory is halved."""
    import torch

    parts: list[NDArray[np.int32]] = []
    at = 0
    while at < count:
        try:
            parts.append(run(slice(at, min(at + batch, count))))
        except RuntimeError as error:  # Triton raises it too, as it has no class for this error
            if "out of memory" not in str(error):
                raise
            if min(batch, count - at) == 1:
                raise UserError(
                    "the GPU has no memory for one genome; free memory, take fewer mazes, or use cpu"
                ) from error
            batch = -(-min(batch, count - at) // 2)
        else:
            at += batch
            continue
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    return np.concatenate(parts)

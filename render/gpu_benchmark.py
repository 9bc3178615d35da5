"""The benchmark of a GPU: all that is to be known of one, within about a minute.

Every row is measured in a child process for a limited time. A row that fails or takes too long says so, and the
others are measured. Kernels are compiled in several processes at once, into a folder of their own, so that compile
times do not depend on what was compiled before.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from render.window.explore.explorer_latency import measure_explorer
from sim import gpu_speed
from sim.gpu_speed import COMPILED, LEARNERS, PLAYED, Network, Row, Sizes
from sim.learning.configs import configured
from sim.learning.learn import learn
from sim.rollout import self_check
from sim.rollout.machine import Machine
from sim.work.bounded import BoundedCalls

SECONDS = 60.0  # for everything
COMPILE_SHARE = 0.5  # of the time, for all compile times together
ROW_SHARE = 0.3  # of the time, for any other row


@dataclass(frozen=True, slots=True)
class Call:
    """One row: the entry of the results that it belongs to, its first columns, and the function that measures it."""

    entry: str
    columns: Row
    function: Callable[..., Row]
    arguments: tuple[Any, ...]


def calls(device: str, sizes: Sizes, played: tuple[Network, ...] = PLAYED) -> list[Call]:
    """All rows but the compile times, the most important ones first."""
    return [
        Call("check", {}, gpu_speed.check, (device, sizes)),
        *(Call("rollouts", network.row, gpu_speed.rollouts, (device, network, sizes)) for network in played),
        Call("sweep", {}, gpu_speed.sweep_speed, (device, sizes)),
        *(Call("learning", {"learner": name}, gpu_speed.learning, (device, name, sizes)) for name in LEARNERS),
        Call("explorer", {}, explorer, (device, sizes)),
    ]


def bench_gpu(
    device: str,
    sizes: Sizes | None = None,
    *,
    compiled: tuple[Network, ...] = COMPILED,
    rows: list[Call] | None = None,
    seconds: float = SECONDS,
) -> dict[str, Any]:
    """Measure everything on a device, in at most about `seconds`.

    Entries with several rows are lists. A row that failed, or that no time was left for, has `failed` and the reason.
    """
    end = time.monotonic() + seconds
    found: dict[str, Any] = {"device": self_check.identity(device) | {"device": device}, "check": {}}
    with TemporaryDirectory() as folder:
        environment = {"TRITON_CACHE_DIR": folder}
        found["compile"] = compile_times(device, compiled, environment, COMPILE_SHARE * seconds)
        with BoundedCalls(environment) as child:
            for call in rows if rows is not None else calls(device, sizes or Sizes()):
                row = _measure(child, call, min(ROW_SHARE * seconds, end - time.monotonic()))
                if call.columns:
                    found.setdefault(call.entry, []).append(row)
                else:
                    found[call.entry] = row
    return found


def compile_times(device: str, networks: tuple[Network, ...], environment: dict[str, str], seconds: float) -> list[Row]:
    """Compile the kernels of networks, each in a process of its own, as many at once as there are cores."""
    end, rows, cores = time.monotonic() + seconds, list[Row](), Machine().thread_count
    for first in range(0, len(networks), cores):
        part = [(network, BoundedCalls(environment)) for network in networks[first : first + cores]]
        try:
            for network, child in part:
                child.start(gpu_speed.compile_time, device, network)
            for network, child in part:
                try:
                    rows.append(child.result(max(0.0, end - time.monotonic())))
                except RuntimeError as error:
                    rows.append({**network.row, "failed": str(error)})
        finally:
            for _, child in part:
                child.close()
    return rows


def explorer(device: str, sizes: Sizes) -> Row:
    """The latency of the explorer around a forager that was evolved for a few generations."""
    with TemporaryDirectory() as folder:
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
        settings = {**sizes.settings.get("es", {}), "generations": sizes.generations}
        run = learn(configured("es", settings), Path(folder) / "run")
        machine = Machine(device="cuda" if device.startswith("cuda") else "cpu")
        return dict(measure_explorer(run.path, machine=machine))


def _measure(child: BoundedCalls, call: Call, seconds: float) -> Row:
    if seconds <= 0:
        return {**call.columns, "failed": "no time was left"}
    child.start(call.function, *call.arguments)
    try:
        row: Row = child.result(seconds)
    except RuntimeError as error:
        return {**call.columns, "failed": str(error)}
    return row

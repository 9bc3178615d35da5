"""Measure the speed of the program: rollouts, a sweep, and the drawing and encoding of films."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from agents.engine.target import vector_bits
from render.legend import Frame
from render.palette import colour
from render.picture import picture
from render.terrain import terrain
from render.video import write
from sim.speed import cpu_speeds, fma_peak, sweep_speed

SIZE = (720, 1280)
FIELD = (360, 640)
FRAMES = 40


def bench(seconds: float) -> dict[str, Any]:
    """Measure everything. Rollouts take about `seconds` seconds, all else a few more, and compiling comes on top."""
    with TemporaryDirectory() as folder:
        return {
            "vector_bits": vector_bits(),
            "fma_peak_gflops": fma_peak() / 1e9,
            "rollouts": cpu_speeds(seconds),
            "sweep": sweep_speed(Path(folder)),
            "film": films(Path(folder)),
        }


def measure_workers() -> dict[str, Any]:
    """The figures of `sim.worker_speed`, which take about two minutes."""
    from sim.worker_speed import worker_speeds

    with TemporaryDirectory() as folder:
        return worker_speeds(Path(folder))


def films(folder: Path) -> dict[str, float]:
    """Frames per second, 1280 x 720, of a field of 640 x 360: drawn flat, drawn as land, and encoded as mp4."""
    rows, columns = np.mgrid[: FIELD[0], : FIELD[1]]
    heights = (np.hypot(rows - 180, columns - 320) // 7 % 13 + columns // 40).astype(np.float32)
    paint = colour(heights)
    frames = [np.roll(picture(heights, 1.0), 8 * shift, axis=1) for shift in range(FRAMES)]
    begin = time.perf_counter()
    write(frames, folder / "bench.mp4", fps=30, metadata={})
    encoding = time.perf_counter() - begin
    return {
        "colour_fps": _frames_per_s(lambda: picture(heights, 1.0)),
        "land_fps": _frames_per_s(lambda: terrain(heights, paint, size=SIZE)),
        "encode_fps": FRAMES / encoding,
    }


def _frames_per_s(draw: Callable[[], Frame]) -> float:
    """Frames per second by the median time of several calls, after a first one that compiles."""
    draw()
    times = []
    for _ in range(FRAMES // 4):
        begin = time.perf_counter()
        draw()
        times.append(time.perf_counter() - begin)
    return 1 / float(np.median(times))

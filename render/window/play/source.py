"""Source: what is played: a field, or a run's landscape that is swept beside the window.

N heights; H and W rows and columns of a glance.
"""

import hashlib
import json
import os
import tempfile
import threading
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.errors import Remedy, UserError
from render.studio import is_run
from render.window.play.growing import Growing
from sim.landscape.chunks import arrays
from sim.landscape.landscape import Landscape
from sim.landscape.sampling import sample
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.run import Run
from sim.rollout.machine import CPU, Machine

FOLDER = "landscapes"  # beside the run's own files
GLANCES, COARSE = 16, 16  # views that are glanced at before a sweep, and how much coarser than it is swept


class _Stopped(Exception):
    """The sweep was told to stop."""


class Sweeping:
    """A landscape that is swept into the field `path` in a thread; stopped, it can be continued."""

    def __init__(self, landscape: Landscape, path: Path, tile: int, machine: Machine) -> None:
        """Start."""
        self.path, self.failure = path, ""
        self.glance: NDArray[np.float32] | None = None  # heights [N] a maze from all over the tour, once they are known
        self._stop = threading.Event()
        target, what = self._sweep, (landscape, tile, machine)
        self._thread = threading.Thread(target=target, args=what, name="sweep", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still sweeps."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Until there is a field to open; UserError where there will be none."""
        while not (self.path / "zarr.json").is_file():
            self._thread.join(0.05)
            if not self.alive and not (self.path / "zarr.json").is_file():
                what = f"the sweep into {self.path} ended at once"
                raise UserError(self.failure) if self.failure else UserError(what, Remedy.MAKE_FIELD)

    def stop(self) -> None:
        """After the tile that is being swept; all that was swept is kept."""
        self._stop.set()
        self._thread.join()

    def _sweep(self, landscape: Landscape, tile: int, machine: Machine) -> None:
        try:
            self.glance = glance(landscape, machine)
            sweep(landscape, self.path, machine=machine, tile=tile, progress=self._hear)
        except _Stopped:
            return
        except (UserError, OSError) as error:  # the latter where the folder goes while a tile is written
            lost = isinstance(error.__cause__ or error, FileNotFoundError)  # zarr.json may be the last to go
            self.failure = self._deleted if lost or not self._there else " ".join(str(error).split())

    @property
    def _there(self) -> bool:
        return (self.path / "zarr.json").is_file()

    @property
    def _deleted(self) -> str:
        return f"{self.path} was deleted while it was being swept; play the run again to sweep it anew"

    def _hear(self, done: int, total: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        if not self._there:
            raise UserError(self._deleted)


def glance(landscape: Landscape, machine: Machine = CPU) -> NDArray[np.float32]:
    """Heights [N] a maze of coarse pixels from all over a tour: enough to know its colours before it is swept."""
    tour, counts = landscape.tour, landscape.counts
    heights = []
    for view in np.unique(np.linspace(0, len(tour.windows) - 1, GLANCES).astype(int)).tolist():
        height, width = (max(1, side // COARSE) for side in tour.shape)
        window = replace(tour.windows[view], shape=(height, width))
        seen = sample(landscape.objective, tour.plane(view), window, machine, tour.dtype(view))
        heights.append((seen / (counts[:, None, None] if tour.layers else counts[view])).ravel())
    return np.concatenate(heights).astype(np.float32)


def open_source(source: Path, spec: LandscapeSpec, machine: Machine = CPU) -> tuple[Growing, Sweeping | None]:
    """The field at `source`; or a run's, which is being swept into the run's folder, or a temporary one.

    Raises UserError where it is neither, or cannot be swept.
    """
    if not is_run(source):
        return Growing(source), None
    landscape = plan(Run.open(source), spec, machine=machine)
    sweeping = Sweeping(landscape, place(source, landscape), spec.tile, machine)
    try:
        sweeping.wait()
        return Growing(sweeping.path), sweeping
    except (KeyboardInterrupt, UserError):
        sweeping.stop()
        raise


def place(run: Path, landscape: Landscape) -> Path:
    """Where a run's landscape is kept: the same one has the same place, so that it goes on the next time."""
    digest = hashlib.blake2b(digest_size=4)
    tour = landscape.tour
    windows = [asdict(window) for window in tour.windows]
    digest.update(json.dumps([tour.name, landscape.json(), windows], sort_keys=True).encode())
    for values in arrays(tour).values():
        digest.update(values.tobytes())
    writable = os.access(run / FOLDER if (run / FOLDER).exists() else run, os.W_OK | os.X_OK)
    folder = run / FOLDER if writable else Path(tempfile.mkdtemp(prefix="foragescape-"))
    return folder / f"{tour.name}-{digest.hexdigest()}.zarr"

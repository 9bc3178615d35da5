"""Background sweep: sweeps a landscape in a thread while the window shows it.

N heights.
"""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.errors import Remedy, UserError
from render.looks import shown
from sim.landscape.landscape import Landscape
from sim.landscape.sampling import sample
from sim.landscape.sweep import sweep
from sim.rollout.machine import CPU, Machine

VIEWS, COARSE = 16, 16  # a preview samples so many views, and every so-many-th row and column of them


class _Stopped(Exception):
    """The sweep was asked to stop."""


class BackgroundSweep:
    """A sweep of a landscape into the field `path`; a stopped sweep can be continued."""

    def __init__(self, landscape: Landscape, path: Path, tile: int, machine: Machine) -> None:
        """Start the thread."""
        self.path, self.failure = path, ""
        self.preview: NDArray[np.float32] | None = None  # heights per maze [N] from all over the tour, once known
        self._stop = threading.Event()
        target, arguments = self._sweep, (landscape, tile, machine)
        self._thread = threading.Thread(target=target, args=arguments, name="sweep", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the sweep is running."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Wait until the field can be opened; raises UserError where the sweep ended without making one."""
        while not self._field_exists:
            self._thread.join(0.05)
            if not self.alive and not self._field_exists:
                what = f"the sweep into {self.path} ended at once"
                raise UserError(self.failure) if self.failure else UserError(what, Remedy.MAKE_FIELD)

    def stop(self) -> None:
        """Stop after the tile that is being swept; all swept tiles are kept."""
        self._stop.set()
        self._thread.join()

    def _sweep(self, landscape: Landscape, tile: int, machine: Machine) -> None:
        try:
            self.preview = preview(landscape, machine)
            sweep(landscape, self.path, machine=machine, tile=tile, progress=self._check)
        except _Stopped:
            return
        except (UserError, OSError) as error:  # OSError where the folder is deleted while a tile is written
            lost = isinstance(error.__cause__ or error, FileNotFoundError)  # zarr.json may be deleted last
            self.failure = self._deleted if lost or not self._field_exists else " ".join(str(error).split())

    @property
    def _field_exists(self) -> bool:
        return (self.path / "zarr.json").is_file()

    @property
    def _deleted(self) -> str:
        return f"{self.path} was deleted while it was being swept; play the run again to sweep it anew"

    def _check(self, done: int, total: int) -> None:
        """End the sweep where it was stopped or the field was deleted."""
        if self._stop.is_set():
            raise _Stopped
        if not self._field_exists:
            raise UserError(self._deleted)


def preview(landscape: Landscape, machine: Machine = CPU) -> NDArray[np.float32]:
    """Heights per maze [N] of coarse pixels from all over a tour: enough to choose its colours before the sweep."""
    tour, counts = landscape.tour, landscape.counts
    heights = []
    for view in np.unique(np.linspace(0, len(tour.windows) - 1, VIEWS).astype(int)).tolist():
        height, width = (max(1, side // COARSE) for side in tour.shape)
        window = replace(tour.windows[view], shape=(height, width))
        sampled = sample(landscape.objective, tour.plane(view), window, machine, tour.dtype(view))
        mazes = counts[:, None, None] if tour.layers else counts[view]
        heights.append(shown(landscape.objective, sampled, mazes).ravel())
    return np.concatenate(heights)

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
from sim.landscape.field import arrays
from sim.landscape.survey import Survey, SurveyConfig, maze_counts, plan
from sim.landscape.sweep import sample
from sim.learning.run import Run
from sim.rollout.machine import CPU, Machine

FOLDER = "landscapes"  # beside the run's own files
GLANCES, COARSE = 16, 16  # views that are glanced at before a sweep, and how much coarser than it is swept


class _Stopped(Exception):
    """The sweep was told to stop."""


class Sweeping:
    """A survey that is swept into the field `path` in a thread; stopped, it can be continued."""

    def __init__(self, survey: Survey, path: Path, tile: int) -> None:
        """Start."""
        self.path, self.failure = path, ""
        self.glance: NDArray[np.float32] | None = None  # heights [N] a maze from all over the tour, once they are known
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sweep, args=(survey, tile), name="sweep", daemon=True)
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

    def _sweep(self, survey: Survey, tile: int) -> None:
        try:
            self.glance = glance(survey)
            survey.sweep(self.path, tile=tile, progress=self._hear)
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


def glance(survey: Survey) -> NDArray[np.float32]:
    """Heights [N] a maze of coarse pixels from all over a tour: enough to know its colours before it is swept."""
    tour, counts = survey.tour, maze_counts(survey.provenance, survey.tour)
    heights = []
    for view in np.unique(np.linspace(0, len(tour.windows) - 1, GLANCES).astype(int)).tolist():
        height, width = (max(1, side // COARSE) for side in tour.shape)
        window = replace(tour.windows[view], shape=(height, width))
        seen = sample(survey.objective, tour.plane(view), window, tour.dtype(view))
        heights.append((seen / (counts[:, None, None] if tour.layers else counts[view])).ravel())
    return np.concatenate(heights).astype(np.float32)


def open_source(source: Path, config: SurveyConfig, machine: Machine = CPU) -> tuple[Growing, Sweeping | None]:
    """The field at `source`; or a run's, which is being swept into the run's folder, or a temporary one.

    Raises UserError where it is neither, or cannot be swept.
    """
    if not is_run(source):
        return Growing(source), None
    survey = plan(Run.open(source), config, machine=machine)
    sweeping = Sweeping(survey, place(source, survey), config.tile)
    try:
        sweeping.wait()
        return Growing(sweeping.path), sweeping
    except (KeyboardInterrupt, UserError):
        sweeping.stop()
        raise


def place(run: Path, survey: Survey) -> Path:
    """Where a run's landscape is kept: the same survey has the same place, so that it goes on the next time."""
    digest = hashlib.blake2b(digest_size=4)
    windows = [asdict(window) for window in survey.tour.windows]
    digest.update(json.dumps([survey.tour.name, survey.provenance, windows], sort_keys=True).encode())
    for values in arrays(survey.tour).values():
        digest.update(values.tobytes())
    writable = os.access(run / FOLDER if (run / FOLDER).exists() else run, os.W_OK | os.X_OK)
    folder = run / FOLDER if writable else Path(tempfile.mkdtemp(prefix="foragescape-"))
    return folder / f"{survey.tour.name}-{digest.hexdigest()}.zarr"

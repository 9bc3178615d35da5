"""Source: opens what the player plays: a field, or a run whose landscape is swept meanwhile."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

from agents.errors import UserError
from render.open_run import open_run
from render.studio import is_run
from render.window.play.background_sweep import BackgroundSweep
from render.window.play.growing_field import GrowingField
from sim.landscape.chunks import arrays
from sim.landscape.landscape import Landscape
from sim.landscape.spec import LandscapeSpec, plan
from sim.rollout.machine import CPU, Machine

FOLDER = "landscapes"  # in the run's folder


def open_source(
    source: Path, spec: LandscapeSpec, machine: Machine = CPU
) -> tuple[GrowingField, BackgroundSweep | None]:
    """Open the field at `source`; or start to sweep the landscape of a run, into its folder or a temporary one.

    Raises UserError where `source` is neither, or the landscape cannot be swept.
    """
    if not is_run(source):
        return GrowingField(source), None
    landscape = plan(open_run(source), spec, machine=machine)
    sweep = BackgroundSweep(landscape, field_path(source, landscape), spec.tile, machine)
    try:
        sweep.wait()
        return GrowingField(sweep.path), sweep
    except (KeyboardInterrupt, UserError):
        sweep.stop()
        raise


def field_path(run: Path, landscape: Landscape) -> Path:
    """The path of the field for a run's landscape; the same landscape has the same path, so its sweep can continue."""
    digest = hashlib.blake2b(digest_size=4)
    tour = landscape.tour
    windows = [asdict(window) for window in tour.windows]
    digest.update(json.dumps([tour.name, landscape.json(), windows], sort_keys=True).encode())
    for values in arrays(tour).values():
        digest.update(values.tobytes())
    writable = os.access(run / FOLDER if (run / FOLDER).exists() else run, os.W_OK | os.X_OK)
    folder = run / FOLDER if writable else Path(tempfile.mkdtemp(prefix="foragescape-"))
    return folder / f"{tour.name}-{digest.hexdigest()}.zarr"

"""Opening the run or the field in a folder."""

from pathlib import Path

from agents.files import local_path
from render.notebook.notebook_field import NotebookField
from sim.landscape.field import open_frames
from sim.learning.run import Run


def open_run(path: str | Path) -> Run:
    """Open the run in a folder. Raises UserError if there is none."""
    return Run.open(local_path(path))


def open_field(path: str | Path) -> NotebookField:
    """Open the finished field in a zarr folder; its heights are read when they are needed. Raises UserError if none."""
    field, read = open_frames(local_path(path))
    return NotebookField(field.landscape, read, local_path(path))

"""Open what a folder holds: a run, or a field."""

from pathlib import Path

from render.notebook.notebook_field import NotebookField
from sim.landscape.field import open_frames
from sim.learning.run import Run


def open_run(path: str | Path) -> Run:
    """The run in a folder that learning wrote. Raises UserError where there is none."""
    return Run.open(Path(path))


def open_field(path: str | Path) -> NotebookField:
    """The finished field in a zarr folder; its heights are read when they are asked for. Raises UserError as needed."""
    field, read = open_frames(path)
    return NotebookField(field.landscape, read, Path(path))

"""A tile of a field as a task that any process can do that sees the field's folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.landscape.filling import Tile, UnfinishedField, fill_tile, open_unfinished
from sim.rollout.machine import Machine
from sim.work.task import Task


@dataclass(frozen=True, slots=True)
class TileTask:
    """Compute one tile of the field at an absolute `path`; see `sim.landscape.filling.fill_tile`."""

    path: Path
    tile: Tile
    cost: float
    """Pixels, all of which take about as long."""

    @property
    def key(self) -> str:
        """The field and the tile: a field is of one landscape for good."""
        return f"{self.path}:{'.'.join(map(str, self.tile))}"

    @property
    def label(self) -> str:
        """The tile by its numbers."""
        return f"tile {self.tile} of {self.path.name}"

    @property
    def needs(self) -> tuple[Task, ...]:
        """Nothing but the field."""
        return ()

    @property
    def needed(self) -> bool:
        """By no other task."""
        return False

    def done(self) -> bool:
        """True where the tile is there, and its checksums are right."""
        return open_unfinished(self.path).is_intact(self.tile)

    def run(self, machine: Machine) -> None:
        """Compute and store it."""
        fill_tile(self.path, self.tile, machine)


def tile_tasks(field: UnfinishedField) -> Iterator[TileTask]:
    """The tasks of all tiles of a field, one by one: a field may have more than fit in memory."""
    path = field.path.absolute()
    return (TileTask(path, tile, field.pixels(tile)) for tile in field.tiles())

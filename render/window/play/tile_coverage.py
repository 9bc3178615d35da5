"""Tile coverage: which tiles of a field on disk have been swept so far.

T frames of rows x columns tiles.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class TileCoverage:
    """A flag for each tile of each frame, in `there` bool [T, rows, columns]; `scan` looks for new tiles."""

    def __init__(self, folder: Path, shape: tuple[int, int, int], depth: int = 1) -> None:
        """For a zarr array whose tiles are stored in `folder`, and whose T, rows and columns are `shape`.

        A file holds the same tile of `depth` frames.
        """
        self._folder, self._depth = folder, depth
        self.there: NDArray[np.bool_] = np.zeros(shape, np.bool_)

    @property
    def count(self) -> int:
        """The number of swept tiles."""
        return int(self.there.sum())

    @property
    def by_frame(self) -> NDArray[np.float64]:
        """The swept fraction of each frame, [T]."""
        return np.asarray(self.there.mean(axis=(1, 2)), np.float64)

    @property
    def begun(self) -> int:
        """The number of frames up to the last one with a swept tile; at least one."""
        return 1 + max(np.flatnonzero(self.there.any(axis=(1, 2))).tolist(), default=0)

    @property
    def complete(self) -> bool:
        """Whether all tiles have been swept."""
        return bool(self.there.all())

    @property
    def fraction(self) -> float:
        """The swept fraction of the field, 0 to 1."""
        return float(self.there.mean())

    def scan(self) -> bool:
        """Look for new tiles on disk; returns whether there are any."""
        before = self.count
        for file, row, column in np.argwhere(~self.there[:: self._depth]).tolist():
            if (self._folder / str(file) / str(row) / str(column)).is_file():
                first = file * self._depth
                self.there[first : first + self._depth, row, column] = True
        return self.count > before

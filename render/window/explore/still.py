"""Stills: pictures that the explorer saves, finished to the last pixel in a thread while the person goes on.

H and W rows and columns of a picture.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event
from typing import Any

import numpy as np

from render.legend import Frame
from render.streams import say
from render.window.capture import screenshot
from render.window.explore.landscape_panel import LandscapePanel, Layers, put_landscape_panel
from render.window.explore.origin import TerrainSampler
from render.window.explore.painting import paint
from render.window.explore.side_panel_picture import SidePanelPicture
from render.window.explore.tile_worker import compute
from render.window.explore.tiles import Grid, TileCache

MOST = 4  # stills that wait, so that a window closes soon
AT_ONCE = 512  # pixels between two looks at whether the window closes


@dataclass(frozen=True, slots=True)
class Still:
    """What a picture of `size` H, W shows, as it was when it was asked for.

    `panel` is the landscape's part; `beside`, at its right, the picked foragers'. `stem` is the start of the file's
    name, and `about` its metadata.
    """

    sampler: TerrainSampler
    panel: LandscapePanel
    beside: SidePanelPicture | None
    size: tuple[int, int]
    stem: str
    about: dict[str, Any]

    def draw(self, grid: Grid) -> Frame:
        """Draw the picture uint8 [H, W, 3] from the tiles under its view; unknown pixels are interpolated."""
        layers, terrain = self.panel.layers, self.sampler.terrain
        painting = paint(grid, terrain, layers.view, self.panel.colours, layers.painting)
        frame = np.zeros((*self.size, 3), np.uint8)
        width = self.size[1] - (self.beside.size[1] if self.beside is not None else 0)
        final = Layers(painting, None, layers.view, layers.shift)
        put_landscape_panel(frame[:, :width], replace(self.panel, layers=final))
        if self.beside is not None:
            frame[:, width:] = self.beside.draw()
        return frame


class StillSaver:
    """Saves stills under free names in the working directory, one after the other."""

    def __init__(self, tiles: TileCache) -> None:
        """Use and add to the known tiles."""
        self._tiles = tiles
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="still")
        self._jobs: list[Future[str]] = []
        self.count = 0  # of the stills that were asked for
        self._closing = Event()

    def save(self, still: Still) -> str:
        """Save a still as soon as all its pixels are known; returns a message, also where too many wait."""
        if len(self._jobs) >= MOST:
            return f"{MOST} pictures are still being computed; press s again when one is saved"
        self.count += 1
        self._jobs.append(self._pool.submit(self._finish, still))
        return "the picture is saved once all its pixels are computed"

    def tick(self) -> str:
        """A message once a still is saved, or could not be; else ""."""
        if not self._jobs or not self._jobs[0].done():
            return ""
        return self._jobs.pop(0).result()

    def close(self) -> None:
        """Save what is left at once, with interpolated pixels, and say so on the terminal."""
        self._closing.set()
        self._pool.shutdown(wait=True)
        for job in self._jobs:
            say(job.result())

    def _finish(self, still: Still) -> str:
        grid = self._tiles.grid(still.sampler.terrain, still.panel.layers.view)
        whole = self._compute(grid, still.sampler)
        message = screenshot(still.draw(grid), still.stem, {**still.about, "exact": whole})
        return message if whole else f"{message}, before all its pixels were computed"

    def _compute(self, grid: Grid, sampler: TerrainSampler) -> bool:
        """Compute the unknown pixels of a grid; returns whether all are known."""
        for tile in (tile for row in grid for tile in row):
            missing = tile.missing(1)
            for first in range(0, len(missing), AT_ONCE):
                if self._closing.is_set():
                    return False
                compute(sampler, [(tile, missing[first : first + AT_ONCE])])
        return True

"""Landscape pipeline: one thread computes the tiles under the current view, another colours them.

H and W rows and columns of a view.
"""

from render.window.explore.origin import TerrainSampler
from render.window.explore.pace import COARSEST
from render.window.explore.painter import Painter
from render.window.explore.painting import ColourSettings, Painting
from render.window.explore.place import Terrain
from render.window.explore.tile_worker import TileWorker
from render.window.explore.tiles import Grid, TileCache
from render.window.explore.view import View


class LandscapePipeline:
    """The tiles, the worker that computes them and the painter that colours them."""

    def __init__(self) -> None:
        """Start idle threads."""
        self.tiles, self.worker, self.painter = TileCache(), TileWorker(), Painter()
        self._view: tuple[Terrain, View] | None = None
        self._grid: Grid = []

    @property
    def painting(self) -> Painting | None:
        """The last finished painting."""
        return self.painter.painting

    @property
    def background(self) -> Painting | None:
        """The painting from before the last move, in the colours of the last finished one."""
        return self.painter.background

    @property
    def progress(self) -> float:
        """The fraction of the view's pixels that the passes so far have computed, 0 to 1."""
        if not self.worker.busy:
            return 1.0
        return 1 / max(1, self.worker.stride) - 1 / COARSEST

    def keep_background(self) -> None:
        """Keep the current painting: it fills the frame during a zoom where the next painting does not reach."""
        self.painter.background = self.painting

    def drop_background(self) -> None:
        """Forget the background: no zoom goes on."""
        self.painter.background = None

    def refresh(self, sampler: TerrainSampler, view: View, colours: ColourSettings) -> None:
        """Compute and paint a view from now on; returns at once."""
        if self._view != (sampler.terrain, view):
            self._view, self._grid = (sampler.terrain, view), self.tiles.grid(sampler.terrain, view)
            self.worker.compute_view(sampler, view, self._grid)
        self.painter.request(self._grid, sampler.terrain, view, colours, self.worker.revision)

    def close(self) -> None:
        """Stop both threads after what they do now."""
        self.worker.close()
        self.painter.close()

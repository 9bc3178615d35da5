"""Picture view: which part of a picture a window shows, and the parts that it showed before.

H and W rows and columns of the picture. Places are x, y in its pixels.
"""

from render.window.viewport import Viewport, arrow_drag

MOST_UNDONE = 64  # number of views that are stored for undoing


class PictureView:
    """The visible part of a picture of `size` H, W: `viewport` enlarges it to the same size."""

    def __init__(self, size: tuple[int, int]) -> None:
        """Show all of the picture."""
        self.size = size
        self.viewport = self._whole()
        self._past: list[Viewport] = []

    def resize(self, size: tuple[int, int]) -> None:
        """Take another size, and show all of the picture."""
        if size != self.size:
            self.size, self._past = size, []
            self.viewport = self._whole()

    def zoom(self, x: int, y: int, turns: float) -> None:
        """Zoom in by notches of the wheel at a place."""
        self._go(self.viewport.zoomed(x, y, turns))

    def remember(self) -> None:
        """Store the present view, so that `undo` returns to it."""
        self._past = [*self._past[-MOST_UNDONE:], self.viewport]

    def drag(self, dx: int, dy: int) -> None:
        """Move the picture by pixels."""
        self.viewport = self.viewport.panned(dx, dy)

    def move(self, key: str) -> None:
        """Look further to the left, right, up or down."""
        self._go(self.viewport.panned(*arrow_drag(key, self.size)))

    def fit(self) -> None:
        """Show all of the picture."""
        self._go(self._whole())

    def undo(self) -> None:
        """Return to the view before, if there is one."""
        before = [viewport for viewport in self._past if viewport != self.viewport]
        if before:
            self.viewport, self._past = before[-1], before[:-1]

    def place_at(self, x: int, y: int) -> tuple[int, int]:
        """The place x, y of the whole picture that is visible at a place, (-1, -1) outside."""
        pixel = self.viewport.pixel(x, y)
        return (pixel[1], pixel[0]) if pixel is not None else (-1, -1)

    def _whole(self) -> Viewport:
        return Viewport.fitting(self.size, (0, 0, self.size[1], self.size[0]))

    def _go(self, viewport: Viewport) -> None:
        if viewport != self.viewport:
            self.remember()
            self.viewport = viewport

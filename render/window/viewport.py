"""Viewport: which part of a field a window shows from above, with zooming and panning.

h and w rows and columns of the field; H and W those of the box in the frame that shows it. Places are x, y in pixels of
the frame or of the field; a field's pixel (row, column) covers the places from (column, row) to (column + 1, row + 1).
"""

from dataclasses import dataclass, replace

import numpy as np

from render.legend import Box, Frame

NOTCH = 1.25  # zoom factor of one notch of the wheel
CLOSEST = 96.0  # most pixels of the frame for one of the field
ARROW = 1 / 8  # how far an arrow key moves a view, in shorter sides of it
ARROWS = {"left": (1, 0), "right": (-1, 0), "up": (0, 1), "down": (0, -1)}  # where an arrow key drags the picture
CRISP = 8.0  # from this scale on, pixels of the field are drawn as sharp squares


def arrow_drag(key: str, size: tuple[int, int]) -> tuple[int, int]:
    """By how many pixels, x and y, an arrow key drags the picture in a view of `size` H, W."""
    step = round(ARROW * min(size))
    x, y = ARROWS[key]
    return step * x, step * y


@dataclass(frozen=True, slots=True)
class Viewport:
    """A field of `shape` h, w in the frame's `box`, enlarged `zoom` times beyond what fits, with x, y in the middle."""

    shape: tuple[int, int]
    box: Box
    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @classmethod
    def fitting(cls, shape: tuple[int, int], box: Box) -> "Viewport":
        """The whole field, or as much of it as fills the box."""
        return cls(shape, box, 1.0, shape[1] / 2, shape[0] / 2)

    @property
    def scale(self) -> float:
        """Pixels of the frame for one of the field."""
        return self.zoom * max(self.box[2] / self.shape[1], self.box[3] / self.shape[0])

    def into(self, box: Box) -> "Viewport":
        """The same part of the field in another box."""
        return replace(self, box=box)._clamped()

    def zoomed(self, x: int, y: int, turns: float) -> "Viewport":
        """Zoom in by notches of the wheel; the field's place at x, y of the frame stays there."""
        at_x, at_y = self.field(x, y)
        most = max(1.0, CLOSEST * self.zoom / self.scale)
        zoom = min(most, max(1.0, self.zoom * NOTCH**turns))
        change = self.zoom / zoom
        return replace(self, zoom=zoom, x=at_x + (self.x - at_x) * change, y=at_y + (self.y - at_y) * change)._clamped()

    def panned(self, dx: float, dy: float) -> "Viewport":
        """Drag the field by pixels of the frame."""
        return replace(self, x=self.x - dx / self.scale, y=self.y - dy / self.scale)._clamped()

    def field(self, x: float, y: float) -> tuple[float, float]:
        """The place of the field at a place of the frame."""
        left, top, width, height = self.box
        return self.x + (x - left - width / 2) / self.scale, self.y + (y - top - height / 2) / self.scale

    def frame(self, x: float, y: float) -> tuple[float, float]:
        """The place of the frame at a place of the field."""
        left, top, width, height = self.box
        return left + width / 2 + (x - self.x) * self.scale, top + height / 2 + (y - self.y) * self.scale

    def pixel(self, x: int, y: int) -> tuple[int, int] | None:
        """The row and column of the field at a place of the frame; None outside the box or the field."""
        left, top, width, height = self.box
        if not (left <= x < left + width and top <= y < top + height):
            return None
        column, row = (int(np.floor(at)) for at in self.field(x + 0.5, y + 0.5))
        return (row, column) if 0 <= row < self.shape[0] and 0 <= column < self.shape[1] else None

    def draw(self, picture: Frame) -> Frame:
        """Draw the visible part [H, W, 3] of a picture uint8 [h, w, 3] of the field.

        Pixels are averaged when small, interpolated when larger, and sharp from CRISP on.
        """
        from PIL import Image

        _, _, width, height = self.box
        half_w, half_h = width / self.scale / 2, height / self.scale / 2
        part = (
            max(0.0, self.x - half_w),
            max(0.0, self.y - half_h),
            min(float(self.shape[1]), self.x + half_w),
            min(float(self.shape[0]), self.y + half_h),
        )
        ways = Image.Resampling
        way = ways.BOX if self.scale < 1 else ways.BICUBIC if self.scale < CRISP else ways.NEAREST
        return np.asarray(Image.fromarray(picture).resize((width, height), way, box=part))

    def _clamped(self) -> "Viewport":
        """Moved so that no part of the box lies outside the field."""
        half_w, half_h = self.box[2] / self.scale / 2, self.box[3] / self.scale / 2
        x = min(max(self.x, half_w), self.shape[1] - half_w)
        y = min(max(self.y, half_h), self.shape[0] - half_h)
        return replace(self, x=x, y=y)

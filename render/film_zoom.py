"""The scene of a zoom: one continuous dive, in which each frame of the field lies in the middle of the wider one.

H and W rows and columns of a frame of the film, h and w those of a frame of the field.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, prod

import numpy as np
from numpy.typing import NDArray

from render.film import BAND, FilmConfig, Scene
from render.film_words import words
from render.legend import Frame, put_bars
from render.pair_of_reels import bars, colours
from render.palette import Equaliser, colour, equaliser, finite_limits
from render.picture import relief_light, shade_relief
from render.reel import Reel, frames_to_cache

FEATHER = 0.22  # the share of a side over which the edge of an inner picture fades into the outer one
OCTAVE = 0.9  # seconds in which a zoom halves its radius


def zoom(reel: Reel, config: FilmConfig, size: tuple[int, int], fps: float) -> Scene:
    """The scene of a zoom. A frame shows up to three frames of the field, each in the middle of the next wider one.

    Colours by rank are those of the ranks within each frame of the field, mixed on the way from one to the next: with
    the ranks of the whole film, the few heights that a deep frame has would share one colour. Two quantities have ranks
    of their own, and no relief.
    """
    radii = np.array([window.radius for window in reel.tour.windows])
    octaves = np.log2(radii[0] / radii)
    seconds = OCTAVE * float(octaves[-1]) if config.seconds is None else config.seconds
    count = max(1, round(seconds * fps))
    shown = [reel] if reel.lightness is None else [reel, reel.lightness]
    ranks_at = {each: _ranks(each) for each in shown if config.equalise and not each.objective.categorical}
    paint = _painter(reel, config) if reel.lightness is None else _painter_of_two(reel, config, list(ranks_at))

    def place(number: int) -> tuple[float, int, float]:
        """The octaves of depth of a frame, the frame of the field in which it lies, and the way to the next, 0 to 1."""
        depth = float(octaves[-1]) * number / max(count - 1, 1)
        outer = int(np.searchsorted(octaves, depth, side="right")) - 1
        last = outer == len(octaves) - 1
        return depth, outer, 0.0 if last else float((depth - octaves[outer]) / (octaves[outer + 1] - octaves[outer]))

    def draw(number: int) -> Frame:
        depth, outer, way = place(number)
        ranks, inlays = [at(outer, way) for at in ranks_at.values()], []
        for inner in range(outer, min(outer + 3, len(octaves))):
            # The innermost appears gradually, or the middle would jump from one frame of the field to the next.
            share = way if inner == outer + 2 else 1.0
            inlays.append(_inlay(size, paint(inner, *ranks), 2.0 ** (depth - octaves[inner]), share))
        return _lay(size, inlays)

    def put(frame: Frame, number: int) -> None:
        depth, outer, way = place(number)
        radius = float(radii[0] * 2.0**-depth) * reel.tour.scale
        rows, columns = reel.tour.shape
        spacing = 2 * radius / min(rows, columns) / max(size[0] / rows, size[1] / columns)
        title, caption = words(reel, config, outer, radius)
        put_bars(frame, bars(reel, config, lambda each: ranks_at[each](outer, way)), title, caption, spacing)

    return Scene(count, draw, put if config.captions else None)


def _ranks(reel: Reel) -> Callable[[int, float], Equaliser]:
    """Return a function of a frame of the field and of the way to the next, 0 to 1: the equaliser between the two."""

    @lru_cache(maxsize=4)
    def of(frame: int) -> Equaliser:
        heights = reel.heights(frame)
        return equaliser(heights) if np.isfinite(heights).any() else reel.ranks

    @lru_cache(maxsize=4)
    def between(frame: int, way: float) -> Equaliser:
        if not way:
            return of(frame)
        here, there = of(frame), of(frame + 1)
        values = np.union1d(here.values, there.values)
        return Equaliser(values, (1 - way) * here(values) + way * there(values))

    return between


def _painter_of_two(reel: Reel, config: FilmConfig, ranked: list[Reel]) -> Callable[..., Frame]:
    """Return a function that colours a frame of two quantities, given the ranks of those that are `ranked`."""

    @lru_cache(maxsize=4)
    def painted(frame: int, *ranks: Equaliser) -> Frame:
        given = dict(zip(ranked, ranks, strict=True))
        return colours(reel, config, frame, lambda each: given[each])

    return painted


def _painter(reel: Reel, config: FilmConfig) -> Callable[..., Frame]:
    """Return a function that colours and lights a frame of the field, given its ranks unless colours are linear.

    The light of the last few is cached.

    With colours by rank, the relief of a frame is as high as if its own least and greatest heights were the film's.
    """

    @lru_cache(maxsize=frames_to_cache(4 * prod(reel.tour.shape)))
    def light(frame: int) -> NDArray[np.float32]:
        heights = reel.heights(frame)
        return relief_light(heights, finite_limits(heights) if config.equalise else reel.limits)

    @lru_cache(maxsize=4)
    def painted(frame: int, ranks: Equaliser | None = None) -> Frame:
        rgb = colour(reel.heights(frame), config.palette, reel.limits, ranks)
        return shade_relief(rgb, light(frame)) if config.relief else rgb

    return painted


@dataclass(frozen=True, slots=True, eq=False)
class _Inlay:
    """A picture [h, w, 3] that lies in a frame at `top`, `left`.

    Its opacity is `share` times the smaller of two ramps, down [h] and across [w]. Without ramps it fills the frame.
    """

    part: Frame
    top: int = 0
    left: int = 0
    share: float = 1.0
    ramps: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def lay(self, band: NDArray[np.float32], first: int) -> None:
        """Draw it into a band of the frame's rows, of which the first has the number `first`."""
        start, stop = max(self.top, first), min(self.top + len(self.part), first + len(band))
        if start >= stop:
            return
        part = self.part[start - self.top : stop - self.top].astype(np.float32)
        under = band[start - first : stop - first, self.left : self.left + part.shape[1]]
        if self.ramps is None:
            under[:] = part
            return
        down, across = self.ramps
        alpha = np.float32(self.share) * np.minimum.outer(down[start - self.top : stop - self.top], across)[..., None]
        under += alpha * (part - under)


def _inlay(size: tuple[int, int], paint: Frame, scale: float, share: float) -> _Inlay:
    """Resize a picture of the field to `scale` times a frame of `size` H, W, to lie in its middle with soft edges."""
    from PIL import Image

    height, width = size
    rows, columns = paint.shape[:2]
    cover = max(height / rows, width / columns) * scale  # pixels of the frame to a pixel of the picture
    top, left = _margin(height - rows * cover), _margin(width - columns * cover)
    shown_h, shown_w = height - 2 * top, width - 2 * left
    if min(shown_h, shown_w) < 1:
        return _Inlay(paint[:0])
    box_h, box_w = min(rows, shown_h / cover), min(columns, shown_w / cover)
    box = ((columns - box_w) / 2, (rows - box_h) / 2, (columns + box_w) / 2, (rows + box_h) / 2)
    way = Image.Resampling.BICUBIC if cover >= 1 else Image.Resampling.BOX
    part = np.asarray(Image.fromarray(paint).resize((shown_w, shown_h), way, box=box))
    if scale >= 1:
        return _Inlay(part)
    feather = min(FEATHER, 1 - scale)  # 0 when the picture fills the frame, or its edge would jump
    return _Inlay(part, top, left, share, (_ramp(shown_h, feather), _ramp(shown_w, feather)))


def _lay(size: tuple[int, int], inlays: Sequence[_Inlay]) -> Frame:
    """Draw inlays into a frame of `size` H, W, each over those before it."""
    out = np.empty((*size, 3), np.uint8)
    for first in range(0, size[0], BAND):
        band = np.zeros((min(BAND, size[0] - first), size[1], 3), np.float32)
        for inlay in inlays:
            inlay.lay(band, first)
        out[first : first + BAND] = np.clip(band + 0.5, 0, 255)
    return out


def _margin(room: float) -> int:
    """Pixels on either side of a picture: a whole number, and the same on both sides, or a zoom would tremble."""
    return max(0, ceil(room / 2 - 1e-6))


def _ramp(length: int, feather: float) -> NDArray[np.float32]:
    """Opacities [length] that rise from 0 at both ends to 1, over a share `feather` of the length."""
    edge = np.minimum(np.arange(length), np.arange(length)[::-1]) / max(1.0, feather * length)
    return np.clip(edge, 0, 1).astype(np.float32)

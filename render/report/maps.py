"""Maps: fields as pictures in SVG, with marks over them and one colour bar for all that share their limits.

[H, W] the pixels of a field, row 0 at the top.
"""

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from render.camera import Camera
from render.legend import nice, ticks
from render.palette import colour, table
from render.report.chart import hash_of, tick
from render.terrain import terrain

Limits = tuple[float, float]
QUALITY = 90
STOPS = 17  # of a colour bar's gradient
LAND = (570, 760)  # rows and columns of a picture of land
SIDE = 360  # of a map's longer side, in its own units


def data_uri(data: bytes, kind: str) -> str:
    """Bytes as an address that holds them."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def encoded(rgb: NDArray[np.uint8]) -> str:
    """Colours [H, W, 3] as the address of a picture."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "WEBP", quality=QUALITY, method=4)
    return data_uri(stream.getvalue(), "image/webp")


@dataclass(frozen=True, slots=True)
class Scale:
    """How heights become colours: the same for all maps that are to be compared."""

    limits: Limits
    palette: str
    unit: str

    def paint(self, heights: NDArray[Any]) -> NDArray[np.uint8]:
        """The colours [H, W, 3] of heights [H, W], linear between the limits."""
        return colour(heights, self.palette, self.limits)

    def bar(self, width: int = 420) -> str:
        """The colour bar."""
        colours = table(self.palette)
        name = f"bar{hash_of(self.palette, self.unit, *map(str, self.limits), str(width))}"
        shares = np.linspace(0, 1, STOPS)
        stops = "".join(
            f'<stop offset="{share:.4f}" stop-color="rgb{tuple(colours[round(share * (len(colours) - 1))].tolist())}"/>'
            for share in shares.tolist()
        )
        marks = "".join(
            f'<path class="axis" d="M{6 + place * (width - 12):.1f} 32v4"/><text class="tick" '
            f'x="{6 + place * (width - 12):.1f}" y="48" text-anchor="middle">{tick(value)}</text>'
            for value, place in ticks(self.limits)
        )
        return (
            f'<svg class="scale" viewBox="0 0 {width} 52" role="img" aria-label="{escape(self.unit)}"><defs>'
            f'<linearGradient id="{name}">{stops}</linearGradient></defs><text class="tick" x="6" y="13">'
            f'{escape(self.unit)}</text><rect x="6" y="19" width="{width - 12}" height="13" fill="url(#{name})"/>'
            f"{marks}</svg>"
        )


def land(
    heights: NDArray[Any], scale: Scale, azimuth: float = 225.0, size: tuple[int, int] = LAND
) -> NDArray[np.uint8]:
    """Heights [H, W] as land in perspective, uint8 of `size`: its lowest and highest are the limits of the scale."""
    held = np.clip(heights, *scale.limits).astype(np.float32)
    camera = Camera(azimuth=azimuth, distance=2.2, target=(0.0, 0.0, -0.1))
    return terrain(held, scale.paint(held), camera, size, limits=scale.limits)


def picture(rgb: NDArray[np.uint8], text: str) -> str:
    """A picture [H, W, 3] without marks."""
    return f'<img class="land" src="{encoded(rgb)}" alt="{escape(text)}">'


class Map:
    """A field in its window, with marks at places of the plane; `pixel` is a pixel's side, `centre` the middle."""

    def __init__(
        self, rgb: NDArray[np.uint8], pixel: float, title: str, centre: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        """A map without marks."""
        self.rgb, self.title, self.centre = rgb, title, centre
        rows, columns = rgb.shape[:2]
        scale = SIDE / max(rows, columns)
        self.width, self.height, self.unit = columns * scale, rows * scale, scale / pixel
        self.marks: list[str] = []

    def at(self, xy: ArrayLike) -> NDArray[np.float64]:
        """Places [K, 2] of the plane in the map's units."""
        spots = np.asarray(xy, np.float64).reshape(-1, 2)
        x = self.width / 2 + (spots[:, 0] - self.centre[0]) * self.unit
        y = self.height / 2 - (spots[:, 1] - self.centre[1]) * self.unit
        return np.stack([x, y], axis=-1)

    def path(self, xy: ArrayLike, ink: str) -> None:
        """A way through places [K, 2], a dot at each."""
        spots = self.at(xy).tolist()
        way = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
        self.marks.append(f'<path class="halo" d="M{way}"/><path class="way {self.ink_of(ink)}" d="M{way}"/>')
        self.marks += [f'<circle class="{self.ink_of(ink)} stop" cx="{x:.1f}" cy="{y:.1f}" r="2"/>' for x, y in spots]

    def spot(self, xy: ArrayLike, ink: str, text: str = "", hollow: bool = False) -> None:
        """A champion, or hollow a beginning, with a word beside it."""
        x, y = self.at(xy)[0].tolist()
        kind = "begin" if hollow else "end"
        self.marks.append(f'<circle class="{kind} {self.ink_of(ink)}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        if text:
            side, anchor = (9, "start") if x < 0.7 * self.width else (-9, "end")
            self.marks.append(
                f'<text class="over" x="{x + side:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
            )

    @staticmethod
    def ink_of(ink: str) -> str:
        """The class of an ink over a picture, where the page's light or dark does not matter."""
        return f"on {ink}"

    def svg(self, unit: str, ruler: bool = True) -> str:
        """The finished map with a scale bar in the `unit` of its plane."""
        parts = [
            f'<svg class="map" viewBox="0 0 {self.width:.0f} {self.height:.0f}" role="img" '
            f'aria-label="{escape(self.title)}"><image href="{encoded(self.rgb)}" width="{self.width:.0f}" '
            f'height="{self.height:.0f}" preserveAspectRatio="none"/>{"".join(self.marks)}'
        ]
        if ruler:
            length = nice(0.3 * self.width / self.unit)
            end, floor = 12 + length * self.unit, 32
            parts.append(
                f'<path class="ruler" d="M12 {floor - 4}v8m0 -4H{end:.1f}m0 -4v8"/>'
                f'<text class="over" x="12" y="{floor - 9}">{tick(length)} {escape(unit)}</text>'
            )
        return "".join([*parts, "</svg>"])


def figure(parts: Sequence[str], caption: str, *, key: str = "", columns: int = 2) -> str:
    """A figure: what it shows in columns, its key above and its caption (HTML) below."""
    cells = "".join(f'<div class="cell">{part}</div>' for part in parts)
    above = f'<div class="key">{key}</div>' if key else ""
    return f'<figure>{above}<div class="cells n{columns}">{cells}</div><figcaption>{caption}</figcaption></figure>'


def pixel(radius: float, shape: tuple[int, int]) -> float:
    """A pixel's side in a window of that radius."""
    return 2 * radius / min(shape) if math.isfinite(radius) else 1.0

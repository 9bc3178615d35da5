"""Maps: fields as pictures with marks over them and their land in perspective, under one colour bar for all of a kind.

[H, W] the pixels of a field, row 0 at the top.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.camera import Camera
from render.legend import nice, ticks
from render.page.parties import Cast, Shown
from render.page.words import number
from render.palette import colour, finite_limits, table
from render.terrain import STUDIO, terrain
from sim.statistics.results import Map, Mark

Limits = tuple[float, float]
PALETTE, PALETTES = "inferno", {"nats": "mako_r"}  # by the first word of a unit; bright is better in each
QUALITY = 90
STOPS = 17  # of a colour bar's gradient
LAND = (570, 760)  # rows and columns of a picture of land
MARGIN = 12  # pixels around land
SIDE = 360  # of a map's longer side, in its own units


@dataclass(frozen=True, slots=True)
class Scale:
    """How heights become colours: the same for all maps that are to be compared."""

    limits: Limits
    unit: str

    @property
    def palette(self) -> str:
        """The palette of the unit."""
        return PALETTES.get(self.unit.partition(" ")[0], PALETTE)

    def paint(self, heights: NDArray[Any]) -> NDArray[np.uint8]:
        """The colours [H, W, 3] of heights [H, W], linear between the limits."""
        return colour(heights, self.palette, self.limits)

    def bar(self) -> dict[str, Any]:
        """The colour bar: the colours of its stops, and its ticks with their places, 0 to 1."""
        colours, shares = table(self.palette), np.linspace(0, 1, STOPS).tolist()
        stops = [(share, tuple(colours[round(share * (len(colours) - 1))].tolist())) for share in shares]
        named = [(number(float(f"{value:.6g}")), place) for value, place in ticks(self.limits)]
        return {"unit": self.unit, "stops": stops, "ticks": named}


def maps(cast: Cast, items: Sequence[Shown]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The maps of one quantity, each with its land beneath it unless paths are on it, and the colour bar of all."""
    fields = [each.result for each in items if isinstance(each.result, Map)]
    found = [each.limits or finite_limits(each.heights) for each in fields]
    low, high = min(each[0] for each in found), max(each[1] for each in found)
    scale = Scale((low, high if high > low else low + 1.0), items[0].quantity.unit)
    lands = _trimmed([land(each.heights, scale) for each in fields if not each.marks])
    cells = []
    for shown, field in zip(items, fields, strict=True):
        party = cast.parties.get(shown.party)
        cell = _map(cast, shown, field, scale)
        cell["name"], cell["detail"] = party and party.html(), shown.detail
        cell["land"] = None if field.marks else encoded(lands.pop(0))
        cells.append(cell)
    return cells, scale.bar()


def _map(cast: Cast, shown: Shown, field: Map, scale: Scale) -> dict[str, Any]:
    """A map with its marks and its scale bar, in units of which its longer side has SIDE."""
    rows, columns = field.heights.shape
    each = SIDE / max(rows, columns)
    width, height, unit = columns * each, rows * each, each / field.pixel
    marks = field.marks
    if not marks and shown.use.measure.of == "run":  # the run's champion is the origin
        marks = (Mark(np.zeros((1, 2))),)

    def placed(mark: Mark) -> dict[str, Any]:
        x = width / 2 + (mark.xy[:, 0] - field.centre[0]) * unit
        y = height / 2 - (mark.xy[:, 1] - field.centre[1]) * unit
        ink = cast.inks.get(shown.runs[min(mark.subject, len(shown.runs) - 1)], "plain")
        spots = np.column_stack([x, y]).round(1).tolist()
        return {"shape": mark.shape, "ink": ink, "spots": spots, "text": mark.text if mark.shape != "path" else ""}

    length = nice(0.3 * width / unit)
    about = {"width": round(width, 1), "height": round(height, 1), "ruler": round(length * unit, 1)}
    image, told = encoded(scale.paint(field.heights)), f"{number(float(f'{length:.6g}'))} {field.unit}"
    order = {"path": 0, "ring": 1, "spot": 2}
    placed_marks = [placed(mark) for mark in sorted(marks, key=lambda mark: order[mark.shape])]
    return {"kind": "map", "image": image, "told": told, "marks": placed_marks, "alt": shown.quantity.name, **about}


def land(
    heights: NDArray[Any], scale: Scale, azimuth: float = 225.0, size: tuple[int, int] = LAND
) -> NDArray[np.uint8]:
    """Heights [H, W] as land in perspective, uint8 of `size`: its lowest and highest are the limits of the scale."""
    held = np.clip(heights, *scale.limits).astype(np.float32)
    camera = Camera(azimuth=azimuth, distance=2.2, target=(0.0, 0.0, -0.1))
    return terrain(held, scale.paint(held), camera, size, limits=scale.limits)


def _trimmed(lands: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
    """Pictures of land without what is empty around all of them."""
    if not lands:
        return []
    seen = np.any([(np.abs(each.astype(int) - STUDIO) > 8).any(axis=2) for each in lands], axis=0)
    spans = [np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0)]
    rows, columns = (slice(max(0, each[0] - MARGIN), each[-1] + MARGIN) if each.size else slice(None) for each in spans)
    return [each[rows, columns] for each in lands]


def encoded(rgb: NDArray[np.uint8]) -> str:
    """Colours [H, W, 3] as the address of a picture."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "WEBP", quality=QUALITY, method=4)
    return data_uri(stream.getvalue(), "image/webp")


def data_uri(data: bytes, kind: str) -> str:
    """Bytes as an address that holds them."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"

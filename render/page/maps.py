"""Maps: fields as pictures with marks, each with its terrain in perspective, and one colour bar for all of a kind.

[H, W] the pixels of a field, row 0 at the top.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.camera import Camera
from render.page.contents import Contents, Entry
from render.page.words import number
from render.palette import colour, finite_limits, table
from render.terrain import STUDIO, terrain
from render.ticks import nice, ticks
from sim.statistics.results import Map, Mark

Limits = tuple[float, float]
PALETTE, PALETTES = "inferno", {"nats": "mako_r"}  # by the first word of a unit; bright is better in each
QUALITY = 90
STOPS = 17  # colours of a colour bar's gradient
TERRAIN = (570, 760)  # rows and columns of a picture of terrain
MARGIN = 12  # pixels around the terrain
LETTER, LINE, GAP = 6.5, 12.0, 9  # width of a letter, height of a line, and from a mark to its text
ORDER = ("path", "arrow", "ring", "spot")  # what is drawn first lies beneath
HEAD = 6  # length of the head of an arrow, in the same units as SIDE
SIDE = 360  # length of a map's longer side, in units of its SVG


@dataclass(frozen=True, slots=True)
class Scale:
    """The limits and the unit of heights: the same for all maps that are compared, so that colours mean the same."""

    limits: Limits
    unit: str

    @property
    def palette(self) -> str:
        """The palette of the unit."""
        return PALETTES.get(self.unit.partition(" ")[0], PALETTE)

    def paint(self, heights: NDArray[Any]) -> NDArray[np.uint8]:
        """The colours [H, W, 3] of heights [H, W], linear between the limits."""
        return colour(heights, self.palette, self.limits)

    def bar(self, beyond: str = "") -> dict[str, Any]:
        """The colour bar: the colours of its stops, and its ticks with their places, 0 to 1.

        `beyond` says which end stands for all heights beyond it.
        """
        colours, shares = table(self.palette), np.linspace(0, 1, STOPS).tolist()
        stops = [(share, tuple(colours[round(share * (len(colours) - 1))].tolist())) for share in shares]
        named = [(number(float(f"{value:.6g}")), place) for value, place in ticks(self.limits)]
        unit = ", ".join(filter(None, (self.unit, beyond)))
        return {"unit": unit, "stops": stops, "ticks": named}


def maps(contents: Contents, entries: Sequence[Entry]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The maps of one quantity, those without marks with their terrain beneath them, and the colour bar of all."""
    fields, scale = _fields(entries)
    views = iter(_trimmed([perspective(field.heights, scale) for field in fields if not field.marks]))
    cells = []
    for entry, field in zip(entries, fields, strict=True):
        label, cell = contents.labels.get(entry.key), _map(contents, entry, field, scale)
        cell |= {"name": label.html() if label else "", "detail": entry.detail}
        cells.append(cell | {"terrain": None if field.marks else encoded(next(views))})
    return cells, scale.bar(_beyond(fields, scale))


def lands(contents: Contents, entries: Sequence[Entry]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The maps of one quantity in perspective only, larger than beneath a map, and the colour bar of all."""
    fields, scale = _fields(entries)
    views = _trimmed([perspective(field.heights, scale) for field in fields])
    cells = [
        {
            "kind": "land",
            "name": contents.labels[entry.key].html() if entry.key in contents.labels else "",
            "alt": f"{entry.quantity.name} around {', '.join(contents.names.get(run, run) for run in entry.runs)}",
            "terrain": encoded(view),
        }
        for entry, view in zip(entries, views, strict=True)
    ]
    return cells, scale.bar(_beyond(fields, scale))


def _fields(entries: Sequence[Entry]) -> tuple[list[Map], Scale]:
    """The maps of some results, and the scale of all."""
    fields = [entry.result for entry in entries if isinstance(entry.result, Map)]
    limits = [field.limits or finite_limits(field.heights) for field in fields]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    return fields, Scale((low, high if high > low else low + 1.0), entries[0].quantity.unit)


def _beyond(fields: Sequence[Map], scale: Scale) -> str:
    """Which end of a scale stands for all heights beyond it."""
    low, high = (np.float32(limit) for limit in scale.limits)
    ends = {
        "left": any((field.heights < low).any() for field in fields),
        "right": any((field.heights > high).any() for field in fields),
    }
    found = [
        f"{name} end: {'less' if name == 'left' else 'more'} as well" for name, is_beyond in ends.items() if is_beyond
    ]
    return "; ".join(found)


def _map(contents: Contents, entry: Entry, field: Map, scale: Scale) -> dict[str, Any]:
    """A map with its marks and its scale bar; its longer side has the length SIDE."""
    rows, columns = field.heights.shape
    pixel = SIDE / max(rows, columns)
    width, height, unit = columns * pixel, rows * pixel, pixel / field.pixel
    marks = field.marks
    if not marks and entry.use.measure.of == "run":  # the run's champion is the origin
        marks = (Mark(np.zeros((1, 2))),)

    def placed(mark: Mark) -> dict[str, Any]:
        x = width / 2 + (mark.xy[:, 0] - field.centre[0]) * unit
        y = height / 2 - (mark.xy[:, 1] - field.centre[1]) * unit
        colour = contents.colours[entry.runs[min(mark.subject, len(entry.runs) - 1)]]
        places = np.column_stack([x, y])
        points = (_arrows(places) if mark.shape == "arrow" else places).round(1).tolist()
        text = contents.names.get(mark.text, mark.text) * (mark.shape != "path")
        return {"shape": mark.shape, "colour": colour, "points": points, "text": text}

    shapes = [placed(mark) for mark in sorted(marks, key=lambda mark: ORDER.index(mark.shape))]
    length = nice(0.3 * width / unit)
    return {
        "kind": "map",
        "image": encoded(scale.paint(field.heights)),
        "alt": entry.quantity.name,
        "width": round(width, 1),
        "height": round(height, 1),
        "ruler": round(length * unit, 1),
        "length": f"{number(float(f'{length:.6g}'))} {field.unit}",
        "marks": shapes,
        "texts": _texts(shapes, width),
    }


def _texts(shapes: Sequence[dict[str, Any]], width: float) -> list[tuple[str, float, float, bool]]:
    """The texts of marks with their places, and whether they end there: a text moves down from beneath another."""
    found: list[tuple[str, float, float, bool]] = []
    taken: list[tuple[float, float, float]] = []
    named = [(y, x, shape["text"]) for shape in shapes if shape["text"] for x, y in shape["points"]]
    for y, x, text in sorted(named):
        long = LETTER * len(text)
        beyond = GAP + long
        ends = x >= 0.7 * width or (x + beyond > width and x > beyond)
        at = x - GAP if ends else x + GAP
        left = at - long if ends else at
        for start, stop, line in sorted(taken, key=itemgetter(2)):
            if left < stop and start < left + long and abs(y - line) < LINE:
                y = line + LINE
        taken.append((left, left + long, y))
        found.append((text, round(at, 1), round(y + 4, 1), ends))
    return found


def _arrows(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The strokes [N, 5, 2] of arrows: from the start to the tip, and from the tip to both sides of the head and back.

    places [2 N, 2]: start and tip of each
    """
    starts, tips = places[::2], places[1::2]
    away = tips - starts
    back = HEAD * away / np.maximum(np.hypot(*away.T), 1e-9)[:, None]
    aside = 0.6 * back[:, ::-1] * (-1, 1)
    return np.stack([starts, tips, tips - back + aside, tips, tips - back - aside], axis=1)


def perspective(
    heights: NDArray[Any], scale: Scale, azimuth: float = 225.0, size: tuple[int, int] = TERRAIN
) -> NDArray[np.uint8]:
    """Heights [H, W] as terrain in perspective, uint8 of `size`; lowest and highest are the limits of the scale."""
    within = np.clip(heights, *scale.limits).astype(np.float32)
    camera = Camera(azimuth=azimuth, distance=2.2, target=(0.0, 0.0, -0.1))
    return terrain(within, scale.paint(within), camera, size, limits=scale.limits)


def _trimmed(views: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
    """Views of terrain without the margins that are empty in all of them."""
    if not views:
        return []
    drawn = np.any([(np.abs(each.astype(int) - STUDIO) > 8).any(axis=2) for each in views], axis=0)
    spans = [np.flatnonzero(drawn.any(axis=axis)) for axis in (1, 0)]
    rows, columns = (slice(max(0, each[0] - MARGIN), each[-1] + MARGIN) if each.size else slice(None) for each in spans)
    return [each[rows, columns] for each in views]


def encoded(rgb: NDArray[np.uint8]) -> str:
    """The data URI of a picture [H, W, 3], as WebP."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "WEBP", quality=QUALITY, method=4)
    return data_uri(stream.getvalue(), "image/webp")


def data_uri(data: bytes, kind: str) -> str:
    """The data URI of some bytes."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"

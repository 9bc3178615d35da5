"""Arrays and mazes as JSON for a page: bytes are compressed (zlib) and written in base64."""

import base64
import json
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render import objective_labels as labels
from render.categories import CATEGORIES, category_numbers
from render.palette import PALETTES, table
from render.share.page_budget import fitted
from render.share.swept_pictures import SharedLandscape, SweptPicture
from sim.landscape.objective import Objective

MOST = 2_700_000  # characters, so that a page with its scripts stays below 3 MB
STOPS = 256  # colours of a palette


def encoded(array: NDArray[Any], *, rough: bool = False) -> dict[str, Any]:
    """An array as JSON: its type as in numpy, its shape, and its bytes.

    With `rough`, for pictures of whole numbers, differences of neighbours are stored, modulo the size of the type, and
    of each number first all low bytes, then all high ones: both compress better.
    """
    little = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<")))
    if rough:
        little = np.diff(little, axis=-1, prepend=little.dtype.type(0))
    data = little.view(np.uint8).reshape(-1, little.dtype.itemsize)
    data = data.T if rough else data
    text = base64.b64encode(zlib.compress(np.ascontiguousarray(data).tobytes(), 9)).decode()
    return {"type": f"{array.dtype.kind}{array.dtype.itemsize}", "shape": array.shape, "rough": rough, "data": text}


def contents(shared: SharedLandscape) -> dict[str, Any]:
    """All that the scripts of a page need, as JSON."""
    objective, plane = shared.objective, shared.plane
    mazes, world = objective.mazes.carve(), objective.world
    boards = mazes.open | mazes.pellets.astype(np.uint8) << 4
    others = {
        "layout": asdict(objective.layout),
        "world": {
            "size": mazes.size,
            "sight": world.sight,
            "boards": encoded(boards.reshape(mazes.count, -1)),
            "starts": mazes.start.tolist(),
            "headings": mazes.heading.tolist(),
        },
        "lifetime": world.lifetime,
        "pellets": (
            mazes.pellet_counts - mazes.pellets.reshape(mazes.count, -1)[range(mazes.count), mazes.start]
        ).tolist(),
        "numbers": mazes.indices.tolist(),
        "quantities": [_quantity(each) for each in shared.objectives],
        "plane": {name: encoded(getattr(plane, name)) for name in ("origin", "u", "v")},
        "unit": shared.unit,
        "palettes": {name: encoded(_stops(name)) for name in PALETTES},
        "categories": encoded(_stops(CATEGORIES)),
        "diverging": encoded(_stops("crameri:berlin")),
    }
    categories = {each.quantity for each in shared.objectives if each.categorical}
    room = MOST - len(json.dumps(others))
    return {
        **others,
        "pictures": fitted(shared.pictures, lambda each: _picture(each, each.quantity in categories), room),
    }


def _quantity(objective: Objective) -> dict[str, Any]:
    """The quantity of an objective as JSON, and the words for it."""
    return {
        "name": objective.quantity,
        "categorical": objective.categorical,
        "choice": labels.choice(objective),
        "meaning": labels.meaning(objective),
        "label": labels.on_page(objective),
        "unit": objective.unit,
    }


def _picture(picture: SweptPicture, categorical: bool) -> dict[str, Any]:
    """A picture as JSON. The pixel in column j has x + (j stride - (width - 1) / 2) pixel; rows count downwards.

    Of the number of a category, a page has the highest 16 bits: more than there are hues.
    """
    heights = category_numbers(picture.heights).astype(np.uint32) >> 8 if categorical else picture.heights
    window, most = picture.window, int(heights.max())
    kind = np.uint8 if most < 1 << 8 else np.uint16 if most < 1 << 16 else np.uint32
    return {
        "quantity": picture.quantity,
        "x": window.x,
        "y": window.y,
        "pixel": window.pixel,
        "height": window.shape[0],
        "width": window.shape[1],
        "stride": picture.stride,
        "dtype": picture.dtype,
        "lifetime": picture.lifetime,
        "maze": picture.maze,
        "heights": encoded(heights.astype(kind), rough=True),
    }


def _stops(palette: str) -> NDArray[np.uint8]:
    """The colours [N, 3] of a palette, dark to light."""
    colours = table(palette)
    return np.asarray(colours[np.linspace(0, len(colours) - 1, STOPS).round().astype(int)], np.uint8)

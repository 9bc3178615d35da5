"""The kinds of tiles that a rollout may be cut into."""

from itertools import pairwise

import pytest

from agents.engine.tile import LANES, narrow_lanes
from sim.rollout import tiling
from sim.rollout.tiling import Part


@pytest.fixture(params=["wide, shared", "narrow, shared", "wide, packed", "narrow, packed"])
def tiles(request, monkeypatch):
    """Every rollout of the test uses one kind of tiles."""
    width, weights = request.param.split(", ")

    def tile(mazes, _, itemsize):
        edges = sorted({0, min(5, mazes), mazes})
        lanes = narrow_lanes(itemsize) if width == "narrow" else LANES
        return [Part(first, stop, lanes, weights == "packed") for first, stop in pairwise(edges)]

    monkeypatch.setattr(tiling, "tile", tile)

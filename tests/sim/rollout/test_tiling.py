"""Tilings: every maze is played once, by the tiles that were measured to be fastest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine.tile import LANES, narrow_lanes
from sim.rollout import tiling
from sim.rollout.tiling import Part, tile

CACHE = 48 << 10


@pytest.fixture(autouse=True)
def cache(monkeypatch):
    monkeypatch.setattr(tiling, "cache_bytes", lambda: CACHE)


@given(mazes=st.integers(1, 200), numbers=st.integers(1, 5000), itemsize=st.sampled_from([4, 8]))
def test_every_maze_is_played_once_and_most_lanes_are_busy(mazes, numbers, itemsize):
    parts = list(tile(mazes, numbers, itemsize))
    edges = [0, *(part.stop for part in parts)]
    assert edges == [*(part.first for part in parts), mazes]
    assert edges == sorted(set(edges))
    assert not any(part.packed for part in parts[:-1])
    for part in parts:
        assert part.lanes in (LANES, narrow_lanes(itemsize))
        assert (
            part.packed or (part.stop - part.first) / (-(-(part.stop - part.first) // part.lanes) * part.lanes) >= 0.5
        )


@pytest.mark.parametrize("itemsize", [4, 8])
@pytest.mark.parametrize("mazes", [16, 64, 160])
def test_whole_tiles_share_their_weights(mazes, itemsize):
    assert list(tile(mazes, 500, itemsize)) == [Part(0, mazes, LANES, packed=False)]


def test_half_a_tile_of_float64_becomes_a_narrow_tile():
    assert list(tile(8, 500, 8)) == [Part(0, 8, 8, packed=False)]
    assert list(tile(27, 500, 8)) == [
        Part(0, 16, 16, packed=False),
        Part(16, 24, 8, packed=False),
        Part(24, 27, 8, True),
    ]


@pytest.mark.parametrize(
    ("numbers", "itemsize", "lanes"),
    [(384, 8, 16), (385, 8, 8), (768, 8, 8), (769, 8, 16), (768, 4, 16), (769, 4, 16)],
)
def test_packed_tiles_are_as_wide_as_the_cache_allows(numbers, itemsize, lanes):
    assert list(tile(1, numbers, itemsize)) == [Part(0, 1, lanes, packed=True)]


@pytest.mark.parametrize(("numbers", "shared"), [(768, range(13, 17)), (769, range(8, 17))])
def test_weights_that_do_not_fit_the_cache_are_shared_more_often(numbers, shared):
    assert [mazes for mazes in range(1, 17) if not next(tile(mazes, numbers, 4)).packed] == list(shared)

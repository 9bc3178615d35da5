import pytest

from agents.errors import UserError
from render.window.explore.place import Place, Terrain

PLACE = Place(Terrain(3, 0.2, 45.0, 100, 2), 0.125, -0.5, 2.0**-30)


def test_a_place_is_read_back_from_its_table():
    assert Place.of(PLACE.table(), "here") == PLACE


@pytest.mark.parametrize("change", [{"radius": 0.0}, {"x": float("inf")}, {"radius": True}])
def test_impossible_places_are_refused(change):
    with pytest.raises(UserError, match=next(iter(change))):
        Place.of({**PLACE.table(), **change}, "here")


def test_a_table_with_other_names_is_refused():
    with pytest.raises(UserError, match="holds no place"):
        Place.of({"x": 1}, "here")


@pytest.mark.parametrize("change", [{"lifetime": 0}, {"mazes": 2.5}, {"seed": -1}, {"third": float("nan")}])
def test_impossible_terrains_are_refused(change):
    with pytest.raises(UserError, match=next(iter(change))):
        Terrain(**change)

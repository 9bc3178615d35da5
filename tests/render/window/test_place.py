import numpy as np
import pytest

from agents.errors import UserError
from render.window.explore.place import Land, Origin, Place
from sim.landscape.plane import Window
from sim.rollout.gpu import available
from sim.rollout.machine import Machine


@pytest.fixture
def origin(watched):
    return Origin.open(watched.path, Machine(1))


def test_the_machine_that_is_asked_for_is_the_one_that_computes(watched, origin):
    for threads in (1, 3):
        machine = Machine(threads, "auto")
        ground = Origin.open(watched.path, machine).ground(Land())
        assert ground.machine == Machine(threads, machine.target)
    assert origin.machine.target_name == "the CPU"


@pytest.mark.skipif(available(), reason="there is a GPU")
def test_cuda_without_a_gpu_is_refused_in_one_line(watched):
    with pytest.raises(UserError, match="cuda") as caught:
        Origin.open(watched.path, Machine(device="cuda"))
    assert "\n" not in str(caught.value)


def test_the_champion_stands_in_the_middle_of_its_land(watched, origin):
    ground = origin.ground(Land(lifetime=24, mazes=4))
    champion = origin.genome
    assert np.array_equal(ground.plane.at((0.0, 0.0), "float32"), champion)
    assert ground.objective.evaluate(champion[None])[0] == round(
        4 * watched.champion().provenance["validation_pellets"]
    )


def test_slid_by_as_much_as_the_plane_is_turned_to_leads_to_the_same_genome(origin):
    slid, turned = (origin.ground(land).plane for land in (Land(third=0.25), Land(turn=90.0)))
    assert slid.at((0.0, 0.0), "float64") == pytest.approx(turned.at((0.25, 0.0), "float64"), abs=1e-12)


def test_a_place_survives_its_table():
    place = Place(Land(3, 0.2, 45.0, 100, 2), 0.125, -0.5, 2.0**-30)
    assert Place.of(place.table(), "here") == place
    for change in ({"radius": 0.0}, {"x": float("inf")}, {"radius": True}):
        with pytest.raises(UserError, match=next(iter(change))):
            Place.of({**place.table(), **change}, "here")
    with pytest.raises(UserError, match="tells no place"):
        Place.of({"x": 1}, "here")


def test_home_is_the_lifetime_of_the_run(watched, origin):
    assert origin.home().land.lifetime == watched.setting().world.lifetime
    assert Window(0.0, 0.0, origin.home().radius, (9, 16)).radius == 0.7

import numpy as np
import pytest

from agents.errors import UserError
from render.window.explore.origin import Origin
from render.window.explore.place import Terrain
from sim.rollout.devices import available
from sim.rollout.machine import Machine


@pytest.fixture
def origin(watched):
    return Origin.open(watched.path, Machine(1))


def test_the_requested_machine_computes(watched, origin):
    for threads in (1, 3):
        machine = Machine(threads, "auto")
        sampler = Origin.open(watched.path, machine).sampler(Terrain())
        assert sampler.machine == Machine(threads, machine.target)
    assert origin.machine.target_name == "the CPU"


@pytest.mark.skipif(available(), reason="there is a GPU")
def test_cuda_without_a_gpu_is_refused_in_one_line(watched):
    with pytest.raises(UserError, match="cuda") as caught:
        Origin.open(watched.path, Machine(device="cuda"))
    assert "\n" not in str(caught.value)


def test_the_champion_is_in_the_middle_of_the_terrain(watched, origin):
    sampler = origin.sampler(Terrain(lifetime=24, mazes=4))
    champion = origin.genome
    assert np.array_equal(sampler.plane.at((0.0, 0.0), "float32"), champion)
    assert sampler.objective.evaluate(champion[None])[0] == round(
        4 * watched.champion().provenance["validation_pellets"]
    )


def test_a_slide_and_a_turn_towards_the_third_direction_lead_to_the_same_genome(origin):
    slid, turned = (origin.sampler(terrain).plane for terrain in (Terrain(third=0.25), Terrain(turn=90.0)))
    assert slid.at((0.0, 0.0), "float64") == pytest.approx(turned.at((0.25, 0.0), "float64"), abs=1e-12)


def test_home_has_the_lifetime_of_the_run(watched, origin):
    assert origin.home().terrain.lifetime == watched.setting().world.lifetime
    assert origin.home().radius == 0.7

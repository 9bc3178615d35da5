"""Goals: what is measured is written into the field, under its own name, and can be measured again."""

from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from agents.genome import Genome
from agents.layout import initial
from agents.randomness import generator
from sim.imitation.teacher import demonstrate
from sim.landscape import objective
from sim.landscape.field import open_field
from sim.landscape.goal import goal_of, measure, named
from sim.landscape.smoothing import smooth
from sim.landscape.survey import SurveyConfig, plan, replan
from sim.learning.checkpoint import Checkpoint
from sim.learning.evolution import EvolutionConfig
from sim.learning.run import RunFolder
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

WORLD = World(maze=MazeConfig(size=4, braid=0.5), lifetime=20)
EVOLUTION = EvolutionConfig(seed=3, hidden=4, world=WORLD)
LAYOUT = EVOLUTION.layout
MAZES = carve(WORLD.maze, 3, seed=3, split="validation")
SURVEY = SurveyConfig(
    tour="slide", frames=2, width=5, height=4, mazes=3, tile=3, repetitions=4, sigma=0.3, samples=6, every=5
)
ONE = Machine(1)
KINDS = {
    "return": ("expected_return", "pellets", objective.expected_return(LAYOUT, MAZES, WORLD, 4)),
    "imitation": ("cross_entropy", "nats", objective.imitation(LAYOUT, demonstrate(MAZES, WORLD))),
    "smoothed": ("smoothed_pellets", "pellets", smooth(objective.pellets(LAYOUT, MAZES, WORLD), 0.3, 6, 3)),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of one champion that learned nothing."""
    with RunFolder.writing(tmp_path_factory.mktemp("goal") / "run", EVOLUTION) as run:
        about = {"method": "chance", "seed": 3, "generation": 1, "validation_pellets": 1.5}
        run.publish(Checkpoint("", [], {}), Genome(3 * initial(LAYOUT, 1, generator(1, "test"))[0], LAYOUT, about))
    return run


@pytest.mark.parametrize("name", KINDS)
def test_a_field_holds_its_objective_and_suffices_to_make_it_again(run, tmp_path, name):
    quantity, unit, expected = KINDS[name]
    survey = plan(run, replace(SURVEY, objective=name), machine=ONE)
    field = open_field(survey.sweep(tmp_path / "field.zarr", tile=3))
    assert (field.quantity, field.unit, field.heights.dtype) == (quantity, unit, np.float64)
    genomes = np.stack([field.tour.genome(1, row, column) for row in range(4) for column in range(5)])
    assert np.array_equal(field.heights[1].ravel(), expected(genomes))
    assert len(np.unique(field.heights)) > 20
    again = open_field(replan(field, machine=Machine(2)).sweep(tmp_path / "again.zarr", tile=9))
    assert again.heights.tobytes() == field.heights.tobytes()
    assert (again.quantity, again.provenance) == (quantity, field.provenance)


def test_pellets_are_what_they_were(run, tmp_path):
    survey = plan(run, SURVEY, machine=ONE)
    assert "objective" not in survey.provenance
    field = open_field(survey.sweep(tmp_path / "field.zarr", tile=9))
    assert (field.quantity, field.unit, field.heights.dtype) == ("pellets", "pellets", np.int32)


def test_another_objective_does_not_continue_a_field(run, tmp_path):
    path = plan(run, replace(SURVEY, objective="return"), machine=ONE).sweep(tmp_path / "field.zarr", tile=9)
    with pytest.raises(UserError, match=r"objective.repetitions is 5 now and 4 there"):
        plan(run, replace(SURVEY, objective="return", repetitions=5), machine=ONE).sweep(path, tile=9)
    plan(run, replace(SURVEY, objective="return", sigma=9.0), machine=ONE).sweep(path, tile=9)  # of another goal


@pytest.mark.parametrize("name", ["return", "smoothed"])
def test_a_horizon_of_them_ends_in_the_whole_life(run, name):
    provenance = plan(run, replace(SURVEY, objective=name, tour="horizon"), machine=ONE).provenance
    genomes = 3 * initial(LAYOUT, 5, generator(2, "test"))
    values = measure("horizon", provenance, ONE)(genomes)
    assert values.shape == (5, 4)
    assert np.array_equal(values[:, -1], KINDS[name][2](genomes))
    assert (np.diff(values, axis=1) >= 0).all()


@pytest.mark.parametrize(("name", "tour"), [("return", "mazes"), ("imitation", "mazes"), ("imitation", "horizon")])
def test_tours_that_make_no_sense_are_refused(run, name, tour):
    with pytest.raises(UserError, match=f"a tour of {tour} cannot show the objective {name}; choose"):
        plan(run, replace(SURVEY, objective=name, tour=tour))


def test_a_goal_names_only_what_it_heeds():
    settings = {"repetitions": 4, "sigma": 0.3, "samples": 6, "ties": "left", "width": 5}
    assert named("pellets", settings) == {}
    assert named("smoothed", settings) == {"objective": {"name": "smoothed", "sigma": 0.3, "samples": 6}}
    assert goal_of({})[0].quantity == "pellets"


@pytest.mark.parametrize("spoilt", [None, {}, {"name": "beauty"}, {"name": ["return"]}, {"name": "return"}])
def test_unknown_goals_are_refused(spoilt):
    with pytest.raises(UserError, match="which this version does not know; take another field"):
        goal_of({"objective": spoilt})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"samples": 5}, "an even number from 4 on, got 5"),
        ({"sigma": 0.0}, "the radius of smoothing must be a number above 0, got 0"),
    ],
)
def test_smoothing_that_cannot_be_is_refused(run, settings, said):
    with pytest.raises(UserError, match=said):
        plan(run, replace(SURVEY, objective="smoothed", **settings))

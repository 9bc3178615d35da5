"""Targets: the genome and the objective of every kind of source, and what is of no use to it."""

import numpy as np
import pytest

from agents.errors import UserError
from agents.genome import Genome
from render.notebook.targets import Around, is_run, planned, target_of
from sim.landscape.function import FunctionObjective
from sim.landscape.score import ByMaze, Pellets
from sim.landscape.spec import LandscapeSpec, plan
from sim.world.maze import MazeConfig
from sim.world.rules import World
from tests.render.notebook.conftest import HOME, ONE, hill

SPEC = LandscapeSpec(tour="slide", frames=1, width=4, height=3, mazes=2)
WORLD = World(MazeConfig(size=4), lifetime=20)


def test_a_run_is_planned_as_commands_plan_it(run, folder):
    for source in (run, folder, str(folder)):
        assert is_run(source)
        assert planned(source, SPEC, {}, Around(), ONE).digest == plan(run, SPEC).digest
        found = target_of(source, SPEC, {}, Around())
        assert found.objective == plan(run, SPEC).objective
        assert np.array_equal(found.genome, run.champion().weights)


def test_a_genome_is_played_in_a_world(run):
    champion = run.champion()
    around = Around(world=run.setting().world, seed=run.setting().seed)
    found, wanted = planned(champion, SPEC, {}, around, ONE), plan(run, SPEC)
    assert found.objective == wanted.objective
    assert np.array_equal(found.tour.directions, wanted.tour.directions)
    blind = Genome(champion.weights, champion.layout, {})
    assert target_of(blind, SPEC, {}, Around()).objective.world == World()


def test_an_objective_keeps_what_it_measures(run):
    objective = plan(run, SPEC).objective
    found = target_of(objective, SPEC, {}, Around(genome=run.champion().weights))
    assert (found.objective, found.layout) == (objective, run.champion().layout)
    layered = target_of(objective, LandscapeSpec(tour="mazes"), {}, Around(genome=run.champion()))
    assert layered.objective.layers == ByMaze()
    assert isinstance(layered.objective.score, Pellets)


def test_a_function_is_named_by_itself():
    found = target_of(hill, SPEC, {}, Around(genome=HOME))
    assert found.objective == FunctionObjective.of(hill, "hill")
    assert found.layout is None
    assert target_of(lambda genomes: genomes[:, 0], SPEC, {}, Around(genome=HOME)).objective.quantity == "value"
    named = target_of(hill, SPEC, {}, Around(genome=HOME, quantity="height", unit="m")).objective
    assert (named.quantity, named.unit) == ("height", "m")


@pytest.mark.parametrize(
    ("source", "given", "around", "says"),
    [
        ("run", {}, {"genome": HOME}, "a run has a champion, a world and mazes of its own; leave genome out"),
        ("run", {}, {"world": WORLD}, "leave world out"),
        ("genome", {}, {"genome": HOME}, "a genome is looked at around itself; leave genome out"),
        (hill, {}, {}, "a function is looked at around a genome: pass genome"),
        (hill, {"mazes": 3}, {"genome": HOME}, "says itself what it measures; leave mazes out, or give a run"),
        (hill, {}, {"genome": HOME, "seed": 1}, "says itself what it measures; leave seed out"),
        ("objective", {}, {"genome": HOME, "unit": "m"}, "a unit of its own; leave unit out"),
        (3, {}, {}, "a run, or the path of its folder, was expected, got a int"),
    ],
)
def test_what_is_of_no_use_is_refused(run, source, given, around, says):
    known = {"run": run, "genome": run.champion(), "objective": plan(run, SPEC).objective}
    chosen = known.get(source, source) if isinstance(source, str) else source
    with pytest.raises(UserError, match=says):
        planned(chosen, SPEC, given, Around(**around), ONE)

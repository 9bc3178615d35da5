"""Landscapes of a spec: their heights are those of the score, and a field is enough to compute them again."""

import json
from dataclasses import replace

import numpy as np
import pytest

from agents import genome
from agents.errors import UserError
from agents.genome import Genome
from agents.layout import initial
from agents.optimisers.openai_es import OpenAIESConfig
from agents.randomness import generator
from sim.landscape.cost import cost
from sim.landscape.field import open_field
from sim.landscape.function import FunctionObjective
from sim.landscape.sampling import sample
from sim.landscape.score import ByMaze, ByStep, ExpectedReturn, Imitation, Pellets, Smoothed
from sim.landscape.spec import LandscapeSpec, forager_objective, plan, plan_around
from sim.landscape.sweep import sweep
from sim.landscape.vectors import length
from sim.learning.checkpoint import Checkpoint
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.learning.writable_run import writable_run
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

WORLD = World(maze=MazeConfig(size=4, braid=0.5), sight=1, lifetime=20)
EVOLUTION = EvolutionConfig(
    seed=3, generations=1, mazes=2, validation=4, hidden=4, world=WORLD, es=OpenAIESConfig(population=8)
)
SPEC = LandscapeSpec(width=5, height=4, mazes=3, first=2, tile=3, directions=1)
TOURS = {
    "slide": {"tour": "slide", "frames": 3},
    "turn": {"tour": "turn", "frames": 3},
    "zoom": {"tour": "zoom", "frames": 3, "factor": 50_000.0},
    "horizon": {"tour": "horizon", "every": 5},
    "generations": {"tour": "generations", "between": 1},
    "mazes": {"tour": "mazes"},
}
PLANES = ("random", "principal", "line", "through")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run with three champions."""
    with writable_run(tmp_path_factory.mktemp("spec") / "run", EVOLUTION) as run:
        for index, weights in enumerate(initial(EVOLUTION.layout, 3, generator(1, "test"))):
            about = {"method": "chance", "seed": 3, "generation": 10 + index**2, "validation_pellets": 1.5}
            run.publish(Checkpoint("", [], {}), Genome(weights, EVOLUTION.layout, about))
    return run


@pytest.fixture(scope="module")
def others(run):
    """Files of two more genomes of the run's layout."""
    paths = [run.path.parent / f"{name}.safetensors" for name in "ab"]
    for path, weights in zip(paths, initial(EVOLUTION.layout, 2, generator(5, "test")), strict=True):
        genome.save(path, weights, EVOLUTION.layout, {})
    return paths


def on_plane(kind, others, **settings):
    count = {"line": 1, "through": 2}.get(kind, 0)
    return replace(SPEC, plane=kind, genomes=tuple(others[:count]), **settings)


@pytest.mark.parametrize("kind", TOURS)
def test_heights_are_pellets(run, tmp_path, kind):
    landscape = plan(run, replace(SPEC, **TOURS[kind]), machine=Machine(1))
    field = open_field(sweep(landscape, tmp_path / "field.zarr", machine=Machine(1), tile=3))
    tour, mazes = landscape.tour, carve(WORLD.maze, 3, seed=3, split="validation", first=2)
    assert field.heights.shape == (len(tour), 4, 5)
    if kind == "zoom":
        assert {tour.dtype(view) for view in range(3)} == {"float64"}
    for frame in range(len(tour)):
        genomes = np.stack([[tour.genome(frame, row, column) for column in range(5)] for row in range(4)])
        eaten = play(genomes.reshape(20, -1), EVOLUTION.layout, mazes, WORLD, every=5, machine=Machine(1))
        assert eaten.shape == (20, 3, 4)
        expected = eaten[:, : frame + 1 if kind == "mazes" else 3, frame if kind == "horizon" else -1].sum(axis=1)
        assert np.array_equal(field.heights[frame].ravel(), expected)
    assert len(np.unique(field.heights)) > 1
    assert field.counts.tolist() == ([1, 2, 3] if kind == "mazes" else [3.0] * len(tour))
    assert np.array_equal(field.per_maze[-1], field.heights[-1] / 3)


@pytest.mark.parametrize("split", ["train", "validation"])
@pytest.mark.parametrize("kind", TOURS)
def test_a_field_is_enough_to_sweep_it_again(run, tmp_path, kind, split):
    landscape = plan(run, replace(SPEC, **TOURS[kind], split=split), machine=Machine(1))
    field = open_field(sweep(landscape, tmp_path / "field.zarr", machine=Machine(1), tile=3))
    assert field.objective == landscape.objective
    assert field.champion == landscape.champion
    for frame, row, column in ((0, 0, 0), (len(field.tour) - 1, 3, 4), (len(field.tour) // 2, 2, 1)):
        value = field.objective.evaluate(field.tour.genome(frame, row, column)[None], Machine(1))[0]
        assert (value[frame] if field.tour.layers else value) == field.heights[frame, row, column]
    whole = open_field(sweep(field.landscape, tmp_path / "again.zarr", machine=Machine(2), tile=2))
    assert whole.heights.tobytes() == field.heights.tobytes()
    assert whole.landscape.json() == field.landscape.json()


@pytest.mark.parametrize(
    ("settings", "score"),
    [
        ({}, Pellets()),
        ({"objective": "return", "repetitions": 4, "sigma": 9.0}, ExpectedReturn(4)),
        ({"objective": "imitation"}, Imitation("left")),
        ({"objective": "smoothed", "sigma": 0.3, "samples": 6, "repetitions": 5}, Smoothed(0.3, 6)),
    ],
)
def test_a_score_takes_its_own_settings_only(run, tmp_path, settings, score):
    small = replace(SPEC, tour="slide", frames=2, **settings)
    landscape = plan(run, small)
    assert landscape.objective.score == score
    field = open_field(sweep(landscape, tmp_path / "field.zarr", tile=9))
    dtype, _ = landscape.objective.returns
    assert (field.objective.quantity, field.objective.unit, field.heights.dtype) == (score.quantity, score.unit, dtype)
    genomes = np.stack([field.tour.genome(1, row, column) for row in range(4) for column in range(5)])
    assert np.array_equal(field.heights[1].ravel(), landscape.objective.evaluate(genomes))
    assert len(np.unique(field.heights)) > 8


def test_layers_are_those_of_the_tour(run):
    layers = {kind: plan(run, replace(SPEC, **TOURS[kind])).objective.layers for kind in TOURS}
    assert layers == {**dict.fromkeys(TOURS), "horizon": ByStep(5), "mazes": ByMaze()}


def test_another_score_does_not_continue_a_field(run, tmp_path):
    slide = replace(SPEC, tour="slide", frames=2, objective="return", repetitions=4)
    path = sweep(plan(run, slide), tmp_path / "field.zarr", tile=9)
    with pytest.raises(UserError, match=r"objective.repetitions is 5 now and 4 there"):
        sweep(plan(run, replace(slide, repetitions=5)), path, tile=9)
    sweep(plan(run, replace(slide, sigma=9.0)), path, tile=9)  # this score has no sigma


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"objective": "return", "tour": "mazes"}, "a tour of mazes cannot show the objective return; choose"),
        ({"objective": "imitation", "tour": "horizon"}, "a tour of horizon cannot show the objective imitation"),
        ({"objective": "smoothed", "samples": 5}, "samples must be even, as they come in antithetic pairs, got 5"),
        ({"objective": "smoothed", "sigma": 0.0}, "sigma must be a number above 0, got 0"),
        ({"tour": "horizon", "every": 7}, "must divide the lifetime of 20 steps, got 7"),
    ],
)
def test_settings_that_do_not_fit_are_refused_before_any_work(run, settings, said):
    with pytest.raises(UserError, match=said):
        plan(run, replace(SPEC, **settings))


@pytest.mark.parametrize("plane", PLANES)
def test_the_third_direction_is_orthogonal_and_as_long(run, others, plane):
    tour = plan(run, on_plane(plane, others, **TOURS["slide"])).tour
    u, v, third = tour.directions
    assert length(v) == pytest.approx(length(u), rel=1e-12)
    assert length(third) == pytest.approx(length(u), rel=1e-12)
    for one, two in ((u, v), (u, third), (v, third)):
        assert abs(one @ two) < 1e-12 * length(u) ** 2
    other = plan(run, on_plane(plane, others, **TOURS["slide"], directions=2)).tour
    assert abs(other.directions[2] @ third) < 0.5 * length(third) * length(other.directions[2])


@pytest.mark.parametrize("plane", PLANES)
def test_the_champion_is_at_the_origin_and_other_genomes_at_their_coordinates(run, others, plane):
    tour = plan(run, on_plane(plane, others, **TOURS["generations"], width=5, height=5, radius=2.5)).tour
    champion = run.champion().weights
    laid = tour.plane(len(tour) - 1)
    assert np.array_equal(laid.at((0, 0)), champion)
    for path, place in zip(others, ((1, 0), None), strict=True):
        xy, away = laid.locate(genome.load(path).weights)
        if plane == "through" or (plane == "line" and place):
            assert away == pytest.approx(0, abs=1e-6)
            assert place is None or xy == pytest.approx(place, abs=1e-6)
    assert tour.axis.values.tolist() == [10, 10.5, 11, 12.5, 14]


def test_planning_twice_gives_the_same_sweep(run, tmp_path):
    first, second = (plan(run, SPEC, machine=Machine(threads)) for threads in (1, 2))
    assert json.dumps(first.json()) == json.dumps(second.json())
    assert first.objective == second.objective
    small = replace(SPEC, **TOURS["slide"])
    field = sweep(plan(run, small), tmp_path / "field.zarr", machine=Machine(1), tile=3)
    before = open_field(field).heights.tobytes()
    calls = []
    sweep(plan(run, small), field, machine=Machine(2), tile=3, progress=lambda *done: calls.append(done))
    assert calls == [(60, 60)]
    assert open_field(field).heights.tobytes() == before


def test_the_json_holds_nothing_about_this_machine(run):
    table = plan(run, SPEC).json()
    assert set(table["champion"]) == {"method", "seed", "generation", "validation_pellets"}
    assert str(run.path) not in json.dumps(table)
    assert "made_by" in run.champion().provenance


def test_the_cost_counts_every_pixel(run):
    found = cost(plan(run, replace(SPEC, **TOURS["horizon"])), Machine(1))
    assert (found.evaluations, found.bytes) == (20, 4 * 20 * 4)


@pytest.mark.parametrize(
    ("plane", "count", "said"),
    [
        ("random", 1, "a random plane takes no further genome files, got 1"),
        ("line", 0, "a line plane takes one further genome files, got 0"),
        ("through", 1, "a through plane takes two further genome files, got 1"),
    ],
)
def test_planes_take_their_number_of_genomes(run, others, plane, count, said):
    with pytest.raises(UserError, match=said):
        plan(run, replace(SPEC, plane=plane, genomes=tuple(others[:count])))


def test_genomes_that_do_not_fit_are_refused(run, tmp_path):
    for name, hidden, shape in (("wide", 5, ()), ("many", 4, (2,))):
        layout = WORLD.layout(hidden=hidden)
        genome.save(tmp_path / name, np.ones((*shape, layout.size), np.float32), layout, {})
        with pytest.raises(UserError, match=f"{name} holds a .* expected a genome of elman with 4 hidden units"):
            plan(run, replace(SPEC, plane="line", genomes=(tmp_path / name,)))
    with pytest.raises(UserError, match="no such file"):
        plan(run, replace(SPEC, plane="line", genomes=(tmp_path / "absent",)))


def test_a_run_with_few_champions_has_no_principal_plane(tmp_path):
    run = learn(EVOLUTION, tmp_path / "run", machine=Machine(1))
    with pytest.raises(UserError, match="need 3 champions or more"):
        plan(run, replace(SPEC, plane="principal"))


def test_a_tour_of_the_generations_of_a_run_that_lost_a_champion_is_refused(tmp_path):
    run = learn(EVOLUTION, tmp_path / "run", machine=Machine(1))
    for path in (run.path / "champions").iterdir():
        path.unlink()
    with pytest.raises(UserError, match=r"champions/\d+.safetensors is missing"):
        plan(run, replace(SPEC, **TOURS["generations"]))


def test_a_run_in_memory_is_planned_as_one_in_a_folder(tmp_path):
    longer = replace(EVOLUTION, generations=2, checkpoint=1)
    runs = learn(longer, tmp_path / "run", machine=Machine(1)), learn(longer, machine=Machine(1))
    for settings in TOURS.values():
        folder, memory = (plan(each, replace(SPEC, **settings), machine=Machine(1)) for each in runs)
        assert folder.digest == memory.digest


def bowl(genomes):
    return -((genomes.astype(np.float64) - 1) ** 2).sum(axis=1)


@pytest.mark.parametrize("tour", ["slide", "turn", "zoom"])
def test_any_function_has_a_landscape_around_any_genome(tour):
    home = np.ones(5)
    found = plan_around(home, None, FunctionObjective.of(bowl), replace(SPEC, **TOURS[tour], seek=False))
    window, middle = found.tour.windows[0], len(found.tour) // 2
    heights = sample(found.objective, found.tour.plane(middle), window)
    y, x = window.axes()
    if tour == "slide":  # directions of the genome's length, sqrt(5), at right angles
        assert np.allclose(heights, -5 * (y[:, None] ** 2 + x**2), atol=1e-5)
    assert found.tour.origin[0].tolist() == home.tolist()
    assert found.champion is None


def test_a_run_is_planned_as_its_champion_is(run):
    champion = run.champion()
    for settings in (TOURS["slide"], TOURS["zoom"], TOURS["horizon"], TOURS["mazes"]):
        spec = replace(SPEC, **settings)
        objective = forager_objective(spec, champion.layout, WORLD, EVOLUTION.seed)
        found = plan_around(champion.weights, champion.layout, objective, spec, machine=Machine(1))
        wanted = plan(run, spec, machine=Machine(1))
        assert replace(wanted, champion=None).digest == found.digest


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"plane": "principal"}, "a principal plane is laid through the champions of a run"),
        ({"tour": "horizon"}, "a tour of horizon shows foragers, and a function has none"),
        ({"tour": "generations"}, "a tour of generations needs champions"),
    ],
)
def test_what_only_a_run_has_is_refused_of_a_function(settings, said):
    with pytest.raises(UserError, match=said):
        plan_around(np.ones(5), None, FunctionObjective.of(bowl), replace(SPEC, **settings))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"width": 0}, "width must be from 1 to 16384, got 0"),
        ({"mazes": 10**9}, "mazes must be from 1 to 65536"),
        ({"tile": 0}, "tile must be from 1 to 4096"),
    ],
)
def test_impossible_settings_are_refused(settings, said):
    with pytest.raises(UserError, match=said):
        LandscapeSpec(**settings)

"""Objectives agree with single episodes; as values they are compared, hashed, pickled and written as JSON."""

import json
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from agents.randomness import generator
from sim.imitation.loss import cross_entropy
from sim.imitation.teacher import demonstrate
from sim.landscape import objective as module
from sim.landscape.objective import Objective
from sim.landscape.plane import Window, random_plane
from sim.landscape.score import ByMaze, ByStep, ExpectedReturn, Imitation, Pellets, Smoothed
from sim.landscape.smoothing import smooth
from sim.landscape.tour import horizon, mazes
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, MazeSet
from sim.world.rules import World

WORLD = World(maze=MazeConfig(size=5), sight=2, lifetime=24)
LAYOUT = WORLD.layout(hidden=4)
MAZES = MazeSet(WORLD.maze, 1, "train", range(3))
GENOMES = 3 * initial(LAYOUT, 7, generator(1, "test"))
PELLETS = Objective(Pellets(), LAYOUT, WORLD, MAZES)
RETURN = replace(PELLETS, score=ExpectedReturn(5))
IMITATION = replace(PELLETS, score=Imitation())
SMOOTHED = replace(PELLETS, score=Smoothed(0.1, 4))
ALL = {
    "pellets": PELLETS,
    "by step": replace(PELLETS, layers=ByStep(8)),
    "by maze": replace(PELLETS, layers=ByMaze()),
    "return": RETURN,
    "return by step": replace(RETURN, layers=ByStep(8)),
    "imitation": IMITATION,
    "shared ties": replace(PELLETS, score=Imitation("shared")),
    "smoothed": SMOOTHED,
    "smoothed by maze": replace(SMOOTHED, layers=ByMaze()),
}


@pytest.fixture(scope="module")
def eaten():
    """What was eaten in each step, bool [N, M, T]."""
    each = MAZES.carve()
    episodes = [[play_episode(genome, LAYOUT, each, maze, WORLD) for maze in range(3)] for genome in GENOMES]
    return np.array([[episode.eaten for episode in row] for row in episodes])


@pytest.mark.parametrize("threads", [1, 2])
def test_pellets_are_summed_over_all_mazes(eaten, threads):
    values = PELLETS.evaluate(GENOMES, Machine(threads))
    assert values.dtype == np.int32
    assert np.array_equal(values, eaten.sum(axis=(1, 2)))
    assert len(set(values.tolist())) > 1


@pytest.mark.parametrize("every", [1, 2, 8, 24])
def test_pellets_by_step_end_at_those_of_the_whole_life(eaten, every):
    values = replace(PELLETS, layers=ByStep(every)).evaluate(GENOMES)
    assert values.dtype == np.int32
    assert values.shape == (7, 24 // every)
    assert np.array_equal(values, eaten.sum(axis=1).cumsum(axis=1)[:, every - 1 :: every])
    assert np.array_equal(values[:, -1], PELLETS.evaluate(GENOMES))


def test_pellets_by_maze_are_sums_over_the_first_mazes(eaten):
    values = replace(PELLETS, layers=ByMaze()).evaluate(GENOMES)
    assert values.dtype == np.int32
    assert np.array_equal(values, eaten.sum(axis=2).cumsum(axis=1))
    for count in (1, 2, 3):
        few = replace(PELLETS, mazes=replace(MAZES, numbers=range(count)))
        assert np.array_equal(values[:, count - 1], few.evaluate(GENOMES))


@pytest.mark.parametrize("layers", [None, ByStep(8)])
def test_the_expected_return_is_the_mean_of_sampled_episodes(layers):
    values = replace(RETURN, layers=layers).evaluate(GENOMES)
    each = MAZES.carve()
    episodes = [
        [play_episode(GENOMES[2], LAYOUT, each, maze, WORLD, policy="sampled", repetition=number) for maze in range(3)]
        for number in range(5)
    ]
    eaten = np.array([[episode.eaten for episode in row] for row in episodes])
    total = eaten.sum(axis=(0, 1)).cumsum()
    assert values.dtype == np.float64
    assert np.array_equal(values[2], total[7::8] / 5 if layers else total[-1] / 5)
    assert (values % 1).any()
    assert np.array_equal(RETURN.outcomes(GENOMES)[2], eaten.sum(axis=(0, 2)) / 5)


def test_imitation_is_the_loss_of_all_episodes():
    losses = cross_entropy(GENOMES, LAYOUT, demonstrate(MAZES.carve(), WORLD))
    values = IMITATION.evaluate(GENOMES)
    assert values.dtype == np.float64
    assert values == pytest.approx(losses.sum(axis=1), rel=1e-14)
    assert np.array_equal(IMITATION.outcomes(GENOMES), losses)
    assert (replace(IMITATION, score=Imitation("ahead")).evaluate(GENOMES) != values).all()


def test_smoothed_pellets_are_means_around_each_genome():
    assert np.array_equal(SMOOTHED.evaluate(GENOMES), smooth(PELLETS.evaluate, GENOMES, 0.1, 4, seed=1))


@pytest.mark.parametrize("name", ALL)
def test_outcomes_are_values_of_each_maze(name):
    objective, alone = ALL[name], replace(ALL[name], layers=None)
    outcomes = objective.outcomes(GENOMES)
    assert outcomes.shape == (7, 3)
    assert outcomes.sum(axis=1) == pytest.approx(alone.evaluate(GENOMES), rel=1e-12)
    if not isinstance(objective.score, Imitation):  # its losses are divided by the labelled steps of all episodes
        single = replace(alone, mazes=replace(MAZES, numbers=range(1, 2)))
        assert np.array_equal(outcomes[:, 1], single.evaluate(GENOMES))


@pytest.mark.parametrize("name", ALL)
def test_a_value_does_not_depend_on_the_other_genomes(name):
    together = ALL[name].evaluate(GENOMES)
    assert all(np.array_equal(ALL[name].evaluate(GENOMES[n : n + 1])[0], together[n]) for n in range(7))
    assert len(np.unique(together, axis=0)) > 1


@pytest.mark.parametrize("name", ALL)
def test_returns_names_type_and_number_of_the_values(name):
    values, (dtype, count) = ALL[name].evaluate(GENOMES), ALL[name].returns
    assert (values.dtype, values.shape) == (dtype, (7, count) if ALL[name].layers else (7,))
    assert count == (values.shape[1] if values.ndim == 2 else 1)


@pytest.mark.parametrize("name", ALL)
def test_points_of_a_plane_are_evaluated_as_their_genomes(name):
    plane, points = random_plane(GENOMES[0], LAYOUT, 3), Window(shape=(2, 3)).points().reshape(-1, 2)
    for dtype in ("float32", "float64"):
        expected = ALL[name].evaluate(plane.at(points, dtype))
        assert np.array_equal(ALL[name].on_plane(plane, points, dtype, Machine(1)), expected)


@pytest.mark.parametrize("most", [1, 3 * 24 * 3, 3 * 24 * 7])
def test_values_do_not_depend_on_how_many_counts_fit_in_memory(monkeypatch, most):
    kinds = [PELLETS, replace(PELLETS, layers=ByStep(1)), replace(PELLETS, layers=ByMaze()), ALL["return by step"]]
    whole = [kind.evaluate(GENOMES) for kind in kinds]
    monkeypatch.setattr(module, "MOST_COUNTS", most)
    counted = []

    def playing(genomes, *arguments, **options):
        counts = play(genomes, *arguments, **options)
        counted.append((len(genomes), counts.size))
        return counts

    monkeypatch.setattr(module, "play", playing)
    for kind, values in zip(kinds, whole, strict=True):
        np.testing.assert_array_equal(kind.evaluate(GENOMES), values)
    assert all(genomes == 1 or counts <= most for genomes, counts in counted)


@pytest.mark.parametrize("name", ALL)
def test_an_objective_read_back_from_json_is_equal(name):
    objective = ALL[name]
    again = Objective.from_json(json.loads(json.dumps(objective.json())))
    assert again == objective
    assert hash(again) == hash(objective)
    assert pickle.loads(pickle.dumps(objective)) == objective
    assert len(set(ALL.values())) == len(ALL)


def test_json_has_the_keys_that_fields_store():
    config = {"size": 5, "algorithm": "backtracker", "braid": 0.25, "pellets": 1.0}
    assert ALL["return by step"].json() == {
        "layout": {"cell": "elman", "hidden": 4, "inputs": 9, "outputs": 4},
        "mazes": {"config": config, "seed": 1, "split": "train", "range": [0, 3]},
        "lifetime": 24,
        "sight": 2,
        "every": 8,
        "objective": {"name": "return", "repetitions": 5},
        "layers": "horizon",
    }
    assert set(PELLETS.json()) == {"layout", "mazes", "lifetime", "sight", "every"}


def test_another_process_evaluates_to_the_same_bits(tmp_path):
    """The other process gets only the JSON of the objective."""
    np.save(tmp_path / "genomes.npy", GENOMES)
    work = (
        "import sys, json, numpy as np\n"
        "from sim.landscape.objective import Objective\n"
        "objective = Objective.from_json(json.loads(sys.argv[1]))\n"
        "np.save('values.npy', objective.evaluate(np.load('genomes.npy')))\n"
    )
    command = [sys.executable, "-c", work, json.dumps(ALL["smoothed by maze"].json())]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert np.load(tmp_path / "values.npy").tobytes() == ALL["smoothed by maze"].evaluate(GENOMES).tobytes()


def test_maze_counts_are_the_numbers_of_mazes_that_frames_sum_over():
    plane, window = random_plane(GENOMES[0], LAYOUT, 3), Window(shape=(2, 3))
    assert ALL["by step"].maze_counts(horizon(plane, window, 24, 8)).tolist() == [3, 3, 3]
    assert ALL["by maze"].maze_counts(mazes(plane, window, 3)).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layers": ByStep(5)}, "must divide the lifetime of 24 steps, got 5"),
        ({"layers": ByStep(0)}, "must divide the lifetime of 24 steps, got 0"),
        ({"world": World(maze=MazeConfig(6), lifetime=24)}, "the mazes must be those of the world"),
        ({"score": ExpectedReturn(2), "layers": ByMaze()}, "a tour of mazes cannot show the objective return; choose"),
        ({"score": Imitation(), "layers": ByMaze()}, "a tour of mazes cannot show the objective imitation; choose"),
        ({"score": Imitation(), "layers": ByStep(8)}, "a tour of horizon cannot show the objective imitation; choose"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(change, said):
    with pytest.raises(UserError, match=said):
        replace(PELLETS, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"layout": {"cells": 3}},
        {"layout": {}},
        {"layout": None},
        {"mazes": {}},
        {"mazes": None},
        {"lifetime": "long"},
        {"lifetime": None},
        {"sight": 9},
        {"every": 1.5},
        {"layers": "gold"},
        {"layers": ["mazes"]},
        {"objective": None},
        {"objective": {"name": "beauty"}},
    ],
)
def test_wrong_json_is_refused_in_one_line(change):
    with pytest.raises(UserError) as caught:
        Objective.from_json({**PELLETS.json(), **change})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["layout", "mazes", "lifetime", "sight", "every"])
def test_json_that_lacks_a_key_is_refused(name):
    table = {key: value for key, value in PELLETS.json().items() if key != name}
    with pytest.raises(UserError, match=f"does not say how its heights were made \\('{name}'\\)"):
        Objective.from_json(table)


def test_a_network_that_does_not_fit_the_world_is_refused_when_it_plays():
    with pytest.raises(UserError, match="needs a network of 9 inputs"):
        replace(PELLETS, layout=Layout(hidden=4)).evaluate(np.zeros((1, Layout(hidden=4).size), np.float32))

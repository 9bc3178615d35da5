"""Observations: the kernels tell the quantities that their definitions read off plain episodes."""

from functools import partial

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import initial
from sim import rollout
from sim.rollout import cpu, play
from sim.rollout.machine import Machine
from sim.rollout.observe import observe, places_of
from sim.rollout.quantities import NAMES, QUANTITIES, Life
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

ONE = Machine(1)


def genomes_of(layout, count, kind, seed=0):
    """Random genomes [N, P] whose weights are large enough for long transients."""
    rng = np.random.default_rng(seed)
    return (2.5 * initial(layout, count, rng) + 0.1 * rng.standard_normal((count, layout.size))).astype(kind)


def lives(genomes, centre, layout, mazes, world):
    """The lives [N][M] of genomes, with those of a centre, from plain episodes."""
    episodes = [[play_episode(each, layout, mazes, maze, world) for maze in range(mazes.count)] for each in genomes]
    middle = [play_episode(centre, layout, mazes, maze, world).places.tolist() for maze in range(mazes.count)]
    return [
        [Life(one.places.tolist(), one.eaten.tolist(), there) for one, there in zip(row, middle, strict=True)]
        for row in episodes
    ]


def expected(row, name, every):
    """The values [M, K] of a quantity of the lives [M] of a genome, after each `every` steps."""
    steps = range(every, len(row[0].eaten) + 1, every)
    return [
        [QUANTITIES[name].of(Life(life.places[: t + 1], life.eaten[:t], life.centre[: t + 1])) for t in steps]
        for life in row
    ]


@pytest.mark.usefixtures("tiles")
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_all_quantities_are_those_of_plain_episodes(kind):
    world = World(MazeConfig(6, pellets=0.7), sight=2, lifetime=36)
    mazes = carve(world.maze, 19, seed=3, split="train")
    layout = world.layout("elman", 4)
    genomes = genomes_of(layout, 4, kind)
    there = places_of(genomes[0], layout, mazes, world)
    told = observe(genomes, layout, mazes, world, NAMES, centre=there, every=12)
    assert list(told) == list(NAMES)
    truth = lives(genomes, genomes[0], layout, mazes, world)
    for name in NAMES:
        assert (told[name].dtype, told[name].shape) == (np.int32, (4, 19, 3))
        assert len(np.unique(told[name])) > 5
        for genome in range(4):
            np.testing.assert_array_equal(told[name][genome], expected(truth[genome], name, 12), err_msg=name)
    assert (told["divergence"][0] == [13, 25, 37]).all()  # the centre never parts from itself
    assert (told["divergence"][1:, :, -1] < 37).any()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("cell", "sight"), [("gru", 0), ("lstm", 3)])
def test_a_quantity_alone_is_that_of_plain_episodes(name, cell, sight):
    world = World(MazeConfig(5), sight=sight, lifetime=25)
    mazes = carve(world.maze, 3, seed=1, split="validation")
    layout = world.layout(cell, 5)
    genomes = genomes_of(layout, 3, "float32", seed=2)
    there = places_of(genomes[1], layout, mazes, world)
    told = observe(genomes, layout, mazes, world, [name], centre=there)
    assert list(told) == [name]
    truth = lives(genomes, genomes[1], layout, mazes, world)
    for genome in range(3):
        np.testing.assert_array_equal(told[name][genome][:, None], expected(truth[genome], name, 25))


def test_what_is_watched_changes_no_pellet_and_what_is_not_watched_is_not_computed(monkeypatch):
    world = World(MazeConfig(6), lifetime=30)
    mazes = carve(world.maze, 20, seed=2, split="train")
    layout = world.layout("elman", 6)
    genomes = genomes_of(layout, 5, "float32")
    there = places_of(genomes[0], layout, mazes, world)
    told = observe(genomes, layout, mazes, world, NAMES, centre=there, every=10)
    np.testing.assert_array_equal(told["pellets"], play(genomes, layout, mazes, world, every=10))
    observed = []

    def noting(kernel, *arguments):
        observed.append(arguments[8][-1])
        kernel(*arguments)

    for name in ("play_shared", "play_packed"):
        monkeypatch.setattr(cpu, name, partial(noting, getattr(cpu, name)))
    play(genomes, layout, mazes, world)
    assert observed == [None] * len(observed) != []
    observe(genomes, layout, mazes, world, ["end"])
    assert observed[-1].shape[0] == len(NAMES) - 1


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_tasks_and_other_genomes_change_nothing(monkeypatch, threads):
    monkeypatch.setattr(rollout, "STEPS_PER_TASK", 800)
    world = World(MazeConfig(5), lifetime=20)
    mazes = carve(world.maze, 75, seed=2, split="train")
    layout = world.layout("elman", 4)
    genomes = genomes_of(layout, 4, "float32")
    there = places_of(genomes[3], layout, mazes, world)
    together = observe(genomes, layout, mazes, world, NAMES, centre=there, every=4, machine=ONE)
    few = observe(genomes[1:3], layout, mazes, world, NAMES, centre=there, every=4, machine=Machine(threads))
    for name in NAMES:
        np.testing.assert_array_equal(few[name], together[name][1:3])


@pytest.mark.parametrize(
    ("quantities", "centre", "every", "message"),
    [
        (["hunger"], None, None, "quantity must be one of"),
        (["divergence"], None, None, "its centre"),
        (["divergence"], np.zeros((2, 21), np.int16), None, "must have places \\[3, 21\\], got \\[2, 21\\]"),
        (["tempo"], None, 7, "must divide the lifetime"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(quantities, centre, every, message):
    world = World(MazeConfig(5), lifetime=20)
    mazes, layout = carve(world.maze, 3, seed=2, split="train"), World().layout("elman", 4)
    with pytest.raises(UserError, match=message):
        observe(genomes_of(layout, 1, "float32"), layout, mazes, world, quantities, centre=centre, every=every)


@pytest.mark.parametrize(("cell", "kind", "sight"), [("elman", "float32", 0), ("gru", "float64", 2)])
def test_plain_torch_tells_the_quantities_of_the_cpu(cell, kind, sight):
    torch = pytest.importorskip("torch")
    assert torch.get_num_threads() >= 1
    from sim.rollout import Watched, gpu

    world = World(MazeConfig(6, pellets=0.5), sight=sight, lifetime=30)
    mazes = carve(world.maze, 7, seed=5, split="train")
    layout = world.layout(cell, 4)
    genomes = genomes_of(layout, 6, kind)
    there = places_of(genomes[2], layout, mazes, world)
    told = observe(genomes, layout, mazes, world, NAMES, centre=there, every=10)
    counts, others = gpu.observe_on("cpu", genomes, layout, mazes, world, 10, Watched(NAMES[1:], there))
    np.testing.assert_array_equal(counts, told["pellets"])
    for at, name in enumerate(NAMES[1:]):
        np.testing.assert_array_equal(others[..., at], told[name], err_msg=name)
    alone, few = gpu.observe_on("cpu", genomes, layout, mazes, world, 30, Watched(("tempo",)))
    np.testing.assert_array_equal(few[..., 0], told["tempo"][..., -1:])
    np.testing.assert_array_equal(alone, told["pellets"][..., -1:])

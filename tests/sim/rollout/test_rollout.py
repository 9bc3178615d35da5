"""Rollouts: the kernels equal the plain episode, and a result depends on the genome, the maze and the world alone."""

import hashlib
import platform
import re
from typing import get_args

import llvmlite.binding
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.engine.tile import LANES
from agents.errors import UserError
from agents.layout import Cell, Layout, initial
from agents.randomness import words
from sim import rollout
from sim.rollout import cpu, play
from sim.rollout.machine import CPU, Machine
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

KINDS = ("float32", "float64")
CELLS = get_args(Cell)


def genomes_of(layout, count, kind, seed=0):
    """Random genomes [N, P] whose weights are large enough for long transients."""
    rng = np.random.default_rng(seed)
    return (2.5 * initial(layout, count, rng) + 0.1 * rng.standard_normal((count, layout.size))).astype(kind)


def counts_of_episode(genome, layout, mazes, maze, world, ablate=False):
    """The counts [K] that `play` must return for one genome, maze and every=1, from a plain episode."""
    return np.cumsum(play_episode(genome, layout, mazes, maze, world, ablate=ablate).eaten)


# cell, hidden, mazes, kind, sight, ablate, size: every pair of values occurs in some case
CASES = [
    ("elman", 2, 17, "float64", 0, True, 10),
    ("elman", 2, 100, "float32", 0, False, 64),
    ("elman", 5, 1, "float64", 0, False, 10),
    ("elman", 5, 3, "float32", 0, False, 64),
    ("elman", 5, 16, "float32", 3, True, 64),
    ("elman", 8, 3, "float32", 3, False, 4),
    ("elman", 8, 16, "float64", 3, False, 10),
    ("elman", 8, 17, "float32", 3, True, 10),
    ("elman", 8, 100, "float32", 0, True, 4),
    ("elman", 16, 1, "float32", 0, True, 4),
    ("elman", 16, 17, "float32", 3, True, 10),
    ("elman", 16, 100, "float64", 0, True, 4),
    ("elman", 33, 3, "float32", 0, False, 4),
    ("elman", 33, 16, "float32", 0, True, 4),
    ("elman", 33, 17, "float32", 0, False, 4),
    ("elman", 64, 1, "float32", 3, True, 4),
    ("elman", 64, 3, "float32", 3, True, 10),
    ("elman", 64, 16, "float64", 0, False, 4),
    ("gru", 2, 1, "float64", 0, False, 4),
    ("gru", 2, 3, "float32", 3, False, 64),
    ("gru", 5, 17, "float32", 3, True, 4),
    ("gru", 8, 1, "float32", 0, False, 64),
    ("gru", 16, 16, "float32", 3, False, 64),
    ("gru", 33, 100, "float32", 0, False, 10),
    ("gru", 64, 100, "float32", 3, True, 10),
    ("lstm", 2, 16, "float32", 0, False, 10),
    ("lstm", 5, 100, "float32", 3, False, 4),
    ("lstm", 8, 16, "float32", 0, True, 4),
    ("lstm", 16, 3, "float64", 0, True, 10),
    ("lstm", 33, 1, "float64", 3, True, 64),
    ("lstm", 64, 17, "float32", 0, False, 64),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_play_equals_the_plain_episode(case):
    cell, hidden, count, kind, sight, ablate, size = case
    world = World(MazeConfig(size, pellets=0.8), sight=sight, lifetime=12 if hidden > 16 else 40)
    mazes = carve(world.maze, count, seed=hidden, split="train")
    layout = world.layout(cell, hidden)
    genomes = genomes_of(layout, 3, kind, seed=count)
    results = play(genomes, layout, mazes, world, every=1, ablate=ablate)
    assert (results.shape, results.dtype) == ((3, count, world.lifetime), np.int32)
    for genome, maze in ((0, 0), (2, count - 1)):
        expected = counts_of_episode(genomes[genome], layout, mazes, maze, world, ablate)
        np.testing.assert_array_equal(results[genome, maze], expected)


@pytest.mark.parametrize(("kind", "cell"), [("float32", "elman"), ("float32", "gru"), ("float64", "elman")])
def test_play_equals_the_plain_episode_over_a_whole_lifetime(kind, cell):
    world = World(sight=2 if cell == "gru" else 0)
    mazes = carve(world.maze, 16, seed=5, split="test")
    layout = world.layout(cell, 6)
    genomes = genomes_of(layout, 2, kind, seed=8)
    results = play(genomes, layout, mazes, world, every=1)
    expected = counts_of_episode(genomes[1], layout, mazes, 9, world)
    np.testing.assert_array_equal(results[1, 9], expected)


@settings(max_examples=30)
@given(
    seed=st.integers(0, 2**32),
    cell=st.sampled_from(CELLS),
    hidden=st.integers(2, 9),
    counts=st.tuples(st.integers(1, 4), st.integers(1, 35)),
    kind=st.sampled_from(KINDS),
    maze=st.builds(MazeConfig, st.integers(4, 9), braid=st.floats(0, 1), pellets=st.floats(0, 1)),
    sight=st.integers(0, 4),
    lifetime=st.integers(1, 16),
    ablate=st.booleans(),
)
def test_play_equals_the_plain_episode_in_any_world(seed, cell, hidden, counts, kind, maze, sight, lifetime, ablate):
    world = World(maze, sight, lifetime)
    mazes = carve(maze, counts[1], seed=seed, split="train")
    layout = world.layout(cell, hidden)
    genomes = genomes_of(layout, counts[0], kind, seed)
    results = play(genomes, layout, mazes, world, every=1, ablate=ablate)
    genome, place = seed % counts[0], seed % counts[1]
    expected = counts_of_episode(genomes[genome], layout, mazes, place, world, ablate)
    np.testing.assert_array_equal(results[genome, place], expected)
    assert (results[..., -1] <= mazes.pellet_counts).all()
    assert ((np.diff(results, axis=-1) == 0) | (np.diff(results, axis=-1) == 1)).all()


@pytest.mark.usefixtures("tiles")
@pytest.mark.parametrize(("kind", "largest"), [("float32", 3e38), ("float64", 1.7e308)])
@pytest.mark.parametrize("cell", CELLS)
def test_play_equals_the_plain_episode_when_sums_overflow(cell, kind, largest):
    world = World(MazeConfig(5), sight=2, lifetime=10)
    mazes = carve(world.maze, 3, seed=1, split="train")
    layout = world.layout(cell, 4)
    genomes = genomes_of(layout, 4, kind, seed=2)
    rng = np.random.default_rng(3)
    genomes[0] = rng.choice([-largest, largest], layout.size)
    genomes[1] = np.where(rng.random(layout.size) < 0.2, rng.choice([-largest, largest], layout.size), genomes[1])
    genomes[2] *= np.finfo(kind).smallest_subnormal * 1000  # every weight is denormal
    genomes[3] = 0
    results = play(genomes, layout, mazes, world, every=1)
    for genome in range(4):
        expected = counts_of_episode(genomes[genome], layout, mazes, 2, world)
        np.testing.assert_array_equal(results[genome, 2], expected)


def tile_after(genomes, layout, mazes, world):
    """Places, headings [L] and hidden states [L, H] after an episode of L agents with one genome, or with L genomes."""
    lanes, kind = mazes.count, genomes.dtype
    weights = np.ascontiguousarray(genomes.T) if len(genomes) > 1 else genomes[0]
    boards = (mazes.open | mazes.pellets.astype(np.uint8) << 4).reshape(lanes, -1)
    bodies = cpu.aligned((4, lanes), np.int32 if kind == np.float32 else np.int64)
    bodies[cpu.PLACE], bodies[cpu.HEADING] = mazes.start, mazes.heading
    width = layout.hidden + layout.inputs
    source, extra = cpu.aligned((width, lanes), kind), cpu.aligned((width, lanes), kind)
    gates, outputs = cpu.aligned((4 * layout.hidden, lanes), kind), cpu.aligned((layout.outputs, lanes), kind)
    settings = (CELLS.index(layout.cell), layout.hidden, mazes.size, world.sight, world.lifetime, 0)
    counts, path, noise = cpu.aligned((1, lanes), np.int32), cpu.aligned((0, lanes), bodies.dtype), outputs[:0]
    tile = bodies, source, gates, extra, outputs, path, None
    views = bodies, source, path, path, boards, counts, cpu.aligned((1, 0, lanes), np.int32)
    cpu.play_tile(settings, weights, noise, path, tile, views, np.empty(0, np.int64))
    return bodies[cpu.PLACE], bodies[cpu.HEADING], source[: layout.hidden].T


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("lifetime", [1, 20])
def test_hidden_states_equal_those_of_the_plain_episode(lifetime, cell, kind, packed):
    world = World(MazeConfig(6), sight=2, lifetime=lifetime)
    lanes = LANES
    mazes = carve(world.maze, lanes, seed=7, split="train")
    layout = world.layout(cell, 6)
    genomes = genomes_of(layout, lanes if packed else 1, kind, seed=7)
    places, headings, hidden = tile_after(genomes, layout, mazes, world)
    for lane in (0, lanes - 1):
        episode = play_episode(genomes[lane if packed else 0], layout, mazes, lane, world)
        assert (places[lane], headings[lane]) == (episode.places[-1], episode.headings[-1])
        np.testing.assert_array_equal(hidden[lane], episode.hidden[-1])


def test_a_pellet_under_the_start_is_not_eaten_by_standing_still():
    world = World(MazeConfig(4), lifetime=20)
    mazes = carve(world.maze, 2, seed=0, split="test")
    layout = world.layout("elman", 3)
    genomes = genomes_of(layout, 1, "float32")
    mazes.pellets[:] = True
    results = play(genomes, layout, mazes, world, every=1)
    np.testing.assert_array_equal(results[0, 1], counts_of_episode(genomes[0], layout, mazes, 1, world))
    mazes.open[:] = 0
    assert not play(genomes, layout, mazes, world).any()


@pytest.fixture(scope="module", params=[(cell, kind) for cell in CELLS for kind in KINDS], ids="-".join)
def landscape(request):
    """Arguments of `play` for 9 genomes in 19 mazes, and the results [9, 19, K]."""
    cell, kind = request.param
    world = World(MazeConfig(7), sight=2, lifetime=60)
    mazes = carve(world.maze, 19, seed=4, split="validation")
    layout = world.layout(cell, 7)
    genomes = genomes_of(layout, 9, kind, seed=6)
    results = play(genomes, layout, mazes, world, every=5, machine=Machine(1))
    assert len(np.unique(results[..., -1])) > 4
    return genomes, layout, mazes, world, results


def test_the_order_changes_nothing(landscape):
    genomes, layout, mazes, world, results = landscape
    rng = np.random.default_rng(0)
    order, places = rng.permutation(9), rng.integers(0, 19, 40)
    shuffled = play(genomes[order], layout, mazes.take(places), world, every=5)
    np.testing.assert_array_equal(shuffled, results[order][:, places])


def test_other_genomes_and_mazes_change_nothing(landscape):
    genomes, layout, mazes, world, results = landscape
    alone = [play(genome[None], layout, mazes, world, every=5)[0] for genome in genomes]
    np.testing.assert_array_equal(alone, results)
    apart = [play(genomes, layout, mazes.take([maze]), world, every=5)[:, 0] for maze in range(mazes.count)]
    np.testing.assert_array_equal(np.stack(apart, axis=1), results)


@pytest.mark.usefixtures("tiles")
def test_the_kind_of_tiles_changes_nothing(landscape):
    genomes, layout, mazes, world, results = landscape
    for count in (1, 8, 19):
        batch = mazes.take(range(count))
        np.testing.assert_array_equal(play(genomes, layout, batch, world, every=5), results[:, :count])


@pytest.mark.parametrize("steps", [1, 3000, 10**9])
@pytest.mark.parametrize("threads", [1, 2, 5, None])
def test_threads_and_tasks_change_nothing(monkeypatch, landscape, steps, threads):
    genomes, layout, mazes, world, results = landscape
    monkeypatch.setattr(rollout, "STEPS_PER_TASK", steps)
    np.testing.assert_array_equal(play(genomes, layout, mazes, world, every=5, machine=Machine(threads)), results)


def test_inputs_are_not_changed(landscape):
    genomes, layout, mazes, world, _ = landscape
    before = [array.copy() for array in (genomes, mazes.open, mazes.pellets, mazes.start, mazes.heading)]
    play(genomes, layout, mazes, world)
    for array, copy in zip((genomes, mazes.open, mazes.pellets, mazes.start, mazes.heading), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def unaligned(array):
    """The same numbers, one byte off."""
    buffer = np.zeros(array.nbytes + 1, np.uint8)
    moved = buffer[1:].view(array.dtype).reshape(array.shape)
    moved[:] = array
    return moved


def read_only(array):
    """The same numbers, read-only."""
    array = array.copy()
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    "rearrange",
    [
        np.asfortranarray,
        read_only,
        unaligned,
        lambda x: np.repeat(x, 2, axis=1)[:, ::2],
        lambda x: x[::-1].copy()[::-1],
    ],
)
def test_the_memory_layout_of_genomes_changes_nothing(rearrange):
    world = World(MazeConfig(6), lifetime=30)
    mazes = carve(world.maze, 5, seed=4, split="test")
    layout = world.layout("gru", 5)
    genomes = genomes_of(layout, 4, "float32")
    results = play(genomes, layout, mazes, world)
    compiled = len(cpu.play_shared.signatures) + len(cpu.play_packed.signatures)
    np.testing.assert_array_equal(play(rearrange(genomes), layout, mazes, world), results)
    assert len(cpu.play_shared.signatures) + len(cpu.play_packed.signatures) == compiled  # numba did not compile again


@pytest.mark.parametrize("every", [1, 6, 8, 24])
def test_each_count_is_the_fitness_of_a_shorter_lifetime(every):
    maze = MazeConfig(6)
    mazes = carve(maze, 7, seed=9, split="train")
    world = World(maze, lifetime=24)
    layout = world.layout("elman", 6)
    genomes = genomes_of(layout, 5, "float32")
    counts = play(genomes, layout, mazes, world, every=every)
    assert counts.shape == (5, 7, 24 // every)
    for column in range(24 // every):
        short = World(maze, lifetime=every * (column + 1))
        np.testing.assert_array_equal(counts[..., column], play(genomes, layout, mazes, short))


def test_sight_and_ablation_matter():
    world = World(MazeConfig(8, pellets=0.3), sight=4, lifetime=60)
    mazes = carve(world.maze, 16, seed=2, split="train")
    layout = world.layout("elman", 8)
    genomes = genomes_of(layout, 8, "float32")
    results = play(genomes, layout, mazes, world)
    assert (play(genomes, layout, mazes, world, ablate=True) != results).any()
    near = World(world.maze, sight=1, lifetime=60)
    assert (play(genomes, layout, mazes, near) != results).any()


@pytest.mark.usefixtures("tiles")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 3, 16, 21])
def test_sampled_play_equals_the_plain_episode(count, kind):
    world = World(MazeConfig(6), lifetime=25)
    mazes = carve(world.maze, count, seed=3, split="train")
    layout = world.layout("elman", 4)
    genomes = genomes_of(layout, 5, kind, seed=count)
    results = play(genomes, layout, mazes, world, every=1, policy="sampled", repetition=7)
    for genome, maze in ((0, 0), (3, count // 2), (4, count - 1)):
        episode = play_episode(genomes[genome], layout, mazes, maze, world, policy="sampled", repetition=7)
        np.testing.assert_array_equal(results[genome, maze], np.cumsum(episode.eaten))
    assert (results != play(genomes, layout, mazes, world, every=1)).any()
    assert (results != play(genomes, layout, mazes, world, every=1, policy="sampled")).any()


def test_draws_depend_on_the_maze_and_the_repetition_alone(landscape):
    genomes, layout, mazes, world, _ = landscape
    results = play(genomes, layout, mazes, world, policy="sampled", repetition=2, machine=Machine(1))
    rng = np.random.default_rng(1)
    places, numbers = rng.integers(0, 19, 40), rng.integers(1, 4, 40)
    mixed = play(genomes[::-1], layout, mazes.take(places), world, policy="sampled", repetition=numbers)[::-1]
    same = numbers == 2
    np.testing.assert_array_equal(mixed[:, same], results[:, places[same]])
    assert (mixed[:, ~same] != results[:, places[~same]]).any()
    alone = play(genomes[4:5], layout, mazes.take([11]), world, policy="sampled", repetition=2)
    assert alone == results[4, 11]


@pytest.mark.parametrize("policy", ["greedy", "sampled"])
@pytest.mark.parametrize("threads", [1, 3])
def test_dividing_the_mazes_of_few_genomes_changes_nothing(monkeypatch, threads, policy):
    monkeypatch.setattr(rollout, "STEPS_PER_TASK", 800)
    world = World(MazeConfig(5), lifetime=20)
    mazes = carve(world.maze, 75, seed=2, split="train")
    layout = world.layout("elman", 4)
    genomes = genomes_of(layout, 4, "float32")
    together = play(genomes, layout, mazes, world, every=4, policy=policy, machine=Machine(1))
    assert len(rollout._tasks(2, 75, 20, 3, 16)) > 2
    few = play(genomes[1:3], layout, mazes, world, every=4, policy=policy, machine=Machine(threads))
    np.testing.assert_array_equal(few, together[1:3])


def test_sampled_play_of_equal_outputs_is_a_random_walk_and_greedy_play_is_not():
    world = World(MazeConfig(6), lifetime=100)
    mazes = carve(world.maze, 16, seed=2, split="train")
    layout = world.layout("elman", 4)
    zeros = np.zeros((1, layout.size), np.float32)
    assert play(zeros, layout, mazes, world).mean() < play(zeros, layout, mazes, world, policy="sampled").mean() / 2


def test_greedy_play_matches_the_golden_digest():
    world = World()
    mazes = carve(world.maze, 16, seed=0, split="train")
    layout = world.layout("elman", 16)
    drawn = (words(6 * layout.size, 0, "golden") >> np.uint64(40)).astype(np.float32).reshape(6, -1)
    results = play(drawn / np.float32(2**23) - np.float32(1), layout, mazes, world)
    assert results.sum(axis=1).tolist() == [462, 520, 471, 83, 459, 51]
    assert hashlib.blake2b(results.astype("<i4").tobytes(), digest_size=8).hexdigest() == "8626efcb12ebf2f7"


def refusal(genomes, layout=None, world=None, **options):
    """The message of the UserError that `play` raises."""
    world = world or World(lifetime=20)
    mazes = carve(world.maze, 2, seed=0, split="test")
    with pytest.raises(UserError) as caught:
        play(genomes, layout or world.layout("elman", 4), mazes, world, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


GOOD = genomes_of(Layout("elman", 4), 2, "float32")


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_genomes_that_are_not_finite_are_refused(broken):
    genomes = GOOD.copy()
    genomes[1, 3] = broken
    assert "1 of 120 that are NaN or infinite" in refusal(genomes)


@pytest.mark.parametrize(
    ("genomes", "message"),
    [
        (GOOD[:, 1:], "has 60 weights, got an array of shape [2, 59]"),
        (GOOD[:0], "has 60 weights, got an array of shape [0, 60]"),
        (GOOD[None], "has 60 weights, got an array of shape [1, 2, 60]"),
        (GOOD[0], "takes genomes [N, P], got one of shape [60]; write genome[None]"),
        (GOOD.astype(np.float16), "float32 or float64 weights, got float16"),
        (GOOD.astype(int), "float32 or float64 weights, got int64"),
        (GOOD.astype(">f4"), "float32 or float64 weights, got >f4"),
    ],
)
def test_genomes_of_another_shape_or_type_are_refused(genomes, message):
    assert message in refusal(genomes)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every": 7}, "must divide the lifetime of 20 steps, got 7"),
        ({"every": 0}, "must divide the lifetime of 20 steps, got 0"),
        ({"every": -5}, "must divide the lifetime of 20 steps, got -5"),
        ({"every": 40}, "must divide the lifetime of 20 steps, got 40"),
        (
            {"world": World(sight=1, lifetime=20), "layout": Layout("elman", 4)},
            "needs a network of 9 inputs and 4 outputs",
        ),
        ({"policy": "random"}, "policy must be one of greedy, sampled, got 'random'"),
        ({"policy": "sampled", "repetition": [1, 2, 3]}, "or one for each of 2 mazes, got [1, 2, 3]"),
        ({"policy": "sampled", "repetition": -1}, "a whole number from 0, or one"),
        ({"policy": "sampled", "repetition": 0.5}, "or one for each of 2 mazes, got 0.5"),
        ({"layout": Layout("elman", 4, 4, 4)}, "needs a network of 5 inputs and 4 outputs, got 4 and 4"),
        ({"layout": Layout("elman", 4, 5, 3)}, "needs a network of 5 inputs and 4 outputs, got 5 and 3"),
    ],
)
def test_settings_that_do_not_fit_are_refused(options, message):
    layout = options.get("layout", Layout("elman", 4))
    assert message in refusal(genomes_of(layout, 2, "float32"), **options)


def test_threads_default_to_those_of_the_process():
    assert Machine(3).thread_count == 3
    assert Machine().thread_count == CPU.thread_count >= 1


@pytest.mark.parametrize("threads", [0, -2, 1025])
def test_thread_counts_out_of_range_are_refused(threads):
    with pytest.raises(UserError, match=f"threads must be from 1 to 1024, got {threads}"):
        Machine(threads)


def test_tiles_begin_on_a_cache_line():
    for shape in ((1, 16), (3, 16), (100, 7)):
        array = cpu.aligned(shape, np.float32)
        assert (array.ctypes.data % 64, array.shape, array.dtype) == (0, shape, np.float32)
        assert not array.any()


def has_fused_vectors():
    """True on an x86 machine with vector FMA, whose assembly the test can read."""
    features = llvmlite.binding.get_host_cpu_features()
    return platform.machine() in ("x86_64", "AMD64") and features.get("fma", False)


@pytest.mark.skipif(not has_fused_vectors(), reason="reads the assembly of x86 machines with FMA")
def test_the_kernel_has_fused_vector_instructions_and_calls_no_library():
    world = World(MazeConfig(4), lifetime=4)
    mazes = carve(world.maze, 16, seed=0, split="test")
    layout = world.layout("gru", 4)
    # compiled anew, as a kernel from the cache has no assembly
    fresh = numba.njit(error_model="numpy", nogil=True)(cpu.play_shared.py_func)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cpu, "play_shared", fresh)
        play(genomes_of(layout, 1, "float32"), layout, mazes, world, machine=Machine(1))
    (assembly,) = fresh.inspect_asm().values()
    assert len(re.findall(r"\bvfn?m(?:add|sub)\w*ps\b", assembly)) > 50
    assert re.search(r"\bvdivps\b", assembly)
    # everything is inlined, as calls would count references
    assert "agents" not in "".join(re.findall(r"^_ZN.*", assembly, re.MULTILINE))
    assert not re.search(r"\bvdivss\b|\bvf\w*ss\b|\bvrcp\w*ps\b", assembly)
    assert not re.search(r"\b(?:tanh|exp2?|expm1|fma|ldexp|pow|copysign)f?\b|__svml|_ZGV|__truncsf|__extend", assembly)

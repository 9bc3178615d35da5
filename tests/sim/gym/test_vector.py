"""N foragers in compiled code do, to the last bit, what gymnasium does with N environments of one forager."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers.vector import RecordEpisodeStatistics

import sim.gym
from agents.errors import UserError
from agents.layout import initial
from agents.randomness import generator
from sim.gym.environment import Forage
from sim.gym.vector import ForageVector
from sim.rollout.trace import senses, trace
from sim.world.maze import carve

COUNT = 6
WORLDS = [
    {"size": 6, "lifetime": 25},
    {"size": 5, "sight": 5, "pellets": 0.3, "braid": 1.0, "lifetime": 11, "pool": 3},
    {"size": 9, "sight": 2, "algorithm": "wilson", "split": "validation", "lifetime": 1, "first": 4},
]


def twins(mode, options):
    """Our vector environment, and gymnasium's, of N plain ones."""
    plain = SyncVectorEnv([lambda: Forage(**options)] * COUNT, autoreset_mode=mode)
    return ForageVector(COUNT, autoreset_mode=mode, **options), plain


def same(ours, theirs):
    """Whether all parts of two answers are equal in values, shapes and types."""
    return data_equivalence(ours, theirs, exact=True)


@pytest.mark.parametrize("options", WORLDS)
@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_it_equals_gymnasiums_own_of_plain_environments(mode, options):
    (ours, theirs), rng = twins(mode, options), np.random.default_rng(0)
    for seed in (3, None, [5, 5, None, 2**64 - 1, 0, 1]):
        assert same(ours.reset(seed=seed), theirs.reset(seed=seed))
        ends = 0
        for _ in range(130):
            actions = rng.integers(0, 4, COUNT)
            found, wanted = ours.step(actions), theirs.step(actions)
            assert same(found, wanted)
            ends += found[3].sum()
        assert ends >= 5 * COUNT


@pytest.mark.parametrize("options", WORLDS)
def test_without_autoreset_it_resets_whom_the_mask_chooses(options):
    (ours, theirs), rng = twins(AutoresetMode.DISABLED, options), np.random.default_rng(0)
    assert same(ours.reset(seed=7), theirs.reset(seed=7))
    early = np.array([True, False, False, True, False, True])
    assert same(ours.reset(options={"reset_mask": early}), theirs.reset(options={"reset_mask": early}))
    for _ in range(100):
        actions = rng.integers(0, 4, COUNT)
        found, wanted = ours.step(actions), theirs.step(actions)
        assert same(found, wanted)
        over = found[3]
        if over.any():
            with pytest.raises(UserError, match=f"forager {over.argmax()} is over"):
                ours.step(actions)
            seeds = [None, 4, None, None, 9, 4]
            found, wanted = (env.reset(seed=seeds, options={"reset_mask": over.copy()}) for env in (ours, theirs))
            assert same(found, wanted)


@pytest.mark.parametrize("sight", [0, 4])
def test_the_actions_of_a_rollout_give_its_lives(sight):
    envs = ForageVector(40, autoreset_mode="SameStep", seed=2, sight=sight, lifetime=150)
    world = envs.config.world
    mazes, layout = carve(world.maze, 40, seed=2, split="train"), world.layout(hidden=8)
    lives = trace(3 * initial(layout, 1, generator(0, "test/gym")), layout, mazes, world)
    felt, info = envs.reset(options={"maze": np.arange(40)})
    wanted = senses(lives, mazes, world)[0]
    for step in range(world.lifetime):
        assert (felt == wanted[:, step]).all()
        assert (info["place"] == lives.places[0, :, step]).all()
        assert (info["heading"] == lives.headings[0, :, step]).all()
        felt, rewards, _, truncations, info = envs.step(lives.actions[0, :, step])
        assert (rewards == lives.eaten[0, :, step]).all()
    assert truncations.all()
    assert (info["final_info"]["pellets"] == lives.pellets[0]).all()
    assert len({*lives.pellets[0].tolist()}) > 5


def test_one_maze_for_all_can_be_named():
    envs = ForageVector(3)
    assert envs.reset(options={"maze": 5})[1]["maze"].tolist() == [5, 5, 5]
    masked = {"maze": [7, 8, 9], "reset_mask": np.array([False, True, True])}
    assert envs.reset(options=masked)[1]["maze"].tolist() == [0, 8, 9]


def test_without_a_seed_every_forager_draws_mazes_of_its_own():
    mazes = [ForageVector(4).reset()[1]["maze"].tolist() for _ in range(2)]
    assert len({*mazes[0], *mazes[1]}) == 8


def test_what_was_returned_never_changes():
    envs, kept = ForageVector(3, lifetime=4, autoreset_mode="SameStep"), []
    envs.reset(seed=0)
    for step in range(12):
        answer = envs.step(np.full(3, step % 4))
        kept.append((answer, str(answer)))
    assert all(str(answer) == text for answer, text in kept)


def test_gymnasium_makes_it_without_a_warning_and_its_wrappers_take_it():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        envs = gymnasium.make_vec(sim.gym.ID, num_envs=5, size=6, lifetime=9)
        assert envs.metadata["autoreset_mode"] == AutoresetMode.NEXT_STEP
        assert envs.observation_space.contains(envs.reset(seed=0)[0])
        counted = RecordEpisodeStatistics(envs)
        counted.reset(seed=0)
        for _ in range(9):
            *_, info = counted.step(envs.action_space.sample())
    assert (info["episode"]["r"] == info["pellets"]).all()
    assert (info["episode"]["l"] == 9).all()


def test_texts_are_those_of_plain_environments():
    envs = ForageVector(2, size=4, render_mode="ansi")
    plain = [Forage(size=4, render_mode="ansi") for _ in range(2)]
    envs.reset(seed=3)
    for seed, env in enumerate(plain, start=3):
        env.reset(seed=seed)
    for action in (1, 2, 0):
        envs.step(np.array([action, action]))
        for env in plain:
            env.step(action)
        assert envs.render() == tuple(env.render() for env in plain)
    assert ForageVector(2).render() is None


@pytest.mark.parametrize("mode", [*AutoresetMode])
def test_a_life_begins_with_reset(mode):
    with pytest.raises(UserError, match=r"forager 0 .* reset"):
        ForageVector(2, autoreset_mode=mode).step(np.zeros(2, int))


def test_misuse_is_told_in_one_line():
    envs = ForageVector(3)
    envs.reset(seed=0)
    for actions, says in (
        (np.array([0, 1, 4]), "from 0 to 3, got 4 of forager 2"),
        (np.array([0, 1]), "one for each of 3 environments"),
        (np.array([0.0, 1.0, 2.0]), "got float64"),
    ):
        with pytest.raises(UserError, match=says):
            envs.step(actions)
    for options, says in (
        ({"reset_mask": np.zeros(3, bool)}, "must choose a forager"),
        ({"reset_mask": [True] * 3}, "an array bool"),
        ({"moon": 1}, "got moon"),
        ({"maze": [1, 2]}, "one for each of 3"),
    ):
        with pytest.raises(UserError, match=says):
            envs.reset(options=options)
    with pytest.raises(UserError, match="a list of seeds has one for each of 3 environments, got 2"):
        envs.reset(seed=[1, 2])
    with pytest.raises(UserError, match="num_envs must be"):
        ForageVector(0)

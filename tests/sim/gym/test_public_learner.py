"""A public library learns in our environment, and what it learned becomes a genome: played, and swept."""

import gymnasium
import numpy as np
import pytest

import sim.gym
from agents.errors import UserError
from agents.genome import Genome
from sim.gym.environment import Forage
from sim.landscape.objective import Objective
from sim.landscape.plane import Window, random_plane
from sim.landscape.sampling import sample
from sim.landscape.score import Pellets
from sim.world.life import play_episode
from sim.world.maze import MazeSet, carve

library = pytest.importorskip("sb3_contrib", reason="install sb3-contrib, which is among the extra dev")

OPTIONS = {"size": 6, "sight": 2, "lifetime": 40}
ACTOR = {"net_arch": {"pi": [], "vf": [16]}, "lstm_hidden_size": 8}


def learner(**policy):
    from stable_baselines3.common.env_util import make_vec_env

    envs = make_vec_env(sim.gym.ID, n_envs=4, env_kwargs={**OPTIONS, "render_mode": None})  # else it asks for pictures
    short = {"n_steps": 40, "batch_size": 80, "n_epochs": 2, "learning_rate": 0.01, "seed": 0, "device": "cpu"}
    return library.RecurrentPPO("MlpLstmPolicy", envs, policy_kwargs={**ACTOR, **policy}, **short)


@pytest.fixture(scope="module")
def learned():
    return learner().learn(4 * 40 * 3)


def test_the_library_finds_nothing_wrong():
    from stable_baselines3.common.env_checker import check_env

    check_env(gymnasium.make(sim.gym.ID, **OPTIONS))


def test_it_learned_something_of_the_environment(learned):
    assert learned.num_timesteps == 480
    assert len(learned.ep_info_buffer) == 12
    before = learner().policy.state_dict()["lstm_actor.weight_ih_l0"]
    assert not learned.policy.state_dict()["lstm_actor.weight_ih_l0"].allclose(before, atol=0.01)


def test_the_genome_acts_as_the_policy_in_the_environment(learned):
    found, env = Genome.from_torch(learned.policy), Forage(**OPTIONS)
    world = env.config.world
    assert found.layout == world.layout("lstm", 8)
    mazes = carve(world.maze, 5, seed=0, split="train")
    for maze in range(mazes.count):
        wanted = play_episode(found.weights, found.layout, mazes, maze, world)
        senses, info = env.reset(options={"maze": maze})
        state, first, places, actions = None, True, [info["place"]], []
        for _ in range(world.lifetime):
            action, state = learned.predict(senses, state, np.array([first]), deterministic=True)
            senses, _, _, first, info = env.step(action)
            places.append(info["place"])
            actions.append(int(action))
        assert actions == wanted.actions.tolist()
        assert places == wanted.places.tolist()
        assert info["pellets"] == wanted.pellets


def test_the_landscape_around_it_has_its_pellets_in_the_middle(learned):
    found, world = Genome.from_torch(learned.policy), Forage(**OPTIONS).config.world
    pellets = Objective(Pellets(), found.layout, world, MazeSet(world.maze, 0, "validation", range(8)))
    plane = random_plane(found.weights, found.layout, 0)
    heights = sample(pellets, plane, Window(radius=0.5, shape=(9, 9)))
    assert heights[4, 4] == pellets.evaluate(found.weights[None])[0]
    assert np.ptp(heights) > 0


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ({"net_arch": {"pi": [64], "vf": []}}, "LSTM, Linear, Tanh, Linear; set policy_kwargs net_arch"),
        ({"net_arch": None}, "LSTM, Linear, Tanh, Linear, Tanh, Linear; set policy_kwargs"),
        ({"n_lstm_layers": 2}, "num_layers 1, got LSTM with num_layers 2"),
    ],
)
def test_other_policies_are_refused(policy, says):
    with pytest.raises(UserError) as caught:
        Genome.from_torch(learner(**policy).policy)
    assert says in str(caught.value)


@pytest.mark.parametrize("critic", [{"enable_critic_lstm": False}, {"enable_critic_lstm": False, "shared_lstm": True}])
def test_whatever_the_critic_has_is_of_no_concern(critic):
    assert Genome.from_torch(learner(**critic).policy).layout.cell == "lstm"


def test_the_model_itself_is_no_module():
    with pytest.raises(UserError, match=r"got RecurrentPPO; pass the network itself, as in model\.policy"):
        Genome.from_torch(learner())

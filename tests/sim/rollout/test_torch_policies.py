"""A torch policy and the genome made from it choose the same actions in our rollouts."""

import numpy as np
import pytest
import torch
from torch import nn

from agents.genome import Genome
from sim.rollout.trace import senses, trace
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World, sense_count

HIDDEN = 16
WORLD = World(MazeConfig(8), sight=3, lifetime=200)


class Policy(nn.Module):
    """A policy with large weights; the recurrent ones are smaller, because a chaotic network would amplify rounding."""

    def __init__(self, kind, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.memory, self.head = kind(sense_count(WORLD.sight), HIDDEN), nn.Linear(HIDDEN, 4)
        for name, weights in self.named_parameters():
            weights.data.mul_(1.5 if name == "memory.weight_hh_l0" else 4)

    def forward(self, inputs):
        return self.head(self.memory(inputs)[0])


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM])
def test_they_choose_the_same_actions_except_after_rare_roundings(kind):
    mazes, same, done = carve(WORLD.maze, 64, seed=0, split="validation"), [], []
    for policy in (Policy(kind, seed) for seed in range(8)):
        found = Genome.from_torch(policy)
        episodes = trace(found.weights[None], found.layout, mazes, WORLD)
        inputs = torch.from_numpy(senses(episodes, mazes, WORLD)[0]).transpose(0, 1)
        with torch.no_grad():
            wanted = policy(inputs).argmax(-1).T.numpy()
        same.append(episodes.actions[0] == wanted)
        done.append(wanted)
    assert np.size(same) == 102_400
    assert np.mean(same) > 0.9999
    assert np.bincount(np.ravel(done)).min() > 500

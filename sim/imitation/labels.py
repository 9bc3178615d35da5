"""The labels that a network learns: the teacher's own, or shuffled, random or wrong ones as controls.

E episodes of T steps, I senses, A actions. Networks can also fit labels without meaning (Zhang et al. 2017). Shuffled
labels can be learned as well as the true ones, because they depend on the same senses; random labels can only be
memorised. Neither teaches a network to forage. Wrong labels poison a training set that also has true ones: a network
that fits both fits the true ones as well as any, but generalises worse (Wu, Zhu, E 2017).
"""

from dataclasses import replace
from functools import lru_cache
from itertools import permutations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.randomness import words
from sim.imitation.teacher import Demonstrations
from sim.world.maze import Mazes
from sim.world.rules import ACTIONS

Labels = Literal["true", "shuffled", "random"]

HISTORY_LIMITS = (1, 7)  # seven steps of nine senses are 63 bits, which fit one index of a random stream
PERMUTATIONS = np.array(list(permutations(range(ACTIONS))))


def relabel(demonstrations: Demonstrations, mazes: Mazes, labels: Labels, *, seed: int, history: int) -> Demonstrations:
    """The same episodes, one in each of E mazes, with another kind of labels; a step without a label keeps none.

    true: the labels stay. shuffled: each state of the senses of the last `history` steps has its own permutation of the
    four actions, drawn by `seed`. random: each maze and step has its own random action.
    """
    identity = {**demonstrations.identity, "labels": labels}
    match labels:
        case "true":
            return demonstrations
        case "shuffled":
            order = permutations_of_states(demonstrations.senses, seed, history)
            shuffled = np.take_along_axis(demonstrations.labels, order, -1)
            return replace(demonstrations, labels=shuffled, identity={**identity, "seed": seed, "history": history})
        case "random":
            drawn = np.eye(ACTIONS, dtype=np.float32)[random_actions(mazes, demonstrations.labels.shape[1])]
            drawn[~demonstrations.labels.any(-1)] = 0
            return replace(demonstrations, labels=drawn, identity=identity)


def poisoned(demonstrations: Demonstrations, mazes: Mazes) -> Demonstrations:
    """The same episodes, one in each of E mazes, with wrong labels.

    Each maze and step has its own random one of the actions that the teacher's label gives no probability. A step
    without a label, or whose label names all actions, gets none.
    """
    wrong = demonstrations.labels == 0
    count = wrong.sum(-1)
    drawn = _words(mazes, wrong.shape[1], "imitation/poisoned") >> np.uint64(32)
    chosen = (drawn * count.astype(np.uint64)) >> np.uint64(32)  # from 0 to count - 1
    labels = (wrong & (wrong.cumsum(-1) == chosen[..., None] + 1)).astype(np.float32)
    labels[count == ACTIONS] = 0
    return replace(demonstrations, labels=labels, identity={**demonstrations.identity, "labels": "poisoned"})


def permutations_of_states(senses: NDArray[np.uint8], seed: int, history: int) -> NDArray[np.intp]:
    """The permutation of actions at each step, [E, T, A]: the action whose label each action gets.

    It depends on the senses [E, T, I] of the last `history` steps. Before the first step all senses are 0.
    """
    inputs = senses.shape[-1]
    now = senses.astype(np.int64) @ (1 << np.arange(inputs))
    state = now.copy()
    for ago in range(1, min(history, now.shape[1])):
        state[:, ago:] |= now[:, :-ago] << (inputs * ago)
    states, index = np.unique(state, return_inverse=True)
    drawn = np.array([_permutation(seed, number) for number in states.tolist()])
    return np.asarray(PERMUTATIONS[drawn[index.reshape(state.shape)]])


@lru_cache(1 << 18)
def _permutation(seed: int, state: int) -> int:
    """The permutation of a state, as an index into PERMUTATIONS."""
    return int(words(1, seed, "imitation/shuffled", state)[0] % len(PERMUTATIONS))


def random_actions(mazes: Mazes, steps: int) -> NDArray[np.int64]:
    """A random action for each step in each of E mazes, [E, T]; the same maze always has the same actions."""
    return np.asarray((_words(mazes, steps, "imitation/random") >> np.uint64(62)).astype(np.int64))


def _words(mazes: Mazes, steps: int, purpose: str) -> NDArray[np.uint64]:
    """Random words for each step in each of E mazes, uint64 [E, T]; the same maze always has the same words."""
    return np.stack([words(steps, mazes.seed, f"{purpose}/{mazes.split}", at) for at in mazes.indices.tolist()])


def most_right(demonstrations: Demonstrations) -> int:
    """The largest number of steps at which one network's action can be one of the label.

    A network gives one action after each history of senses, also where labels contradict one another.
    """
    senses = demonstrations.senses.astype(np.int64) @ (1 << np.arange(demonstrations.senses.shape[-1]))
    labelled = demonstrations.labels > 0
    histories: NDArray[np.intp] = np.zeros(len(senses), np.intp)
    count = 0
    for step in range(senses.shape[1]):
        both = np.column_stack([histories, senses[:, step]])
        different, histories = np.unique(both, axis=0, return_inverse=True)
        named = np.zeros((len(different), ACTIONS), np.int64)
        np.add.at(named, histories, labelled[:, step])
        count += int(named.max(axis=1).sum())
    return count

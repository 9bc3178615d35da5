"""Labels to imitate: what the teacher says, or controls from which nobody learns to forage.

E episodes of T steps, I senses, A actions. Networks can also fit labels that mean nothing (Zhang et al. 2017). Shuffled
labels can be learned as well as the true ones, as they depend on the same; random ones can only be memorised.
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

HISTORY_LIMITS = (1, 7)  # seven steps of nine senses are 63 bits, which still name one stream
PERMUTATIONS = np.array(list(permutations(range(ACTIONS))))


def relabel(demonstrations: Demonstrations, mazes: Mazes, labels: Labels, *, seed: int, history: int) -> Demonstrations:
    """The same episodes, one in each of E mazes, with labels of another kind; a step without a label stays so.

    true: as they are. shuffled: a permutation of the four actions for each state of the newest `history` senses, by
    `seed`. random: an action for each maze and step.
    """
    about = {**demonstrations.identity, "labels": labels}
    match labels:
        case "true":
            return demonstrations
        case "shuffled":
            order = shuffles(demonstrations.senses, seed, history)
            found = np.take_along_axis(demonstrations.labels, order, -1)
            return replace(demonstrations, labels=found, identity={**about, "seed": seed, "history": history})
        case "random":
            found = np.eye(ACTIONS, dtype=np.float32)[draws(mazes, demonstrations.labels.shape[1])]
            found[~demonstrations.labels.any(-1)] = 0
            return replace(demonstrations, labels=found, identity=about)


def shuffles(senses: NDArray[np.uint8], seed: int, history: int) -> NDArray[np.intp]:
    """Which action's label each action gets, [E, T, A], by the senses [E, T, I] of the newest `history` steps.

    Before the first step all senses are 0.
    """
    inputs = senses.shape[-1]
    now = senses.astype(np.int64) @ (1 << np.arange(inputs))
    state = now.copy()
    for ago in range(1, min(history, now.shape[1])):
        state[:, ago:] |= now[:, :-ago] << (inputs * ago)
    states, which = np.unique(state, return_inverse=True)
    drawn = np.array([_permutation(seed, number) for number in states.tolist()])
    return np.asarray(PERMUTATIONS[drawn[which.reshape(state.shape)]])


@lru_cache(1 << 18)
def _permutation(seed: int, state: int) -> int:
    """The permutation of a state, a place in PERMUTATIONS."""
    return int(words(1, seed, "imitation/shuffled", state)[0] % len(PERMUTATIONS))


def draws(mazes: Mazes, steps: int) -> NDArray[np.int64]:
    """A random action for each step in each of E mazes, [E, T]; a maze has the same ones whenever it is met."""
    found = [words(steps, mazes.seed, f"imitation/random/{mazes.split}", index) for index in mazes.indices.tolist()]
    return np.asarray((np.stack(found) >> np.uint64(62)).astype(np.int64))

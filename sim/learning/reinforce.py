"""Reinforcement learning by the policy gradient, in training mazes.

P weights. `sim.learning.policy_gradient` does the arithmetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.randomness import generator
from sim.learning.learner import LEARNER, Record, prefixed, unprefixed
from sim.learning.pool import distinct, training_mazes
from sim.learning.setting import Setting
from sim.rollout.machine import Machine

LEAST_RATE = 0.1  # share of the learning rate that remains when annealing ends
COUNTS = {"mazes": 65536, "episodes": 65536, "anneal": 10**9, "critic": 1024}


@dataclass(frozen=True, slots=True)
class ReinforceConfig:
    """Policy gradient (Williams 1992) with generalised advantages (Schulman et al. 2016) and an entropy bonus."""

    mazes: int = 32
    """Training mazes of an update."""
    episodes: int = 8
    """Episodes in each maze."""
    rate: float = 0.01
    """Learning rate of Adam; falls to a tenth over `anneal` updates."""
    discount: float = 0.95
    """What a pellet is worth one step later, 0 to 1."""
    trace: float = 0.95
    """Lambda of the advantages, 0 to 1: 0 trusts the critic, 1 the pellets that were eaten."""
    entropy: float = 0.01
    """Bonus for an entropy of one nat; falls to zero over `anneal` updates, so that the greedy policy catches up."""
    anneal: int = 2000
    """Updates over which rate and bonus fall."""
    clip: float = 0.5
    """The largest norm of the genome's gradient; a longer gradient is scaled down to it."""
    critic: int = 32
    """Hidden units of the critic."""

    def __post_init__(self) -> None:
        """Refuse settings beyond their limits."""
        for name, most in COUNTS.items():
            checks.whole(name, getattr(self, name), 1, most)
        for name in ("discount", "trace"):
            checks.between(name, getattr(self, name), 0, 1)
        checks.scale("rate", self.rate)
        checks.positive("clip", self.clip)
        checks.between("entropy", self.entropy, 0, checks.MOST_SCALE)

    def annealing_left(self, generation: int) -> float:
        """The share of the annealing that still lies ahead, from 1 down to 0."""
        return max(0.0, 1 - generation / self.anneal)

    def agent_steps(self, setting: Setting) -> int:
        """Steps of all agents in an update."""
        return self.mazes * self.episodes * setting.world.lifetime

    def mazes_met(self, setting: Setting, updates: int) -> int:
        """How many different training mazes are played in the first `updates`."""
        return distinct(setting, updates * self.mazes)

    def start(self, setting: Setting, genome: NDArray[np.float32], machine: Machine, device: str) -> "Reinforce":
        """Make the learner, before its first update. It works in torch, and does not use the `machine`."""
        return Reinforce(setting, self, genome, device)


class Reinforce:
    """The learner by the policy gradient. Its random numbers are named by seed and update."""

    def __init__(self, setting: Setting, config: ReinforceConfig, genome: NDArray[np.float32], device: str) -> None:
        """Begin with a genome [P], on a torch device."""
        from sim.learning.policy_gradient import ActorCritic

        self._setting, self._config = setting, config
        self._networks = ActorCritic(setting.layout, genome, config.critic, setting.seed, device)

    @property
    def generation(self) -> int:
        """Updates done."""
        return self._networks.updates

    def update(self) -> Record:
        """Do one update; record its losses, mean pellets per episode and entropy."""
        config, setting, update = self._config, self._setting, self.generation
        mazes = training_mazes(setting, config.mazes, update, repeat=True)
        mazes = mazes.take(np.repeat(np.arange(mazes.count), config.episodes))
        chances = generator(setting.seed, "reinforce/actions", update)
        left = config.annealing_left(update)
        numbers = self._networks.update(
            mazes,
            setting.world,
            chances.random((setting.world.lifetime, mazes.count), np.float32),
            rate=config.rate * (LEAST_RATE + (1 - LEAST_RATE) * left),
            discount=config.discount,
            trace=config.trace,
            bonus=config.entropy * left,
            clip=config.clip,
        )
        return {"generation": self.generation, **numbers}

    def candidates(self) -> NDArray[np.float32]:
        """The genome, and the running average of genomes, [2, P]."""
        return self._networks.genomes()

    def measure(self) -> Record:
        """Nothing: there is no more to measure at checkpoints."""
        return {}

    def state(self) -> dict[str, NDArray[Any]]:
        """The arrays that a new learner of the same config needs to go on with the same bits."""
        return prefixed(LEARNER, self._networks.state())

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`. Raises UserError if it is of another config."""
        self._networks.restore(unprefixed(LEARNER, state))

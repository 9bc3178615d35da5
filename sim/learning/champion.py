"""Champions: the best genome so far by the validation mazes, however it was learned.

C candidates of P weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.genome import Genome
from sim.learning.learner import LearnerConfig
from sim.learning.setting import Setting
from sim.provenance import provenance
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import Mazes


@dataclass(frozen=True, slots=True, eq=False)
class Champion:
    """The best genome [P] so far."""

    genome: NDArray[np.float32]
    pellets: int  # in all validation mazes together
    generation: int

    @classmethod
    def from_state(cls, state: Mapping[str, NDArray[Any]]) -> "Champion":
        """The champion that a checkpoint's arrays hold."""
        pellets, generation = (int(state[f"champion.{name}"]) for name in ("pellets", "generation"))
        return cls(state["champion.genome"], pellets, generation)

    def state(self) -> dict[str, NDArray[Any]]:
        """Arrays for a checkpoint."""
        return {
            "champion.genome": self.genome,
            "champion.pellets": np.array(self.pellets),
            "champion.generation": np.array(self.generation),
        }

    def published(self, config: LearnerConfig) -> Genome:
        """The champion as a file holds it."""
        about = {
            "method": config.label,
            "seed": config.seed,
            "generation": self.generation,
            "validation_pellets": self.pellets / config.validation,
        }
        return Genome(self.genome, config.layout, about)


def choose(
    champion: Champion | None,
    candidates: NDArray[np.float32],
    generation: int,
    setting: Setting,
    mazes: Mazes,
    machine: Machine,
) -> Champion:
    """The champion, or the first of the candidates [C, P] that eats most, where it beats it on the validation mazes."""
    pellets = play(candidates, setting.layout, mazes, setting.world, machine=machine).sum(axis=1)
    best = int(pellets.argmax())
    if champion is None or pellets[best] > champion.pellets:
        return Champion(candidates[best], int(pellets[best]), generation)
    return champion


def credited(champion: Genome) -> Genome:
    """A champion whose provenance also says what made it."""
    return replace(champion, provenance={**champion.provenance, "made_by": provenance()})

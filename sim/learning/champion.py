"""The champion of a run: the genome that has eaten most in the validation mazes so far, or the last one.

C candidates of P weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents import genome
from agents.errors import UserError
from agents.genome import Genome
from agents.optimisers.arrays import saved
from sim.learning.learner import LearnerConfig
from sim.learning.setting import Setting
from sim.provenance import check_origin, provenance
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import Mazes

CHOSEN = "champion."  # prefix of the champion's arrays in a checkpoint


@dataclass(frozen=True, slots=True, eq=False)
class Champion:
    """A chosen genome [P], its pellets in all validation mazes, and the generation in which it was chosen."""

    genome: NDArray[np.float32]
    pellets: int
    generation: int

    @classmethod
    def from_state(cls, state: Mapping[str, NDArray[Any]], size: int, prefix: str = CHOSEN) -> "Champion":
        """Read the champion, of `size` weights, from a checkpoint. Raises UserError if it is not there."""
        pellets, generation = (int(saved(state, f"{prefix}{name}")) for name in ("pellets", "generation"))
        return cls(saved(state, f"{prefix}genome", size).astype(np.float32), pellets, generation)

    def state(self, prefix: str = CHOSEN) -> dict[str, NDArray[Any]]:
        """The champion as arrays of a checkpoint."""
        return {
            f"{prefix}genome": self.genome,
            f"{prefix}pellets": np.array(self.pellets),
            f"{prefix}generation": np.array(self.generation),
        }

    def as_genome(self, config: LearnerConfig) -> Genome:
        """The champion as a genome whose provenance says how it was learned."""
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
    """Choose the champion from the candidates [C, P] and the champion so far, by pellets in the validation mazes.

    best: the best of all; of those that eat as much, the champion so far or else the first candidate.
    last: the first candidate, whatever it eats. If it is the champion so far, that keeps its generation.
    """
    if setting.choose == "last":
        candidates = candidates[:1]
        if champion is not None and np.array_equal(champion.genome, candidates[0]):
            return champion
    pellets = play(candidates, setting.layout, mazes, setting.world, machine=machine).sum(axis=1)
    best = int(pellets.argmax())
    if champion is None or setting.choose == "last" or pellets[best] > champion.pellets:
        return Champion(candidates[best], int(pellets[best]), generation)
    return champion


def read_champion(data: bytes, path: Path) -> Genome:
    """Read the file of a champion. Raises UserError if it is damaged, or says something impossible of its origin."""
    champion = genome.from_bytes(data, path)
    try:
        check_origin(champion.provenance)
    except UserError as error:
        raise UserError(f"the champion {path} says of itself: {error}; take it from a backup") from error
    return champion


def with_made_by(champion: Genome) -> Genome:
    """A champion whose provenance also says which versions of the program and its libraries made it."""
    return replace(champion, provenance={**champion.provenance, "made_by": provenance()})

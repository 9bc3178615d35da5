"""Evolution: an optimiser proposes genomes, and learns from the pellets that they eat in training mazes.

N genomes of P weights in a generation, C candidates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.layout import initial
from agents.optimisers import Config, make
from agents.optimisers.cma_es import CMAConfig
from agents.optimisers.genetic import GeneticConfig
from agents.optimisers.openai_es import OpenAIESConfig
from agents.randomness import generator
from sim.learning.learner import LearnerConfig, Record, prefixed, unprefixed
from sim.learning.pool import distinct, training_mazes
from sim.learning.setting import Setting
from sim.rollout import play
from sim.rollout.machine import CPU, Machine
from sim.world.maze import Mazes

OptimiserName = Literal["es", "genetic", "cma"]

OPTIMISER = "optimiser."  # prefix of the optimiser's arrays in a checkpoint
MOST = 65536


@dataclass(frozen=True, slots=True)
class EvolutionConfig(LearnerConfig):
    """The config of an evolved run: all settings that decide its bits."""

    mazes: int = 16
    """Training mazes of a generation; all its genomes play the same."""
    candidates: int = 4
    """How many genomes of a generation, at most, play the validation mazes to become champion."""
    optimiser: OptimiserName = "es"
    """What proposes genomes: es (OpenAI-ES), genetic (a genetic algorithm), cma (CMA-ES). Each has its settings."""
    es: OpenAIESConfig = field(default_factory=OpenAIESConfig)
    """OpenAI-ES."""
    genetic: GeneticConfig = field(default_factory=GeneticConfig)
    """The genetic algorithm."""
    cma: CMAConfig = field(default_factory=CMAConfig)
    """CMA-ES."""

    def __post_init__(self) -> None:
        """Refuse counts beyond their limits, and unknown optimisers."""
        Setting.__post_init__(self)  # super() without arguments fails in a dataclass with slots
        checks.whole("mazes", self.mazes, 1, MOST)
        checks.whole("candidates", self.candidates, 1, MOST)
        checks.choice("optimiser", self.optimiser, OptimiserName)

    @property
    def chosen(self) -> Config:
        """The settings of the chosen optimiser."""
        settings: dict[OptimiserName, Config] = {"es": self.es, "genetic": self.genetic, "cma": self.cma}
        return settings[self.optimiser]

    @property
    def label(self) -> str:
        """The name of the method in the provenance of a champion."""
        return f"evolve ({self.optimiser})"

    @property
    def agent_steps(self) -> int:
        """Steps of all agents in the training mazes of a generation."""
        return self.chosen.population * distinct(self, self.mazes) * self.world.lifetime

    def mazes_met(self, generations: int) -> int:
        """How many different training mazes are played in the first `generations`."""
        return distinct(self, generations * self.mazes)

    def initial_genome(self) -> NDArray[np.float32]:
        """The first genome [P] of the first generation."""
        return np.asarray(self.initial_population()[0])

    def initial_population(self) -> NDArray[np.float32]:
        """The population [N, P] of the first generation."""
        return initial(self.layout, self.chosen.population, generator(self.seed, "evolution/initial"))

    def start(self, machine: Machine = CPU) -> "Evolution":
        """Make the learner, before its first generation."""
        return Evolution(self, machine)


class Evolution:
    """The learner that evolves a population; each generation plays its own training mazes."""

    def __init__(self, config: EvolutionConfig, machine: Machine = CPU) -> None:
        """Begin with the population that the seed names."""
        self._config, self._machine = config, machine
        self._optimiser = make(config.chosen, config.initial_population(), config.seed)

    @property
    def generation(self) -> int:
        """Generations done."""
        return self._optimiser.generation

    def population(self) -> NDArray[np.float32]:
        """The genomes [N, P] of the next generation. Do not write to them."""
        return self._optimiser.ask()

    def mazes(self) -> Mazes:
        """The training mazes of the next generation."""
        return training_mazes(self._config, self._config.mazes, self.generation)

    def update(self) -> Record:
        """Play one generation and learn from it; record the pellets per maze of its best, mean and worst genome."""
        config, mazes = self._config, self.mazes()
        pellets = play(self.population(), config.layout, mazes, config.world, machine=self._machine).sum(axis=1)
        self._optimiser.tell(pellets)
        fitness = pellets / mazes.count
        return {
            "generation": self.generation,
            "best": float(fitness.max()),
            "mean": float(fitness.mean()),
            "worst": float(fitness.min()),
        }

    def candidates(self) -> NDArray[np.float32]:
        """The genomes [C, P] that the optimiser considers best, best first."""
        return self._optimiser.candidates(self._config.candidates)

    def measure(self) -> Record:
        """Nothing: there is no more to measure at checkpoints."""
        return {}

    def state(self) -> dict[str, NDArray[Any]]:
        """The arrays of the optimiser."""
        return prefixed(OPTIMISER, self._optimiser.state())

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`. Raises UserError if it is of another config."""
        self._optimiser.restore(unprefixed(OPTIMISER, state))

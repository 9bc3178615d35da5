"""The config of a run that learns by gradients: which of two learners, and the settings of both."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.errors import UserError
from agents.layout import initial
from agents.randomness import generator
from sim.imitation.labelling import Labelling
from sim.learning.imitate import ImitateConfig
from sim.learning.learner import Learner, LearnerConfig
from sim.learning.reinforce import ReinforceConfig
from sim.learning.setting import Setting
from sim.rollout.machine import CPU, Machine

Method = Literal["imitate", "reinforce"]

MOST_STEPS = 50_000_000  # most steps that imitation may keep in memory, 25 bytes each


@dataclass(frozen=True, slots=True)
class TrainConfig(LearnerConfig):
    """The config of a trained run: all settings that decide its bits."""

    generations: int = 2000
    """How many updates to learn."""
    checkpoint: int = 50
    """Updates between two checkpoints, at each of which a champion may be chosen."""
    method: Method = "imitate"
    """How to learn: imitate a teacher with perfect memory, or reinforce actions that led to more pellets."""
    imitate: ImitateConfig = field(default_factory=ImitateConfig)
    """Imitation."""
    reinforce: ReinforceConfig = field(default_factory=ReinforceConfig)
    """The policy gradient."""

    def __post_init__(self) -> None:
        """Refuse unknown methods, and more episodes than fit in memory."""
        Setting.__post_init__(self)  # super() without arguments fails in a dataclass with slots
        checks.choice("method", self.method, Method)
        self.imitate.labelling.refuse_poison(self.pool, self.imitate.mazes)
        steps = self.imitate.kept * self.imitate.episodes(self) * self.world.lifetime
        if steps > MOST_STEPS:
            fix = "lower imitate.mazes, imitate.kept or imitate.poison"
            raise UserError(f"imitation keeps at most {MOST_STEPS} steps, kept x mazes x lifetime is {steps}; {fix}")

    @property
    def chosen(self) -> ImitateConfig | ReinforceConfig:
        """The settings of the chosen method."""
        settings: dict[Method, ImitateConfig | ReinforceConfig] = {
            "imitate": self.imitate,
            "reinforce": self.reinforce,
        }
        return settings[self.method]

    @property
    def label(self) -> str:
        """The name of the method in the provenance of a champion."""
        return self.method

    @property
    def labelling(self) -> Labelling | None:
        """How imitation labels its episodes; None if the run does not imitate."""
        return self.imitate.labelling if self.method == "imitate" else None

    @property
    def agent_steps(self) -> int:
        """Steps of all agents in an update."""
        return self.chosen.agent_steps(self)

    def mazes_met(self, generations: int) -> int:
        """How many different training mazes are played in the first `generations`."""
        return self.chosen.mazes_met(self, generations)

    def initial_genome(self) -> NDArray[np.float32]:
        """The genome [P] that learning begins with."""
        return np.asarray(initial(self.layout, 1, generator(self.seed, "gradient/initial"))[0])

    def start(self, machine: Machine = CPU) -> Learner:
        """Make the learner, before its first update. It computes gradients on a GPU only if the machine names cuda.

        Gradients round differently there; so what a run learns does not depend on the machine that happens to run it.
        """
        device = machine.target if machine.device == "cuda" else "cpu"
        return self.chosen.start(self, self.initial_genome(), machine, device)

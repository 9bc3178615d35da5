"""Imitation: a student learns a teacher's actions by backpropagation through time, in rounds of episodes.

This is DAgger (Ross, Gordon, Bagnell 2011). In the first round the teacher plays. In each later round the student
plays, with the genome that it has then, and the teacher says for every step what it would have done. The student learns
from the newest rounds together. E episodes of a round, B episodes of a batch, P weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.optimisers.adam import Adam
from agents.optimisers.arrays import saved
from agents.optimisers.descent import Descent
from agents.optimisers.sgd import SGD
from agents.randomness import generator
from sim.imitation.labels import HISTORY_LIMITS, Labels, relabel
from sim.imitation.teacher import Demonstrations, Ties, demonstrate, label
from sim.learning.learner import LEARNER, Record, prefixed, unprefixed
from sim.learning.pool import distinct, training_mazes
from sim.learning.setting import Setting
from sim.rollout.machine import Machine
from sim.rollout.trace import senses, trace
from sim.world.maze import Mazes, carve

RuleName = Literal["adam", "sgd"]

MOST = 65536


@dataclass(frozen=True, slots=True)
class ImitateConfig:
    """Imitation of a teacher with perfect memory, in rounds of episodes (DAgger: Ross, Gordon, Bagnell 2011)."""

    ties: Ties = "left"
    """Which of equally near cells a label names: the left one, the one ahead, or all with equal weights (shared)."""
    labels: Labels = "true"
    """true: the teacher's actions. Controls: shuffled (permuted, for each state of the newest senses), random."""
    history: int = 2
    """shuffled: the number of newest steps whose senses make a state."""
    mazes: int = 1024
    """Training mazes of a round. The teacher plays in the first round, the student in later ones."""
    updates: int = 10
    """Updates after each round."""
    kept: int = 16
    """How many of the newest rounds the student learns from."""
    batch: int = 256
    """Episodes of an update."""
    optimiser: RuleName = "adam"
    """How a gradient becomes a step: adam, or sgd (stochastic gradient descent with momentum)."""
    learning_rate: float = 0.01
    """Step size. adam: about how far a weight moves in the first update; sgd: the factor on the gradient."""
    decay: float = 0.999
    """Factor on the learning rate after each update; 1 keeps it."""
    momentum: float = 0.9
    """sgd: the share of the velocity that an update keeps."""
    weight_decay: float = 0.0
    """Decoupled weight decay: each update shrinks the genome by the learning rate times this."""
    clip: float = 1.0
    """The largest norm of a gradient; a longer gradient is scaled down to it."""
    average: float = 0.98
    """The share of the running average of genomes that an update keeps; the average may become champion."""

    def __post_init__(self) -> None:
        """Refuse settings beyond their limits."""
        checks.choice("ties", self.ties, Ties)
        checks.choice("labels", self.labels, Labels)
        checks.choice("optimiser", self.optimiser, RuleName)
        checks.whole("history", self.history, *HISTORY_LIMITS, "steps")
        for name in ("mazes", "kept", "updates", "batch"):
            checks.whole(name, getattr(self, name), 1, MOST)
        checks.positive("learning_rate", self.learning_rate)
        checks.positive("decay", self.decay, 1)
        checks.positive("clip", self.clip)
        checks.between("momentum", self.momentum, 0, 1)
        checks.between("weight_decay", self.weight_decay, 0, 1 / self.learning_rate)
        checks.between("average", self.average, 0, 1)

    def agent_steps(self, setting: Setting) -> int:
        """Steps of all agents in an update: those that it learns from, and its share of those that a round plays."""
        episodes = self.batch + distinct(setting, self.mazes) / self.updates
        return round(episodes * setting.world.lifetime)

    def mazes_met(self, setting: Setting, updates: int) -> int:
        """How many different training mazes are played in the first `updates`."""
        return distinct(setting, -(-updates // self.updates) * self.mazes)

    def start(self, setting: Setting, genome: NDArray[np.float32], machine: Machine, device: str) -> "Imitate":
        """Make the learner, before its first update."""
        return Imitate(setting, self, genome, machine, device)

    def descent(self, genome: NDArray[np.float32]) -> Descent:
        """Gradient descent with these settings, from a genome [P]."""
        rule = Adam(genome.size) if self.optimiser == "adam" else SGD(genome.size, self.momentum)
        return Descent(
            genome,
            rule,
            learning_rate=self.learning_rate,
            decay=self.decay,
            weight_decay=self.weight_decay,
            clip=self.clip,
            average=self.average,
        )


class Imitate:
    """The learner that imitates. It saves no episodes: a run that goes on plays the kept rounds again."""

    def __init__(
        self, setting: Setting, config: ImitateConfig, genome: NDArray[np.float32], machine: Machine, device: str
    ) -> None:
        """Begin with a genome [P]; gradients are computed on the torch `device`."""
        self._setting, self._config, self._machine, self._device = setting, config, machine, device
        self._descent = config.descent(genome)
        self._prefix = f"{config.optimiser}."  # of the descent's arrays in a checkpoint
        self._episodes = distinct(setting, config.mazes)  # E
        self._students: list[NDArray[np.float32]] = []  # the genome at the beginning of each round that is kept
        self._rounds: list[tuple[Demonstrations, float]] = []
        self._validation: Demonstrations | None = None  # the teacher's episodes in the validation mazes

    @property
    def generation(self) -> int:
        """Updates done."""
        return self._descent.steps

    def update(self) -> Record:
        """Do one update; record its loss in nats per labelled step, and the student's pellets per maze of the round."""
        config, done = self._config, self.generation
        if done % config.updates == 0:
            self._students = [*self._students, self._descent.genome][-config.kept :]
            self._rounds = [*self._rounds, self._round(done // config.updates, self._students[-1])][-config.kept :]
        drawn = generator(self._setting.seed, "imitate/batch", done)
        batch = drawn.integers(0, len(self._rounds) * self._episodes, config.batch)
        loss, gradient = self._loss_and_gradient(batch)
        self._descent.step(gradient)
        return {"generation": self.generation, "loss": loss, "mean": self._rounds[-1][1]}

    def candidates(self) -> NDArray[np.float32]:
        """The average genome and the newest, [2, P]."""
        return np.stack([self._descent.averaged, self._descent.genome])

    def measure(self) -> Record:
        """The average genome's loss in the validation mazes: in the episodes that it plays, and in the teacher's."""
        from sim.imitation.gradient import loss_of

        setting, genome = self._setting, self._descent.averaged
        mazes = carve(setting.world.maze, setting.validation, seed=setting.seed, split="validation")
        if self._validation is None:
            self._validation = self._teacher_episodes(mazes)
        played, _ = self._student_episodes(genome, mazes)
        losses = [loss_of(genome, setting.layout, episodes, self._device) for episodes in (played, self._validation)]
        return {"validation_loss": losses[0], "validation_teacher_loss": losses[1]}

    def state(self) -> dict[str, NDArray[Any]]:
        """The arrays that a new learner of the same config needs to go on with the same bits."""
        students = np.array(self._students, np.float32).reshape(-1, self._setting.layout.size)
        return prefixed(LEARNER, {**prefixed(self._prefix, self._descent.state()), "students": students})

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`. Raises UserError if it is of another config."""
        arrays = unprefixed(LEARNER, state)
        self._descent.restore(unprefixed(self._prefix, arrays))
        begun = -(-self.generation // self._config.updates)
        kept = min(begun, self._config.kept)
        self._students = list(saved(arrays, "students", kept, self._setting.layout.size))
        self._rounds = [self._round(number, student) for number, student in enumerate(self._students, begun - kept)]

    def _round(self, number: int, student: NDArray[np.float32]) -> tuple[Demonstrations, float]:
        """The E labelled episodes of a round, and the pellets per maze that the student eats in its mazes."""
        mazes = training_mazes(self._setting, self._config.mazes, number)
        played, pellets = self._student_episodes(student, mazes)
        return played if number else self._teacher_episodes(mazes), pellets

    def _teacher_episodes(self, mazes: Mazes) -> Demonstrations:
        """The labelled episodes that the teacher plays."""
        episodes = demonstrate(mazes, self._setting.world, ties=self._config.ties, machine=self._machine)
        return self._relabelled(episodes, mazes)

    def _student_episodes(self, student: NDArray[np.float32], mazes: Mazes) -> tuple[Demonstrations, float]:
        """The labelled episodes that a student [P] plays, and its pellets per maze."""
        setting, machine = self._setting, self._machine
        episodes = trace(student[None], setting.layout, mazes, setting.world, machine=machine)
        labels = label(episodes, mazes, ties=self._config.ties, machine=machine)[0]
        sensed = senses(episodes, mazes, setting.world)[0].astype(np.uint8)
        demonstrations = Demonstrations(sensed, labels, {"mazes": mazes.identity()})
        return self._relabelled(demonstrations, mazes), float(episodes.pellets.mean())

    def _relabelled(self, episodes: Demonstrations, mazes: Mazes) -> Demonstrations:
        """The episodes with the kind of labels that the config asks for."""
        config = self._config
        return relabel(episodes, mazes, config.labels, seed=self._setting.seed, history=config.history)

    def _loss_and_gradient(self, batch: NDArray[np.int64]) -> tuple[float, NDArray[np.float32]]:
        """The loss and its gradient [P] on a batch: B numbers of episodes in the kept rounds, from the oldest on."""
        from sim.imitation.gradient import loss_and_gradient

        places = [divmod(int(episode), self._episodes) for episode in batch]
        sensed = np.stack([self._rounds[kept][0].senses[episode] for kept, episode in places], 1)
        labels = np.stack([self._rounds[kept][0].labels[episode] for kept, episode in places], 1)
        return loss_and_gradient(self._descent.genome, self._setting.layout, sensed, labels, self._device)

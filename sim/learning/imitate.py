"""Imitation: a student learns a teacher's actions by backpropagation through time, in rounds of episodes.

This is DAgger (Ross, Gordon, Bagnell 2011). In the first round the teacher plays. In each later round the student
plays, with the genome that it has then, and the teacher says for every step what it would have done. The student learns
from the newest rounds together. E episodes of a round, B episodes of a batch, P weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents import checks
from agents.layout import row_noise
from agents.optimisers.adam import Adam
from agents.optimisers.arrays import saved
from agents.optimisers.descent import Descent
from agents.optimisers.sgd import SGD
from agents.randomness import generator
from sim.imitation.labelling import Labelling
from sim.imitation.labels import HISTORY_LIMITS, Labels
from sim.imitation.teacher import Demonstrations, Ties, join, label
from sim.learning import stopping
from sim.learning.learner import LEARNER, Record, prefixed, unprefixed
from sim.learning.pool import distinct, training_mazes
from sim.learning.setting import Setting
from sim.learning.stopping import StopRule
from sim.rollout.machine import Machine
from sim.rollout.trace import senses, trace
from sim.world.maze import Mazes, carve

RuleName = Literal["adam", "sgd"]

MOST = 65536
MOST_POISON, MOST_NOISE = 64, 10


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
    poison: float = 0.0
    """For each maze of the pool, so many poisoned ones: episodes of the teacher in other mazes with wrong labels."""
    weight_noise: float = 0.0
    """Normal noise on the weights at each gradient, in each unit's row as a fraction of the row's norm."""
    stop_loss: float = 0.0
    """Stop once the average's loss on the teacher's episodes, in at most 256 training mazes, is as low; 0: never."""

    def __post_init__(self) -> None:
        """Refuse settings beyond their limits."""
        checks.choice("ties", self.ties, Ties)
        checks.choice("labels", self.labels, Labels)
        checks.choice("optimiser", self.optimiser, RuleName)
        checks.whole("history", self.history, *HISTORY_LIMITS, "steps")
        for name in ("mazes", "kept", "updates", "batch"):
            checks.whole(name, getattr(self, name), 1, MOST)
        checks.scale("learning_rate", self.learning_rate)
        checks.positive("decay", self.decay, 1)
        checks.positive("clip", self.clip)
        checks.between("momentum", self.momentum, 0, 1)
        checks.decay_of_weights(self.weight_decay, self.learning_rate)
        checks.between("average", self.average, 0, 1)
        checks.between("poison", self.poison, 0, MOST_POISON)
        checks.between("weight_noise", self.weight_noise, 0, MOST_NOISE)
        checks.between("stop_loss", self.stop_loss, 0, inf)

    def agent_steps(self, setting: Setting) -> int:
        """Steps of all agents in an update: those that it learns from, and its share of those that a round plays."""
        episodes = self.batch + distinct(setting, self.mazes) / self.updates
        return round(episodes * setting.world.lifetime)

    def mazes_met(self, setting: Setting, updates: int) -> int:
        """How many different training mazes are played in the first `updates`."""
        return distinct(setting, -(-updates // self.updates) * self.mazes)

    @property
    def labelling(self) -> Labelling:
        """How episodes are labelled, and which poisoned ones are added."""
        return Labelling(self.ties, self.labels, self.history, self.poison)

    def episodes(self, setting: Setting) -> int:
        """How many episodes a round has, with the poisoned ones."""
        return distinct(setting, self.mazes) + self.labelling.poisoned_mazes(setting.pool)

    def start(self, setting: Setting, genome: NDArray[np.float32], machine: Machine, device: str) -> "Imitate":
        """Make the learner, before its first update."""
        return Imitate(setting, self, genome, machine, device)

    def descent(self, genome: NDArray[np.float32], mask: NDArray[np.bool_] | None = None) -> Descent:
        """Gradient descent with these settings, from a genome [P]; weights outside a `mask` [P] are pruned."""
        rule = Adam(genome.size) if self.optimiser == "adam" else SGD(genome.size, self.momentum)
        return Descent(
            genome,
            rule,
            learning_rate=self.learning_rate,
            decay=self.decay,
            weight_decay=self.weight_decay,
            clip=self.clip,
            average=self.average,
            mask=mask,
        )


class Imitate:
    """The learner that imitates. It saves no episodes: a run that goes on plays the kept rounds again."""

    def __init__(
        self,
        setting: Setting,
        config: ImitateConfig,
        genome: NDArray[np.float32],
        machine: Machine,
        device: str = "cpu",
        mask: NDArray[np.bool_] | None = None,
    ) -> None:
        """Begin with a genome [P], pruned to a `mask` [P]; gradients are computed on the torch `device`."""
        self._setting, self._config, self._machine, self._device = setting, config, machine, device
        self._descent = config.descent(genome, mask)
        self._prefix = f"{config.optimiser}."  # of the descent's arrays in a checkpoint
        self._labelling = config.labelling
        self._poisoned = self._labelling.poisoned(setting.world, pool=setting.pool, seed=setting.seed, machine=machine)
        self._episodes = config.episodes(setting)  # E
        self._students: list[NDArray[np.float32]] = []  # the genome at the beginning of each round that is kept
        self._rounds: list[tuple[Demonstrations, float]] = []
        self._validation: Demonstrations | None = None  # the teacher's episodes in the validation mazes
        self._stop = self._stop_rule() if config.stop_loss else None

    @property
    def generation(self) -> int:
        """Updates done, also those after learning stopped."""
        return self._descent.steps + (self._stop.idle if self._stop else 0)

    def update(self) -> Record:
        """Do one update; record its loss in nats per labelled step, and the student's pellets per maze of the round."""
        if self._stop and self._stop.since:
            training = self._stop.pass_by(self._descent.averaged)
            return {"generation": self.generation, "mean": self._rounds[-1][1], **training}
        config, done = self._config, self.generation
        if done % config.updates == 0:
            self._students = [*self._students, self._descent.genome][-config.kept :]
            self._rounds = [*self._rounds, self._round(done // config.updates, self._students[-1])][-config.kept :]
        drawn = generator(self._setting.seed, "imitate/batch", done)
        batch = drawn.integers(0, len(self._rounds) * self._episodes, config.batch)
        loss, gradient = self._loss_and_gradient(batch)
        self._descent.step(gradient)
        record = {"generation": self.generation, "loss": loss, "mean": self._rounds[-1][1]}
        return record | (self._stop.check(self._descent.averaged, self.generation) if self._stop else {})

    def candidates(self) -> NDArray[np.float32]:
        """The average genome and the newest, [2, P]."""
        return np.stack([self._descent.averaged, self._descent.genome])

    def measure(self) -> Record:
        """The average genome's loss in the validation mazes: in the episodes that it plays, and in the teacher's."""
        from sim.imitation.gradient import loss_of

        setting, genome = self._setting, self._descent.averaged
        mazes = carve(setting.world.maze, setting.validation, seed=setting.seed, split="validation")
        if self._validation is None:
            self._validation = self._shown(mazes)
        played, _ = self._student_episodes(genome, mazes)
        losses = [loss_of(genome, setting.layout, episodes, self._device) for episodes in (played, self._validation)]
        return {"validation_loss": losses[0], "validation_teacher_loss": losses[1]}

    def state(self) -> dict[str, NDArray[Any]]:
        """The arrays that a new learner of the same config needs to go on with the same bits."""
        students = np.array(self._students, np.float32).reshape(-1, self._setting.layout.size)
        stop = self._stop.state() if self._stop else {}
        return prefixed(LEARNER, {**prefixed(self._prefix, self._descent.state()), "students": students, **stop})

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`. Raises UserError if it is of another config."""
        arrays = unprefixed(LEARNER, state)
        self._descent.restore(unprefixed(self._prefix, arrays))
        begun = -(-self._descent.steps // self._config.updates)
        kept = min(begun, self._config.kept)
        self._students = list(saved(arrays, "students", kept, self._setting.layout.size))
        if self._stop:
            self._stop.restore(arrays)
        rounds = list(enumerate(self._students, begun - kept))
        if self._stop and self._stop.since:
            rounds = rounds[-1:]  # of which the records still name the pellets
        self._rounds = [self._round(number, student) for number, student in rounds]

    def _round(self, number: int, student: NDArray[np.float32]) -> tuple[Demonstrations, float]:
        """The E labelled episodes of a round, and the pellets per maze that the student eats in its mazes."""
        setting = self._setting
        mazes = training_mazes(setting, self._config.mazes, number)
        played, pellets = self._student_episodes(student, mazes)
        shown = played if number else self._shown(mazes)
        return self._with_poison(shown), pellets

    def _shown(self, mazes: Mazes) -> Demonstrations:
        """The labelled episodes that the teacher plays."""
        setting = self._setting
        return self._labelling.demonstrations(mazes, setting.world, seed=setting.seed, machine=self._machine)

    def _with_poison(self, episodes: Demonstrations) -> Demonstrations:
        """Episodes, followed by the poisoned ones if there are any."""
        return episodes if self._poisoned is None else join(episodes, self._poisoned)

    def _stop_rule(self) -> StopRule:
        """The rule that stops learning, with the episodes that it measures."""
        setting = self._setting
        mazes = training_mazes(setting, min(stopping.MOST, self._config.mazes), 0)
        episodes = self._with_poison(self._shown(mazes))
        return StopRule(self._config.stop_loss, setting.layout, episodes, self._machine)

    def _student_episodes(self, student: NDArray[np.float32], mazes: Mazes) -> tuple[Demonstrations, float]:
        """The labelled episodes that a student [P] plays, and its pellets per maze."""
        setting, machine = self._setting, self._machine
        episodes = trace(student[None], setting.layout, mazes, setting.world, machine=machine)
        labels = label(episodes, mazes, ties=self._config.ties, machine=machine)[0]
        sensed = senses(episodes, mazes, setting.world)[0].astype(np.uint8)
        demonstrations = Demonstrations(sensed, labels, {"mazes": mazes.identity()})
        relabelled = self._labelling.relabel(demonstrations, mazes, seed=setting.seed)
        return relabelled, float(episodes.pellets.mean())

    def _loss_and_gradient(self, batch: NDArray[np.int64]) -> tuple[float, NDArray[np.float32]]:
        """The loss and its gradient [P] on a batch: B numbers of episodes in the kept rounds, from the oldest on.

        Both are those of the genome with noise on its weights, if the config asks for noise.
        """
        from sim.imitation.gradient import loss_and_gradient

        places = [divmod(int(episode), self._episodes) for episode in batch]
        sensed = np.stack([self._rounds[kept][0].senses[episode] for kept, episode in places], 1)
        labels = np.stack([self._rounds[kept][0].labels[episode] for kept, episode in places], 1)
        genome, layout, noise = self._descent.genome, self._setting.layout, self._config.weight_noise
        if noise:
            drawn = generator(self._setting.seed, "imitate/weight-noise", self.generation)
            genome = genome + row_noise(layout, genome, noise, drawn)
        return loss_and_gradient(genome, layout, sensed, labels, self._device)

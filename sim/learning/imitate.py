"""Imitation: backpropagation through time on a teacher's actions, in rounds on the student's own paths.

DAgger (Ross, Gordon, Bagnell 2011): the first round shows the teacher's own episodes; in each later one the student, as
it then is, plays in its training mazes, and the teacher says at every step what it would have done. The student learns
from the newest rounds together. T steps, E episodes a round, B of them in a batch, I senses, A actions, P weights.
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
    """Imitation of a teacher with perfect memory, in rounds on the student's own paths (Ross, Gordon, Bagnell 2011)."""

    ties: Ties = "left"
    """Which of equally near cells the teacher goes to: the left or the one ahead; shared labels all of them alike."""
    labels: Labels = "true"
    """true: what the teacher says; controls: shuffled (its actions permuted, by state of the newest senses), random."""
    history: int = 2
    """shuffled: how many steps of senses a state has, the newest among them."""
    mazes: int = 1024
    """Training mazes a round; the first round shows the teacher's own paths, the later ones the student's."""
    updates: int = 10
    """Updates a round."""
    kept: int = 16
    """How many of the newest rounds are learned from."""
    batch: int = 256
    """Episodes an update."""
    optimiser: RuleName = "adam"
    """What makes a step of a gradient: adam, or sgd, stochastic gradient descent with momentum."""
    learning_rate: float = 0.01
    """Step size: of adam, about how far a weight moves in the first update; of sgd, the factor on the gradient."""
    decay: float = 0.999
    """Factor on the learning rate after each update; 1 keeps it."""
    momentum: float = 0.9
    """sgd: the share of its velocity that an update keeps."""
    weight_decay: float = 0.0
    """Decoupled: each update shrinks the genome by the learning rate times this."""
    clip: float = 1.0
    """The longest gradient; longer ones are shortened to it."""
    average: float = 0.98
    """How much of the average genome, which stands for champion beside the newest, an update keeps."""

    def __post_init__(self) -> None:
        """Refuse settings with which nothing can be learned."""
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
        """Agent-steps of one update: those that are learned from, and its share of those that a round plays."""
        episodes = self.batch + distinct(setting, self.mazes) / self.updates
        return round(episodes * setting.world.lifetime)

    def mazes_met(self, setting: Setting, updates: int) -> int:
        """How many training mazes are met in the first `updates`."""
        return distinct(setting, -(-updates // self.updates) * self.mazes)

    def start(self, setting: Setting, genome: NDArray[np.float32], machine: Machine, device: str) -> "Imitate":
        """The learner before its first update."""
        return Imitate(setting, self, genome, machine, device)

    def descent(self, genome: NDArray[np.float32]) -> Descent:
        """What steps down gradients, at a genome [P]."""
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
    """The learner. Rounds are played again from their genomes where a run goes on, so they need not be saved."""

    def __init__(
        self, setting: Setting, config: ImitateConfig, genome: NDArray[np.float32], machine: Machine, device: str
    ) -> None:
        """Begin with a genome [P]; gradients are computed on the torch `device`."""
        self._setting, self._config, self._machine, self._device = setting, config, machine, device
        self._descent = config.descent(genome)
        self._part = f"{config.optimiser}."  # begins the names of the descent's arrays
        self._episodes = distinct(setting, config.mazes)  # E
        self._students: list[NDArray[np.float32]] = []  # the genome at the beginning of each round that is kept
        self._rounds: list[tuple[Demonstrations, float]] = []
        self._validation: Demonstrations | None = None  # the teacher's own

    @property
    def generation(self) -> int:
        """Updates done."""
        return self._descent.steps

    def update(self) -> Record:
        """One update: its loss, in nats a labelled step, and the pellets a maze of the student that began the round."""
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
        """The loss of the average genome on the validation mazes, along its own paths and along the teacher's."""
        from sim.imitation.gradient import loss_of

        setting, genome = self._setting, self._descent.averaged
        mazes = carve(setting.world.maze, setting.validation, seed=setting.seed, split="validation")
        if self._validation is None:
            self._validation = self._teachers(mazes)
        own, _ = self._students_own(genome, mazes)
        losses = [loss_of(genome, setting.layout, episodes, self._device) for episodes in (own, self._validation)]
        return {"validation_loss": losses[0], "validation_teacher_loss": losses[1]}

    def state(self) -> dict[str, NDArray[Any]]:
        """All that is needed to go on with the same bits, beside what the constructor was given."""
        students = np.array(self._students, np.float32).reshape(-1, self._setting.layout.size)
        return prefixed(LEARNER, {**prefixed(self._part, self._descent.state()), "students": students})

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`. Raises UserError where it is another configuration's."""
        arrays = unprefixed(LEARNER, state)
        self._descent.restore(unprefixed(self._part, arrays))
        begun = -(-self.generation // self._config.updates)
        kept = min(begun, self._config.kept)
        self._students = list(saved(arrays, "students", kept, self._setting.layout.size))
        self._rounds = [self._round(number, student) for number, student in enumerate(self._students, begun - kept)]

    def _round(self, number: int, student: NDArray[np.float32]) -> tuple[Demonstrations, float]:
        """The E episodes of a round, and the pellets a maze that the student eats in it."""
        mazes = training_mazes(self._setting, self._config.mazes, number)
        own, pellets = self._students_own(student, mazes)
        return own if number else self._teachers(mazes), pellets

    def _teachers(self, mazes: Mazes) -> Demonstrations:
        """The teacher's own episodes with their labels."""
        episodes = demonstrate(mazes, self._setting.world, ties=self._config.ties, machine=self._machine)
        return self._relabelled(episodes, mazes)

    def _students_own(self, student: NDArray[np.float32], mazes: Mazes) -> tuple[Demonstrations, float]:
        """A student's own episodes with their labels, and the pellets a maze."""
        setting, machine = self._setting, self._machine
        episodes = trace(student[None], setting.layout, mazes, setting.world, machine=machine)
        labels = label(episodes, mazes, ties=self._config.ties, machine=machine)[0]
        felt = senses(episodes, mazes, setting.world)[0].astype(np.uint8)
        own = Demonstrations(felt, labels, {"mazes": mazes.identity()})
        return self._relabelled(own, mazes), float(episodes.pellets.mean())

    def _relabelled(self, episodes: Demonstrations, mazes: Mazes) -> Demonstrations:
        config = self._config
        return relabel(episodes, mazes, config.labels, seed=self._setting.seed, history=config.history)

    def _loss_and_gradient(self, batch: NDArray[np.int64]) -> tuple[float, NDArray[np.float32]]:
        """Loss and gradient [P] on these episodes [B] of the kept rounds, counted from the first of the oldest."""
        from sim.imitation.gradient import loss_and_gradient

        places = [divmod(int(episode), self._episodes) for episode in batch]
        felt = np.stack([self._rounds[kept][0].senses[episode] for kept, episode in places], 1)
        labels = np.stack([self._rounds[kept][0].labels[episode] for kept, episode in places], 1)
        return loss_and_gradient(self._descent.genome, self._setting.layout, felt, labels, self._device)

"""Imitation: backpropagation through time on a teacher's actions, in rounds on the student's own paths.

DAgger (Ross, Gordon, Bagnell 2011): the first round shows the teacher's own lives; in each later one the student, as it
then is, lives in fresh mazes, and the teacher says at every step what it would have done. The newest rounds are learned
from together. T steps, E episodes, B of them in a batch, I senses, A actions, R rounds, P weights.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from agents.layout import Layout, initial
from agents.network import module
from agents.network.module import Blocks, split
from agents.randomness import generator
from sim.imitation.teacher import Bank, bank, label
from sim.learning import recurrence
from sim.learning.adam import Adam
from sim.learning.train_config import TrainConfig
from sim.rollout.machine import CPU, Machine
from sim.rollout.trace import senses, trace
from sim.world.maze import Mazes, Split, carve

ADAM = "adam."  # begins the names of Adam's arrays
Unroll = Callable[[Layout, Blocks, Tensor], Tensor]


def cross_entropy(layout: Layout, bank: Bank) -> Callable[[Tensor], Tensor]:
    """The loss of weights [P] on a bank, in nats a taught step; it can be differentiated as often as one likes."""
    felt, targets = (torch.from_numpy(array).transpose(0, 1) for array in (bank.senses, bank.targets))

    def loss(weights: Tensor) -> Tensor:
        return _loss(layout, weights, felt.to(weights), targets.to(weights), _twice_differentiable)

    return loss


def _twice_differentiable(layout: Layout, blocks: Blocks, felt: Tensor) -> Tensor:
    return module.unroll(layout, blocks, felt)[0]


def _loss(layout: Layout, weights: Tensor, felt: Tensor, targets: Tensor, unroll: Unroll) -> Tensor:
    """The cross-entropy of lives [T, B, ...] that begin at rest, its mean over the steps that teach something."""
    chances = unroll(layout, split(layout, weights), felt).log_softmax(-1)
    return -(targets * chances).sum() / targets.sum()


class Imitate:
    """The learner. Rounds are played again from their genomes where a run goes on, so they need not be saved."""

    def __init__(self, config: TrainConfig, machine: Machine = CPU, device: str = "cpu") -> None:
        """Begin with a random genome of the seed; gradients are computed on the torch `device`."""
        settings = config.imitate
        self._config, self._machine, self._device = config, machine, device
        self._adam = Adam(
            initial(config.layout, 1, generator(config.seed, "gradient/initial"))[0],
            learning_rate=settings.learning_rate,
            decay=settings.decay,
            clip=settings.clip,
            average=settings.average,
        )
        self._students: list[NDArray[np.float32]] = []  # the genome at the beginning of each round that is kept
        self._rounds: list[tuple[Bank, float]] = []
        self._taught: Bank | None = None

    @property
    def generation(self) -> int:
        """Updates done."""
        return self._adam.steps

    def update(self) -> dict[str, float]:
        """One update: its loss, in nats a taught step, and the pellets a maze of the student that began the round."""
        settings, done = self._config.imitate, self.generation
        if done % settings.updates == 0:
            self._students = [*self._students, self._adam.genome][-settings.kept :]
            self._rounds = [*self._rounds, self._begin(done // settings.updates, self._students[-1])][-settings.kept :]
        drawn = generator(self._config.seed, "imitate/batch", done)
        which = drawn.integers(0, len(self._rounds) * settings.mazes, settings.batch)
        loss, gradient = self._descend(which)
        self._adam.step(gradient)
        return {"generation": self.generation, "loss": loss, "mean": self._rounds[-1][1]}

    def candidates(self) -> NDArray[np.float32]:
        """The average genome and the newest, [2, P]."""
        return np.stack([self._adam.averaged, self._adam.genome])

    def measure(self) -> dict[str, float]:
        """The loss of the average genome on the validation mazes, along its own paths and along the teacher's."""
        config, genome = self._config, self._adam.averaged
        mazes = self._mazes("validation", config.validation, 0)
        if self._taught is None:
            self._taught = bank(mazes, config.world, ties=config.imitate.ties, machine=self._machine)
        own, weights = self._follow(genome, mazes)[0], torch.from_numpy(genome).to(self._device)
        with torch.no_grad():
            losses = [float(cross_entropy(config.layout, lives)(weights)) for lives in (own, self._taught)]
        return {"validation_loss": losses[0], "validation_teacher_loss": losses[1]}

    def state(self) -> dict[str, NDArray[Any]]:
        """All that is needed to go on with the same bits, beside what the constructor was given."""
        adam = {f"{ADAM}{name}": array for name, array in self._adam.state().items()}
        return {**adam, "students": np.array(self._students, np.float32)}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a `state`. Raises UserError where it is another configuration's."""
        self._adam.restore({name.removeprefix(ADAM): state[name] for name in state if name.startswith(ADAM)})
        self._students = list(state["students"])
        newest = (self.generation - 1) // self._config.imitate.updates
        first = newest + 1 - len(self._students)
        self._rounds = [self._begin(number, student) for number, student in enumerate(self._students, first)]

    def _begin(self, number: int, student: NDArray[np.float32]) -> tuple[Bank, float]:
        """The episodes of a round, and the pellets a maze that the student eats in it."""
        config = self._config
        mazes = self._mazes("train", config.imitate.mazes, number * config.imitate.mazes)
        own, pellets = self._follow(student, mazes)
        return own if number else bank(mazes, config.world, ties=config.imitate.ties, machine=self._machine), pellets

    def _follow(self, student: NDArray[np.float32], mazes: Mazes) -> tuple[Bank, float]:
        """A student's own lives with what the teacher would have done, and the pellets a maze."""
        config, machine = self._config, self._machine
        lives = trace(student[None], config.layout, mazes, config.world, machine=machine)
        targets = label(lives, mazes, ties=config.imitate.ties, machine=machine)[0]
        felt = senses(lives, mazes, config.world)[0].astype(np.uint8)
        return Bank(felt, targets, {"mazes": mazes.identity()}), float(lives.pellets.mean())

    def _descend(self, which: NDArray[np.int64]) -> tuple[float, NDArray[np.float32]]:
        """Loss and gradient [P] on these episodes of the kept rounds, counted from the first of the oldest."""
        places = [divmod(int(episode), self._config.imitate.mazes) for episode in which]
        felt = np.stack([self._rounds[kept][0].senses[episode] for kept, episode in places], 1)
        targets = np.stack([self._rounds[kept][0].targets[episode] for kept, episode in places], 1)
        weights = torch.from_numpy(self._adam.genome).to(self._device).requires_grad_()
        loss = _loss(
            self._config.layout,
            weights,
            torch.from_numpy(felt).to(weights),
            torch.from_numpy(targets).to(weights),
            recurrence.unroll,
        )
        (gradient,) = torch.autograd.grad(loss, weights)
        return loss.item(), gradient.cpu().numpy()

    def _mazes(self, split: Split, count: int, first: int) -> Mazes:
        config = self._config
        return carve(config.world.maze, count, seed=config.seed, split=split, first=first)

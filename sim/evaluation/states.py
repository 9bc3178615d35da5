"""Hidden states of a champion in episodes of its own. E episodes, T steps, H hidden units, I senses."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.network.response import respond
from sim.evaluation.subject import Subject
from sim.rollout.machine import Machine
from sim.rollout.trace import senses, trace
from sim.world.maze import Mazes
from sim.world.policy import Policy

ACTIONS = ("ahead", "right", "behind", "left")
"""The names of the actions, by their numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """The `senses` float32 [E, T, I] of each step, the `hidden` states after them float32 [E, T, H], and the `actions`
    taken then [E, T].
    """

    senses: NDArray[np.float32]
    hidden: NDArray[Any]
    actions: NDArray[np.int8]


def record_states(
    subject: Subject, mazes: Mazes, machine: Machine, *, policy: Policy = "greedy", repetition: ArrayLike = 0
) -> States:
    """One episode in each maze; `repetition` is that of `sim.rollout.play`."""
    played = trace(
        subject.genome[None], subject.layout, mazes, subject.world,
        policy=policy, repetition=repetition, machine=machine,
    )  # fmt: skip
    sensed = senses(played, mazes, subject.world)[0]
    return States(sensed, respond(subject.genome, subject.layout, sensed).hidden, played.actions[0])

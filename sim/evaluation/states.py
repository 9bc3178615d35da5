"""Hidden states of a champion in episodes of its own. E episodes, T steps, H hidden units."""

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


def record_states(
    subject: Subject, mazes: Mazes, machine: Machine, *, policy: Policy = "greedy", repetition: ArrayLike = 0
) -> tuple[NDArray[Any], NDArray[np.int8]]:
    """The hidden states float32 [E, T, H] after each observation, and the actions taken then [E, T].

    One episode in each maze; `repetition` is that of `sim.rollout.play`.
    """
    played = trace(
        subject.genome[None], subject.layout, mazes, subject.world,
        policy=policy, repetition=repetition, machine=machine,
    )  # fmt: skip
    sensed = senses(played, mazes, subject.world)[0]
    return respond(subject.genome, subject.layout, sensed).hidden, played.actions[0]

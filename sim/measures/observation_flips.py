"""Adversarial observations: the fewest senses whose flips change the action, against flips in a random order.

M mazes, T steps, I senses, A actions, C = 2^I possible observations. The smallest flips are adversarial changes of one
observation, found exactly: every one of the C observations is tried at every step of the episodes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, setting
from sim.rollout.machine import Machine
from sim.rollout.trace import senses, trace
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Curve, Findings, by_quantity

Floats = NDArray[np.float64]
COUNTED = "Where no flips change the action, one more than the number of senses is counted."


@dataclass(frozen=True, slots=True)
class ObservationFlips(RunMeasure):
    """The smallest number of flipped senses that changes an action, against a random order of flips."""

    mazes: int = setting(24, 2)
    """Episodes of the champion, one in each maze."""

    quantities = define(
        smallest=Quantity(
            "smallest flips",
            "The smallest number of senses of the current observation whose flips change the greedy action, averaged "
            f"over steps. The changed observation may be one that no maze shows. {COUNTED}",
            "senses", "mazes", bootstrap_over("mazes"),
            "A network whose action depends on one sense alone: 1.",
        ),
        smallest_seen=Quantity(
            "smallest flips to known observations",
            f"The same where the changed observation is one of those that occur in the episodes. {COUNTED}",
            "senses", "mazes", bootstrap_over("mazes"),
        ),
        random=Quantity(
            "random flips",
            "The expected number of flips, in a random order of the senses, until the action changes for the first "
            f"time; exact, by summing over all orders. {COUNTED}",
            "senses", "mazes", bootstrap_over("mazes"),
            "A network whose action depends on one of I senses alone: (I + 1) / 2.",
        ),
        ratio=Quantity(
            "smallest over random flips",
            "The mean of the smallest flips divided by that of random flips. The lower it is, the more the weak "
            "directions of the observations matter (adversarial examples: Szegedy et al. 2014).",
            "", "mazes", bootstrap_over("mazes"),
        ),
        fragile=Quantity(
            "actions that one flip changes", "Share of steps at which a single flipped sense changes the action.",
            "%", "mazes", bootstrap_over("mazes"),
        ),
        unchanged=Quantity(
            "actions that survive flips",
            "Share of actions that are still the same after k flips: the worst k, or k in a random order.",
            "%", kind="curve", axes=("flipped senses", "actions that are the same, %"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count every possible observation of every step, in torch, as about two steps of a rollout."""
        return 2 * 512 * self.mazes

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Play the champion, and try all observations at every step."""
        layout, world, seed = subject.layout, evaluation_set.world, evaluation_set.seed
        mazes = evaluation_set.mazes(self.mazes)
        played = trace(subject.genome[None], layout, mazes, world, machine=machine)
        sensed = senses(played, mazes, world)[0]
        codes = sensed.astype(np.int64) @ (1 << np.arange(layout.inputs))
        actions = actions_for_all(subject.genome, layout, codes)
        known = np.zeros(actions.shape[-1], np.bool_)
        known[codes.ravel()] = True
        flips = [_flips(row, code, layout.inputs, known) for row, code in zip(actions, codes, strict=True)]
        smallest, seen, random = (np.array([each[at].mean() for each in flips]) for at in range(3))
        steps = np.stack([each[0] for each in flips])
        ratio = resampled("ratio", np.stack([smallest, random], axis=1), _ratio, seed=seed)
        worst = [100.0 * (steps > k).mean() for k in range(layout.inputs + 1)]
        alive = 100.0 * np.mean([each[3] for each in flips], axis=0)
        x = np.arange(layout.inputs + 1, dtype=np.float64)
        return by_quantity(
            resampled("smallest", smallest, seed=seed),
            resampled("smallest_seen", seen, seed=seed),
            resampled("random", random, seed=seed),
            ratio,
            resampled("fragile", 100.0 * (steps == 1).mean(axis=1), seed=seed),
        ) | {
            "unchanged_worst": Curve("unchanged", x, np.array(worst), detail="smallest flips"),
            "unchanged_random": Curve("unchanged", x, alive, detail="random order"),
        }  # fmt: skip


def actions_for_all(genome: NDArray[Any], layout: Layout, codes: NDArray[np.int64]) -> NDArray[np.int8]:
    """The greedy action for every possible observation at every step, int8 [M, T, C].

    `codes` [M, T] are the observations of the episodes, sense i as bit i: they move the hidden state from step to step.
    """
    import torch

    from agents.network.module import input_sums, next_state, outputs, split, zero_state
    from agents.network.threads import one_thread

    count, steps = codes.shape
    possible = 1 << layout.inputs
    found = np.empty((count, steps, possible), np.int8)
    with one_thread(), torch.no_grad():
        weights = torch.tensor(np.asarray(genome, np.float32))
        blocks = split(layout, weights)
        table = torch.tensor((np.arange(possible)[:, None] >> np.arange(layout.inputs)) & 1, dtype=torch.float32)
        sums = input_sums(layout, blocks, table)
        state = zero_state(layout, count, weights)
        for step in range(steps):
            for maze in range(count):
                hidden, cell = (part[maze].expand(possible, -1) for part in state)
                after = next_state(layout, blocks, sums, (hidden, cell))
                found[maze, step] = outputs(layout, blocks, after[0]).argmax(1).numpy()
            taken = torch.tensor(codes[:, step])
            state = next_state(layout, blocks, [gate[taken] for gate in sums], state)
    return found


def _flips(
    actions: NDArray[np.int8], codes: NDArray[np.int64], inputs: int, known: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Of one episode: smallest flips [T], those to known observations [T], expected random flips [T], and the survival.

    actions [T, C], codes [T]. The survival [I + 1] is the chance that an action is the same after k random flips.
    """
    masks = np.arange(1 << inputs)
    sizes = np.bitwise_count(masks).astype(np.int64)
    flipped = codes[:, None] ^ masks  # [T, C]: the observation after the flips of a mask
    there = np.take_along_axis(actions, flipped, 1)
    same = there == there[:, :1]
    smallest = np.where(same, inputs + 1, sizes).min(axis=1)
    seen = np.where(same | ~known[flipped], inputs + 1, sizes).min(axis=1)
    reached = np.zeros(same.shape)  # the chance that a random order passes through a mask, unchanged so far
    reached[:, 0] = 1
    for mask in range(1, 1 << inputs):
        before = [mask ^ (1 << bit) for bit in range(inputs) if mask >> bit & 1]
        reached[:, mask] = same[:, mask] * reached[:, before].sum(axis=1) / (inputs - sizes[mask] + 1)
    alive = np.stack([reached[:, sizes == size].sum(axis=1) for size in range(inputs + 1)], axis=1)
    return smallest.astype(np.float64), seen.astype(np.float64), alive.sum(axis=1), alive.mean(axis=0)


def _ratio(both: Floats) -> float:
    """The ratio of the means of two columns [M, 2]."""
    return float(both[:, 0].mean() / both[:, 1].mean())

"""The training set of a run: the mazes that its champion learned in. M mazes."""

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.subject import Subject
from sim.world.maze import Mazes, Split, carve, pick


def training_set(subject: Subject, most: int) -> Mazes:
    """The last mazes that a champion learned in, at most `most`: those of its pool, or of its fresh ones the newest."""
    record = subject.record
    met = min(record.mazes, record.pool or record.mazes)
    return mazes_of_run(subject, "train", max(0, met - most), met)


def mazes_of_run(subject: Subject, split: Split, first: int, stop: int) -> Mazes:
    """The mazes of the run's random stream from `first` to before `stop`."""
    return carve(subject.world.maze, stop - first, seed=subject.seed, split=split, first=first)


def training_episodes(subject: Subject, count: int) -> tuple[Mazes, NDArray[np.intp]]:
    """The last mazes that a run learned in, once for each of `count` episodes, and how often each was there before.

    A pool of fewer mazes is used several times, its mazes in turn.
    """
    record = subject.record
    met = min(record.mazes, record.pool or record.mazes)
    some = min(count, met)
    places = np.arange(count)
    indices = met - some + places % some
    return pick(subject.world.maze, indices, seed=subject.seed, split="train"), places // some

"""The training set of a run: the mazes that its champion learned in. M mazes."""

from sim.evaluation.subject import Subject
from sim.world.maze import Mazes, Split, carve


def training_set(subject: Subject, most: int) -> Mazes:
    """The last mazes that a champion learned in, at most `most`: those of its pool, or of its fresh ones the newest."""
    record = subject.record
    met = min(record.mazes, record.pool or record.mazes)
    return mazes_of_run(subject, "train", max(0, met - most), met)


def mazes_of_run(subject: Subject, split: Split, first: int, stop: int) -> Mazes:
    """The mazes of the run's random stream from `first` to before `stop`."""
    return carve(subject.world.maze, stop - first, seed=subject.seed, split=split, first=first)

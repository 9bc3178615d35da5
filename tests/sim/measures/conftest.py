"""A stored champion as a subject, and the evaluation set of its world."""

import tarfile
from pathlib import Path

import pytest

from sim.evaluation.evaluation_set import EvaluationSet, first_unseen
from sim.evaluation.subject import read_subject
from sim.learning.run import Run


@pytest.fixture(scope="session")
def stored_runs(tmp_path_factory):
    """The folder with the runs that were stored on 2026-11-28."""
    folder = tmp_path_factory.mktemp("stored")
    with tarfile.open(Path(__file__).parents[2] / "stored/2026-11-28.tar.xz") as file:
        file.extractall(folder, filter="data")
    return folder / "runs"


@pytest.fixture(scope="session")
def subject(stored_runs):
    """A stored champion, with its record."""
    return read_subject(Run.open(stored_runs / "evolve-0"))


@pytest.fixture(scope="session")
def evaluation_set(subject):
    """The mazes of its world that chose no champion."""
    return EvaluationSet(subject.world, 0, first_unseen([subject]))

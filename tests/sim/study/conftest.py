"""Runs of 2026-11-28, and a tiny study that learns its own."""

import tarfile
from pathlib import Path

import pytest

from sim.study.study_file import parse_study

TINY = {
    "title": "Tiny", "pairs": "ring", "across": True, "seeds": 2, "target": "pellets_eaten.share", "group": ["hidden"],
    "learn": {
        "generations": 2, "checkpoint": 1, "validation": 4, "mazes": 2, "es": {"population": 8},
        "world": {"maze": {"size": 4, "braid": 0.5}, "lifetime": 20},
    },
    "grid": {"hidden": [3, 4]},
    "section": [
        {"title": "Of runs", "measures": [
            {"measure": "pellets_eaten", "mazes": 4, "repetitions": 1}, {"measure": "genome_norm"},
            {"measure": "learning_curves"},
        ]},
        {"title": "Of pairs", "measures": [{"measure": "genome_distance"}]},
        {"title": "Of groups", "measures": [{"measure": "response_similarity", "recorded": 1}]},
    ],
    "claim": [
        {"text": "Longer.", "rule": "difference", "of": "genome_norm.norm", "groups": ["hidden 4", "hidden 3"]},
        {"text": "Together.", "rule": "correlation", "of": "genome_norm.norm", "against": "pellets_eaten.share"},
    ],
}  # fmt: skip


@pytest.fixture
def tiny():
    """A study of four runs of two sizes; pairs across sizes fail, as their layouts differ."""
    return parse_study("tiny", {**TINY, "across": False})


@pytest.fixture(scope="session")
def stored(tmp_path_factory):
    """The files of 2026-11-28."""
    folder = tmp_path_factory.mktemp("stored")
    with tarfile.open(Path(__file__).parents[2] / "stored/2026-11-28.tar.xz") as file:
        file.extractall(folder, filter="data")
    return folder

"""Landscapes are what their pixels' genomes do."""

import numpy as np
import pytest

from sim.comparison.config import LandscapesConfig
from sim.comparison.contest import eaten, losses, mean
from sim.comparison.landscapes import measure
from sim.landscape.plane import Window, random_plane
from sim.rollout.machine import CPU


def test_pixels_are_genomes_of_the_plane(contest):
    section = measure(contest, LandscapesConfig(side=5, radius=0.5, mazes=3), CPU, lambda _: None)
    mazes = contest.mazes(3)
    objectives = {
        "pellets": mean(eaten(contest, mazes, CPU)),
        "imitation": mean(losses(contest, contest.teacher(mazes), CPU)),
    }
    for at, contestant in enumerate(contest.contestants):
        plane = random_plane(contestant.genome, contest.layout, contest.seed)
        genomes = plane.at(Window(radius=0.5, shape=(5, 5)).points())
        assert np.array_equal(genomes[2, 2], contestant.genome)
        for kind, objective in objectives.items():
            field = objective(genomes.reshape(25, -1)).reshape(5, 5)
            assert section.arrays[kind][at] == pytest.approx(field, rel=1e-6)
            found = section.numbers[contestant.name]
            assert found[f"{kind}_centre"].value == pytest.approx(field[2, 2])
            assert found[f"{kind}_mean"].value == pytest.approx(field.mean())
            assert found[f"{kind}_mean"].low <= found[f"{kind}_mean"].value <= found[f"{kind}_mean"].high
        half = section.arrays["pellets"][at] > section.arrays["pellets"][at, 2, 2] / 2
        assert section.numbers[contestant.name]["half_share"].value == pytest.approx(100 * half.mean())
    low, high = section.settings["limits"]["imitation"]
    assert low == section.arrays["imitation"].min() < high <= section.arrays["imitation"].max()

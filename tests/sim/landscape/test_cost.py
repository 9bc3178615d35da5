"""The cost of a sweep: evaluations and bytes are counted, seconds are estimated from pixels all over the tour."""

import numpy as np
import pytest

from agents.layout import Layout, initial
from sim.landscape.cost import cost
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.plane import Plane, Window, directions
from sim.landscape.tour import mazes, slide

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, np.random.default_rng(1))[0]
U, V, W = directions(GENOME, LAYOUT, 3, 0)
PLANE = Plane(GENOME, U, V)
WINDOW = Window(0.1, -0.2, 0.5, (4, 5))
TOUR = slide(PLANE, WINDOW, W, 3, 0.3)
LAYERS = mazes(PLANE, WINDOW, 3)


def pellets(genomes):
    return np.arange(len(genomes))


def layered(genomes):
    return np.stack([pellets(genomes)] * 3, axis=1)


@pytest.mark.parametrize(("tour", "objective", "evaluations"), [(TOUR, pellets, 60), (LAYERS, layered, 20)])
def test_cost_counts_evaluations_and_bytes(tour, objective, evaluations):
    found = cost(Landscape(tour, FunctionObjective.of(objective)), seconds=0)
    assert (found.evaluations, found.bytes) == (evaluations, 60 * 4)


def test_the_first_call_is_left_out_of_the_estimated_time(monkeypatch):
    clock = [0.0]

    def slow(genomes):
        clock[0] += 100 if not seen else 1 + 0.5 * len(genomes)
        seen.append(genomes)
        return pellets(genomes)

    seen = []
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    tour = slide(PLANE, Window(shape=(40, 50)), W, 10, 0.3)
    found = cost(Landscape(tour, FunctionObjective.of(slow)), seconds=5000)
    assert found.evaluations == 20000
    assert found.seconds == pytest.approx(20000 * (1 / 2000 + 0.5))
    assert len({len(genomes) for genomes in seen}) > 3
    assert len(np.unique(seen[-1], axis=0)) > 1500

"""The settings of a tour make the tour that they name."""

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.plane import Plane, Window, directions
from sim.landscape.tour_config import TourConfig, build

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, np.random.default_rng(1))[0]
U, V, W = directions(GENOME, LAYOUT, 3, 0)
PLANE = Plane(GENOME, U, V)
WINDOW = Window(0.1, -0.2, 0.5, (4, 6))
CHAMPIONS = np.random.default_rng(2).normal(size=(3, LAYOUT.size))


@pytest.mark.parametrize("kind", ["slide", "turn", "zoom", "horizon", "generations", "mazes"])
def test_build_makes_every_tour(kind):
    config = TourConfig(kind, frames=5, precision="float64")
    tour = build(config, PLANE, WINDOW, third=W, champions=CHAMPIONS, numbers=[0, 5, 9], lifetime=6, mazes_seen=7)
    assert tour.name == kind
    assert len(tour) == {"horizon": 6, "mazes": 7, "generations": 3}.get(kind, 5)
    assert tour.dtype(0) == "float64"
    assert kind != "generations" or tour.axis.values.tolist() == [0, 5, 9]
    genome = tour.genome(2, 3, 1)
    view = 0 if tour.layers else 2
    assert genome.tobytes() == tour.plane(view).at(tour.windows[view].points(), np.float64)[3, 1].tobytes()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: build(TourConfig("turn"), PLANE, WINDOW), "third"),
        (lambda: build(TourConfig("generations"), PLANE, WINDOW), "champions"),
        (lambda: build(TourConfig("spin"), PLANE, WINDOW), "no tour 'spin'"),
    ],
)
def test_tours_that_lack_something_are_refused(make, message):
    with pytest.raises(UserError, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)

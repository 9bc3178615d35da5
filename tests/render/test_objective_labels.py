"""Labels of objectives: for every score, and for functions."""

from typing import get_args

from render import objective_labels as labels
from sim.landscape.function import FunctionObjective
from sim.landscape.objective import Objective
from sim.landscape.score import Imitation, Pellets, ScoreName
from sim.world.maze import MazeSet
from sim.world.rules import World

WORLD = World(lifetime=20)
PELLETS = Objective(Pellets(), WORLD.layout(), WORLD, MazeSet(WORLD.maze, 0, "train", range(3)))
LOSS = Objective(Imitation(), WORLD.layout(), WORLD, PELLETS.mazes)
GRAMS = FunctionObjective("numpy:sum", "total_mass", "grams")


def test_every_score_has_another_label_and_title():
    for words in (labels.BARS, labels.TITLES):
        assert set(words) == set(get_args(ScoreName))
        assert len(set(words.values())) == len(words)
    assert (labels.bar(PELLETS), labels.title(PELLETS)) == ("pellets eaten per maze", "Fitness landscape")


def test_a_function_is_labelled_with_its_quantity():
    assert (labels.bar(GRAMS), labels.title(GRAMS)) == ("total mass, grams", "Landscape of total mass")
    assert labels.bar(FunctionObjective("numpy:sum")) == "value"
    assert labels.mean(GRAMS, 1) == labels.life(GRAMS) == []


def test_heights_have_their_unit():
    assert labels.value(PELLETS, "3.5", 4) == "3.5 pellets a maze"
    assert labels.value(PELLETS, "3", 1) == "3 pellets"
    assert labels.value(LOSS, "0.7", 4) == "0.7 nats a maze"
    assert labels.value(FunctionObjective("numpy:sum"), "2", 1) == "2"


def test_captions_say_how_many_mazes_and_steps():
    assert labels.mean(PELLETS, 1.0) == ["one maze"]
    assert labels.mean(PELLETS, 3.0) == ["mean of 3 mazes"]
    assert labels.life(PELLETS) == ["20 steps"]

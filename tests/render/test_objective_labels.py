"""Labels of objectives: for every score, and for functions."""

from dataclasses import replace
from typing import get_args

from render import objective_labels as labels
from sim.landscape.function import FunctionObjective
from sim.landscape.objective import Objective
from sim.landscape.score import Imitation, Observed, Pellets, ScoreName
from sim.rollout.quantities import NAMES
from sim.world.maze import MazeSet
from sim.world.rules import World

WORLD = World(lifetime=20)
PELLETS = Objective(Pellets(), WORLD.layout(), WORLD, MazeSet(WORLD.maze, 0, "train", range(3)))
LOSS = Objective(Imitation(), WORLD.layout(), WORLD, PELLETS.mazes)
GRAMS = FunctionObjective("numpy:sum", "total_mass", "grams")


def test_every_score_has_another_label_and_title():
    for words in (labels.BARS, labels.TITLES):
        assert set(words) == {*get_args(ScoreName), *NAMES}
        assert len(set(words.values())) == len(words)
    assert (labels.bar(PELLETS), labels.title(PELLETS)) == ("pellets eaten per maze", "Fitness landscape")


def test_a_function_is_labelled_with_its_quantity():
    assert (labels.bar(GRAMS), labels.title(GRAMS)) == ("total mass, grams", "Landscape of total mass")
    assert labels.bar(FunctionObjective("numpy:sum")) == "value"
    assert labels.mean(GRAMS, 1) == labels.life(GRAMS) == []


def test_heights_have_their_unit():
    assert labels.value(PELLETS, 3.5, 4) == "3.5 pellets a maze"
    assert labels.value(PELLETS, 3.0, 1) == "3 pellets"
    assert labels.value(LOSS, 0.7, 4) == "0.7 nats a maze"
    assert labels.value(FunctionObjective("numpy:sum"), 2.0, 1) == "2"


def test_quantities_have_words_of_their_own():
    of = {name: replace(PELLETS, score=Observed((name,))) for name in NAMES}
    assert labels.value(of["tempo"], 812.25, 4) == "812.2 pellet steps a maze"
    assert labels.value(of["divergence"], 12.0, 1) == "apart from step 12"
    assert labels.value(of["last_meal"], 31.5, 2) == "last meal in step 31.5 on average"
    assert labels.value(of["path"], float(0x9D41F0), 4) == "path 9d41f0"
    assert labels.mean(of["path"], 4.0) == ["4 mazes together"]
    assert labels.mean(of["tempo"], 4.0) == ["mean of 4 mazes"]
    assert labels.bar(of["end"]) == "one colour for each last cell"
    assert labels.title(of["pellets"]) == labels.title(PELLETS)


def test_captions_say_how_many_mazes_and_steps():
    assert labels.mean(PELLETS, 1.0) == ["one maze"]
    assert labels.mean(PELLETS, 3.0) == ["mean of 3 mazes"]
    assert labels.life(PELLETS) == ["20 steps"]

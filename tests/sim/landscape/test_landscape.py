"""Landscapes as values: what they tell of themselves comes back as it was."""

import json

import pytest

from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import ChampionStory, Landscape, read_json
from sim.landscape.objective import Objective
from sim.landscape.plane import Plane, Window
from sim.landscape.score import ByMaze, ByStep, Pellets, Smoothed
from sim.landscape.tour import horizon, mazes, slide
from sim.world.maze import MazeSet
from sim.world.rules import World

WORLD = World(lifetime=20)
PLANE, WINDOW = Plane([0, 0, 1], [1, 0, 0], [0, 1, 0]), Window(shape=(2, 3))
TOURS = {"slide": slide(PLANE, WINDOW, [0, 0, 1], 2, 1.0), "horizon": horizon(PLANE, WINDOW, 20, 5)}
TOURS["mazes"] = mazes(PLANE, WINDOW, 4)
LAYERS = {"horizon": ByStep(5), "mazes": ByMaze()}
PELLETS = Pellets()
STORY = {"method": "evolve (es)", "seed": 3, "generation": 7, "validation_pellets": 12.5}


def landscape(tour, story=None, score=PELLETS):
    objective = Objective(score, WORLD.layout(), WORLD, MazeSet(WORLD.maze, 3, "train", range(4)), LAYERS.get(tour))
    return Landscape(TOURS[tour], objective, None if story is None else ChampionStory.from_json(story))


@pytest.mark.parametrize("tour", TOURS)
@pytest.mark.parametrize("score", [PELLETS, Smoothed(0.5, 4)])
def test_the_json_of_a_field_tells_objective_and_champion(tour, score):
    told = json.loads(json.dumps(landscape(tour, STORY, score).json()))
    assert "layers" not in told, "the tour's name tells them"
    assert told["champion"] == STORY
    assert ("objective" in told) == (score != PELLETS)
    objective, champion = read_json(told, tour, score.quantity, "pellets")
    assert objective == landscape(tour, score=score).objective
    assert champion == ChampionStory(**STORY)
    assert landscape(tour).counts.tolist() == ([1, 2, 3, 4] if tour == "mazes" else [4] * len(TOURS[tour]))


@pytest.mark.parametrize(
    "story",
    [
        {},
        STORY,
        {**STORY, "name": "a", "run": {"deep": [1, None]}},
        {"method": None, "generation": "late"},
        {"seed": 0},
    ],
)
def test_no_entry_of_a_story_is_lost(story):
    found = ChampionStory.from_json(story)
    assert found.json() == story
    assert found.method == (story.get("method"))
    assert found.generation == (7 if story.get("generation") == 7 else None)


def test_functions_are_told_by_name():
    objective = FunctionObjective("numpy:sum", "total", "grams")
    told = Landscape(TOURS["slide"], objective, ChampionStory(method="by hand")).json()
    assert read_json(told, "slide", "total", "grams") == (objective, ChampionStory(method="by hand"))


def test_a_field_that_tells_nothing_shows_a_function_without_a_name():
    assert read_json({"seed": 7}, "slide", "steps", "s") == (FunctionObjective("", "steps", "s"), None)

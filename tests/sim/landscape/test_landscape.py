"""Objective and champion of a landscape are read back from its JSON."""

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
def test_objective_and_champion_are_read_back_from_json(tour, score):
    table = json.loads(json.dumps(landscape(tour, STORY, score).json()))
    assert "layers" not in table, "the name of the tour says which they are"
    assert table["champion"] == STORY
    assert ("objective" in table) == (score != PELLETS)
    objective, champion, _ = read_json(table, tour, score.quantity, "pellets")
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
def test_no_entry_about_a_champion_is_lost(story):
    found = ChampionStory.from_json(story)
    assert found.json() == story
    assert found.method == (story.get("method"))
    assert found.generation == (7 if story.get("generation") == 7 else None)


def test_functions_are_stored_by_name():
    objective = FunctionObjective("numpy:sum", "total", "grams")
    table = Landscape(TOURS["slide"], objective, ChampionStory(method="by hand")).json()
    assert read_json(table, "slide", "total", "grams") == (objective, ChampionStory(method="by hand"), "fused")


def test_json_without_an_objective_gives_a_function_without_a_name():
    assert read_json({"seed": 7}, "slide", "steps", "s") == (FunctionObjective("", "steps", "s"), None, "fused")

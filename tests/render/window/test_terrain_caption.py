from dataclasses import replace

from render.window.explore.lens import Lens
from render.window.explore.place import Terrain
from render.window.explore.terrain_caption import view_caption
from render.window.explore.view import View
from sim.landscape.function import FunctionObjective
from sim.landscape.objective import Objective
from sim.landscape.score import Pellets
from sim.world.maze import MazeSet
from sim.world.rules import World

LENS = Lens.on(View(8, -640, -360, 720, 1280))


def test_the_caption_names_radius_plane_mazes_lifetime_and_what_is_unusual():
    world = World()
    pellets = Objective(Pellets(), world.layout(), world, MazeSet(world.maze, 0, "validation", range(16)))
    said = "weights changed by ±140 %, and by -10 % along a third direction, turned 5 degrees, one maze, 200 steps"
    deep = Lens.on(replace(LENS.view, level=40))
    for lens, device, more in (
        (LENS, "the CPU", ""),
        (LENS, "the GPU", "; on the GPU"),
        (deep, "the CPU", "; float64"),
        (deep, "the GPU", "; float64 on the GPU"),
    ):
        words = view_caption(lens, Terrain(third=-0.1, turn=5.0, mazes=1), pellets, device)
        assert words == (said if lens is LENS else said.replace("140", "3.3e-8")) + more


def test_the_caption_of_a_view_that_does_not_show_the_genome_says_how_far_it_is():
    for x, radius, said in ((0.3, 0.5, "±50 %"), (-0.3, 0.01, "30 % ±1 %")):
        words = view_caption(Lens.of(x, 0.0, radius, (100, 160)), Terrain(), FunctionObjective("numpy:sum"), "the CPU")
        assert words.split(";")[0] == f"weights changed by {said}"


def test_the_caption_of_a_function_names_neither_mazes_nor_lifetime():
    words = view_caption(LENS, Terrain(mazes=1, lifetime=1), FunctionObjective("numpy:sum"), "the CPU")
    assert words == "weights changed by ±140 %"

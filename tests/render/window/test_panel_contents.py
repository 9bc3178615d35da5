import numpy as np
import pytest

from render.ticks import percent
from render.window.event import Key, Pointer, Resize
from render.window.explore.explorer import Explorer
from render.window.explore.origin import Origin
from render.window.explore.panel_contents import panel_contents, status_lines
from render.window.explore.place import Place, Terrain
from sim.rollout.machine import Machine
from tests.render.window.waiting import click, settle


@pytest.fixture
def explorer(watched, folder):
    model = Explorer(Origin.open(watched.path, Machine(1)), Place(Terrain(lifetime=24, mazes=2)), (180, 320))
    model.update(Resize(320, 180))
    yield model
    model.close()


def test_the_note_gives_the_value_the_coordinates_and_the_distance_of_the_pixel(explorer):
    settle(explorer)
    value, coordinates, distance = panel_contents(explorer.session, (40, 60), True).overlay.note
    navigation, genome = explorer.session.navigation, explorer.session.origin.genome.astype(np.float64)
    height = explorer.session.pipeline.painting.heights[60, 40]
    x, y = navigation.view.point(40, 60)
    away = np.linalg.norm(navigation.sampler.plane.at((x, y), np.float64) - genome) / np.linalg.norm(genome)
    assert value == f"{height:.4g} pellets a maze"
    assert coordinates == f"x {x:.4f}, y {y:.4f}"
    assert distance == f"{percent(away)} from the champion"


def test_there_is_no_note_outside_the_view_or_unless_asked_for(explorer):
    settle(explorer)
    assert panel_contents(explorer.session, (-1, -1), True).overlay.note == ()
    assert panel_contents(explorer.session, (40, 60), False).overlay.note == ()


def test_a_picked_pixel_is_marked_where_it_was_clicked_and_not_on_another_terrain(explorer):
    click(explorer, 40, 60)
    assert panel_contents(explorer.session, (-1, -1), True).overlay.marks == ((40, 60),)
    explorer.update(Key("d"))
    ((x, y),) = panel_contents(explorer.session, (-1, -1), True).overlay.marks
    assert not explorer.session.navigation.view.contains(x, y)


def test_the_status_lines_tell_what_is_going_on(explorer):
    assert status_lines(explorer.session) == ()
    explorer.update(Key("r"))
    explorer.update(Key("a"))
    explorer.update(Pointer("move", 1, 1))
    recording, autopilot = status_lines(explorer.session)
    assert "recording" in recording
    assert "autopilot" in autopilot

"""Settings of fields: those that a field has are compared with those that are asked for."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents.errors import UserError
from render.field_settings import check_settings
from sim.landscape.plane import Plane, Window
from sim.landscape.spec import LandscapeSpec
from sim.landscape.tour import slide
from tests.fields import pellets

PLANE = Plane([0, 0, 1], [1, 0, 0], [0, 1, 0])
LANDSCAPE = pellets(slide(PLANE, Window(radius=0.7, shape=(6, 8)), np.array([0.0, 0, 1]), 3, 0.7), range(3))
DEFAULT, FIELD = LandscapeSpec(), Path("f.zarr")


@pytest.mark.parametrize(
    ("name", "agreed", "other"),
    [
        ("tour", "slide", "zoom"),
        ("frames", 3, 120),
        ("width", 8, 640),
        ("height", 6, 360),
        ("radius", 0.7, 0.5),
        ("x", 0.0, 0.5),
        ("mazes", 3, 16),
        ("first", 0, 4),
        ("split", "validation", "train"),
        ("every", 200, 1),
    ],
)
def test_a_setting_that_is_asked_for_must_be_that_of_the_field(name, agreed, other):
    check_settings(FIELD, LANDSCAPE, replace(DEFAULT, **{name: agreed}), {name})
    with pytest.raises(UserError, match=f"f.zarr has {name} .*, not {other}; leave {name} out, or give the run"):
        check_settings(FIELD, LANDSCAPE, replace(DEFAULT, **{name: other}), {name})
    if getattr(DEFAULT, name) != other:  # it was asked for in a config file
        with pytest.raises(UserError, match=f"has {name} "):
            check_settings(FIELD, LANDSCAPE, replace(DEFAULT, **{name: other}), ())


def test_defaults_that_nobody_asked_for_are_not_compared():
    check_settings(FIELD, LANDSCAPE, DEFAULT, ())


@pytest.mark.parametrize("name", ["plane", "directions", "depth", "seek", "tile"])
def test_settings_that_a_field_does_not_keep_are_refused(name):
    with pytest.raises(UserError, match=f"is swept, {name} has no effect; leave {name} out, or give the run"):
        check_settings(FIELD, LANDSCAPE, DEFAULT, {name})


def test_a_landscape_of_listed_mazes_has_no_first_maze():
    listed = replace(LANDSCAPE, objective=pellets(LANDSCAPE.tour, (3, 1, 4)).objective)
    with pytest.raises(UserError, match="is swept, mazes has no effect"):
        check_settings(FIELD, listed, replace(DEFAULT, mazes=3), ())

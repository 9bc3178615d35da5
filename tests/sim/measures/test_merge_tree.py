"""Merge trees as results: known fields, champions' landscapes beside their controls, and maps whose marks are right."""

from types import SimpleNamespace

import numpy as np
import pytest

from agents.errors import UserError
from sim.landscape.bowl import null_field
from sim.landscape.persistence import merge_tree
from sim.landscape.plane import Window
from sim.measures.landscape_around import LandscapeAround
from sim.measures.landscape_tree import LandscapeTree
from sim.measures.merge_tree import MOST, FieldTree, counted, drawn, pooled
from sim.rollout.machine import CPU

WINDOW = Window(radius=1.5, shape=(61, 81))
POINTS = WINDOW.points()
WELL = (POINTS[..., 0] ** 2 - 1) ** 2 + POINTS[..., 1] ** 2
SMALL = LandscapeTree(planes=3, side=24, mazes=2)


def field_of(heights, mazes=1):
    """A field of one frame, with what the measure reads of it."""
    tour = SimpleNamespace(windows=(WINDOW,), layers=False)
    return SimpleNamespace(per_maze=heights[None] / mazes, tour=tour)


def test_a_double_well_has_one_pair_of_persistence_1():
    found = FieldTree(extrema="basins", threshold=0.05).compute(field_of(8 * WELL, mazes=8), 0)
    got = {slot: found[slot].value for slot in ("extrema", "every", "largest", "total")}
    assert got == pytest.approx({"extrema": 2, "every": 2, "largest": 1, "total": 1}, abs=0.01)
    rings, *spots = found["map"].marks
    assert [mark.text for mark in spots] == ["1", "2"]
    assert np.concatenate([mark.xy for mark in spots]) == pytest.approx(np.array([[-1, 0], [1, 0]]), abs=0.02)
    assert rings.xy == pytest.approx(np.zeros((1, 2)), abs=0.02)
    assert (found["persistence"].x, found["persistence"].y) == pytest.approx((0, 1), abs=0.01)
    assert FieldTree(extrema="basins", threshold=0.5).compute(field_of(WELL), 0)["extrema"].value == 1


def test_an_unknown_kind_of_extrema_is_refused():
    with pytest.raises(UserError, match="extrema must be"):
        FieldTree(extrema="saddles")


def test_a_bowl_has_one_peak_and_noise_has_many():
    noise = np.random.default_rng(0).random((48, 48))
    trees = [merge_tree(each) for each in (null_field(noise), noise)]
    numbers = counted(trees, 0.1)
    assert numbers["every"][0] == numbers["extrema"][0] == 1
    # a pixel of noise is the highest of its 9 neighbours with a chance of 1/9, more often at the edge
    assert numbers["every"][1] == pytest.approx(48 * 48 / 9, rel=0.1)
    assert numbers["total"][0] == numbers["largest"][0] == 0


def test_the_drawn_tree_has_a_line_for_each_peak_from_its_height_to_its_pass():
    noise = np.random.default_rng(3).random((30, 30))
    tree = merge_tree(noise)
    found = drawn(noise, tree, Window(shape=(30, 30)), MOST)
    lines = np.column_stack([found["tree"].x, found["tree"].y]).reshape(MOST, 4, 2)
    assert np.isnan(lines[:, 3]).all()
    assert np.array_equal(lines[:, 0, 1], tree.births[:MOST])
    assert np.array_equal(lines[:, 1:3, 1], np.repeat(tree.deaths[:MOST, None], 2, axis=1))
    assert np.array_equal(lines[:, 2, 0], lines[tree.parents[:MOST], 0, 0])
    texts = {mark.text: mark.xy[0] for mark in found["map"].marks if mark.text}
    for at in range(MOST):
        row, column = tree.extrema[at]
        assert texts[str(int(lines[at, 0, 0]))].tolist() == Window(shape=(30, 30)).points()[row, column].tolist()


def test_counts_fall_from_all_extrema_to_the_highest():
    noise = np.random.default_rng(4).random((30, 30))
    trees = [merge_tree(noise), merge_tree(noise.T)]
    counts = pooled(trees)["counts"]
    assert (np.diff(counts.y) <= 0).all()
    at = counts.x[10]
    assert counts.y[10] == (trees[0].persistence > at).sum()
    assert pooled([merge_tree(np.zeros((4, 4)))]) == {}


def test_planes_around_a_champion_are_those_of_its_landscape(subject, evaluation_set):
    found = SMALL.compute(subject, evaluation_set, CPU)
    around = LandscapeAround(side=24, mazes=2).compute(subject, evaluation_set, CPU)
    assert np.array_equal(found["map"].heights, around["pellets_map"].heights)
    assert found["extrema"].value >= 1
    assert found["every"].value >= found["extrema"].value
    assert found["extrema_bowl"].value == found["every_bowl"].value == 1
    assert found["total"].value >= found["largest"].value > found["largest_bowl"].value == 0
    assert found["extrema_other"] != found["extrema"]
    assert {each.quantity for each in found.values()} <= set(LandscapeTree.quantities)
    again = SMALL.compute(subject, evaluation_set, CPU)
    assert found["total"] == again["total"]

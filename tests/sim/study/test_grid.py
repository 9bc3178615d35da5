"""Grids have a run for every combination and seed, and refuse values that are not a grid."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from sim.study.grid import Cell, Grid, flat, parse_grid


@given(st.lists(st.integers(1, 4), max_size=3), st.integers(1, 5))
def test_cells_are_all_combinations(sizes, seeds):
    axes = tuple((f"axis{at}", tuple(range(size))) for at, size in enumerate(sizes))
    grid = Grid(axes=axes, seeds=tuple(range(seeds)))
    cells = list(grid.cells())
    assert len({cell.at for cell in cells}) == len(cells) == math.prod(sizes)
    assert grid.runs == len(cells) * seeds
    for cell in cells:
        assert [name for name, _ in cell.at] == [name for name, _ in axes]
        assert set(cell.at) <= set(cell.settings)


def test_tables_become_a_grid():
    grid = parse_grid(
        {"learner": "genetic", "es": {"sigma": 0.1}, "generations": 3},
        {"hidden": [8, 16], "es": {"population": [2, 4]}},
        2,
    )  # fmt: skip
    assert dict(grid.base) == {"learner": "genetic", "es.sigma": 0.1, "generations": 3}
    assert grid.axes == (("hidden", (8, 16)), ("es.population", (2, 4)))
    assert grid.seeds == (0, 1)
    first = next(grid.cells())
    assert first.name == "hidden 8, es.population 2"
    assert dict(first.settings) == {
        "learner": "genetic", "es.sigma": 0.1, "generations": 3, "hidden": 8, "es.population": 2,
    }  # fmt: skip


def test_a_grid_of_one_cell_has_the_name_of_its_learner():
    (cell,) = parse_grid({"learner": "imitate"}, {}, [4]).cells()
    assert cell.name == "imitate"
    assert Cell((("learner", "es"), ("hidden", 8)), ()).name == "es, hidden 8"


def test_a_learner_has_settings_of_its_own():
    own = {"imitate": {"generations": 7, "imitate": {"batch": 4}, "hidden": 5}}
    grid = parse_grid({"generations": 3}, {"learner": ["es", "imitate"], "hidden": [8]}, 1, own)
    es, imitate = grid.cells()
    assert dict(es.settings) == {"learner": "es", "generations": 3, "hidden": 8}
    assert dict(imitate.settings) == {"learner": "imitate", "generations": 7, "hidden": 8, "imitate.batch": 4}


@pytest.mark.parametrize("table", [3, {"learner": "es"}])
def test_what_is_no_table_of_a_learners_settings_is_refused(table):
    with pytest.raises(UserError, match=r"learners\.imitate should be a table of the settings of imitate"):
        parse_grid({}, {}, 1, {"imitate": table})


def test_nested_tables_become_dotted_names():
    assert flat({"a": {"b": {"c": 1}, "d": 2}, "e": 3}) == {"a.b.c": 1, "a.d": 2, "e": 3}


@pytest.mark.parametrize(
    ("axes", "seeds", "message"),
    [
        ({"hidden": 8}, 1, r"grid\.hidden should be a list"),
        ({"hidden": []}, 1, "one or more different values"),
        ({"hidden": [8, 8]}, 1, "one or more different values"),
        ({}, 0, "one or more different whole numbers"),
        ({}, [1, 1], "one or more different whole numbers"),
        ({}, [-1], r"seed must be from 0 to 2\^64 - 1, got -1"),
        ({}, [2**64], r"seed must be from 0 to 2\^64 - 1"),
        ({}, "three", "a whole number or a list"),
        ({}, True, "a whole number or a list"),
        ({}, [1.5], "seed must be from 0"),
        ({f"axis{at}": list(range(100)) for at in range(3)}, 1, "at most 100000 runs, got 1000000"),
    ],
)
def test_bad_grids_are_refused(axes, seeds, message):
    with pytest.raises(UserError, match=message):
        parse_grid({}, axes, seeds)

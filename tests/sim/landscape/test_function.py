"""Functions as objectives: they have a name, are pickled by it, and are refused if it cannot be imported."""

import json
import math
import pickle
from functools import partial

import numpy as np
import pytest

from agents.errors import UserError
from sim.landscape.function import FunctionObjective, name_of
from sim.landscape.plane import Plane, Window
from sim.landscape.tour import slide

PLANE = Plane([0, 0, 1], [1, 0, 0], [0, 1, 0])
GENOMES = np.arange(12.0).reshape(4, 3)


def total(genomes):
    return np.array([math.fsum(genome) for genome in genomes.tolist()])


def pair(genomes):
    return np.stack([total(genomes), -total(genomes)], axis=1)


class Scaled:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, genomes):
        return self.factor * total(genomes)


IMPORTED = FunctionObjective("numpy:linalg.eigvalsh", "size")


def test_its_values_are_those_of_the_function():
    objective = FunctionObjective.of(total)
    assert np.array_equal(objective.evaluate(GENOMES), total(GENOMES))
    assert objective.outcomes(GENOMES).shape == (4, 1)
    assert np.array_equal(FunctionObjective.of(pair).outcomes(GENOMES), pair(GENOMES))
    points = Window(shape=(2, 3)).points().reshape(-1, 2)
    assert np.array_equal(objective.on_plane(PLANE, points, "float64"), total(PLANE.at(points, "float64")))
    assert objective.maze_counts(slide(PLANE, Window(), [0, 0, 1], 5, 1.0)).tolist() == [1.0] * 5
    assert objective.returns is None


def test_objectives_with_one_name_quantity_and_unit_are_equal():
    objective = FunctionObjective.of(total, "loss", "nats")
    assert objective.name == f"{__name__}:total"
    assert objective == FunctionObjective(f"{__name__}:total", "loss", "nats")
    assert (
        len({objective, FunctionObjective.of(total, "loss", "nats"), FunctionObjective.of(pair, "loss", "nats")}) == 2
    )
    assert objective.json() == {"function": f"{__name__}:total", "quantity": "loss", "unit": "nats"}
    assert FunctionObjective.from_json(json.loads(json.dumps(objective.json()))) == objective


@pytest.mark.parametrize("function", [total, Scaled(2), Scaled(2).__call__, partial(total), lambda genomes: 0])
def test_importing_a_name_gives_the_function_or_fails(function):
    name = name_of(function)
    try:
        found = FunctionObjective(name)._imported()
    except UserError:
        assert name.endswith(("()", "<lambda>"))
    else:
        assert found is function is total


def test_a_function_is_imported_when_it_evaluates():
    square = GENOMES[:3]
    assert np.array_equal(FunctionObjective.from_json(IMPORTED.json()).evaluate(square), np.linalg.eigvalsh(square))
    assert pickle.loads(pickle.dumps(FunctionObjective.of(np.linalg.norm))).function is None


@pytest.mark.parametrize(
    "objective",
    [
        FunctionObjective.of(Scaled(2)),
        FunctionObjective.of(Scaled(2).__call__),
        FunctionObjective.of(partial(np.sum, axis=1)),
        FunctionObjective.of(lambda genomes: genomes[:, 0]),
        FunctionObjective("no_such_module:function"),
        FunctionObjective("numpy:no_such_function"),
        FunctionObjective("numpy"),
        FunctionObjective(""),
    ],
)
def test_a_function_that_cannot_be_imported_is_refused_when_it_evaluates(objective):
    """Another process gets only the name."""
    received = pickle.loads(pickle.dumps(objective))
    assert received == objective
    assert hash(received) == hash(objective)
    with pytest.raises(UserError, match="cannot be imported here") as caught:
        received.evaluate(GENOMES)
    assert "\n" not in str(caught.value)


def in_place(genomes):
    genomes *= 2
    return genomes.sum(axis=1)


def test_a_function_may_work_in_place():
    genomes = GENOMES.copy()
    assert np.array_equal(FunctionObjective.of(in_place).evaluate(genomes), 2 * total(GENOMES))
    assert np.array_equal(genomes, GENOMES)


def failing(genomes):
    raise ZeroDivisionError("in\ntwo lines")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (failing, r"test_function:failing raised ZeroDivisionError: in two lines; it must take genomes \[4, 3\]"),
        (lambda: 0, r"raised TypeError: .* takes 0 positional arguments"),
        (lambda genomes: 1.0, r"returned values \[\] for 4 genomes; return one for each, \[N\]"),
        (lambda genomes: total(genomes)[1:], r"returned values \[3\] for 4 genomes"),
        (lambda genomes: None, r"returned values \[\] for 4 genomes"),
        (lambda genomes: [None] * 4, "must return integers or floats, got object"),
        (lambda genomes: total(genomes).astype(str), "must return integers or floats, got <U"),
    ],
)
def test_a_function_that_fails_is_told_in_one_line(function, said):
    with pytest.raises(UserError, match=said) as caught:
        FunctionObjective.of(function).evaluate(GENOMES)
    assert "\n" not in str(caught.value)


def test_infinite_values_and_nan_are_kept():
    """As of a loss that diverges, or of genomes that have none."""
    objective = FunctionObjective.of(lambda genomes: np.array([np.inf, -np.inf, np.nan, 0]))
    assert np.array_equal(objective.evaluate(GENOMES), [np.inf, -np.inf, np.nan, 0], equal_nan=True)


def test_an_error_of_ours_within_a_function_stays_what_it_is():
    def asking(genomes):
        raise UserError("mazes must be odd")

    with pytest.raises(UserError, match=r"^mazes must be odd$"):
        FunctionObjective.of(asking).evaluate(GENOMES)


def test_a_name_of_something_else_is_refused():
    with pytest.raises(UserError, match="math:pi is a float, expected a function"):
        FunctionObjective("math:pi").evaluate(GENOMES)


def test_reading_json_imports_nothing(tmp_path, monkeypatch):
    (tmp_path / "booby_trap.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    trapped = FunctionObjective.from_json({"function": "booby_trap:f", "quantity": "value", "unit": ""})
    with pytest.raises(SystemExit):
        trapped.evaluate(GENOMES)


@pytest.mark.parametrize("change", [{"unit": 3}, {"seed": 1}, {"quantity": None}])
def test_json_that_does_not_describe_a_function_is_refused(change):
    with pytest.raises(UserError, match="must have the texts function, quantity and unit"):
        FunctionObjective.from_json({**IMPORTED.json(), **change})

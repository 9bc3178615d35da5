"""Measures are found from files, are values, and say what each of their results is."""

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from agents.errors import UserError
from sim import measures
from sim.measures import Quantity, find, from_json, listing, with_controls
from sim.statistics.results import KINDS


@pytest.mark.parametrize("name", listing())
def test_a_measure_is_a_value_that_json_holds(name):
    measure = find(name)()
    assert from_json(measure.json()) == measure
    assert pickle.loads(pickle.dumps(measure)) == measure
    assert hash(measure) == hash(find(name)())
    assert measure.of in ("run", "pair", "group", "field")
    assert measure.name() == name
    assert type(measure).__doc__


@pytest.mark.parametrize("name", listing())
def test_every_quantity_is_defined(name):
    measure = find(name)
    assert measure.quantities
    for key, quantity in measure.quantities.items():
        assert key.isidentifier(), key
        assert quantity.name, key
        assert quantity.meaning.endswith("."), key
        assert quantity.kind in KINDS
        assert quantity.kind != "number" or quantity.counted, key
        assert quantity.kind not in ("curve", "scatter", "histogram") or all(quantity.axes), key
        assert not quantity.control_of or quantity.control_of in measure.quantities, key


def test_a_setting_that_nothing_can_be_measured_with_is_refused():
    refused = 0
    for name, measure in listing().items():
        for field in fields(measure):
            if field.type is int and field.name not in ("frame",):
                with pytest.raises(UserError, match=field.name):
                    replace(measure(), **{field.name: -1})
                refused += 1
        assert name
    assert refused > 20


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(UserError, match="did you mean half_radius"):
        find("half_radios")
    with pytest.raises(UserError, match="choose from"):
        find("zzz")
    with pytest.raises(UserError, match=r"measure half_radius: there is no setting direction; did you mean directions"):
        from_json({"measure": "half_radius", "direction": 3})
    with pytest.raises(UserError, match="with its name under measure"):
        from_json({"directions": 3})


def test_controls_are_defined_beside_what_they_control():
    plain = {"a": Quantity("A", "What it is."), "a_points": Quantity("B", "Its points.", kind="curve")}
    found = with_controls(plain)
    assert list(found) == ["a", "a_points", "a_bowl", "a_bowl_points", "a_other", "a_other_points"]
    assert found["a_bowl"].control_of == "a"
    assert found["a_other_points"].control_of == "a_points"
    assert found["a_bowl"].name == "A, bowl"
    assert found["a_bowl"].meaning.startswith("A control:")


ADDED = '''
"""The number of weights that are above zero."""

from dataclasses import dataclass

from sim.measures import Quantity, RunMeasure
from sim.statistics.results import number


@dataclass(frozen=True, slots=True)
class Positive(RunMeasure):
    """Weights above a threshold."""

    threshold: float = 0.0
    """What a weight must exceed."""

    quantities = {"positive": Quantity("positive weights", "Weights above a threshold.", "weights", "weights")}

    def compute(self, subject, ground, machine):
        """Count them."""
        found = subject.genome > self.threshold
        return {"positive": number("positive", found.sum(), sample=found.size)}
'''


@pytest.fixture
def added(tmp_path, monkeypatch):
    """A measure in a folder of one's own."""
    (tmp_path / "positive_weights.py").write_text(ADDED)
    monkeypatch.setenv(measures.MORE, str(tmp_path))
    monkeypatch.setattr(measures, "__path__", list(measures.__path__))
    return "positive_weights"


def test_a_file_in_a_folder_that_the_environment_names_is_a_measure(added):
    measure = from_json({"measure": added, "threshold": 0.5})
    assert measure.json() == {"measure": added, "threshold": 0.5}

    class Subject:
        genome = np.array([0.4, 0.6, -1])

    assert measure.compute(Subject, None, None)["positive"].value == 1


def test_a_file_is_one_measure(tmp_path, monkeypatch):
    (tmp_path / "two_at_once.py").write_text(ADDED + ADDED.replace("class Positive", "class Negative"))
    monkeypatch.setenv(measures.MORE, str(tmp_path))
    monkeypatch.setattr(measures, "__path__", list(measures.__path__))
    with pytest.raises(UserError, match=r"two_at_once\.py defines 2 measures"):
        listing()

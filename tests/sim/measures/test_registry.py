"""Measures are found from files, are values, and define each of their results."""

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from agents.errors import UserError
from sim import measures
from sim.known_measures import VARIABLE, find, from_json, listing
from sim.measures import Quantity, variant, with_controls
from sim.measures.mode_connectivity import ModeConnectivity
from sim.measures.uncertainty import UncertaintyExponent
from sim.statistics.results import KINDS, number
from sim.study.tasks import check_findings


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


def test_every_setting_that_is_a_number_has_a_range():
    checked = 0
    for measure in listing().values():
        for field in fields(measure):
            if field.type in (int, float, tuple[int, ...], tuple[float, ...]) and field.name != "frame":
                value = (-1,) if isinstance(field.default, tuple) else -1
                with pytest.raises(UserError, match=f"{field.name} must be .*, got -1"):
                    replace(measure(), **{field.name: value})
                checked += 1
    assert checked > 40


@pytest.mark.parametrize(
    ("measure", "settings", "message"),
    [
        (ModeConnectivity, {"points": 12}, "points must be 5, 9, 13 or so on, got 12"),
        (ModeConnectivity, {"population": 2.5}, "population must be a whole number from 2 to 65536, got 2.5"),
        (UncertaintyExponent, {"radii": ()}, "radii must be one value or more, got none"),
        (UncertaintyExponent, {"radii": (0.1, 0.0)}, "radii must be a number above 0, got 0.0"),
    ],
)
def test_settings_outside_their_range_are_refused(measure, settings, message):
    with pytest.raises(UserError, match=message):
        measure(**settings)


def test_a_setting_that_may_be_empty_is_accepted():
    assert UncertaintyExponent(lifetimes=()).lifetimes == ()


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(UserError, match="did you mean half_radius"):
        find("half_radios")
    with pytest.raises(UserError, match="choose from"):
        find("zzz")
    with pytest.raises(UserError, match=r"measure half_radius: there is no setting direction; did you mean directions"):
        from_json({"measure": "half_radius", "direction": 3})
    with pytest.raises(UserError, match="with its name under measure"):
        from_json({"directions": 3})


def test_controls_follow_what_they_are_controls_of():
    plain = {"a": Quantity("A", "What it is."), "a_points": Quantity("B", "Its points.", kind="curve")}
    found = with_controls(plain)
    assert list(found) == ["a", "a_points", "a_bowl", "a_bowl_points", "a_other", "a_other_points"]
    assert found["a_bowl"].control_of == "a"
    assert found["a_other_points"].control_of == "a_points"
    assert found["a_bowl"].name == "A, bowl"
    assert found["a_bowl"].meaning.startswith("Control:")
    loss = variant(plain, "loss", "loss", "Of the loss.")
    assert (loss["a_loss"].meaning, loss["a_loss"].control_of) == ("Of the loss. What it is.", "")


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

    def compute(self, subject, evaluation_set, machine):
        """Count them."""
        above = subject.genome > self.threshold
        return {"positive": number("positive", above.sum(), sample=above.size)}
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of more measures that the environment names."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr(measures, "__path__", list(measures.__path__))
    return tmp_path


def test_a_file_in_a_folder_that_the_environment_names_is_a_measure(folder):
    (folder / "positive_weights.py").write_text(ADDED)
    measure = from_json({"measure": "positive_weights", "threshold": 0.5})
    assert measure.json() == {"measure": "positive_weights", "threshold": 0.5}

    class Subject:
        genome = np.array([0.4, 0.6, -1])

    assert measure.compute(Subject, None, None)["positive"].value == 1


def test_a_file_that_defines_two_measures_is_refused(folder):
    (folder / "two_at_once.py").write_text(ADDED + ADDED.replace("class Positive", "class Negative"))
    with pytest.raises(UserError, match=r"two_at_once\.py defines 2 measures"):
        listing()


def test_a_file_that_cannot_be_imported_is_reported(folder):
    (folder / "broken.py").write_text("import nothing_of_that_name")
    with pytest.raises(UserError, match=r"the measure broken cannot be imported .*nothing_of_that_name.*; mend it"):
        listing()


@pytest.mark.parametrize(
    ("name", "old", "new", "lacks"),
    [
        ("lacking_one", "quantities = {", "quantity = {", "quantities"),
        ("lacking_two", "def compute", "def computes", "compute"),
        ("lacking_three", "@dataclass(frozen=True, slots=True)\n", "", r"@dataclass\(frozen=True\)"),
    ],
)
def test_a_measure_that_lacks_something_is_refused_with_what_it_lacks(folder, name, old, new, lacks):
    assert old in ADDED
    (folder / f"{name}.py").write_text(ADDED.replace(old, new))
    with pytest.raises(UserError, match=f"the measure {name} has no {lacks}; see"):
        listing()


def test_a_result_without_definition_is_refused(folder):
    (folder / "some_weights.py").write_text(ADDED)
    measure, findings = from_json({"measure": "some_weights"}), {"positive": number("positiv", 1.0)}
    with pytest.raises(UserError, match=r"some_weights does not define 'positiv', .* did you mean positive\?"):
        check_findings(measure, findings)


@pytest.mark.parametrize(
    ("findings", "message"),
    [
        (number("positive", 1.0), r"some_weights returned a Number; return results by slot"),
        (None, r"some_weights returned a NoneType; return results by slot"),
        ({"positive": 1.0}, r"some_weights returned a float under 'positive'; return a result"),
    ],
)
def test_results_of_another_form_are_refused_in_one_line(folder, findings, message):
    (folder / "some_weights.py").write_text(ADDED)
    with pytest.raises(UserError, match=message):
        check_findings(from_json({"measure": "some_weights"}), findings)

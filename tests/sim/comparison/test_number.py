"""Numbers survive JSON, and have a definition."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from sim.comparison.definitions import DEFINITIONS
from sim.comparison.definitions.methods import METHODS
from sim.comparison.number import Number, number

FLOATS = st.floats(allow_nan=True, allow_infinity=True)


@given(FLOATS, st.none() | st.tuples(FLOATS, FLOATS), st.integers(0, 99), st.sampled_from(sorted(DEFINITIONS)))
def test_json_gives_a_number_back(value, interval, sample, key):
    found = number(key, value, interval, sample=sample, seed=3, note="why")
    assert Number.from_json(json.loads(json.dumps(found.json(), allow_nan=False))) == found


def test_what_is_not_finite_is_none():
    found = number("pellets", np.inf, (np.float64(2), np.nan), sample=1, seed=0)
    assert (found.value, found.low, found.high) == (None, 2.0, None)
    assert number("pellets", 1, (np.nan, np.nan), sample=1, seed=0).interval is None


def test_a_number_without_definition_is_refused():
    with pytest.raises(UserError, match="nobody"):
        number("nobody", 1, sample=1, seed=0)


def test_definitions_say_all_that_a_footnote_needs():
    for key, each in DEFINITIONS.items():
        assert each.name, key
        assert each.counted, key
        assert each.text.endswith("."), key
        assert "  " not in each.text, key
    for page in ([key for key in DEFINITIONS if key not in METHODS], list(METHODS)):  # on one page no two share a name
        assert len({DEFINITIONS[key].name for key in page}) == len(page)

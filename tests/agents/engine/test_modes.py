"""The environment chooses the arithmetic, and a value that means nothing is refused."""

import pytest

from agents.engine import modes
from agents.errors import UserError


@pytest.fixture(autouse=True)
def _asked_anew():
    modes.unfused.cache_clear()
    yield
    modes.unfused.cache_clear()


@pytest.mark.parametrize(("asked", "name"), [("", "fused"), ("0", "fused"), ("1", "unfused")])
def test_the_variable_chooses_the_arithmetic(monkeypatch, asked, name):
    monkeypatch.setenv(modes.VARIABLE, asked)
    assert modes.arithmetic() == name


def test_other_values_are_refused(monkeypatch):
    monkeypatch.setenv(modes.VARIABLE, "true")
    with pytest.raises(UserError, match="must be 1 or 0, got 'true'"):
        modes.arithmetic()

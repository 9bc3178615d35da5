"""Environments need the extra gym."""

import pytest


def pytest_pycollect_makemodule():
    """Skip the modules of this folder, before they import what is missing."""
    pytest.importorskip("gymnasium", reason="install the extra gym: pip install -e '.[gym]'")

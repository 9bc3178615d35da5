"""A browser for all tests of shared pages."""

import pytest

from tests.render.share.chromium import MISSING, PROGRAM, Chromium


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium; tests that need it are skipped where there is none."""
    if PROGRAM is None:
        pytest.skip(MISSING)
    with Chromium() as started:
        yield started

"""A browser, a small run, and its shared page."""

import pytest

from foragescape import main
from tests.render.commands.example_commands import EVOLVE
from tests.render.share.chromium import MISSING, PROGRAM, Chromium

OPTIONS = ["--width", "48", "--height", "32", "--mazes", "3"]


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium; tests that need it are skipped where there is none."""
    if PROGRAM is None:
        pytest.skip(MISSING)
    with Chromium() as started:
        yield started


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """The folder of a small run."""
    path = tmp_path_factory.mktemp("shared") / "run"
    assert main([*EVOLVE, "--out", str(path)]) == 0
    return path


@pytest.fixture(scope="session")
def page(run):
    """The shared page of the run."""
    path = run.parent / "pages" / "page.html"
    path.parent.mkdir()
    assert main(["share", str(run), *OPTIONS, "--out", str(path)]) == 0
    return path

"""A finished run folder that a test may spoil."""

import pytest

from sim.learning.learn import learn
from sim.rollout.machine import Machine
from tests.deaths import content
from tests.refusals import TINY


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The files of a finished run of TINY: bytes by name."""
    return content(learn(TINY, tmp_path_factory.mktemp("finished") / "run", machine=Machine(1)).path)


@pytest.fixture
def path(tmp_path, finished):
    """A folder with the files of a finished run."""
    for name, data in finished.items():
        file = tmp_path / "run" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return tmp_path / "run"

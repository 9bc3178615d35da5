"""Commands refuse to write where another process writes."""

from pathlib import Path

from sim.learning.run import Run
from tests.render.commands.example_commands import EVOLVE, SWEEP, complaint, start


def test_a_second_writer_is_refused(here):
    with Run.open(Path("run")).locked():
        process = start(*EVOLVE, "--out", "run")
        _, err = process.communicate()
    assert "another process is writing to run" in complaint(process.returncode, err)
    import filelock

    with filelock.FileLock(".f.zarr.lock"):
        process = start(*SWEEP, "--out", "f.zarr")
        _, err = process.communicate()
    assert "another sweep is writing f.zarr" in complaint(process.returncode, err)

"""Open a run for a command, and say so if damage to it may go unnoticed."""

from pathlib import Path

from render.streams import say
from sim.learning.run import Run, RunFolder

NO_SEAL = "an older version wrote it without a seal, so damage may go unnoticed until the run goes on, which seals it"


def open_run(path: Path) -> RunFolder:
    """Open the run folder at `path`. Raises UserError if there is no run, or it is damaged."""
    run = Run.open(path)
    if not run.is_sealed():
        say(f"{path}: {NO_SEAL}")
    return run

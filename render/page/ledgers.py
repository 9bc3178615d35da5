"""What a page says of the ledgers of runs: how often the test mazes were opened, and whether entries are missing."""

from pathlib import Path

from agents.errors import UserError
from sim.learning.run import Run

UNSEALED = "there is no seal, so entries may be missing"


def ledger_text(folder: Path | None) -> str:
    """How often the test mazes of the run in a folder were opened; or what is wrong with its ledger.

    Raises UserError if the disk cannot be read now: a page that is kept must not say for good what may be over soon.
    """
    if folder is None:
        return "not kept"
    try:
        run = Run.open(folder)
        count = len(run.openings())
    except UserError as error:
        if isinstance(error.__cause__, OSError):
            raise
        return f"unknown: {error.message}"
    times = {0: "never", 1: "once"}.get(count, f"{count} times")
    return times if run.is_sealed() else f"{times}; {UNSEALED}"

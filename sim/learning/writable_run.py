"""Making a run folder, or taking up the one that is there, while other processes are kept from writing to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.errors import Remedy, UserError
from agents.files import entries, explain_write_errors, make_folder, remove_leftovers
from sim.learning import ledger
from sim.learning.configs import other_learner, refuse_changes
from sim.learning.first_seal import CHAMPION, CONFIG, FORMAT, HISTORY, MANIFEST, STATE, first_seal, manifest_bytes
from sim.learning.learner import LearnerConfig
from sim.learning.run import Run, RunFolder
from sim.learning.sealed_files import read_part, read_seal
from sim.provenance import computed_in, provenance, refuse_other_arithmetic
from sim.values import from_text, to_toml


@contextmanager
def writable_run(path: Path, config: LearnerConfig, *, fresh: bool = False) -> Iterator[RunFolder]:
    """The run folder at `path`, made if there is none; while the block lasts, no other process can write to it.

    A run that is there must have the same config, or one of fewer generations; it then learns further. `fresh` deletes
    what was learned and starts over, but keeps the ledger, because the test mazes were seen. Raises UserError for a run
    of another config or arithmetic, for a path that holds anything else, for a run of which a part is damaged or
    missing that cannot be made again, and for a run that another process is writing to.
    """
    _refuse_foreign(path, fresh)
    make_folder(path)
    run = RunFolder(path)
    with run.locked():
        for folder in (path, path / "champions"):
            remove_leftovers(folder)
        if fresh:
            _clear(run)
        run.settle()
        start: dict[str, bytes | None] = {}
        if read_part(path, MANIFEST) is None:
            start[MANIFEST] = manifest_bytes({"format": FORMAT, **provenance()})
        else:
            refuse_other_arithmetic(path, computed_in(run.manifest()))
        if _stored_config(path, config) != config:
            start[CONFIG] = to_toml(config).encode()
        _refuse_lost_champions(run)
        run.write(start)
        make_folder(path / "champions")
        yield run


def _stored_config(path: Path, config: LearnerConfig) -> LearnerConfig | None:
    """The config that is in the folder, or None if there is none. Raises UserError if `config` cannot continue it."""
    text = read_part(path, CONFIG)
    if text is None and not (path / STATE).exists():
        return None
    try:
        stored = from_text(type(config), (text or b"").decode(), str(path / CONFIG))
    except (UserError, UnicodeDecodeError) as error:
        other = other_learner(text or b"", config, path / CONFIG)
        what = f"the learner of {path} is {other}" if other else f"{path} is damaged, or of another version: {error}"
        raise UserError(what, Remedy.ELSEWHERE, Remedy.START_OVER) from error
    refuse_changes(path, stored, config)
    return stored


def _refuse_lost_champions(run: RunFolder) -> None:
    """Refuse a run that lacks a champion, except the newest one, which is made again from the checkpoint."""
    sealed = read_seal(run.path)
    for name in sealed.champions()[:-1] if sealed else []:
        read_part(run.path, name, sealed)


def _refuse_foreign(path: Path, fresh: bool) -> None:
    """Refuse a path that holds anything but a run, or what an interrupted start of a run left."""
    if not os.path.lexists(path):
        return
    if read_seal(path) is not None:
        if not fresh and os.path.exists(path / MANIFEST):  # starting over mends any damage
            Run.open(path)
        return
    if os.path.exists(path / MANIFEST):
        Run.open(path)
        return
    ours = ("lock", ledger.NAME)
    with explain_write_errors(path):
        found = entries(path) if path.is_dir() else [""]
    foreign = [name for name in found if name not in ours and not name.endswith(".part")]
    if foreign:
        holds = f" (it holds {foreign[0]})" if foreign[0] else ""
        raise UserError(f"{path} exists and is not a run folder{holds}", Remedy.ELSEWHERE)


def _clear(run: RunFolder) -> None:
    """Delete what was learned; the ledger stays, and so do files that are not of the run."""
    sealed = read_seal(run.path) or first_seal(run.path)
    # If this is interrupted, the folder still says that it is a run, and the checkpoint is gone before the config.
    names = [CHAMPION, *sealed.champions(), HISTORY, STATE, CONFIG, MANIFEST]
    run.write(dict.fromkeys(names))

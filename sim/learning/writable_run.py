"""Making a run folder, or taking up the one that is there, while other processes are kept from writing to it."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.errors import Remedy, UserError
from agents.files import entries, explain_write_errors, make_folder, remove_leftovers, replace_file
from sim.learning.configs import refuse_changes
from sim.learning.learner import LearnerConfig
from sim.learning.run import FORMAT, Run, RunFolder
from sim.provenance import computed_in, provenance, refuse_other_arithmetic
from sim.values import from_toml, to_toml

# `_clear` deletes them in this order. If it is interrupted, the folder still says that it is a run, and the checkpoint
# is gone before the config, so that no other run resumes from it.
PARTS = ("champion.safetensors", "history.jsonl", "state.safetensors", "config.toml", "manifest.json")


@contextmanager
def writable_run(path: Path, config: LearnerConfig, *, fresh: bool = False) -> Iterator[RunFolder]:
    """The run folder at `path`, made if there is none; while the block lasts, no other process can write to it.

    A run that is there must have the same config, or one of fewer generations; it then learns further. `fresh` deletes
    what was learned and starts over, but keeps the ledger, because the test mazes were seen. Raises UserError for a run
    of another config or arithmetic, for a path that holds anything else, and for a run that another process is writing
    to.
    """
    _refuse_foreign(path)
    make_folder(path)
    run = RunFolder(path)
    with run.locked():
        for folder in (path, path / "champions"):
            remove_leftovers(folder)
        if fresh:
            _clear(path)
        if not (path / "manifest.json").exists():
            manifest = {"format": FORMAT, **provenance()}
            replace_file(path / "manifest.json", json.dumps(manifest, indent=2).encode() + b"\n")
        refuse_other_arithmetic(path, computed_in(run.manifest()))
        if _stored_config(path, config) != config:
            replace_file(path / "config.toml", to_toml(config).encode())
        make_folder(path / "champions")
        yield run


def _stored_config(path: Path, config: LearnerConfig) -> LearnerConfig | None:
    """The config that is in the folder, or None if there is none. Raises UserError if `config` cannot continue it."""
    if not any((path / name).exists() for name in ("config.toml", "state.safetensors")):
        return None
    try:
        stored = from_toml(type(config), path / "config.toml")
    except UserError as error:
        what = f"{path} learned in another way, or is damaged: {error}"
        raise UserError(what, Remedy.ELSEWHERE, Remedy.START_OVER) from error
    refuse_changes(path, stored, config)
    return stored


def _refuse_foreign(path: Path) -> None:
    """Refuse a path that holds anything but a run, or what an interrupted start of a run left."""
    if not os.path.lexists(path):
        return
    if os.path.exists(path / "manifest.json"):
        Run.open(path)
        return
    with explain_write_errors(path):
        found = entries(path) if path.is_dir() else [""]
    foreign = [name for name in found if name not in ("lock", "ledger.jsonl") and not name.endswith(".part")]
    if foreign:
        holds = f" (it holds {foreign[0]})" if foreign[0] else ""
        raise UserError(f"{path} exists and is not a run folder{holds}", Remedy.ELSEWHERE)


def _clear(path: Path) -> None:
    """Delete what was learned; the ledger stays."""
    with explain_write_errors(path):
        if (path / "champions").exists():
            shutil.rmtree(path / "champions")
        for name in PARTS:
            (path / name).unlink(missing_ok=True)

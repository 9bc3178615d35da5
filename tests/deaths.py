"""Functions for tests of interrupted learning: let it die at a write or as a process, and read its run folder."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sim.learning.first_seal import first_seal
from sim.learning.sealed_files import write_seal
from sim.values import to_toml

LEARN = """
import sys, time
from pathlib import Path
from sim.learning.configs import config_from_text
from sim.learning.learn import learn
from sim.rollout.machine import Machine
def progress(record):
    print(record, flush=True)
    if record["generation"] == 30:
        time.sleep(60)  # it never ends by itself
config, run = map(Path, sys.argv[1:])
learn(config_from_text(config.read_text(), config), run, machine=Machine(1), progress=progress)
"""


class Killed(BaseException):
    """Stands for the end of the process."""


def content(path):
    """The bytes of all files of a run except the lock, by name."""
    files = sorted(file for file in path.rglob("*") if file.is_file() and file.name != "lock")
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


def without_seal(path):
    """Turn a run into one of the older format, which has no seal."""
    (path / "seal.json").unlink()
    manifest = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps({**manifest, "format": "foragescape-run-1"}))


def reseal(path):
    """Seal a run as its files are now, as somebody might who forges them."""
    write_seal(path, first_seal(path))


def dies(monkeypatch, call, after, learn):
    """Let `learn` die in a call of a function of os, after `after` earlier calls; its temporary file is left behind.

    Returns False if there are fewer calls, so that `learn` ends.
    """
    real, unlink = getattr(os, call), Path.unlink

    def fatal(*arguments):
        nonlocal after
        after -= 1
        if after < 0:
            raise Killed
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fatal)
        patch.setattr(
            Path, "unlink", lambda file, **options: None if file.suffix == ".part" else unlink(file, **options)
        )
        try:
            learn()
        except Killed:
            return True
    return False


def kill_amid(config, folder, path):
    """Let a process learn into `path`, and kill it soon after its first generation."""
    (folder / "config.toml").write_text(to_toml(config))
    command = [sys.executable, "-c", LEARN, folder / "config.toml", path]
    with subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        time.sleep(random.uniform(0, 0.1))
        process.kill()
    assert process.returncode == -signal.SIGKILL

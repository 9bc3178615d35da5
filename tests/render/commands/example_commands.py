"""Small command lines, and functions to run them as processes and to look into folders."""

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COMMON = "--validation 4 --checkpoint 2 --hidden 4 --world.lifetime 20 --world.maze.size 4"
SMALL = f"--mazes 2 --es.population 8 {COMMON}"
EVOLVE = ["evolve", "--generations", "4", *SMALL.split()]
IMITATION = ["--imitate.mazes", "4", "--imitate.updates", "2", "--imitate.batch", "4"]
REINFORCE = ["--reinforce.mazes", "2", "--reinforce.episodes", "2"]
TRAIN = ["train", "--generations", "2", *COMMON.split(), *IMITATION, *REINFORCE]
LEAST = """
together = true
pairs = "first"
highlights = ["pellets_eaten.share", "pellets_difference.difference"]
film = { frames = 2, side = 8, mazes = 1, seconds = 0.2 }
[[section]]
title = "Least"
measures = [
  { measure = "learning_curves" }, { measure = "pellets_eaten", mazes = 4, repetitions = 1 },
  { measure = "pellets_difference", mazes = 4, repetitions = 1 }, { measure = "landscape_around", side = 8, mazes = 2 },
  { measure = "learning_paths", side = 8, mazes = 2 },
]
"""
COMPARE = ["compare", "run", "other", "--config", "least.toml"]
PIXELS = ["--width", "16", "--height", "9", "--mazes", "2"]
SWEEP = ["sweep", "run", *PIXELS, "--frames", "3", "--tile", "8"]
FAST = ["-ql", "--resolution", "176", "128", "--fps", "5", "--seconds", "0.4"]
FILM, PICTURE = ["film", "f.zarr", *FAST], ["picture", "f.zarr", *FAST[:4]]


def complaint(code, err):
    """The error line among the lines on stderr of a command, or None if `code`, its exit code, is 0."""
    lines = err.splitlines()
    complaints = [line for line in lines if line.startswith("foragescape: ")]
    talk = [line for line in lines if line not in complaints]
    progress = ("evolving", "training", "measuring", "debating", "sweeping", "computing the landscape", "filming: ")
    assert all(line.startswith((*progress, "next: ", "or:   ", "kernels ")) for line in talk), err
    assert len(complaints) == (code != 0), err
    return complaints[0].removeprefix("foragescape: ") if complaints else None


def start(*words, **options):
    """Start a command as another process, which handles signals even if this one ignores them."""

    def listen():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)

    command = [sys.executable, str(ROOT / "foragescape.py"), *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, preexec_fn=listen, **{**pipes, **options})


def contents(folder):
    """All files below a folder except locks: path -> bytes."""
    files = (path for path in folder.rglob("*") if path.is_file() and "lock" not in path.name)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def stray(folder):
    """The names of temporary files below a folder."""
    return [path.name for path in folder.rglob("*") if path.suffix in (".part", ".old", ".partial")]

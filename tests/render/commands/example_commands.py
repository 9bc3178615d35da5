"""Small command lines, processes that run them, and what the tests look for in folders."""

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
PATHS = "points=5 mazes=2 generations=1 population=2 rollouts=1 steps=1 episodes=1"
LEAST = {
    "champions": "mazes=4 repetitions=1",
    "landscapes": "side=8 mazes=2",
    "plane": "side=8 mazes=2",
    "plane.paths": PATHS,
    "alignment": "starts=1 controls=2",
    "alignment.paths": PATHS,
    "roughness": "planes=2 side=64 windows=2 fine=64 mazes=2 pairs=16 walks=4 lives=1",
    "curvature": "horizons=5 episodes=2 probes=2 products=2 samples=16 mazes=2 directions=4 lives=1",
}
COMPARE = [
    *["compare", "run", "other", "--quick"],
    *(f"--{head}.{word}" for head, words in LEAST.items() for word in words.split()),
]
PIXELS = ["--width", "16", "--height", "9", "--mazes", "2"]
SWEEP = ["sweep", "run", *PIXELS, "--frames", "3", "--tile", "8"]
FAST = ["-ql", "--resolution", "176", "128", "--fps", "5", "--seconds", "0.4"]
FILM, PICTURE = ["film", "f.zarr", *FAST], ["picture", "f.zarr", *FAST[:4]]


def told(code, err):
    """The error among the lines on stderr of a command that ended with `code`, or None; there is one unless it is 0."""
    lines = err.splitlines()
    complaints = [line for line in lines if line.startswith("foragescape: ")]
    talk = [line for line in lines if line not in complaints]
    assert all(
        line.startswith(("evolving", "training", "comparing", "sweeping", "filming: ", "next: ", "kernels "))
        for line in talk
    ), err
    assert len(complaints) == (code != 0), err
    return complaints[0].removeprefix("foragescape: ") if complaints else None


def start(*words, **options):
    """Start a command as another process, which listens for signals even where this one ignores them."""

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

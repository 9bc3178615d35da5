"""What writes: small calls for everything that the program writes, each of which can be stopped and called again."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from agents.errors import UserError
from render.animation import write_png
from render.page.report_study import report_study
from render.share.share_files import write_share
from render.share.shared_gallery import write_gallery
from render.video import write
from render.window.explore.bookmarks import Bookmarks
from render.window.explore.place import Place, Terrain
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.rollout.machine import Machine
from sim.study.plan import plan_grid
from sim.study.study_file import parse_study
from sim.work.executor import Serial
from tests.deaths import content
from tests.learners import tiny

ONE = Machine(1)
FRAMES = [np.full((24, 32, 3), shade, np.uint8) for shade in range(8)]
SPEC = LandscapeSpec(frames=2, width=6, height=4, mazes=2)
GROWN = {"generations": 6, "hidden": 3}
FILMS = ("f.mp4", "f.webm", "f.gif", "f.apng", "f.webp")
STUDY = {
    "title": "Tiny", "seeds": 2,
    "learn": {"learner": "genetic", "generations": 2, "checkpoint": 1, "validation": 4, "mazes": 2, "hidden": 3,
              "genetic": {"population": 8, "parents": 4, "elites": 2}, "world": {"maze": {"size": 4}, "lifetime": 20}},
    "grid": {"world.sight": [0, 1]},
    "section": [{"title": "Of runs", "measures": [{"measure": "genome_norm"}, {"measure": "learning_curves"}]}],
    "claim": [{"text": "Norms are above 0.", "rule": "bound", "of": "genome_norm.norm"}],
}  # fmt: skip
PLACE = Place(Terrain(seed=3, lifetime=20, mazes=2), 0.25, -0.125, 0.3)


def learn_run(learner: str, path: Path, *, fresh: bool = False) -> None:
    """Learn a small run; an ES would start a thread, which a fork does not survive."""
    learn(tiny(learner, GROWN), path / "run", machine=ONE, fresh=fresh)


def open_ledger(path: Path) -> None:
    """Append to a ledger until it has three entries."""
    learn_run("genetic", path)
    run = Run.open(path / "run")
    while len(run.openings()) < 3:
        run.record_opening({"mazes": len(run.openings())})


def sweep_run(path: Path, *, fresh: bool = False) -> None:
    """Learn and sweep."""
    learn_run("genetic", path)
    sweep(plan(Run.open(path / "run"), SPEC, machine=ONE), path / "f.zarr", machine=ONE, tile=3, fresh=fresh)


def film(name: str, path: Path) -> None:
    """Write a film, over an older one if there is one."""
    write(FRAMES, path / name, fps=8, metadata={"made_from": "{}"}, overwrite=True)


def picture(path: Path) -> None:
    """Write a picture, over an older one if there is one."""
    write_png(FRAMES[3], path / "f.png", {"made_from": '{"frame": 3}'}, overwrite=True)


def share(path: Path) -> None:
    """Learn a run, and write a shared page and a gallery."""
    learn_run("genetic", path)
    write_share(path / "run", path / "page.html", SPEC, command="make it", machine=ONE, overwrite=True)
    write_gallery([path], path / "gallery.html", overwrite=True)


def conduct_study(path: Path) -> None:
    """Conduct a small study, and write its page and tables. Where it is does not change its bytes."""
    os.chdir(path)
    made = plan_grid(parse_study("tiny", STUDY), Path("study"))
    found = report_study(made, executor=Serial(ONE), csv=True)
    if "failures" in found:  # the command says so, and the next call tries these tasks again
        raise UserError(found["failures"][0])


def bookmark(path: Path) -> None:
    """Keep three places."""
    bookmarks = Bookmarks.read(path / "bookmarks.json")
    while len(bookmarks.places) < 3:
        bookmarks.set(PLACE)


WRITERS: dict[str, Callable[[Path], None]] = {
    "learn genetic": partial(learn_run, "genetic"),
    "learn cma": partial(learn_run, "cma"),
    "start over": lambda path: learn_run("genetic", path, fresh=True),
    "ledger": open_ledger,
    "sweep": sweep_run,
    "sweep --fresh": lambda path: sweep_run(path, fresh=True),
    **{f"film {name[2:]}": partial(film, name) for name in FILMS},
    "frames": partial(film, "f.frames"),
    "picture": picture,
    "share": share,
    "study": conduct_study,
    "bookmarks": bookmark,
}


def listing(path: Path) -> dict[str, bytes]:
    """All files but locks."""
    return {name: data for name, data in content(path).items() if not name.endswith("lock")}

"""Measures of the explorer: how soon a picture is there, and how many events are heard while it is refined."""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from render.window.event import Event, Key, Tick, Wheel
from render.window.explore.explorer import Explorer
from render.window.explore.place import Origin
from render.window.play.measure import measure_land
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.evolution import EvolutionConfig, evolve
from sim.rollout.machine import CPU, Machine

SIZE = (720, 1280)
SCRIPT: tuple[Event, ...] = (
    Wheel(700, 300, 1),
    Key("right"),
    Wheel(500, 420, 1),
    Key("up"),
    Wheel(640, 360, -1),
    Key("left"),
    Wheel(640, 100, 1),
    Key("down"),
)
PATIENCE = 30.0  # seconds for one picture


def measure_explorer(run: Path, *, seconds: float = 3.0, machine: Machine = CPU) -> dict[str, float]:
    """Play a script of pans and zooms on a run's explorer, frames of 1280 x 720, without a window.

    glimpse_ms, first_picture_ms: median times from an event to a painted picture of the new place of which every 32nd,
    and every 16th, row and column is computed; events_per_s: events heard, with a frame drawn after each, while all is
    refined for some `seconds`.
    """
    explorer = Explorer(Origin.open(run, machine), size=SIZE)
    try:
        first_picture(explorer)  # compiles, and loads what is loaded late
        waits = []
        for event in SCRIPT:
            explorer.update(event)
            glimpse = first_picture(explorer, 32)
            waits.append((glimpse, glimpse + first_picture(explorer)))
        glimpse, first = (1000 * median(column) for column in zip(*waits, strict=True))
        return {"glimpse_ms": glimpse, "first_picture_ms": first, "events_per_s": event_rate(explorer, seconds)}
    finally:
        explorer.close()


def first_picture(explorer: Explorer, every: int = 16) -> float:
    """Seconds until a picture of the place is drawn of which one in `every` rows and columns is computed."""
    begin, visit = time.perf_counter(), explorer.visit
    while time.perf_counter() - begin < PATIENCE:
        explorer.draw()
        painting = visit.painter.painting
        if painting is not None and (painting.view, painting.land) == (visit.view, visit.land):
            rows, columns = -visit.view.top % every, -visit.view.left % every
            if painting.known[rows::every, columns::every].all():
                break
        time.sleep(0.001)
    return time.perf_counter() - begin


def event_rate(explorer: Explorer, seconds: float) -> float:
    """Events heard a second: the script over and over, each event followed by a tick and a frame."""
    begin, heard = time.perf_counter(), 0
    while (spent := time.perf_counter() - begin) < seconds:
        explorer.update(SCRIPT[heard % len(SCRIPT)])
        explorer.update(Tick(spent / (heard + 1)))
        explorer.draw()
        heard += 1
    return heard / (time.perf_counter() - begin)


def measure_windows() -> dict[str, float]:
    """`measure_explorer` around a forager that evolved for a moment, and `measure_land` on a slide around it."""
    with TemporaryDirectory() as folder:
        run = evolve(EvolutionConfig(generations=20), Path(folder) / "run")
        slide = plan(run, LandscapeSpec(frames=6, width=192, height=108, mazes=4))
        field = sweep(slide, Path(folder) / "slide.zarr", tile=108)
        return {**measure_explorer(run.path), **measure_land(field)}

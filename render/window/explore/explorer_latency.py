"""Measure the explorer: the time until it shows a new place, and how many events it handles while it refines one."""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from render.window.event import Event, Key, Tick, Wheel
from render.window.explore.explorer import Explorer
from render.window.explore.place import Origin
from render.window.play.player_latency import measure_land
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
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
    """Play a script of pans and zooms on a run's explorer, in frames of 1280 x 720, without a window.

    glimpse_ms and first_picture_ms are median times in ms from an event until the new place is painted with every 32nd
    (glimpse) or every 16th (first picture) row and column computed. events_per_s is the number of events handled each
    second, with a frame drawn after each, while the explorer refines the picture for `seconds`.
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
    """Seconds until the current place is painted with one in `every` rows and columns computed."""
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
    """Events handled each second: the script is repeated, and each event is followed by a tick and a frame."""
    begin, heard = time.perf_counter(), 0
    while (spent := time.perf_counter() - begin) < seconds:
        explorer.update(SCRIPT[heard % len(SCRIPT)])
        explorer.update(Tick(spent / (heard + 1)))
        explorer.draw()
        heard += 1
    return heard / (time.perf_counter() - begin)


def measure_windows() -> dict[str, float]:
    """Evolve a forager for a moment; measure the explorer around it, and the player on a slide tour around it."""
    with TemporaryDirectory() as folder:
        run = learn(EvolutionConfig(generations=20), Path(folder) / "run")
        slide = plan(run, LandscapeSpec(frames=6, width=192, height=108, mazes=4))
        field = sweep(slide, Path(folder) / "slide.zarr", tile=108)
        return {**measure_explorer(run.path), **measure_land(field)}

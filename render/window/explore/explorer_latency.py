"""Explorer latency: the time until the explorer shows a new place, and how many events it handles meanwhile."""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from render.window.event import Event, Key, Tick, Wheel
from render.window.explore.explorer import Explorer
from render.window.explore.origin import Origin
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
SECONDS = 3.0  # how long to count events
LONGEST = 30.0  # seconds to wait for one picture


def measure_explorer(run: Path, machine: Machine = CPU) -> dict[str, float]:
    """Play a script of pans and zooms on a run's explorer, in frames of 1280 x 720, without a window.

    glimpse_ms and first_picture_ms are median times in ms from an event until the new place is painted with every 32nd
    (glimpse) or every 16th (first picture) row and column computed. events_per_s is the number of events handled each
    second, with a frame drawn after each, while the explorer refines the picture.
    """
    explorer = Explorer(Origin.open(run, machine), size=SIZE)
    try:
        first_picture(explorer)  # compiles code, and loads modules that are imported late
        waits = []
        for event in SCRIPT:
            explorer.update(event)
            glimpse = first_picture(explorer, 32)
            waits.append((glimpse, glimpse + first_picture(explorer)))
        glimpse, first = (1000 * median(column) for column in zip(*waits, strict=True))
        return {"glimpse_ms": glimpse, "first_picture_ms": first, "events_per_s": event_rate(explorer)}
    finally:
        explorer.close()


def first_picture(explorer: Explorer, every: int = 16) -> float:
    """Seconds until the current place is painted with one in `every` rows and columns computed."""
    begin, navigation = time.perf_counter(), explorer.session.navigation
    while time.perf_counter() - begin < LONGEST:
        explorer.draw()
        painting, view = explorer.session.pipeline.painting, navigation.view
        if painting is not None and (painting.view, painting.terrain) == (view, navigation.terrain):
            rows, columns = -view.top % every, -view.left % every
            if painting.known[rows::every, columns::every].all():
                break
        time.sleep(0.001)
    return time.perf_counter() - begin


def event_rate(explorer: Explorer) -> float:
    """Events handled each second: the script repeats, and after each event follow a tick and a frame."""
    begin, count = time.perf_counter(), 0
    while (spent := time.perf_counter() - begin) < SECONDS:
        explorer.update(SCRIPT[count % len(SCRIPT)])
        explorer.update(Tick(spent / (count + 1)))
        explorer.draw()
        count += 1
    return count / (time.perf_counter() - begin)


def measure_windows() -> dict[str, float]:
    """Evolve a forager for a few generations; measure the explorer around it, and the player on a slide tour."""
    with TemporaryDirectory() as folder:
        run = learn(EvolutionConfig(generations=20), Path(folder) / "run")
        slide = plan(run, LandscapeSpec(frames=6, width=192, height=108, mazes=4))
        field = sweep(slide, Path(folder) / "slide.zarr", tile=108)
        return {**measure_explorer(run.path), **measure_land(field)}

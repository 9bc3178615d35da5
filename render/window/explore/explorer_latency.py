"""Explorer latency: the time until the explorer shows a new place, and how many events it handles meanwhile."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from render.window.event import Event, Key, Tick, Wheel
from render.window.explore.explorer import NOTCH, Explorer
from render.window.explore.origin import Origin
from render.window.explore.place import Place, Terrain
from render.window.play.player_latency import measure_land
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.rollout.machine import CPU, Machine

SIZE = (720, 1280)
MAZES = Terrain().mazes
CASES = ((16, 16), (64, 16), (16, 100))  # hidden units and mazes of the explorers that are measured
OCTAVE = round(1 / NOTCH)  # notches of the wheel
SCRIPT: tuple[Event, ...] = (
    Wheel(700, 300, OCTAVE),
    Key("right"),
    Wheel(500, 420, OCTAVE),
    Key("up"),
    Wheel(640, 360, -OCTAVE),
    Key("left"),
    Wheel(640, 100, OCTAVE),
    Key("down"),
)
SECONDS = 3.0  # how long to count events
LONGEST = 30.0  # seconds to wait for one picture
FINE = 16  # the first picture is there once every 16th row and column is computed


def measure_explorer(run: Path, mazes: int = MAZES, machine: Machine = CPU) -> dict[str, float]:
    """Play a script of pans and zooms on a run's explorer, in frames of 1280 x 720, without a window.

    glimpse_ms and first_picture_ms are median times in ms from an event until the new place is painted with its first
    pass, whose median stride is glimpse_stride, and with every FINE-th row and column computed. events_per_s is the
    number of events handled each second, with a frame drawn after each, while the explorer refines the picture.
    """
    explorer = Explorer(Origin.open(run, machine), Place(Terrain(mazes=mazes)), SIZE)
    try:
        _wait_for(explorer, FINE)  # compiles code, and loads modules that are imported late
        rows = []
        for event in SCRIPT:
            explorer.update(event)
            begin = time.perf_counter()
            stride = _wait_for(explorer, None)
            glimpse = time.perf_counter() - begin
            _wait_for(explorer, FINE)
            rows.append((1000 * glimpse, stride, 1000 * (time.perf_counter() - begin)))
        glimpse, stride, first = (median(column) for column in zip(*rows, strict=True))
        rate = event_rate(explorer)
    finally:
        explorer.close()
    return {"glimpse_ms": glimpse, "glimpse_stride": stride, "first_picture_ms": first, "events_per_s": rate}


def _wait_for(explorer: Explorer, every: int | None) -> int:
    """Draw until the current place is painted with one in `every` rows and columns computed, by default the first pass.

    Returns their stride.
    """
    begin, session = time.perf_counter(), explorer.session
    navigation, pipeline = session.navigation, session.pipeline
    while time.perf_counter() - begin < LONGEST:
        explorer.draw()
        painting, view, glimpse = pipeline.painting, navigation.view, pipeline.worker.glimpse
        if painting is not None and glimpse is not None and glimpse[0] == view == painting.view:
            stride = glimpse[1] if every is None else every
            if painting.known[-view.top % stride :: stride, -view.left % stride :: stride].all():
                return stride
        time.sleep(0.001)
    return every or 0


def event_rate(explorer: Explorer) -> float:
    """Events handled each second: the script repeats, and after each event follow a tick and a frame."""
    begin, count = time.perf_counter(), 0
    while (spent := time.perf_counter() - begin) < SECONDS:
        explorer.update(SCRIPT[count % len(SCRIPT)])
        explorer.update(Tick(spent / (count + 1)))
        explorer.draw()
        count += 1
    return count / (time.perf_counter() - begin)


@contextmanager
def busy_process() -> Iterator[None]:
    """Keep one core busy meanwhile, as another program would."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield
        finally:
            process.kill()


def measure_windows() -> dict[str, Any]:
    """Measure the explorer around champions of a few generations, alone and beside a busy process, and the player."""
    with TemporaryDirectory() as folder:
        runs = {}
        for hidden in dict.fromkeys(hidden for hidden, _ in CASES):
            runs[hidden] = learn(EvolutionConfig(generations=20, hidden=hidden), Path(folder) / f"run-{hidden}")
        rows = []
        for hidden, mazes in CASES:
            case = {"hidden": hidden, "mazes": mazes}
            rows.append({**case, "beside": "nothing", **measure_explorer(runs[hidden].path, mazes)})
            with busy_process():
                rows.append({**case, "beside": "a busy core", **measure_explorer(runs[hidden].path, mazes)})
        slide = plan(runs[CASES[0][0]], LandscapeSpec(frames=6, width=192, height=108, mazes=4))
        field = sweep(slide, Path(folder) / "slide.zarr", tile=108)
        return {"explorer": rows, **measure_land(field)}

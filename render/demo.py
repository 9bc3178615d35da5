"""Run the demo: evolve a forager, draw a poster, make a film, train another forager, and compare the two, in minutes.

The film is told in `render.film_story`. The other forager is trained by gradients, in a worker process, while this
process films.
"""

import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.files import make_folder
from render.demo_training import LearningMeanwhile
from render.progress import evolving, progress, sweeping
from render.streams import say
from render.studies import shipped
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.learning.train import TrainConfig

SCENES = {
    "horizon": LandscapeSpec(tour="horizon", every=4, radius=0.5, mazes=12, width=640, height=360),
    "zoom": LandscapeSpec(tour="zoom", frames=9, radius=0.6, mazes=4, width=480, height=270),
}
POSTER = "horizon"  # the scene whose last frame is the poster; the first that is swept, so that there is soon a picture
STUDY = shipped("demo")
LEFT_OUT = """
This is the short comparison of the demo. The whole one also measures roughness, curvature, what lies between the \
champions and how alike they answer, with more samples, and makes a film: {}"""


@dataclass(frozen=True, slots=True)
class DemoConfig:
    """The settings of the demo."""

    out: Path = Path("runs/demo")
    """The folder for the runs, the fields, the film, the poster and the comparison."""
    seed: int = 0
    """Seed of all random numbers."""
    generations: int = 300
    """Generations of evolution."""
    updates: int = 400
    """Updates of the training by gradients."""
    fresh: bool = False
    """Do everything again; by default finished parts are kept."""


def demo(config: DemoConfig) -> dict[str, Any]:
    """Run the demo, but keep runs and fields that are finished; return a table of results and paths."""
    watch = Stopwatch()
    make_folder(config.out)
    with watch.times("compiling"):
        _compile()
    with watch.times("evolving"), evolving(config.generations) as advance:
        settings = EvolutionConfig(seed=config.seed, generations=config.generations)
        run = learn(settings, config.out / "run", fresh=config.fresh, progress=advance)
    video = VideoConfig(quality="medium")
    for name, spec in SCENES.items():
        with watch.times(f"sweeping the {name}"):
            _sweep(run, name, spec, config)
        if name == POSTER:
            with watch.times("the poster"):
                poster = _poster(config.out, (video.preset.height, video.preset.width))
            say(f"{watch.total:.0f} s after the start, the first picture: {poster}")
    lessons = TrainConfig(seed=config.seed, generations=config.updates)
    training = LearningMeanwhile(lessons, config.out / "trained", fresh=config.fresh)
    with watch.times("filming, and training meanwhile"):
        film = _film(run, config, video)
    say(f"{watch.total:.0f} s after the start, the film: {film}")
    with watch.times("waiting for the training"):
        trained = training.finished()
    with watch.times("playing the test mazes"):  # first, because the page tells how often they were opened
        table = _table(run, trained)
    with watch.times("comparing"):
        page = _compare(run, trained, config)
    paths = {"run": str(run.path), "poster": str(poster), "film": str(film), "comparison": page}
    return {**table, "seconds": watch.total, "seconds_of": watch.spent, **paths}


class Stopwatch:
    """The seconds since the demo began, and those of each part: `spent`, by name, in their order."""

    def __init__(self) -> None:
        """Begin."""
        self._begin = time.monotonic()
        self.spent: dict[str, float] = {}

    @property
    def total(self) -> float:
        """The seconds since the beginning."""
        return time.monotonic() - self._begin

    @contextmanager
    def times(self, name: str) -> Iterator[None]:
        """Note the seconds of a block."""
        begin = time.monotonic()
        yield
        self.spent[name] = time.monotonic() - begin


def _sweep(run: Run, name: str, spec: LandscapeSpec, config: DemoConfig) -> None:
    """Sweep the landscape of a scene into its field, and show progress."""
    with sweeping(f"sweeping the {name}") as pixels:
        sweep(plan(run, spec), config.out / f"{name}.zarr", tile=spec.tile, fresh=config.fresh, progress=pixels)


def _compile() -> None:
    """Play a short episode, so that the time of compiling is printed and not counted as evolution."""
    import numpy as np

    from agents.layout import initial
    from agents.randomness import generator
    from sim.rollout import play
    from sim.world.maze import carve
    from sim.world.rules import World

    begin = time.monotonic()
    world = World(lifetime=1)
    genomes = initial(world.layout(), 1, generator(0, "demo/compile"))
    for count in (1, 16):
        play(np.asarray(genomes), world.layout(), carve(world.maze, count, seed=0, split="train"), world)
    say(f"kernels ready in {time.monotonic() - begin:.1f} s (the first time they are compiled, then kept)")


def _film(run: Run, config: DemoConfig, video: VideoConfig) -> Path:
    """Write the film; return its path."""
    from render.film_story import SECONDS, story
    from render.reel import open_reel
    from render.studio import write_scenes

    preset, path = video.preset, config.out / "film.mp4"
    horizon, zoom = (open_reel(config.out / f"{name}.zarr") for name in ("horizon", "zoom"))
    scenes = story(run, horizon, zoom, (preset.height, preset.width), preset.fps)
    fields = {name: asdict(SCENES[name]) for name in SCENES}
    write_scenes(scenes, path, video, {"demo": asdict(config), "scenes": fields, "seconds": SECONDS}, overwrite=True)
    return path


def _compare(run: Run, trained: Run, config: DemoConfig) -> str:
    """Compare the two foragers by a few measures; return the path of the page."""
    from render.page.report_study import report_study
    from sim.study.plan import plan_runs
    from sim.study.study_file import read_study

    out, runs = config.out / "comparison", (run.path, trained.path)
    with progress("comparing", 1.0) as advance:
        made = report_study(
            plan_runs(read_study(STUDY), [run, trained], out),
            fresh=config.fresh,
            command=shlex.join(
                ["foragescape", "study", STUDY.stem, *(f"--runs={path}" for path in runs), f"--out={out}"]
            ),
            remark=LEFT_OUT.format(shlex.join(["foragescape", "compare", *map(str, runs), f"--out={out}-whole"])),
            progress=advance,
        )
    return str(made["page"])


def _poster(out: Path, size: tuple[int, int]) -> Path:
    """Write a picture of the landscape at the end of the forager's life; return its path."""
    from render import objective_labels as labels
    from render.animation import write_png
    from render.picture import Style, picture
    from render.reel import open_reel
    from render.studio import metadata

    reel = open_reel(out / f"{POSTER}.zarr")
    spec, last, path = SCENES[POSTER], len(reel) - 1, out / "poster.png"
    details = ", ".join([*labels.mean(reel.objective, reel.mazes), *labels.life(reel.objective)])
    caption = f"Every pixel is one network's foraging; {details}."
    heights = reel.heights(last)
    image = picture(heights, spec.radius, Style(size=size), "The fitness landscape of a forager", caption)
    write_png(image, path, metadata({"landscape": asdict(spec)}), overwrite=True)
    return path


def _table(run: Run, trained: Run) -> dict[str, Any]:
    """The table of results. Uses the test mazes, which is noted in the ledgers of the runs."""
    from sim.evaluation.evaluate import evaluate
    from sim.rollout.machine import CPU
    from sim.speed import rollout_speed

    result, gradient = (evaluate(learned, split="test") for learned in (run, trained))
    speed = rollout_speed(run.champion().layout, 16, CPU.thread_count, 1.0)
    return {
        "test_mazes": result.mazes,
        "pellets_mean": result.pellets_mean,
        "pellets_share": result.pellets_share,
        "ablated_share": result.ablated_share,
        "trained_share": gradient.pellets_share,
        "difference_ci95": result.difference_ci95,
        "test_openings": result.openings,
        "agent_steps_per_s": speed["steps_per_s"],
        "fma_peak_share": speed["peak_share"],
    }

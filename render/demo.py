"""Run the demo: evolve a forager, make a film, train another forager, and compare the two, in minutes.

The film has four scenes: the forager in a maze, its landscape as its lifetime grows, a slide through a third direction,
and a zoom. The other forager is trained by gradients.
"""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.files import make_folder
from render.film import FilmConfig, Scene
from render.progress import evolving, progress, sweeping, training
from render.streams import say
from render.studies import QUICK, shipped
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.learning.train import TrainConfig

FORAGING = 8.0  # seconds of the scene of the forager
HOLD = 1.2  # seconds that the last frame of a landscape is held
SCENES = {
    "horizon": LandscapeSpec(tour="horizon", every=2, radius=0.5, mazes=16, width=640, height=360),
    "slide": LandscapeSpec(tour="slide", frames=84, depth=0.5, radius=0.55, mazes=4, width=160, height=160),
    "zoom": LandscapeSpec(tour="zoom", frames=11, radius=0.6, mazes=1, width=640, height=360),
}
STUDY = shipped("compare")
SECONDS = {"horizon": 100 / 30, "slide": 7.0, "zoom": 7.0}


@dataclass(frozen=True, slots=True)
class DemoConfig:
    """The settings of the demo."""

    out: Path = Path("runs/demo")
    """The folder for the runs, the fields, the film, the poster and the comparison."""
    seed: int = 0
    """Seed of all random numbers."""
    generations: int = 300
    """Generations of evolution."""
    updates: int = 600
    """Updates of the training by gradients."""
    fresh: bool = False
    """Do everything again; by default finished parts are kept."""


def demo(config: DemoConfig) -> dict[str, Any]:
    """Run the demo, but keep runs and fields that are finished; return a table of results and paths."""
    begin = time.monotonic()
    make_folder(config.out)
    _compile()
    settings = EvolutionConfig(seed=config.seed, generations=config.generations)
    with evolving(config.generations) as advance:
        run = learn(settings, config.out / "run", fresh=config.fresh, progress=advance)
    for name, spec in SCENES.items():
        with sweeping(f"sweeping the {name}") as pixels:
            path = config.out / f"{name}.zarr"
            sweep(plan(run, spec), path, tile=spec.tile, fresh=config.fresh, progress=pixels)
    video = VideoConfig(quality="medium")
    preset = video.preset
    _film(run, config, video)
    _poster(config.out, (preset.height, preset.width))
    trained = _train(config)
    page = _compare(run, trained, config)
    return _table(run, trained, config, page, begin)


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


def _film(run: Run, config: DemoConfig, video: VideoConfig) -> None:
    """Write the film of the four scenes."""
    from render.film import length, play
    from render.foraging_scene import foraging_scene
    from render.reel import open_reel
    from render.studio import metadata
    from render.video import write
    from render.views import flat, perspective, zoom

    preset = video.preset
    size, fps = (preset.height, preset.width), preset.fps
    scenes = [foraging_scene(run, size, fps, FORAGING)]
    for name, view in (("horizon", flat), ("slide", perspective), ("zoom", zoom)):
        scene = view(open_reel(config.out / f"{name}.zarr"), FilmConfig(seconds=SECONDS[name]), size, fps)
        scenes.append(_held(scene, round(HOLD * fps)))
    with progress("filming", length(scenes, fps)) as advance:
        write(
            play(scenes, fps),
            config.out / "film.mp4",
            fps=fps,
            crf=preset.crf,
            metadata=metadata({"demo": asdict(config), "scenes": {name: asdict(SCENES[name]) for name in SCENES}}),
            overwrite=True,
            progress=lambda done: advance(done, ""),
        )


def _train(config: DemoConfig) -> Run:
    """Train a forager by gradients to imitate a teacher with perfect memory."""
    settings = TrainConfig(seed=config.seed, generations=config.updates)
    with training(config.updates) as advance:
        return learn(settings, config.out / "trained", fresh=config.fresh, progress=advance)


def _compare(run: Run, trained: Run, config: DemoConfig) -> str:
    """Compare the two foragers; return the path of the page."""
    from render.page.report_study import report_study
    from sim.study.plan import plan_runs
    from sim.study.study_file import read_study

    study = read_study(STUDY, quick=True)
    with progress("comparing", 1.0) as advance:
        made = report_study(
            plan_runs(study, [run, trained], config.out / "comparison"),
            fresh=config.fresh,
            command=f"foragescape compare {run.path} {trained.path} --out {config.out / 'comparison'} --quick",
            remark=QUICK,
            progress=advance,
        )
    return str(made["page"])


def _held(scene: Scene, frames: int) -> Scene:
    """A scene whose last frame is held for `frames` more frames."""
    return Scene(scene.count + frames, lambda number: scene.draw(min(number, scene.count - 1)))


def _poster(out: Path, size: tuple[int, int]) -> None:
    """Write a picture of the landscape at the end of the forager's life."""
    from render import objective_labels as labels
    from render.animation import write_png
    from render.picture import Style, picture
    from render.reel import open_reel
    from render.studio import metadata

    reel = open_reel(out / "horizon.zarr")
    spec, last = SCENES["horizon"], len(reel) - 1
    details = ", ".join([*labels.mean(reel.objective, reel.mazes), *labels.life(reel.objective)])
    caption = f"Every pixel is one network's foraging; {details}."
    heights = reel.heights(last)
    image = picture(heights, spec.radius, Style(size=size), "The fitness landscape of a forager", caption)
    write_png(image, out / "poster.png", metadata({"landscape": asdict(spec)}), overwrite=True)


def _table(run: Run, trained: Run, config: DemoConfig, page: str, begin: float) -> dict[str, Any]:
    """The table of results and paths. Uses the test mazes, which is noted in the ledgers of the runs."""
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
        "seconds": time.monotonic() - begin,
        "run": str(run.path),
        "poster": str(config.out / "poster.png"),
        "film": str(config.out / "film.mp4"),
        "comparison": page,
    }

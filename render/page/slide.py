"""The film of a study: the landscapes around all subjects in step through the same tour, under one colour bar.

T frames of a tour, H and W rows and columns.
"""

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from render.camera import Camera
from render.film import Scene, length, play, to_and_fro
from render.legend import BRIGHT, QUIET, Frame, put_colour_bar
from render.page.maps import Scale
from render.page.words import capital
from render.picture import fit, lit
from render.probe import read_metadata
from render.reel import Reel, open_reel
from render.studio import metadata
from render.terrain import STUDIO, terrain
from render.text import put_text
from render.video import write
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.landscape.landscape import ChampionStory, Landscape
from sim.landscape.objective import Objective
from sim.landscape.plane import Window
from sim.landscape.score import Pellets
from sim.landscape.surroundings import around
from sim.landscape.sweep import is_of, sweep
from sim.landscape.tour import slide
from sim.study.study import Slide
from sim.work.executor import Executor, Serial

Heard = Callable[[float], None]
"""called with the share of all work that is done, 0 to 1."""

INKS = ((86, 180, 233), (255, 140, 46), (32, 208, 160), (231, 159, 202), (240, 228, 66), (180, 180, 190))
SIZE, FPS, CRF = (608, 1080), 30.0, 24
FOOT, HEAD, GAP = 92, 44, 10  # pixels: the colour bar, a subject's name, above and below a map
STAY = 0.7  # seconds that each end is held
SWEPT = 0.7  # about the share of the time that sweeping takes
SWING = 26.0  # degrees that the cameras swing
LAND = 0.78  # height of a land's picture over its width, where there is room for its map below
LAYOUT = 3  # of the frames: a film of another one is made again


def film(
    subjects: Sequence[Subject],
    ground: EvaluationSet,
    config: Slide,
    out: Path,
    *,
    fresh: bool = False,
    executor: Executor | None = None,
    heard: Heard = lambda done: None,
) -> tuple[Path, bytes, str]:
    """Sweep, then film all landscapes into `out`/film.mp4; the film, a still as WebP, and its caption.

    Fields are kept in `out`/film, so that the same call goes on where it was stopped.
    """
    reels = []
    for at, subject in enumerate(subjects):
        path, wanted, share = out / "film" / f"{at}.zarr", landscape(subject, ground, config), SWEPT / len(subjects)
        told = part(heard, share * at, share)
        sweep(
            wanted,
            path,
            executor=executor or Serial(),
            tile=config.side,
            fresh=path.exists() and (fresh or not is_of(path, wanted)),
            progress=lambda done, total, told=told: told(done / total),  # type: ignore[misc]
        )
        reels.append(open_reel(path))
    scale = Scale((0.0, max(reel.limits[1] for reel in reels)), reels[0].unit)
    scene, path = in_step([subject.name for subject in subjects], reels, scale, config), out / "film.mp4"
    _write(
        scene, path, [asdict(config), *(reel.landscape.digest for reel in reels)], fresh, part(heard, SWEPT, 1 - SWEPT)
    )
    caption = (
        f"The same tour through each landscape: its plane, slid from −{config.depth:g} to {config.depth:g} norms along "
        f"a third direction, and back. {capital(reels[0].unit)}, mean of the same {config.mazes} mazes, greedy play; "
        f"heights and colours linear from 0 to {scale.limits[1]:.4g} in every picture. The cameras swing; the land "
        "does not turn. Under a land, where there is room, is its map."
    )
    return path, _still(scene, config), caption


def part(heard: Heard, begin: float, share: float) -> Heard:
    """Tells a share of all work."""
    return lambda done: heard(begin + share * done)


def landscape(subject: Subject, ground: EvaluationSet, config: Slide) -> Landscape:
    """The slide through a subject's landscape, in the plane of random directions that the set's seed names."""
    about = around(subject.genome, subject.layout, ground.seed)
    if about.third is None:
        raise UserError(f"{subject.name} has too few weights for a third direction; make no film of it")
    window = Window(radius=config.radius, shape=(config.side, config.side))
    tour = slide(about.plane, window, about.third, config.frames, config.depth)
    objective = Objective(Pellets(), subject.layout, subject.world, ground.maze_set(config.mazes))
    return Landscape(tour, objective, ChampionStory.from_json(subject.json()))


def in_step(names: Sequence[str], reels: Sequence[Reel], scale: Scale, config: Slide) -> Scene:
    """All landscapes side by side, there and back."""
    height, width = SIZE
    columns = min(len(reels), 3)
    cell = ((height - FOOT) // math.ceil(len(reels) / columns), width // columns)
    count, frames = max(2, round(config.seconds * FPS)), len(reels[0])

    def draw(number: int) -> Frame:
        at = number * (frames - 1) / (count - 1)
        frame = np.empty((height, width, 3), np.uint8)
        frame[:] = STUDIO
        azimuth = 225 + SWING * math.sin(math.pi * (number / (count - 1) - 0.5))
        for place, (reel, name) in enumerate(zip(reels, names, strict=True)):
            top, left = place // columns * cell[0], place % columns * cell[1]
            put_landscape(frame[top + HEAD : top + cell[0], left : left + cell[1]], _between(reel, at), azimuth, scale)
            put_text(frame, name, (left + cell[1] // 2, top + 30), 22, INKS[place % len(INKS)], "ms")
        _foot(frame, reels[0], at, scale)
        return frame

    return to_and_fro(Scene(count, draw), round(STAY * FPS))


def put_landscape(frame: Frame, heights: NDArray[Any], azimuth: float, scale: Scale) -> None:
    """Draw a landscape as land and, in a tall frame, as a map below it."""
    size = height, width = frame.shape[:2]
    paint = scale.paint(heights)
    side = height - round(LAND * width) - 2 * GAP
    mapped = side >= width // 3
    distance = 2.3 * max(1.0, (1.24 if mapped else 1.15) * height / width)  # so that a narrow picture holds it all
    camera = Camera(azimuth=azimuth, distance=distance, target=(0.0, 0.0, -0.06))
    if mapped:  # look lower, so that the land stands above the map
        lower = (side / 2 + GAP) * distance / (camera.focal(height) * math.cos(math.radians(camera.elevation)))
        camera = replace(camera, target=(0.0, 0.0, -0.06 - lower))
    frame[:] = terrain(heights, paint, camera, size, limits=scale.limits)
    if mapped:
        left = (width - side) // 2
        frame[-side - GAP : -GAP, left : left + side] = fit(lit(paint, heights, scale.limits), (side, side))


def _between(reel: Reel, at: float) -> NDArray[Any]:
    """The heights at a place of the tour, neighbours mixed."""
    before = min(math.floor(at), len(reel) - 1)
    share, first = np.float32(at - before), reel.heights(before)
    return first if not share else (1 - share) * first + share * reel.heights(min(before + 1, len(reel) - 1))


def _foot(frame: Frame, reel: Reel, at: float, scale: Scale) -> None:
    """The one colour bar, the place of the tour, and what is measured."""
    height, width = frame.shape[:2]
    bar = width // 3
    put_colour_bar(frame, (width - bar - 36, height - 44), bar, scale.limits, scale.palette, None, scale.unit, 14)
    z = float(np.interp(at, np.arange(len(reel)), reel.tour.axis.values)) * reel.tour.scale
    put_text(frame, f"z = {z:+.2f} ‖g‖", (36, height - 52), 22, BRIGHT, "ls")
    caption = f"mean of {reel.mazes} mazes, greedy play, the same mazes, limits and tour"
    put_text(frame, caption, (36, height - 26), 14, QUIET, "ls")


def _write(scene: Scene, path: Path, about: list[Any], fresh: bool, heard: Heard) -> None:
    """Encode the film, unless it is there already."""
    told = metadata({"film": [SIZE, FPS, CRF], "layout": LAYOUT, "fields": about})
    if path.exists() and not fresh:
        try:
            if read_metadata(path).get("made_from") == told["made_from"]:
                return
        except UserError:
            path.unlink(missing_ok=True)  # damaged: made again
    total = length([scene], FPS)
    frames = play([scene], FPS)
    write(frames, path, fps=FPS, crf=CRF, metadata=told, overwrite=True, progress=lambda done: heard(done / total))


def _still(scene: Scene, config: Slide) -> bytes:
    """The frame that stands in the middle of the slide, at the subjects themselves."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(scene.draw(round(config.seconds * FPS) // 2)).save(stream, "WEBP", quality=88, method=4)
    return stream.getvalue()

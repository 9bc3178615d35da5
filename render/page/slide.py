"""The film of a study: the landscapes around all subjects along the same tour, under one colour bar.

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
from render.film_words import third
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

OnShare = Callable[[float], None]
"""Called with the share of the work that is done, 0 to 1."""

INKS = ((86, 180, 233), (255, 140, 46), (32, 208, 160), (231, 159, 202), (240, 228, 66), (180, 180, 190))
SIZE, FPS, CRF = (608, 1080), 30.0, 24
FOOT, HEAD, GAP = 92, 44, 10  # pixels: for the colour bar, for a subject's name, around a map
STAY = 0.7  # seconds that the film rests at each end
SWEPT = 0.7  # about the share of the time that sweeping takes
SWING = 26.0  # degrees by which the cameras turn to either side, together
RATIO = 0.78  # of a terrain picture's height to its width, if the map fits below it
LAYOUT = 3  # of the frames; a film of another layout is made again


def film(
    subjects: Sequence[Subject],
    evaluation_set: EvaluationSet,
    config: Slide,
    out: Path,
    *,
    names: Sequence[str] = (),
    fresh: bool = False,
    executor: Executor | None = None,
    on_share: OnShare = lambda done: None,
) -> tuple[Path, bytes, str]:
    """Sweep all landscapes and film them into `out`/film.mp4. Returns the film, a still as WebP, and a caption.

    `names` are what the film calls the subjects, if not by their own names. The fields are kept in `out`/film, and the
    same call continues where it was stopped.
    """
    reels, each = [], SWEPT / len(subjects)
    for at, subject in enumerate(subjects):
        path, spec = out / "film" / f"{at}.zarr", landscape(subject, evaluation_set, config)
        swept = sub_share(on_share, each * at, each)
        sweep(
            spec,
            path,
            executor=executor or Serial(),
            tile=config.side,
            fresh=path.exists() and (fresh or not is_of(path, spec)),
            progress=lambda done, total, swept=swept: swept(done / total),  # type: ignore[misc]
        )
        reels.append(open_reel(path))
    scale = Scale((0.0, max(reel.limits[1] for reel in reels)), reels[0].unit)
    shown = list(names) or [subject.name for subject in subjects]
    scene, path = side_by_side(shown, reels, scale, config), out / "film.mp4"
    made_from = [asdict(config), shown, *(reel.landscape.digest for reel in reels)]
    _write(scene, path, made_from, fresh, sub_share(on_share, SWEPT, 1 - SWEPT))
    caption = (
        f"The same tour through each landscape: its plane slides from −{config.depth:g} to {config.depth:g} norms "
        f"along a third direction, and back. {capital(reels[0].unit)}, mean of the same {config.mazes} mazes, greedy "
        f"play; heights and colours are linear from 0 to {scale.limits[1]:.4g} in every picture. The cameras swing; "
        "the terrain does not turn. Below each terrain, if there is room, is its map."
    )
    return path, _still(scene, config), caption


def sub_share(on_share: OnShare, begin: float, share: float) -> OnShare:
    """A function that reports shares of one part of the work as shares of all the work, from `begin` on."""
    return lambda done: on_share(begin + share * done)


def landscape(subject: Subject, evaluation_set: EvaluationSet, config: Slide) -> Landscape:
    """The slide through a subject's landscape; the seed of the evaluation set names the random directions."""
    surroundings = around(subject.genome, subject.layout, evaluation_set.seed)
    if surroundings.third is None:
        raise UserError(f"{subject.name} has too few weights for a third direction; make no film of it")
    window = Window(radius=config.radius, shape=(config.side, config.side))
    tour = slide(surroundings.plane, window, surroundings.third, config.frames, config.depth)
    objective = Objective(Pellets(), subject.layout, subject.world, evaluation_set.maze_set(config.mazes))
    return Landscape(tour, objective, ChampionStory.from_json(subject.json()))


def side_by_side(names: Sequence[str], reels: Sequence[Reel], scale: Scale, config: Slide) -> Scene:
    """The scene of all landscapes side by side, there and back."""
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
    """Draw a landscape as terrain and, in a tall frame, as a map below it."""
    size = height, width = frame.shape[:2]
    paint = scale.paint(heights)
    side = height - round(RATIO * width) - 2 * GAP
    mapped = side >= width // 3
    distance = 2.3 * max(1.0, (1.24 if mapped else 1.15) * height / width)  # further away in a narrow picture
    camera = Camera(azimuth=azimuth, distance=distance, target=(0.0, 0.0, -0.06))
    if mapped:  # look lower, so that the terrain is above the map
        lower = (side / 2 + GAP) * distance / (camera.focal(height) * math.cos(math.radians(camera.elevation)))
        camera = replace(camera, target=(0.0, 0.0, -0.06 - lower))
    frame[:] = terrain(heights, paint, camera, size, limits=scale.limits)
    if mapped:
        left = (width - side) // 2
        frame[-side - GAP : -GAP, left : left + side] = fit(lit(paint, heights, scale.limits), (side, side))


def _between(reel: Reel, at: float) -> NDArray[Any]:
    """The heights at a place of the tour, interpolated between frames."""
    before = min(math.floor(at), len(reel) - 1)
    share, first = np.float32(at - before), reel.heights(before)
    return first if not share else (1 - share) * first + share * reel.heights(min(before + 1, len(reel) - 1))


def _foot(frame: Frame, reel: Reel, at: float, scale: Scale) -> None:
    """Draw the colour bar, the place of the tour, and the caption."""
    height, width = frame.shape[:2]
    bar = width // 3
    put_colour_bar(frame, (width - bar - 36, height - 44), bar, scale.limits, scale.palette, None, scale.unit, 14)
    z = float(np.interp(at, np.arange(len(reel)), reel.tour.axis.values)) * reel.tour.scale
    put_text(frame, third(z), (36, height - 52), 22, BRIGHT, "ls")
    caption = f"mean of {reel.mazes} mazes, greedy play, the same mazes, limits and tour"
    put_text(frame, caption, (36, height - 26), 14, QUIET, "ls")


def _write(scene: Scene, path: Path, made_from: list[Any], fresh: bool, on_share: OnShare) -> None:
    """Encode the film, if it is not there already."""
    about = metadata({"film": [SIZE, FPS, CRF], "layout": LAYOUT, "fields": made_from})
    if path.exists() and not fresh:
        try:
            if read_metadata(path).get("made_from") == about["made_from"]:
                return
        except UserError:
            path.unlink(missing_ok=True)  # it is damaged
    total = length([scene], FPS)
    frames = play([scene], FPS)
    write(frames, path, fps=FPS, crf=CRF, metadata=about, overwrite=True, progress=lambda done: on_share(done / total))


def _still(scene: Scene, config: Slide) -> bytes:
    """The frame in the middle of the slide, in the plane of the subjects, as WebP."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(scene.draw(round(config.seconds * FPS) // 2)).save(stream, "WEBP", quality=88, method=4)
    return stream.getvalue()

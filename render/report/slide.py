"""The film of a comparison: the landscapes around all champions in step through the same tour, under one colour bar.

C contestants, T frames of a tour, H and W rows and columns.
"""

import hashlib
import io
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from render.camera import Camera
from render.film import Scene, length, play, to_and_fro
from render.legend import BRIGHT, QUIET, Frame, put_colour_bar
from render.picture import fit, lit
from render.probe import read_metadata
from render.reel import Reel, open_reel
from render.report.figures import LABELS, PALETTES
from render.report.maps import Scale
from render.studio import metadata
from render.terrain import STUDIO, terrain
from render.text import put_text
from render.video import write
from sim.comparison.comparison import Comparison
from sim.comparison.contest import Contestant
from sim.comparison.progress import Heard, part
from sim.landscape.attributes import difference
from sim.landscape.landscape import ChampionStory, Landscape
from sim.landscape.objective import Objective
from sim.landscape.plane import Window
from sim.landscape.score import Pellets
from sim.landscape.surroundings import around
from sim.landscape.sweep import sweep
from sim.landscape.tour import Tour, slide
from sim.learning.run import Run
from sim.rollout.machine import CPU, Machine
from sim.world.maze import MazeSet

INKS = ((86, 180, 233), (255, 140, 46), (32, 208, 160), (231, 159, 202), (240, 228, 66), (180, 180, 190))
FOOT = 92  # pixels for the words and the colour bar
HEAD = 44  # pixels for a contestant's name
STAY = 0.7  # seconds that each end is held
SWEPT = 0.7  # about the share of the time that sweeping takes
SWAY = 26.0  # degrees that the cameras swing
LAND = 0.78  # height of a land's picture over its width, where there is room for its map below
GAP = 10  # pixels above and below a map
LAYOUT = 2  # of the frames: a film of another one is made again


@dataclass(frozen=True, slots=True)
class SlideConfig:
    """The tour of the film: its frames and pixels are few where `quick`."""

    frames: int = 72
    side: int = 200
    mazes: int = 8
    depth: float = 0.5
    seconds: float = 7.0
    fps: float = 30.0
    crf: int = 24
    size: tuple[int, int] = (608, 1080)


QUICK = SlideConfig(frames=36, side=96, mazes=4, seconds=5.0, size=(540, 960))


def film(
    comparison: Comparison,
    out: Path,
    *,
    fresh: bool = False,
    machine: Machine = CPU,
    heard: Heard | None = None,
    config: SlideConfig | None = None,
) -> tuple[Path, bytes, str]:
    """Sweep, then film all landscapes into `out`/film.mp4; the film, a still as WebP, and its caption.

    Fields are kept in `out`/film, so that the same call goes on where it was stopped.
    """
    config = config or (QUICK if comparison.config.quick else SlideConfig())
    told = heard or (lambda _: None)
    reels = []
    for at, contestant in enumerate(comparison.contestants):
        begin, share = SWEPT * at / len(comparison.contestants), SWEPT / len(comparison.contestants)
        path = out / "film" / f"{at}.zarr"
        _sweep(comparison, contestant, path, config, fresh, machine, part(told, begin, share))
        reels.append(open_reel(path))
    scale = Scale((0.0, max(reel.limits[1] for reel in reels)), PALETTES["pellets"], LABELS["pellets"])
    scene = in_step(comparison, reels, scale, config)
    path = out / "film.mp4"
    _write(scene, path, config, [reel.landscape.json() for reel in reels], fresh, part(told, SWEPT, 1 - SWEPT))
    caption = (
        f"<b>A slide</b> from −{config.depth:g} to {config.depth:g} norms along a third direction, and back. Mean "
        f"pellets of the same {config.mazes} mazes, greedy play; heights and colours linear from 0 to "
        f"{scale.limits[1]:.4g} in every picture. The cameras sway; the land does not turn. "
        "Under a land, where there is room, is its map."
    )
    return path, _still(scene, config), caption


def tour(contestant: Contestant, layout: Any, radius: float, seed: int, config: SlideConfig) -> Tour:
    """The slide through a contestant's landscape, in the plane that its pictures show."""
    near, window = around(contestant.genome, layout, seed), Window(radius=radius, shape=(config.side, config.side))
    if near.third is None:
        raise UserError(f"{contestant.name} has too few weights for a slide; compare without a film")
    return slide(near.plane, window, near.third, config.frames, config.depth)


def _sweep(
    comparison: Comparison,
    contestant: Contestant,
    path: Path,
    config: SlideConfig,
    fresh: bool,
    machine: Machine,
    heard: Heard,
) -> None:
    settings, setting = comparison.sections["landscapes"].settings, Run.open(contestant.run).setting()
    identity = settings["mazes"]
    mazes = MazeSet.from_json({**identity, "range": [identity["range"][0], config.mazes]})
    digest = hashlib.blake2b(contestant.genome.tobytes(), digest_size=16).hexdigest()
    landscape = Landscape(
        tour(contestant, setting.layout, settings["radius"], settings["directions"], config),
        Objective(Pellets(), setting.layout, setting.world, mazes),
        ChampionStory.from_json({**contestant.json(), "genome": digest}),
    )
    sweep(
        landscape,
        path,
        machine=machine,
        tile=config.side,
        fresh=path.exists() and (fresh or _stale(path, landscape)),
        progress=lambda done, total: heard(done / total),
    )


def _stale(path: Path, landscape: Landscape) -> bool:
    """Whether a field was swept for another comparison, or cannot be read."""
    try:
        return difference(path, landscape) is not None
    except UserError:
        return True


def in_step(comparison: Comparison, reels: list[Reel], scale: Scale, config: SlideConfig) -> Scene:
    """All landscapes side by side, there and back."""
    height, width = config.size
    columns = min(len(reels), 3)
    rows = math.ceil(len(reels) / columns)
    cell = ((height - FOOT) // rows, width // columns)
    count = max(2, round(config.seconds * config.fps))
    frames = len(reels[0])

    def draw(number: int) -> Frame:
        at = number * (frames - 1) / (count - 1)
        frame = np.empty((height, width, 3), np.uint8)
        frame[:] = STUDIO
        azimuth = 225 + SWAY * math.sin(math.pi * (number / (count - 1) - 0.5))
        for place, (reel, contestant) in enumerate(zip(reels, comparison.contestants, strict=True)):
            top, left = place // columns * cell[0], place % columns * cell[1]
            _put_landscape(frame[top + HEAD : top + cell[0], left : left + cell[1]], _between(reel, at), azimuth, scale)
            ink = INKS[place % len(INKS)]
            put_text(frame, contestant.name, (left + cell[1] // 2, top + 30), 22, ink, "ms")
        _foot(frame, comparison, reels[0], at, scale)
        return frame

    return to_and_fro(Scene(count, draw), round(STAY * config.fps))


def _put_landscape(frame: Frame, heights: NDArray[Any], azimuth: float, scale: Scale) -> None:
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
    share = np.float32(at - before)
    first = reel.heights(before)
    if not share:
        return first
    return (1 - share) * first + share * reel.heights(min(before + 1, len(reel) - 1))


def _foot(frame: Frame, comparison: Comparison, reel: Reel, at: float, scale: Scale) -> None:
    """The one colour bar, the place of the tour, and what is measured."""
    height, width = frame.shape[:2]
    bar = width // 3
    put_colour_bar(frame, (width - bar - 36, height - 44), bar, scale.limits, scale.palette, None, scale.unit, 14)
    z = float(np.interp(at, np.arange(len(reel)), reel.tour.values)) * reel.tour.scale
    put_text(frame, f"z = {z:+.2f} ‖g‖", (36, height - 52), 22, BRIGHT, "ls")
    caption = f"mean of {reel.mazes} mazes, greedy play, the same mazes, limits and tour"
    put_text(frame, caption, (36, height - 26), 14, QUIET, "ls")


def _write(
    scene: Scene, path: Path, config: SlideConfig, about: list[dict[str, Any]], fresh: bool, heard: Heard
) -> None:
    """Encode the film, unless it is there already."""
    told = metadata({"film": asdict(config), "layout": LAYOUT, "fields": about})
    if path.exists() and not fresh:
        try:
            if read_metadata(path).get("made_from") == told["made_from"]:
                return
        except UserError:
            path.unlink(missing_ok=True)  # damaged: made again
    total = length([scene], config.fps)
    write(
        play([scene], config.fps),
        path,
        fps=config.fps,
        crf=config.crf,
        metadata=told,
        overwrite=True,
        progress=lambda done: heard(done / total),
    )


def _still(scene: Scene, config: SlideConfig) -> bytes:
    """The frame that stands in the middle of the slide, at the champions themselves."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(scene.draw(round(config.seconds * config.fps) // 2)).save(stream, "WEBP", quality=88, method=4)
    return stream.getvalue()

"""Ten seconds of a landscape to show to others: it turns, two neighbouring pixels are picked, and their foragers part.

H and W rows and columns of a frame.
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render.clip_config import ClipConfig
from render.film import FilmConfig, Scene
from render.film_approach import approach, painted, turning
from render.film_pair import Pair, close_up, pair_scene
from render.film_words import with_headline
from render.video import Preset, VideoConfig

if TYPE_CHECKING:
    from render.reel import Reel
    from sim.landscape.parting import Parting

TURNING, APPROACHING = 0.32, 0.23  # shares of a clip; the foragers have the rest
OVERLAPS = 1.0  # seconds that the dissolves between the three scenes take
LAND = "Each pixel is a brain. The more it eats, the higher and brighter."
PICKED = "Two neighbouring pixels: two brains, almost the same."
PARTED = "They live alike until one turns another way."
ALIKE = "They live alike to the end."


def clip_scenes(
    reel: "Reel", frame: int, parting: "Parting", config: ClipConfig, size: tuple[int, int], fps: float
) -> list[Scene]:
    """The scenes of a clip about a frame of a reel and a pair of its pixels, in frames of `size` H, W."""
    film = FilmConfig(palette=config.palette)
    seconds = config.seconds + OVERLAPS
    turn, near = (round(share * seconds * fps) for share in (TURNING, APPROACHING))
    scenes = [
        with_headline(turning(reel, film, size, turn, frame, frame), LAND),
        with_headline(approach(reel, frame, film, parting.pixels, size, near), PICKED),
        pair_scene(
            pair_of(reel, frame, film, parting),
            ALIKE if parting.step is None else PARTED,
            size,
            fps,
            seconds - (turn + near) / fps,
            config.palette,
        ),
    ]
    return scenes if config.captions else [replace(scene, words=None) for scene in scenes]


def pair_of(reel: "Reel", frame: int, film: FilmConfig, parting: "Parting") -> Pair:
    """The pair of a parting, with the close-up of its pixels in a frame of a reel."""
    near, spots = close_up(painted(reel, frame, film), parting.pixels)
    return Pair(("one pixel", "its neighbour"), parting.mazes, parting.episodes, parting.step, near, spots)


def write_clip(
    reel: "Reel", frame: int, out: Path, config: ClipConfig, video: VideoConfig, *, overwrite: bool = False
) -> int:
    """Write the clip of a frame of a reel to `out`, within the size that `video` allows; return its frames.

    Raises UserError if the reel shows no foragers, or `out` cannot be written.
    """
    from render.studio import write_within
    from sim.landscape.parting import find_parting

    landscape = reel.landscape
    parting = find_parting(landscape, 0 if reel.tour.layers else frame, reel.heights(frame))
    about: dict[str, Any] = {"clip": asdict(config), "field": landscape.json()}
    about |= {"frame": frame, "pixels": parting.pixels}

    def scenes(preset: Preset) -> list[Scene]:
        return clip_scenes(reel, frame, parting, config, (preset.height, preset.width), preset.fps)

    return write_within(scenes, out, video, about, overwrite=overwrite)

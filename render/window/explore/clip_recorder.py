"""Clip recorder: makes a clip of the view in a thread, while the person goes on exploring."""

from collections.abc import Iterator
from dataclasses import asdict, replace

from render.clip_config import ClipConfig
from render.film import play
from render.film_clip import clip_scenes
from render.legend import Frame
from render.window.capture import Recorder, Recording, free_name
from render.window.explore.origin import TerrainSampler
from sim.landscape.landscape import Landscape
from sim.landscape.parting import find_parting
from sim.landscape.plane import Window
from sim.landscape.tour import slide

SIZE, FPS = (720, 1280), 30.0
SWEPT = (360, 640)  # pixels of the field, rows and columns


class ClipRecorder(Recorder):
    """The clip that is being made, if any."""

    def start(self, sampler: TerrainSampler, window: Window, stem: str, palette: str) -> str:
        """Begin a clip of a window of a terrain, in a file stem-clip-001.mp4 or so; returns a message.

        Raises UserError where the landscape shows a function, which has no foragers.
        """
        if self.film is not None:
            return "a clip is still made; wait for it"
        objective = sampler.forager_objective
        tour = slide(sampler.plane, replace(window, shape=SWEPT), None, 1, 1.0)
        landscape, config = Landscape(tour, objective), ClipConfig(palette=palette)
        path = free_name(f"{stem}-clip", ".mp4")
        about = {"clip": asdict(config), "field": landscape.json()}
        total = round(config.seconds * FPS)
        self.film = Recording(_frames(landscape, sampler, config), path, FPS, about, total)
        return f"making ten seconds to post, {path}; this takes a while, go on"


def _frames(landscape: Landscape, sampler: TerrainSampler, config: ClipConfig) -> Iterator[Frame]:
    """Sample the landscape, find two foragers that part, and yield the frames [H, W, 3] of the clip."""
    from render.reel import field_reel
    from sim.landscape.sampling import sample_field

    reel = field_reel(sample_field(landscape, sampler.machine))
    parting = find_parting(landscape, 0, reel.heights(0), sampler.machine)
    scenes = clip_scenes(reel, 0, parting, config, SIZE, FPS)
    yield from play(scenes, FPS)

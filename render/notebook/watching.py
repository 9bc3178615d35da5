"""Watching a forager from Python: an animation of one episode, which a notebook plays."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agents.files import local_path
from render.film import FilmConfig, Scene
from render.foraging_scene import SECONDS, TITLE, foraging_scene
from render.notebook.inline_video import video_html
from render.notebook.inputs import RunLike, config_of, run_of
from render.streams import silence
from render.studio import check_film, write_scenes
from render.video import VideoConfig
from sim.world.maze import Split

SHOWN = VideoConfig(resolution=(800, 450), fps=20, crf=24)
"""The animation in a notebook: about 300 kB."""


@dataclass(frozen=True, slots=True, eq=False)
class Animation:
    """The animation of one episode; a notebook plays it in a loop. `scene` makes it from (H, W) and frames a second."""

    scene: Callable[[tuple[int, int], float], Scene]
    about: dict[str, Any]
    """The metadata of the film."""

    def save(self, path: str | Path, *, overwrite: bool = False, quiet: bool = False, **settings: Any) -> Path:
        """Save as .mp4, .webm, .gif, .apng, .webp or .frames; settings are the file's: quality, resolution, fps, ..."""
        path, video = local_path(path), config_of(VideoConfig, settings)
        check_film(path, FilmConfig(), video, overwrite=overwrite)
        with silence(quiet):
            self._write(path, video, overwrite)
        return path

    def _write(self, path: Path, video: VideoConfig, overwrite: bool) -> None:
        size = (video.preset.height, video.preset.width)
        write_scenes([self.scene(size, video.preset.fps)], path, video, self.about, overwrite=overwrite)

    def __repr__(self) -> str:
        """A line that says what it shows."""
        watched = self.about["watch"]
        return f"<animation of a forager in {watched['split']} maze {watched['maze']}, {watched['seconds']:g} s>"

    def _repr_html_(self) -> str:
        with TemporaryDirectory() as folder, silence():
            path = Path(folder) / "life.mp4"
            self._write(path, SHOWN, overwrite=False)
            return video_html(path, TITLE)


def watch(
    run: RunLike,
    *,
    maze: int = 0,
    split: Split = "validation",
    seconds: float = SECONDS,
    title: str = TITLE,
    caption: str | None = None,
) -> Animation:
    """Watch the champion of a run in one maze: number `maze` of a split of the run's mazes.

    watch(run, maze=3)                          # at the end of a cell: an animation of `seconds` seconds
    watch(run).save("forager.webm", quality="high")
    """
    found, about = run_of(run), {"maze": maze, "split": split, "seconds": seconds}
    scene = partial(foraging_scene, found, seconds=seconds, maze=maze, split=split, title=title, caption=caption)
    champion = {name: value for name, value in found.champion().provenance.items() if name != "made_by"}
    return Animation(scene, {"watch": about, "champion": champion})

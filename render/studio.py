"""The studio: from a run or a field to a finished film or picture."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from render.animation import write_png
from render.film import FilmConfig, Scene, length, play
from render.progress import progress, sweeping
from render.video import VideoConfig, write
from sim.provenance import provenance
from sim.run import Run
from sim.survey import SurveyConfig, maze_counts, plan

if TYPE_CHECKING:
    from render.reel import Reel


def refuse_existing(path: Path, overwrite: bool) -> None:
    """Refuse, before any work, to write where something is."""
    if path.exists() and not overwrite:
        raise UserError(f"{path} exists; choose another --out, or replace it with --overwrite")


def is_run(source: Path) -> bool:
    """Whether a path is a run rather than a field; UserError where it is neither."""
    if (source / "manifest.json").exists():
        return True
    if (source / "zarr.json").exists():
        return False
    what = "is neither a run nor a field" if source.exists() else "does not exist"
    raise UserError(f"{source} {what}; make a run with foragescape evolve, or a field with foragescape sweep")


def reel_of(source: Path, swept: Path, config: SurveyConfig, threads: int | None = None) -> "Reel":
    """The reel of a field, or of a run, which is swept into the field `swept` first; continues what is there."""
    from render.reel import open_reel

    if not is_run(source):
        return open_reel(source)
    survey = plan(Run.open(source), config, threads=threads)
    with sweeping() as heard:
        survey.sweep(swept, tile=config.tile, progress=heard)
    return open_reel(swept)


def shoot(reel: "Reel", out: Path, config: FilmConfig, video: VideoConfig, *, overwrite: bool = False) -> int:
    """Film a reel; returns the number of frames."""
    from render.views import film

    preset = video.preset
    scene = film(reel, config, (preset.height, preset.width), preset.fps)
    about = {"tour": reel.tour.name, "film": asdict(config), "field": reel.provenance}
    return encode([scene], out, video, about, overwrite=overwrite)


def encode(
    scenes: list[Scene], out: Path, video: VideoConfig, about: dict[str, Any], *, overwrite: bool = False
) -> int:
    """Play scenes into a film whose metadata tell what it is `about`; returns the number of frames."""
    preset = video.preset
    with progress("filming", length(scenes, preset.fps)) as advance:
        return write(
            play(scenes, preset.fps),
            out,
            fps=preset.fps,
            crf=preset.crf,
            loop=video.loop,
            metadata=metadata(about),
            overwrite=overwrite,
            progress=lambda done: advance(done, ""),
        )


def metadata(about: dict[str, Any]) -> dict[str, str]:
    """What a film or picture says of itself: versions, and how it was made."""
    return {**provenance(), "made_from": json.dumps(about, default=str)}


def draw(
    source: Path,
    out: Path,
    frame: int,
    survey: SurveyConfig,
    config: FilmConfig,
    video: VideoConfig,
    *,
    threads: int | None = None,
    overwrite: bool = False,
) -> None:
    """Write one picture: of a frame of a field, or of the landscape of a run, sampled in memory."""
    from render.palette import finite_limits
    from render.picture import Style, picture
    from render.reel import open_reel
    from sim.landscape.sweep import sample

    preset = video.preset
    style = Style(config.palette, config.equalise, config.relief, (preset.height, preset.width))
    heights: NDArray[np.float32]
    if is_run(source):
        planned = plan(Run.open(source), replace(survey, tour="slide", frames=1), threads=threads)
        tour, origin, mazes = planned.tour, planned.provenance, survey.mazes
        heights = (sample(planned.objective, tour.plane(0), tour.windows[0]) / mazes).astype(np.float32)
        limits, ranks, window = finite_limits(heights), None, tour.windows[0]
    else:
        reel = open_reel(source)
        if not -len(reel) <= frame < len(reel):
            raise UserError(f"{source} has frames 0 to {len(reel) - 1}, got {frame}")
        frame %= len(reel)
        tour, origin, mazes = reel.tour, reel.provenance, int(maze_counts(reel.provenance, reel.tour)[frame])
        heights, limits, ranks = reel.heights(frame), reel.limits, reel.ranks
        window = tour.windows[0 if tour.layers else frame]
    mean = "one maze" if mazes == 1 else f"mean of {mazes} mazes"
    caption = f"every pixel is a forager; {mean}, {origin['lifetime']} steps"
    image = picture(
        heights,
        window.radius,
        style,
        config.title or "Fitness landscape",
        caption,
        limits,
        ranks,
        legend=config.captions,
    )
    about = {"frame": frame, "film": asdict(config), "field": origin, "window": asdict(window)}
    write_png(image, out, metadata(about), overwrite=overwrite)

"""Make the pictures of runs and fields: stills of one quantity, or of two at once."""

import math
from collections.abc import Collection
from dataclasses import asdict, replace
from pathlib import Path

from agents.errors import UserError
from render import objective_labels as labels
from render.animation import write_png
from render.film import FilmConfig, Frame
from render.film_size import enlarged
from render.film_words import words
from render.looks import looked
from render.open_run import open_run
from render.pair_of_reels import channels, with_second
from render.picture import picture, picture_of_two
from render.progress import sweeping
from render.reel import Reel, field_reel
from render.streams import say
from render.studio import TOUR_OPTIONS, field_reel_of, is_run, metadata, style_of
from render.video import VideoConfig
from render.views import is_land, land, put_land_words
from sim.landscape.objective import Objective
from sim.landscape.sampling import sample_fields
from sim.landscape.spec import LandscapeSpec, plan
from sim.rollout.machine import CPU, Machine

MANY = 1_000_000  # episodes of a picture, from which a coarse picture is written first, so that there is soon one
COARSER = 5  # times fewer pixels along each side of the coarse picture, at least
COARSE = 128 * 72  # pixels of the coarse picture, at most, so that it comes as soon for a large picture


def write_picture(
    source: Path,
    out: Path,
    frame: int | None,
    spec: LandscapeSpec,
    config: FilmConfig,
    video: VideoConfig,
    *,
    machine: Machine = CPU,
    overwrite: bool = False,
    given: Collection[str] = (),
) -> None:
    """Write one picture: of a frame of a field, or of the landscape of a run, which is computed in memory.

    Without a `frame`, it is the one with the champion's genome if the tour is a slide, else the last one. If the config
    has a `lightness`, the first quantity of the spec gives the hue. If the landscape of a run takes many episodes, a
    coarse picture of it is written first, and then replaced.

    Raises UserError for options that have no effect: a tour of a run, or a window that is not the field's.
    """
    spec = replace(spec, quantity=spec.quantity[:1])
    if is_run(source):
        named = [name for name in ("frame", *TOUR_OPTIONS) if name in given]
        if named or spec.tour != LandscapeSpec().tour:
            option = named[0] if named else "a tour"
            raise UserError(
                f"a picture of a run shows one window: {option} has no effect; leave it out, or sweep first"
            )
        if config.lightness is not None:
            spec = with_second(spec, config.lightness)
        view, frame = replace(spec, tour="slide", frames=1), 0
        if view.width * view.height * view.mazes >= MANY:
            fewer = max(COARSER, math.ceil(math.sqrt(view.width * view.height / COARSE)))
            coarse = replace(view, width=max(2, view.width // fewer), height=max(2, view.height // fewer))
            save_still(_sampled(source, coarse, machine), frame, out, config, video, overwrite=overwrite)
            say(f"{out} is coarse, with 1 of {fewer**2} pixels; the whole picture replaces it")
            overwrite = True
        reel = _sampled(source, view, machine)
    else:
        reel = field_reel_of(source, spec, given, config.lightness, video.preset.width / video.preset.height)
        frame = champions_frame(reel) if frame is None else frame
        if not -len(reel) <= frame < len(reel):
            raise UserError(f"{source} has frames 0 to {len(reel) - 1}, got {frame}; choose one of them")
        frame %= len(reel)
        _tell_enlarged(source, reel, config, video)
    save_still(reel, frame, out, config, video, overwrite=overwrite)


def _tell_enlarged(source: Path, reel: Reel, config: FilmConfig, video: VideoConfig) -> None:
    """Say it if a picture has more pixels than the field that it shows from above."""
    (rows, columns), width, height = reel.tour.shape, video.preset.width, video.preset.height
    larger = enlarged((rows, columns), (height, width))
    if larger and not is_land(reel, config):
        say(f"{source} has {columns} x {rows} pixels, which the picture of {width} x {height} shows {larger} enlarged")


def _sampled(run: Path, spec: LandscapeSpec, machine: Machine) -> Reel:
    """The reel of a run's landscape of one view, of one or two quantities; progress is shown meanwhile."""
    landscape = plan(open_run(run), spec, machine=machine)
    with sweeping("computing the landscape", machine) as advance:
        reels = [field_reel(each) for each in sample_fields(landscape, machine, advance).values()]
    return replace(reels[0], lightness=reels[1] if len(reels) > 1 else None)


def still(reel: Reel, frame: int, config: FilmConfig, video: VideoConfig) -> Frame:
    """One frame of a reel as a finished picture, uint8 [H, W, 3]; as land, if that is the view of its film."""
    tour, several = reel.tour, len(reel) > 1
    config = config if reel.lightness is not None else looked(reel.objective, config)
    radius, style = tour.windows[0 if tour.layers else frame].radius * tour.scale, style_of(config, video)
    title, caption = config.title or labels.title(reel.objective), _caption(reel, config, frame)
    if is_land(reel, config) and (several or config.view == "land"):
        drawn = land(reel, frame, config, style.size)
        if config.captions:
            put_land_words(drawn, reel, config, (title, caption))
        return drawn
    if reel.lightness is not None:
        pair = channels(reel, config, frame)
        return picture_of_two(*pair, radius, style.size, title, caption, legend=config.captions)
    told = (title, caption, reel.limits, reel.ranks, reel.unit)
    return picture(reel.heights(frame), radius, style, *told, legend=config.captions)


def save_still(
    reel: Reel, frame: int, out: Path, config: FilmConfig, video: VideoConfig, *, overwrite: bool = False
) -> None:
    """Write a frame of a reel as a .png whose metadata tell how it was made."""
    window = reel.tour.windows[0 if reel.tour.layers else frame]
    about = {"frame": frame, "film": asdict(config), "field": reel.landscape.json(), "window": asdict(window)}
    write_png(still(reel, frame, config, video), out, metadata(about), overwrite=overwrite)


def champions_frame(reel: Reel) -> int:
    """The frame of a reel that a picture shows: of a slide the one nearest the champion, else the last."""
    if reel.tour.name != "slide":
        return len(reel) - 1
    return min(range(len(reel)), key=lambda frame: abs(reel.tour.axis.values[frame]))


def _caption(reel: Reel, config: FilmConfig, frame: int) -> str:
    """The caption of a picture, which says what its pixels are, and where in the tour it is."""
    if not isinstance(reel.objective, Objective):
        return "every pixel is a genome"
    if len(reel) > 1:
        return f"every pixel is a forager; {words(reel, config, frame)[1]}"
    mazes = reel.landscape.counts[frame]
    return f"every pixel is a forager; {', '.join([*labels.mean(reel.objective, mazes), *labels.life(reel.objective)])}"

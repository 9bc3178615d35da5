"""Make the films and pictures of runs and fields; check all settings before the work begins."""

import json
import os
from collections.abc import Collection
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import Remedy, UserError
from agents.replacement import refuse_taken
from render import objective_labels as labels
from render.animation import NUMBERED, write_png
from render.encoder import GIF_CLOCK
from render.field_settings import check_settings
from render.film import FilmConfig, Frame, Scene, length, play
from render.open_run import open_run
from render.part_info import inside
from render.progress import progress, sweeping
from render.streams import say
from render.video import FORMATS, VideoConfig, write
from sim.landscape.attributes import is_complete
from sim.landscape.landscape import Landscape
from sim.landscape.objective import Objective
from sim.landscape.spec import LandscapeSpec, plan
from sim.provenance import provenance
from sim.rollout.machine import CPU, Machine
from sim.work.executor import Executor

if TYPE_CHECKING:
    from render.picture import Style
    from render.reel import Reel

LARGEST = 16384  # pixels of a picture's side
MANY = 1_000_000  # episodes of a picture, from which a coarse picture is written first, so that there is soon one
COARSER = 5  # times fewer pixels along each side of the coarse picture
TOUR_OPTIONS = ("tour", "frames", "depth", "factor", "every", "between", "tile")  # without effect on a single picture


def check_film(out: Path, config: FilmConfig, video: VideoConfig, *, overwrite: bool = False) -> None:
    """Raise UserError if a film cannot be made or written; to be called before any work."""
    check_target(out, FORMATS, overwrite)
    if out.suffix.lower() == ".gif" and video.preset.fps > GIF_CLOCK // 2:
        raise UserError(f"a .gif has at most {GIF_CLOCK // 2} frames a second, got {video.preset.fps:g}; use .apng")
    _style(config, video)


def check_picture(out: Path, config: FilmConfig, video: VideoConfig, *, overwrite: bool = False) -> None:
    """Raise UserError if a picture cannot be made or written; to be called before any work."""
    check_target(out, (".png",), overwrite)
    _style(config, video)


def check_target(out: Path, suffixes: tuple[str, ...], overwrite: bool) -> None:
    """Raise UserError unless `out` ends in one of the suffixes and can be written."""
    if out.suffix.lower() not in suffixes:
        raise UserError(f"the name should end in {' '.join(suffixes)}, got {out}; rename it")
    refuse_taken(out, overwrite, NUMBERED if out.suffix.lower() == ".frames" else None)
    folder = out.resolve().parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"cannot write {out}: the folder {folder} is not writable for you", Remedy.ELSEWHERE)


def _style(config: FilmConfig, video: VideoConfig) -> "Style":
    """The style of a picture. Raises UserError for an unknown palette and for a size out of range."""
    from render.picture import Style

    width, height = video.preset.width, video.preset.height
    if max(width, height) > LARGEST:
        raise UserError(f"a picture is at most {LARGEST} pixels a side, got {width} x {height}; choose fewer")
    return Style(config.palette, config.equalise, config.relief, (height, width))


def is_run(source: Path) -> bool:
    """True for the folder of a run, False for a field. Raises UserError if a path is neither."""
    if (source / "manifest.json").exists():
        return True
    if (source / "zarr.json").exists():
        return False
    if source.exists():
        within = " or ".join(map(str, inside(source))) if source.is_dir() else ""
        remedies = (f"name what is in it: {within}",) if within else (Remedy.MAKE_RUN, Remedy.MAKE_FIELD)
        raise UserError(f"{source} is neither a run nor a field", *remedies)
    raise UserError(f"{source} does not exist", Remedy.MAKE_RUN, Remedy.MAKE_FIELD, path=source)


def reel_of(
    source: Path,
    swept: Path,
    spec: LandscapeSpec,
    *,
    machine: Machine = CPU,
    executor: Executor | None = None,
    fresh: bool = False,
    given: Collection[str] = (),
) -> "Reel | None":
    """Open the reel of a field; the landscape of a run is first swept into the field `swept`, or continued there.

    Returns None if the executor does one share of the sweep only and other shares are missing. Raises UserError if the
    field at `source` was swept with other settings than those of `spec`; see `check_settings` for `given`.
    """
    if not is_run(source):
        return _field(source, spec, given)
    from render.reel import open_reel

    landscape = plan(open_run(source), spec, machine=machine)
    try:
        sweep_into(swept, landscape, spec.tile, machine=machine, fresh=fresh, executor=executor)
    except UserError as error:  # the field has the film's name
        fixes = ("name the film otherwise" if fix is Remedy.ELSEWHERE else fix for fix in error.remedies)
        raise UserError(error.message, *fixes, path=error.path) from error
    return None if executor is not None and executor.partial and not is_complete(swept) else open_reel(swept)


def sweep_into(
    path: Path, landscape: Landscape, tile: int, *, machine: Machine, fresh: bool, executor: Executor | None = None
) -> None:
    """Sweep a landscape into the field at `path` and show progress. Without an `executor`, this process does it all."""
    from sim.landscape.sweep import sweep

    if landscape.tour.note:
        say(landscape.tour.note)
    with sweeping(machine=machine) as advance:
        sweep(landscape, path, machine=machine, tile=tile, fresh=fresh, executor=executor, progress=advance)


def write_film(reel: "Reel", out: Path, config: FilmConfig, video: VideoConfig, *, overwrite: bool = False) -> int:
    """Write the film of a reel to `out`, within the size that `video` allows; return the number of its frames."""
    from render.film_size import fit
    from render.views import film

    about = {"tour": reel.tour.name, "film": asdict(config), "field": reel.landscape.json()}

    def make(path: Path, smaller: VideoConfig, replacing: bool) -> int:
        preset = smaller.preset
        scene = film(reel, config, (preset.height, preset.width), preset.fps)
        return write_scenes([scene], path, smaller, about, overwrite=replacing)

    return fit(out, video, make, overwrite=overwrite)


def write_scenes(
    scenes: list[Scene], out: Path, video: VideoConfig, about: dict[str, Any], *, overwrite: bool = False
) -> int:
    """Write scenes as a film whose metadata hold `about`; return the number of frames."""
    preset = video.preset
    with progress("filming", length(scenes, preset.fps)) as advance:
        return write(
            play(scenes, preset.fps),
            out,
            fps=preset.fps,
            crf=preset.crf,
            loop=video.loop,
            colours=video.colours,
            metadata=metadata(about),
            overwrite=overwrite,
            progress=lambda done: advance(done, ""),
        )


def metadata(about: dict[str, Any]) -> dict[str, str]:
    """The metadata of a film or picture: versions, and `about`, how it was made, as JSON under "made_from"."""
    return {**provenance(), "made_from": json.dumps(about, default=str)}


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

    Without a `frame`, it is the one with the champion's genome if the tour is a slide, else the last one. If the
    landscape of a run takes many episodes, a coarse picture of it is written first, and then replaced.

    Raises UserError for options that have no effect: a tour of a run, or a window that is not the field's.
    """
    if is_run(source):
        named = [name for name in ("frame", *TOUR_OPTIONS) if name in given]
        if named or spec.tour != LandscapeSpec().tour:
            option = named[0] if named else "a tour"
            raise UserError(
                f"a picture of a run shows one window: {option} has no effect; leave it out, or sweep first"
            )
        view, frame = replace(spec, tour="slide", frames=1), 0
        if view.width * view.height * view.mazes >= MANY:
            coarse = replace(view, width=max(2, view.width // COARSER), height=max(2, view.height // COARSER))
            reel = _sampled(source, coarse, machine)
            save_still(reel, frame, out, config, video, overwrite=overwrite)
            say(f"{out} is coarse, with 1 of {COARSER**2} pixels; the whole picture replaces it")
            overwrite = True
        reel = _sampled(source, view, machine)
    else:
        reel = _field(source, spec, given)
        frame = champions_frame(reel) if frame is None else frame
        if not -len(reel) <= frame < len(reel):
            raise UserError(f"{source} has frames 0 to {len(reel) - 1}, got {frame}; choose one of them")
        frame %= len(reel)
    save_still(reel, frame, out, config, video, overwrite=overwrite)


def _sampled(source: Path, view: LandscapeSpec, machine: Machine) -> "Reel":
    """The reel of one view of a run's landscape, computed in memory while progress is shown."""
    from render.reel import field_reel
    from sim.landscape.sampling import sample_field

    landscape = plan(open_run(source), view, machine=machine)
    with sweeping("computing the landscape", machine) as advance:
        return field_reel(sample_field(landscape, machine, advance))


def still(reel: "Reel", frame: int, config: FilmConfig, video: VideoConfig) -> Frame:
    """One frame of a reel as a finished picture, uint8 [H, W, 3]; as land, if that is the view of its film."""
    from render.picture import picture
    from render.views import is_land, land, put_land_words

    tour, several = reel.tour, len(reel) > 1
    radius, style = tour.windows[0 if tour.layers else frame].radius * tour.scale, _style(config, video)
    title, caption = config.title or labels.title(reel.objective), _caption(reel, config, frame)
    if is_land(reel, config) and (several or config.view == "land"):
        drawn = land(reel, reel.heights(frame), config, style.size)
        if config.captions:
            put_land_words(drawn, reel, config, (title, caption))
        return drawn
    told = (title, caption, reel.limits, reel.ranks, reel.unit)
    return picture(reel.heights(frame), radius, style, *told, legend=config.captions)


def save_still(
    reel: "Reel", frame: int, out: Path, config: FilmConfig, video: VideoConfig, *, overwrite: bool = False
) -> None:
    """Write a frame of a reel as a .png whose metadata tell how it was made."""
    window = reel.tour.windows[0 if reel.tour.layers else frame]
    about = {"frame": frame, "film": asdict(config), "field": reel.landscape.json(), "window": asdict(window)}
    write_png(still(reel, frame, config, video), out, metadata(about), overwrite=overwrite)


def champions_frame(reel: "Reel") -> int:
    """The frame of a reel that a picture shows: of a slide the one nearest the champion, else the last."""
    if reel.tour.name != "slide":
        return len(reel) - 1
    return min(range(len(reel)), key=lambda frame: abs(reel.tour.axis.values[frame]))


def _caption(reel: "Reel", config: FilmConfig, frame: int) -> str:
    """The caption of a picture, which says what its pixels are, and where in the tour it is."""
    from render.film_words import words

    if not isinstance(reel.objective, Objective):
        return "every pixel is a genome"
    if len(reel) > 1:
        return f"every pixel is a forager; {words(reel, config, frame)[1]}"
    mazes = reel.landscape.counts[frame]
    return f"every pixel is a forager; {', '.join([*labels.mean(reel.objective, mazes), *labels.life(reel.objective)])}"


def _field(source: Path, spec: LandscapeSpec, given: Collection[str]) -> "Reel":
    """The reel of the field at `source`. Raises UserError if it was swept with other settings than those of `spec`."""
    from render.reel import open_reel

    reel = open_reel(source)
    check_settings(source, reel.landscape, spec, given)
    return reel

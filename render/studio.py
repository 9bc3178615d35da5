"""Make the films of runs and fields, and open these; check all settings before the work begins."""

import json
import os
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import Remedy, UserError
from agents.replacement import refuse_taken
from render.animation import NUMBERED
from render.encoder import GIF_CLOCK
from render.field_settings import check_settings
from render.film import FilmConfig, Scene, excerpt, length, play
from render.open_run import open_run
from render.part_info import inside
from render.progress import progress, sweeping
from render.streams import say
from render.video import FORMATS, Preset, VideoConfig, write
from sim.landscape.attributes import is_complete
from sim.landscape.landscape import Landscape
from sim.landscape.rings import WIDE
from sim.landscape.spec import LandscapeSpec, plan
from sim.provenance import provenance
from sim.rollout.machine import CPU, Machine
from sim.rollout.quantities import QuantityName
from sim.work.executor import Executor

if TYPE_CHECKING:
    from render.picture import Style
    from render.reel import Reel

LARGEST = 16384  # pixels of a picture's side
TOUR_OPTIONS = (
    "tour",
    "frames",
    "depth",
    "factor",
    "rings",
    "every",
    "between",
    "tile",
)  # without effect on a single picture


def check_film(out: Path, config: FilmConfig, video: VideoConfig, *, overwrite: bool = False) -> None:
    """Raise UserError if a film cannot be made or written; to be called before any work."""
    check_target(out, FORMATS, overwrite)
    if out.suffix.lower() == ".gif" and video.preset.fps > GIF_CLOCK // 2:
        raise UserError(f"a .gif has at most {GIF_CLOCK // 2} frames a second, got {video.preset.fps:g}; use .apng")
    style_of(config, video)


def check_picture(out: Path, config: FilmConfig, video: VideoConfig, *, overwrite: bool = False) -> None:
    """Raise UserError if a picture cannot be made or written; to be called before any work."""
    check_target(out, (".png",), overwrite)
    style_of(config, video)


def check_target(out: Path, suffixes: tuple[str, ...], overwrite: bool) -> None:
    """Raise UserError unless `out` ends in one of the suffixes and can be written."""
    if out.suffix.lower() not in suffixes:
        raise UserError(f"the name should end in {' '.join(suffixes)}, got {out}; rename it")
    refuse_taken(out, overwrite, NUMBERED if out.suffix.lower() == ".frames" else None)
    folder = out.resolve().parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"cannot write {out}: the folder {folder} is not writable for you", Remedy.ELSEWHERE)


def style_of(config: FilmConfig, video: VideoConfig) -> "Style":
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
    lightness: QuantityName | None = None,
    aspect: float = WIDE,
) -> "Reel | None":
    """Open the reel of a field; the landscape of a run is first swept into the field `swept`, or continued there.

    With a `lightness`, the reel has a second quantity; frames that are taken from rings have the `aspect`. Returns None
    if the executor does one share of the sweep only and other shares are missing. Raises UserError if the field at
    `source` was swept with other settings than those of `spec`; see `check_settings` for `given`.
    """
    if not is_run(source):
        return field_reel_of(source, spec, given, lightness, aspect)
    from render.pair_of_reels import with_second
    from render.reel import open_reel

    spec = spec if lightness is None else with_second(spec, lightness)
    landscape = plan(open_run(source), spec, machine=machine)
    try:
        sweep_into(swept, landscape, spec.tile, machine=machine, fresh=fresh, executor=executor)
    except UserError as error:  # the field has the film's name
        fixes = ("name the film otherwise" if fix is Remedy.ELSEWHERE else fix for fix in error.remedies)
        raise UserError(error.message, *fixes, path=error.path) from error
    if executor is not None and executor.partial and not is_complete(swept):
        return None
    return open_reel(swept, None, lightness, aspect)


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
    from render.views import film

    about = {"tour": reel.tour.name, "film": asdict(config), "field": reel.landscape.json()}

    def scenes(preset: Preset) -> list[Scene]:
        return [film(reel, config, (preset.height, preset.width), preset.fps)]

    return write_within(scenes, out, video, about, overwrite=overwrite)


def write_within(
    scenes: Callable[[Preset], list[Scene]],
    out: Path,
    video: VideoConfig,
    about: dict[str, Any],
    *,
    overwrite: bool = False,
) -> int:
    """Write a film to `out`, within the size that `video` allows; `scenes` are made for the preset that fits."""
    from render.film_size import fit

    def make(path: Path, smaller: VideoConfig, replacing: bool) -> int:
        return write_scenes(scenes(smaller.preset), path, smaller, about, overwrite=replacing)

    def trial(path: Path, smaller: VideoConfig) -> float:
        whole, fps = scenes(smaller.preset), smaller.preset.fps
        sample = excerpt(whole, fps)
        write_scenes(sample, path, smaller, about, overwrite=True, label="filming a sample")
        return length(sample, fps) / length(whole, fps)

    return fit(out, video, make, trial, overwrite=overwrite)


def write_scenes(
    scenes: list[Scene],
    out: Path,
    video: VideoConfig,
    about: dict[str, Any],
    *,
    overwrite: bool = False,
    label: str = "filming",
) -> int:
    """Write scenes as a film whose metadata hold `about`; return the number of frames. `label` names the progress."""
    preset = video.preset
    with progress(label, length(scenes, preset.fps)) as advance:
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


def field_reel_of(
    source: Path,
    spec: LandscapeSpec,
    given: Collection[str],
    lightness: QuantityName | None = None,
    aspect: float = WIDE,
) -> "Reel":
    """The reel of the field at `source`, of the first quantity of the spec if it was asked for, else of the field's.

    With a `lightness`, the reel has this as its second quantity; `aspect` as in `reel_of`. Raises UserError if the
    field lacks a quantity, and if it was swept with other settings than those of `spec`.
    """
    from render.pair_of_reels import check_two
    from render.reel import open_reel
    from sim.landscape.field import open_frames

    asked = "quantity" in given or spec.quantity != LandscapeSpec().quantity
    hue = spec.quantity[0] if asked else None
    if lightness is not None:
        check_two(hue or open_frames(source)[0].landscape.objective.quantity, lightness)
    reel = open_reel(source, hue, lightness, aspect)
    check_settings(source, reel.landscape, replace(spec, quantity=spec.quantity[:1]), given)
    return reel

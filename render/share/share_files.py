"""Share a run or a field on disk: check everything, compute its pictures, and write the page."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.errors import UserError
from render.field_settings import check_settings, known_settings
from render.page_seal import write_page
from render.palette import PALETTES
from render.share.shared_page import shared_page
from render.share.swept_pictures import of_field, of_run
from render.studio import TOUR_OPTIONS, check_target, is_run
from sim.landscape.field import open_all_frames
from sim.landscape.spec import LandscapeSpec
from sim.learning.run import Run
from sim.rollout.machine import CPU, Machine


def write_share(
    source: Path,
    out: Path,
    spec: LandscapeSpec,
    *,
    command: str,
    frame: int = -1,
    palette: str = PALETTES[0],
    machine: Machine = CPU,
    overwrite: bool = False,
    given: Collection[str] = (),
) -> None:
    """Write the page of a run, whose landscape is computed in memory, or of a frame of a field.

    `command` is told on the page as the one that makes it again. `given` names the options that a person gave. Raises
    UserError for what a page cannot show, for options without effect, and if `out` cannot be written.
    """
    check_page(out, palette, overwrite)
    if is_run(source):
        named = [name for name in ("frame", *TOUR_OPTIONS) if name in given]
        if named or spec.tour != LandscapeSpec().tour:
            option = named[0] if named else "a tour"
            raise UserError(f"the page of a run shows one window: {option} has no effect; leave it out, or sweep first")
        shared, place = of_run(Run.open(source), spec, machine), explorer_place(spec)
    else:
        asked = "quantity" in given or spec.quantity != LandscapeSpec().quantity
        landscape, reads = open_all_frames(source, spec.quantity if asked else None)
        shared, place = of_field(landscape, reads, frame, str(source)), None
        stored = known_settings(landscape).get("quantity", spec.quantity)
        check_settings(source, landscape, replace(spec, quantity=stored), given)
    text = shared_page(shared, command=command, source=source.resolve().name, palette=palette, place=place)
    write_page(out, text)


def check_page(out: Path, palette: str, overwrite: bool) -> None:
    """Raise UserError if a page cannot be written to `out`, or cannot have a palette; to be called before any work."""
    check_target(out, (".html",), overwrite)
    if palette not in PALETTES:
        raise UserError(f"a shared page has the palettes {', '.join(PALETTES)}, got {palette!r}; choose one of them")


def explorer_place(spec: LandscapeSpec) -> dict[str, Any] | None:
    """What the explorer of the same run needs to show the same terrain; None if it cannot show it."""
    from render.window.explore.place import Terrain

    if spec.plane != "random" or spec.split != "validation" or spec.first:
        return None
    try:
        Terrain(seed=spec.directions, mazes=spec.mazes)
    except UserError:
        return None
    return {"seed": spec.directions, "third": 0.0, "turn": 0.0, "mazes": spec.mazes, "quantity": spec.quantity[0]}

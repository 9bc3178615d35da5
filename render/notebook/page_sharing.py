"""Sharing a landscape from Python: one HTML page of a run or a field."""

from pathlib import Path
from typing import Any

from agents.errors import UserError
from render.notebook.inputs import AUTO, RunLike, config_of, run_of, split_settings
from render.notebook.notebook_field import NotebookField
from render.notebook.opening import open_field
from render.page_seal import write_page
from render.share.share_files import check_page, explorer_place
from render.share.shared_page import shared_page
from render.share.swept_pictures import of_field, of_run
from render.studio import is_run
from sim.landscape.field import open_all_frames
from sim.landscape.spec import LandscapeSpec
from sim.rollout.machine import Machine


def share(
    source: RunLike | NotebookField,
    out: str | Path,
    *,
    shape: tuple[int, int] = (360, 640),
    frame: int = -1,
    palette: str = "inferno",
    overwrite: bool = False,
    machine: Machine = AUTO,
    **settings: Any,
) -> Path:
    """Write the landscape of a run or a field as an HTML page that plays its foragers; return the path of the page.

    A field on disk is shared with all its quantities, one in memory with that which it shows.

    `out` ends in .html. `settings` are those of `foragescape share RUN` (mazes, radius, plane, ...). A field
    has none; `frame` chooses one of its frames. Raises UserError for what a page cannot show.

        share(run, "landscape.html", mazes=4, shape=(180, 320))
    """
    path, (chosen,) = Path(out), split_settings(settings, LandscapeSpec)
    check_page(path, palette, overwrite)
    name = str(source) if isinstance(source, str | Path) else "run"
    if isinstance(source, str | Path) and not is_run(Path(source)):
        source = open_field(source)
    if isinstance(source, NotebookField):
        if chosen:
            raise UserError(f"the field is swept already, so {next(iter(chosen))} has no effect; leave it out")
        name = str(source.path) if source.path is not None else "field"
        landscape, reads = source.landscape, {source.objective.quantity: source.read}
        if source.path is not None:  # it may hold more quantities
            landscape, reads = open_all_frames(source.path)
        shared, place = of_field(landscape, reads, frame, name), None
    else:
        spec = config_of(LandscapeSpec, {**chosen, "height": shape[0], "width": shape[1]})
        shared, place = of_run(run_of(source), spec, machine), explorer_place(spec)
        chosen = {**chosen, "shape": shape}
    words = [f"{key}={value!r}" for key, value in {"frame": frame, "palette": palette, **chosen}.items()]
    command = f"fs.share({name if name in ('run', 'field') else repr(name)}, {str(out)!r}, {', '.join(words)})"
    told = "" if name in ("run", "field") else Path(name).name
    write_page(path, shared_page(shared, command=command, source=told, palette=palette, place=place))
    return path

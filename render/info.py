"""Describe a file or folder that this program made: a run, study, field, genome, film, picture or shared page.

Folders of comparisons and of methods, which older versions wrote where studies are written now, are described too.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents import genome
from agents.errors import UserError
from agents.reading import MOST_TEXT, one_line, parse_json, parse_object, read_regular, refuse_irregular
from render.open_run import NO_SEAL
from sim.study.store import NUMBERS, check, read_whole_json, was_sealed


def info(path: Path) -> dict[str, Any]:
    """The kind of a file or folder, and its contents in a few entries. Raises UserError for what it does not know."""
    if not path.exists():
        raise UserError(f"there is no {path}; check the path")
    if not path.is_dir():
        refuse_irregular(path)
    form = _form(path)
    if form in FOLDERS:
        return {"kind": FOLDERS[form].kind, "path": str(path), **_measured(path, FOLDERS[form])}
    if path.suffix.lower() == ".html":
        return {"kind": "shared page", "path": str(path), **_shared(path)}
    if (path / "manifest.json").exists():
        return {"kind": "run", "path": str(path), **_run(path)}
    if (path / "zarr.json").exists():
        return {"kind": "field", "path": str(path), **_field(path)}
    if _begins_as_safetensors(path):
        found = genome.load(path)
        weights = {"weights": found.layout.size, "dtype": str(found.weights.dtype)}
        return {"kind": "genome", "path": str(path), "network": found.layout.describe(), **weights, **found.provenance}
    return {"kind": "picture" if path.suffix.lower() == ".png" else "film", "path": str(path), **_film(path)}


def _begins_as_safetensors(path: Path) -> bool:
    """True if the name ends in .safetensors, or the content begins like one: a length of eight bytes, then JSON."""
    if path.suffix == ".safetensors":
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(9)[8:] == b"{"


def _form(path: Path) -> str:
    """The format that the JSON file of a folder names, or an empty text."""
    for name in ("study.json", "manifest.json"):
        try:
            found = parse_object(read_regular(path / name, MOST_TEXT))
        except (OSError, ValueError):
            continue
        return str(found.get("format", ""))
    return ""


def _measured(path: Path, folder: "Folder") -> dict[str, Any]:
    """Describe a folder of measurements, finished or not. Raises UserError if its numbers are damaged."""
    if folder.numbers == NUMBERS:
        check(path)
    about = {name: str(path / file) if (path / file).exists() else None for name, file in folder.files.items()}
    if not (path / folder.numbers).exists():
        return {"complete": False, "note": "unfinished: the command that began it continues it", **about}
    try:
        found = read_whole_json(path / folder.numbers)
        contents = {**folder.describe(found), "made_by": found["made_by"]}
        if not was_sealed(path / folder.numbers):
            contents["note"] = NO_DIGEST
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        fix = "run the command that made it again"
        raise UserError(f"{path / folder.numbers} is damaged ({one_line(error)}); {fix}") from error
    return {"complete": about["page"] is not None, **contents, **about}


def _study(found: dict[str, Any]) -> dict[str, Any]:
    """Describe the numbers of a study."""
    return {
        "study": found["study"]["name"],
        "groups": {name: len(runs) for name, runs in found["runs"].items()},
        "measures": [use["as"] for section in found["study"]["sections"] for use in section["measures"]],
        "numbers": sum(len(result["numbers"]) for result in found["results"]),
        "failures": len(found["failures"]),
        "seed": found["study"]["seed"],
    }


def _comparison(found: dict[str, Any]) -> dict[str, Any]:
    """Describe the numbers of a comparison of an older version."""
    parts = {name: section["numbers"].values() for name, section in found["sections"].items()}
    return {
        "contestants": [{key: run[key] for key in ("name", "run", "generation")} for run in found["contestants"]],
        "sections": list(parts),
        "numbers": sum(len(slots) for subjects in parts.values() for slots in subjects),
        "quick": found["config"]["quick"],
        "seed": found["config"]["seed"],
    }


def _methods(found: dict[str, Any]) -> dict[str, Any]:
    """Describe the numbers of a comparison of methods of an older version."""
    return {
        "methods": {method: len(runs) for method, runs in found["methods"].items()},
        "pairs": len(found["values"]["pairs"]),
        "quantities": len(next(iter(found["numbers"]["methods"].values()))),
        "quick": found["config"]["quick"],
        "seed": found["config"]["seed"],
    }


@dataclass(frozen=True, slots=True)
class Folder:
    """A kind of folder of measurements: the file of its numbers, what describes these numbers, and its other files."""

    kind: str
    numbers: str
    files: dict[str, str]
    describe: Callable[[dict[str, Any]], dict[str, Any]]


PAGE, FILM, FIGURE = {"page": "index.html"}, {"film": "film.mp4"}, {"figure": "figure.svg"}
FOLDERS = {
    "foragescape-study-1": Folder("study", "numbers.json", PAGE | FILM | FIGURE, _study),
    "foragescape-comparison-1": Folder("comparison", "comparison.json", PAGE | FILM, _comparison),
    "foragescape-methods-1": Folder("methods", "methods.json", PAGE | FIGURE, _methods),
}


NO_DIGEST = "an older version wrote it, without a digest: a changed number goes unnoticed"


def _run(path: Path) -> dict[str, Any]:
    """Describe a run."""
    from sim.learning.run import Run

    run = Run.open(path)
    run.check()
    config, champions, history = run.setting(), run.champions(), run.history()
    done = history[-1].get("generation", 0) if history else 0
    newest = {name: value for record in history for name, value in record.items() if name != "generation"}
    return {
        "network": config.layout.describe(),
        "method": champions[-1].provenance.get("method") if champions else None,
        "seed": config.seed,
        "generations": f"{done} of {config.generations}",
        "validation_pellets": newest.pop("validation", None),
        "newest": newest or None,
        "champions": len(champions),
        "test_openings": len(run.openings()),
        "sealed": True if run.is_sealed() else f"no: {NO_SEAL}",
        "made_by": {name: value for name, value in run.manifest().items() if name != "format"},
    }


def _field(path: Path) -> dict[str, Any]:
    """Describe a field, finished or not."""
    from sim.landscape.attributes import DAMAGE, read_attributes, unreadable
    from sim.landscape.chunks import read_tour
    from sim.landscape.field import AGAIN

    attributes = read_attributes(path)
    try:
        tour = read_tour(path, attributes)
    except DAMAGE as error:
        raise unreadable(path, error, AGAIN) from error
    height, width = tour.shape
    return {
        "tour": tour.name,
        "frames": len(tour),
        "pixels": f"{width} x {height}",
        "radius": (tour.windows[0].radius, tour.windows[-1].radius),
        "centre": [tour.windows[0].x, tour.windows[0].y],
        "complete": attributes.complete,
        "note": tour.note or None,
        **(_boundaries(path) if tour.name == "zoom" and attributes.complete else {}),
        **attributes.landscape(tour).json(),
    }


def _boundaries(path: Path) -> dict[str, Any]:
    """The share of pixels of each frame of a field, in percent, that differ from the next one, right or below."""
    from sim.landscape.detail import boundary_share
    from sim.landscape.field import open_frames

    field, read = open_frames(path)
    return {"boundary_percent": [round(100 * boundary_share(read(frame))) for frame in range(len(field.tour))]}


def _shared(path: Path) -> dict[str, Any]:
    """Describe a shared page. Raises UserError for other pages."""
    from render.share.shared_gallery import read_shared

    page = read_shared(path)
    if page is None:
        raise UserError(f"{path} is no shared page; give a run, field, genome, film, picture or shared page")
    return {"title": page.title, "caption": page.caption, "bytes": path.stat().st_size}


def _film(path: Path) -> dict[str, Any]:
    """Describe a film or picture. Raises UserError if it is cut off or damaged."""
    from render.intact import check_whole
    from render.probe import probe, read_metadata

    tags: dict[str, Any] = dict(read_metadata(path))
    if "made_from" in tags:
        with suppress(ValueError):  # another program wrote it: leave it a text
            tags["made_from"] = parse_json(tags["made_from"])
    found = probe(path)
    if not found["width"] * found["height"] * found["frames"]:
        raise UserError(f"cannot read {path}: it holds no pictures; give a run, field, genome, film or picture")
    check_whole(path)
    return {**tags, **found}

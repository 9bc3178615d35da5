"""Describe a file or folder that this program made: a run, study, debate, field, genome, film or page, or a part."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from agents import genome
from agents.errors import UserError
from agents.reading import MOST_TEXT, parse_json, parse_object, read_regular, refuse_irregular
from render.animation import NUMBERED
from render.measured_info import FOLDERS, describe_dataset, describe_debate, describe_measured, refuse_other_results
from render.open_run import NO_SEAL
from render.page_seal import check_page_seal
from render.part_info import belongs_to, describe_part, inside
from sim.learning.seal import NAME as SEAL
from sim.study.debate import DEBATE
from sim.study.store import FORMAT as STUDY
from sim.study.tables import DATASET

PICTURES = (".mp4", ".webm", ".gif", ".apng", ".png")
NAMES_OF_FILMS = (*PICTURES, ".webp")
NO_DIGEST = "another program or an older version wrote it without a digest, so damage may go unnoticed"


def info(path: Path) -> dict[str, Any]:
    """The kind of a file or folder, and its contents in a few entries. Raises UserError for what it does not know."""
    if not path.exists():
        raise UserError(f"there is no {path}; check the path")
    if not path.is_dir():
        refuse_irregular(path)
    found = _folder(path) if path.is_dir() else _file(path)
    return {"kind": found.pop("kind"), "path": str(path), **found}


def _folder(path: Path) -> dict[str, Any]:
    """Describe a folder."""
    if (path / SEAL).is_file():  # whatever its manifest may say, should it be that of another folder
        return {"kind": "run", **_run(path)}
    manifest = _manifest(path)
    form = str(manifest.get("format", ""))
    if form in FOLDERS:
        refuse_other_results(path, form, manifest.get("study"))
    if manifest.get("study") == DEBATE and form == STUDY:
        return {"kind": "debate", **describe_debate(path)}
    if form in FOLDERS:
        return {"kind": FOLDERS[form].kind, **describe_measured(path, FOLDERS[form])}
    if (path / "manifest.json").exists():
        return {"kind": "run", **_run(path)}
    if (path / "zarr.json").exists():
        is_dataset = path.name == DATASET and (path.parent / "study.json").exists()
        return describe_dataset(path) if is_dataset else {"kind": "field", **_field(path)}
    if any(NUMBERED.fullmatch(entry.name) for entry in path.iterdir()):
        return {"kind": "film", **_film(path)}
    within = inside(path)
    fix = f"describe what is in it: {', '.join(map(str, within))}" if within else "give one of the paths that we write"
    raise UserError(f"{path} is a folder that holds no frames, and is no run, study or field; {fix}")


def _file(path: Path) -> dict[str, Any]:
    """Describe a file."""
    if path.suffix.lower() == ".html" and (shared := _shared(path)):
        return {"kind": "shared page", **shared}
    if found := describe_part(path):
        return {**found, "bytes": path.stat().st_size}
    if _begins_as_safetensors(path):
        genomes = genome.load(path)
        weights = {"weights": genomes.layout.size, "dtype": str(genomes.weights.dtype)}
        return {"kind": "genome", "network": genomes.layout.describe(), **weights, **genomes.provenance}
    if path.suffix.lower() not in PICTURES and (of := belongs_to(path)) is not None:
        return {"kind": f"part of a {of[0]}", "of": str(of[1]), "bytes": path.stat().st_size}
    if path.suffix.lower() == ".html":
        raise UserError(f"{path} is no page of ours; give a run, study, field, genome, film, picture or shared page")
    if path.suffix.lower() not in NAMES_OF_FILMS and not _is_film_of_ours(path):
        raise UserError(f"{path} is no file of ours; give a run, study, field, genome, film, picture or shared page")
    return {"kind": "picture" if path.suffix.lower() == ".png" else "film", **_film(path)}


def _is_film_of_ours(path: Path) -> bool:
    """True if a file of any name is a film that this program made. FFmpeg also reads much else, such as text."""
    from render.probe import read_metadata

    with suppress(UserError):
        return "foragescape" in read_metadata(path)
    return False


def _begins_as_safetensors(path: Path) -> bool:
    """True if the name ends in .safetensors, or the content begins like one: a length of eight bytes, then JSON."""
    if path.suffix == ".safetensors":
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(9)[8:] == b"{"


def _manifest(path: Path) -> dict[str, Any]:
    """The JSON file of a folder that says what the folder is; an empty one without it."""
    for name in ("study.json", "manifest.json"):
        try:
            return parse_object(read_regular(path / name, MOST_TEXT))
        except (OSError, ValueError):
            continue
    return {}


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
    from sim.landscape.rings import NAME as RINGS

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
        **(_details(path) if tour.name in ("zoom", RINGS) and attributes.complete else {}),
        **attributes.landscape(tour).json(),
    }


def _details(path: Path) -> dict[str, Any]:
    """The detail of each frame of a field: pixels at a boundary, in percent, and the coherence of slopes, 0 to 1."""
    from sim.landscape.detail import detail
    from sim.landscape.field import open_frames

    field, read = open_frames(path)
    found = [detail(read(frame)) for frame in range(len(field.tour))]
    return {
        "boundary_percent": [round(100 * each.boundary) for each in found],
        "coherence": [round(each.coherence, 2) for each in found],
    }


def _shared(path: Path) -> dict[str, Any]:
    """Describe a shared page; nothing for other pages."""
    from render.share.shared_gallery import read_shared

    page = read_shared(path)
    if page is None:
        return {}
    check_page_seal(path)
    return {"title": page.title, "caption": page.caption, "bytes": path.stat().st_size}


def _film(path: Path) -> dict[str, Any]:
    """Describe a film or picture. Raises UserError if it is cut off or damaged."""
    from render.intact import check_whole
    from render.probe import probe, read_metadata
    from render.video_seal import FORMS

    tags: dict[str, Any] = dict(read_metadata(path))
    if "made_from" in tags:
        with suppress(ValueError):  # another program wrote it: leave it a text
            tags["made_from"] = parse_json(tags["made_from"])
    found = probe(path)
    if not found["width"] * found["height"] * found["frames"]:
        raise UserError(f"cannot read {path}: it holds no pictures; give a run, field, genome, film or picture")
    whole = check_whole(path)
    if tags and path.suffix.lower() in FORMS:
        tags["sealed"] = True if whole else f"no: {NO_DIGEST}"
    return {**tags, **found}

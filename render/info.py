"""What a file of ours is: run, field, genome, comparison (of champions or methods), film or picture."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from agents import genome
from agents.errors import Remedy, UserError


def info(path: Path) -> dict[str, Any]:
    """The kind of a file or folder, and what it tells of itself. Raises UserError for what is not ours."""
    if not path.exists():
        raise UserError(f"there is no {path}; check the path")
    from sim.comparison import store
    from sim.methods import methods

    form = _form(path)
    if form == store.FORMAT:
        return {"kind": "comparison", "path": str(path), **_comparison(path)}
    if form == methods.FORMAT:
        return {"kind": "methods", "path": str(path), **_methods(path)}
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
    """Whether the name says so, or the content: a length of eight bytes, then JSON."""
    if path.suffix == ".safetensors":
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(9)[8:] == b"{"


def _form(path: Path) -> str | None:
    """What the manifest of a folder calls it, if it has one."""
    from sim.comparison.store import MANIFEST

    try:
        found = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    form = found.get("format") if isinstance(found, dict) else None
    return form if isinstance(form, str) else None


def _comparison(path: Path) -> dict[str, Any]:
    from sim.comparison.store import RESULT

    pages = {"page": path / "index.html", "film": path / "film.mp4"}
    about: dict[str, Any] = {name: str(file) if file.exists() else None for name, file in pages.items()}
    if not (path / RESULT).exists():
        return {"complete": False, "note": "unfinished: the same compare command goes on from here", **about}
    try:
        found = json.loads((path / RESULT).read_bytes())
        parts = {name: section["numbers"].values() for name, section in found["sections"].items()}
        told = {
            "contestants": [
                {name: each[name] for name in ("name", "run", "generation")} for each in found["contestants"]
            ],
            "sections": list(parts),
            "numbers": sum(len(slots) for subjects in parts.values() for slots in subjects),
            "quick": found["config"]["quick"],
            "seed": found["config"]["seed"],
            "made_by": found["made_by"],
        }
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        fix = "the same compare command writes it anew"
        raise UserError(f"{path / RESULT} is damaged ({' '.join(str(error).split())}); {fix}") from error
    return {"complete": about["page"] is not None, **told, **about}


def _methods(path: Path) -> dict[str, Any]:
    from sim.methods.methods import RESULT

    pages = {"page": path / "index.html", "figure": path / "figure.svg"}
    about: dict[str, Any] = {name: str(file) if file.exists() else None for name, file in pages.items()}
    if not (path / RESULT).exists():
        return {"complete": False, **about}
    try:
        found = json.loads((path / RESULT).read_bytes())
        told = {
            "methods": {method: len(runs) for method, runs in found["methods"].items()},
            "pairs": len(found["values"]["pairs"]),
            "quantities": len(next(iter(found["numbers"]["methods"].values()))),
            "quick": found["config"]["quick"],
            "seed": found["config"]["seed"],
            "made_by": found["made_by"],
        }
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError, StopIteration) as error:
        fix = "the same methods command writes it anew"
        raise UserError(f"{path / RESULT} is damaged ({' '.join(str(error).split())}); {fix}") from error
    return {"complete": about["page"] is not None, **told, **about}


def _run(path: Path) -> dict[str, Any]:
    from sim.learning.run import Run

    run = Run.open(path)
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
        "made_by": {name: value for name, value in run.manifest().items() if name != "format"},
    }


def _field(path: Path) -> dict[str, Any]:
    from sim.landscape.attributes import DAMAGE, read_attributes
    from sim.landscape.chunks import read_tour
    from sim.landscape.field import AGAIN
    from sim.landscape.landscape import Landscape

    attributes = read_attributes(path)
    try:
        tour = read_tour(path, attributes)
    except DAMAGE as error:
        what = f"{path} is damaged ({' '.join(str(error).split())})"
        raise UserError(what, AGAIN, Remedy.SWEEP_ANEW, path=path) from error
    height, width = tour.shape
    return {
        "tour": tour.name,
        "frames": len(tour),
        "pixels": f"{width} x {height}",
        "radius": (tour.windows[0].radius, tour.windows[-1].radius),
        "centre": [tour.windows[0].x, tour.windows[0].y],
        "complete": attributes.complete,
        "note": tour.note or None,
        **Landscape(tour, attributes.objective, attributes.champion).json(),
    }


def _film(path: Path) -> dict[str, Any]:
    from render.intact import check_whole
    from render.probe import probe, read_metadata

    tags: dict[str, Any] = dict(read_metadata(path))
    if "made_from" in tags:
        with suppress(ValueError, RecursionError):  # somebody else's: it stays the text it is
            tags["made_from"] = json.loads(tags["made_from"])
    found = probe(path)
    if not found["width"] * found["height"] * found["frames"]:
        raise UserError(f"cannot read {path}: there are no pictures in it; give a run, field, genome, film or picture")
    check_whole(path)
    return {**tags, **found}

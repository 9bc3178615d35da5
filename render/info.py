"""What a file of ours is: run, field, genome, film or picture."""

from pathlib import Path
from typing import Any

from agents import genome
from agents.errors import UserError


def info(path: Path) -> dict[str, Any]:
    """The kind of a file or folder, and what it tells of itself. Raises UserError for what is not ours."""
    if not path.exists():
        raise UserError(f"there is no {path}; check the path")
    if (path / "manifest.json").exists():
        return {"kind": "run", "path": str(path), **_run(path)}
    if (path / "zarr.json").exists():
        return {"kind": "field", "path": str(path), **_field(path)}
    if path.suffix == ".safetensors":
        found = genome.load(path)
        weights = {"weights": found.layout.size, "dtype": str(found.weights.dtype)}
        return {"kind": "genome", "path": str(path), "network": found.layout.describe(), **weights, **found.provenance}
    return {"kind": "film or picture", "path": str(path), **_film(path)}


def _run(path: Path) -> dict[str, Any]:
    from sim.evolution import EvolutionConfig
    from sim.run import Run

    run = Run.open(path)
    config, history = run.config(EvolutionConfig), run.history()
    done = history[-1]["generation"] if history else 0
    best = [record["validation"] for record in history if "validation" in record]
    return {
        "network": config.layout.describe(),
        "optimiser": config.optimiser,
        "seed": config.seed,
        "generations": f"{done} of {config.generations}",
        "validation_pellets": best[-1] if best else None,
        "champions": len(run.champions()),
        "test_openings": len(run.openings()),
        "made_by": {name: value for name, value in run.manifest().items() if name != "format"},
    }


def _field(path: Path) -> dict[str, Any]:
    from sim.landscape.field import read_attributes, read_tour

    attributes = read_attributes(path)
    tour = read_tour(path, attributes)
    height, width = tour.shape
    return {
        "tour": tour.name,
        "frames": len(tour),
        "pixels": f"{width} x {height}",
        "radius": [tour.windows[0].radius, tour.windows[-1].radius],
        "centre": [tour.windows[0].x, tour.windows[0].y],
        "complete": attributes["complete"],
        "note": tour.note or None,
        **attributes["provenance"],
    }


def _film(path: Path) -> dict[str, Any]:
    import json

    from render.probe import probe, read_metadata

    tags = read_metadata(path)
    made_from = {"made_from": json.loads(tags.pop("made_from"))} if "made_from" in tags else {}
    return {**probe(path), **tags, **made_from}

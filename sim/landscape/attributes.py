"""Attributes: what a field on disk says about itself, sealed by a digest of all its metadata."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from agents.errors import Remedy, UserError
from sim.landscape.tour import Tour

FORMAT = "foragescape-field-1"
GEOMETRY = ("origin", "directions", "mix", "centre", "radius")
# What zarr raises for a chunk or document that is not what it was: checksums, JSON, sizes; then zstd; then the disk.
DAMAGE = (ValueError, RuntimeError, OSError, KeyError, TypeError)


def describe(tour: Tour, quantity: str, unit: str, provenance: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a field that is not complete yet, as JSON has them."""
    taken = {tour.axis, "y", "x", *GEOMETRY}
    if quantity in taken or not quantity.isidentifier():
        raise UserError(f"a quantity needs a name of its own, of letters, digits and _, got {quantity!r}")
    names = ("name", "axis", "unit", "layers", "loop", "precision", "note", "shape")
    attributes = {
        "format": FORMAT,
        "version": _version(),
        "quantity": quantity,
        "unit": unit,
        "tour": {name: getattr(tour, name) for name in names},
        "provenance": provenance,
        "complete": False,
    }
    copy: dict[str, Any] = json.loads(json.dumps(attributes, allow_nan=False))
    return copy


def read_attributes(path: Path) -> dict[str, Any]:
    """The attributes of a field, finished or not; a UserError if there is none, or it was damaged."""
    if not path.exists():
        raise UserError(f"there is no field at {path}", Remedy.MAKE_FIELD, path=path)
    if not (path / "zarr.json").is_file():
        raise UserError(f"{path} is not a field, which is a folder with a zarr.json: give the folder that a sweep made")
    try:
        document = json.loads((path / "zarr.json").read_bytes())
        attributes: dict[str, Any] = document["attributes"]
        tag = attributes.get("format")
        whole = tag != FORMAT or document == _document(path, attributes)
    except (*DAMAGE, AttributeError) as error:
        raise _damaged(path) from error
    if tag != FORMAT:
        what = f"{path} is of format {tag!r}, this version reads {FORMAT!r}"
        raise UserError(what, "choose another field", Remedy.SWEEP_ANEW, path=path)
    if not whole:
        raise _damaged(path)
    del attributes["digest"]
    return attributes


def _damaged(path: Path) -> UserError:
    return UserError(f"the metadata of {path} are damaged", Remedy.SWEEP_ANEW, path=path)


def finish(path: Path) -> None:
    """Mark a field as complete."""
    attributes = read_attributes(path)
    if not attributes["complete"]:
        write_attributes(path, {**attributes, "complete": True})


def write_attributes(path: Path, attributes: dict[str, Any]) -> None:
    """Seal the attributes of the field whose arrays are there, whole or not at all."""
    draft = path / "zarr.json.draft"
    draft.write_text(json.dumps(_document(path, attributes), indent=2))
    os.replace(draft, path / "zarr.json")


def _document(path: Path, attributes: dict[str, Any]) -> dict[str, Any]:
    """A group's zarr.json, sealed by a digest of all metadata: chunks have checksums of their own, documents none."""
    names = (attributes["quantity"], attributes["tour"]["axis"], "y", "x", *GEOMETRY)
    unsealed = {**attributes, "digest": None}
    documents = [unsealed, *(json.loads((path / name / "zarr.json").read_bytes()) for name in names)]
    digest = hashlib.blake2b(json.dumps(documents, sort_keys=True).encode(), digest_size=16).hexdigest()
    return {"zarr_format": 3, "node_type": "group", "attributes": {**attributes, "digest": digest}}


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("foragescape")
    except PackageNotFoundError:  # run from the checkout
        return "unknown"

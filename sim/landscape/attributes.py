"""The attributes of a field on disk: what it shows and how it was made, protected by a digest of all its metadata."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

from agents.errors import Remedy, UserError
from agents.files import replace_file
from agents.reading import MOST_TEXT, one_line, parse_object, read_regular
from sim.landscape.landscape import ChampionStory, Landscape, read_json
from sim.landscape.objective import AnyObjective
from sim.landscape.rings import NAME as RINGS
from sim.landscape.several import separate
from sim.landscape.tour import Precision, Tour

FORMAT = "foragescape-field-1"
SHARDED = "foragescape-field-2"  # the layers of a tile are one file; such fields were of format 1 until 2026-11-29
RINGED = "foragescape-field-3"  # frames are octaves of rings: older versions would take their pixels for squares
FORMATS = FORMAT, SHARDED, RINGED
NOTE = "tour.note"
MOST_SIDE = 1 << 20  # pixels
COPY = "copy the field again"
GEOMETRY = ("origin", "directions", "mix", "centre", "radius")
# What zarr raises for damaged files: for checksums, JSON and sizes; from zstd; from the disk; for wrong entries.
DAMAGE = (ValueError, RuntimeError, OSError, KeyError, TypeError, AttributeError, IndexError, OverflowError)


@dataclass(frozen=True, slots=True)
class TourNames:
    """The part of a tour that is stored in the attributes: all but its arrays. See Tour.

    `axis` and `unit` are those of the tour's axis, `shape` is the rows and columns of a frame.
    """

    name: str
    axis: str
    unit: str
    layers: bool
    loop: bool
    precision: Precision
    note: str
    shape: tuple[int, int]

    @classmethod
    def of(cls, tour: Tour) -> "TourNames":
        """The part of a tour that is stored in the attributes."""
        names = tour.name, tour.axis.name, tour.axis.unit
        return cls(*names, tour.layers, tour.loop, tour.precision, tour.note, tour.shape)


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a field. Its heights are arrays that are named by the quantities of `objective`.

    `quantity`, with its `unit`, is the first of them; `complete` is true once all heights are there.
    """

    version: str
    quantity: str
    unit: str
    tour: TourNames
    objective: AnyObjective
    champion: ChampionStory | None
    arithmetic: str
    complete: bool

    def landscape(self, tour: Tour) -> Landscape:
        """The landscape that the field shows along its tour."""
        return Landscape(tour, self.objective, self.champion, self.arithmetic)


def describe(landscape: Landscape) -> dict[str, Any]:
    """The attributes of a new field of a landscape, as JSON values; its heights are not computed yet.

    Raises UserError if a quantity cannot be the name of an array of heights.
    """
    tour, objective, names = landscape.tour, landscape.objective, list(separate(landscape.objective))
    taken = {tour.axis.name, "y", "x", *GEOMETRY}
    for name in names:
        if name in taken or not name.isidentifier():
            raise UserError(
                "a quantity must be named by letters, digits and _, and not like another array of the field, "
                f"got {name!r}; rename it"
            )
    attributes = {
        "format": SHARDED if tour.layers else RINGED if tour.name == RINGS else FORMAT,
        "version": _version(),
        "quantity": objective.quantity,
        **({"quantities": names} if len(names) > 1 else {}),
        "unit": objective.unit,
        "tour": asdict(TourNames.of(tour)),
        "provenance": landscape.json(),
        "complete": False,
    }
    copy: dict[str, Any] = json.loads(json.dumps(attributes, allow_nan=False))
    return copy


def read_attributes(path: Path) -> Attributes:
    """Read the attributes of the field at `path`. Raises UserError if there is no field, or they are damaged."""
    found = _read(path)
    try:
        names = {name: found["tour"][name] for name in TourNames.__slots__}
        tour = TourNames(**{**names, "shape": tuple(names["shape"])})
        quantity, unit, made = found["quantity"], found["unit"], found["provenance"]
        told = read_json(made, tour.name, quantity, unit)
        attributes = Attributes(found["version"], quantity, unit, tour, *told, complete=found["complete"])
        named = list(separate(attributes.objective))
    except UserError as error:
        raise UserError(f"{path}: {error.message}", *error.remedies, COPY) from error
    except DAMAGE as error:
        raise UserError(f"the metadata of {path} lack {one_line(error)}", COPY) from error
    if not _fits(attributes) or named != found.get("quantities", [quantity]):
        raise _damaged(path)
    return attributes


def is_complete(path: Path) -> bool:
    """True if all heights of the field at `path` are computed. Raises UserError like `read_attributes`."""
    return read_attributes(path).complete


def difference(path: Path, landscape: Landscape) -> str | None:
    """Describe the first difference between the attributes of the field at `path` and those of a landscape, if any.

    The arrays of the geometry are not compared, nor the tour's note, which is for persons and may get other words.
    """
    there = _read(path)
    old, new = _leaves({**there, "complete": False}), _leaves({**describe(landscape), "format": there["format"]})
    for key in sorted((old.keys() | new.keys()) - {NOTE}):
        if old.get(key) != new.get(key):
            return f"{key} is {new.get(key)!r} now and {old.get(key)!r} there"
    return None


def finish(path: Path) -> None:
    """Mark the field at `path` as complete."""
    attributes = _read(path)
    if not attributes["complete"]:
        write_attributes(path, {**attributes, "complete": True})


def write_attributes(path: Path, attributes: dict[str, Any]) -> None:
    """Write the attributes of a field in one step, with a digest of all metadata; its arrays must be there already."""
    replace_file(path / "zarr.json", json.dumps(_document(path, attributes), indent=2).encode())


def _read(path: Path) -> dict[str, Any]:
    """Read the attributes as JSON values, without the digest, after checking it."""
    if not path.exists():
        raise UserError(f"there is no field at {path}", Remedy.MAKE_FIELD, path=path)
    if not (path / "zarr.json").is_file():
        raise UserError(f"{path} is not a field, which is a folder with a zarr.json: give the folder that a sweep made")
    try:
        document = parse_object(read_regular(path / "zarr.json", MOST_TEXT))
        attributes: dict[str, Any] = document["attributes"]
        tag = attributes.get("format")
        readable = tag in FORMATS
        intact = not readable or document == _document(path, attributes)
    except UserError:  # of a file that is no regular one
        raise
    except OSError as error:
        raise unreadable(path, error) from error
    except DAMAGE as error:
        raise _damaged(path) from error
    if not readable:
        what = f"{path} is of format {tag!r}, this version reads {', '.join(FORMATS)}"
        raise UserError(what, "choose another field", "read it with the version that wrote it")
    if not intact:
        raise _damaged(path)
    del attributes["digest"]
    return attributes


def unreadable(path: Path, error: Exception, *fixes: str | Remedy) -> UserError:
    """The error for a field at `path` of which a part cannot be read, with `fixes` that keep what can be read.

    Only what fails its checksum is damaged, and only then a fix deletes it: a disk or a right that is missing today may
    be there tomorrow.
    """
    if isinstance(error, FileNotFoundError):
        return UserError(f"{path} lacks the file {error.filename}", COPY, *fixes)
    if isinstance(error, OSError) and error.errno is not None:
        file = path if error.filename is None else error.filename
        return UserError(f"cannot read {file}: {error.strerror}; check its rights and the disk")
    told = " ".join(str(error).split())[:120] or type(error).__name__
    if "checksum" in told:
        return UserError(f"{path} is damaged ({told})", *fixes, Remedy.SWEEP_ANEW, path=path)
    return UserError(f"cannot read {path} ({told})", COPY, *fixes)


def _damaged(path: Path) -> UserError:
    """The error of a field whose metadata are damaged."""
    return UserError(f"the metadata of {path} are damaged", Remedy.SWEEP_ANEW, path=path)


def _document(path: Path, attributes: dict[str, Any]) -> dict[str, Any]:
    """The zarr.json of the field's group, with a digest of all metadata: zarr's checksums cover only chunks."""
    heights = attributes.get("quantities", [attributes["quantity"]])
    names = (*heights, attributes["tour"]["axis"], "y", "x", *GEOMETRY)
    if not all(isinstance(name, str) and name.isidentifier() for name in names):
        raise ValueError(f"arrays of the field are named {names}")  # such as ../other.zarr/pellets
    documents = [
        {**attributes, "digest": None},
        *(parse_object(read_regular(path / name / "zarr.json", MOST_TEXT)) for name in names),
    ]
    digest = hashlib.blake2b(json.dumps(documents, sort_keys=True).encode(), digest_size=16).hexdigest()
    return {"zarr_format": 3, "node_type": "group", "attributes": {**attributes, "digest": digest}}


def _fits(attributes: Attributes) -> bool:
    """True if all attributes have the right kinds; anyone can compute a digest of wrong ones."""
    tour = attributes.tour
    texts = (attributes.version, attributes.unit, tour.name, tour.unit, tour.note)
    flags = (attributes.complete, tour.layers, tour.loop)
    sides = all(type(side) is int and 1 <= side <= MOST_SIDE for side in tour.shape)
    kinds = all(isinstance(text, str) for text in texts) and all(isinstance(flag, bool) for flag in flags)
    matches = attributes.unit == attributes.objective.unit
    return kinds and sides and matches and len(tour.shape) == 2 and tour.precision in get_args(Precision)


def _leaves(tree: Any, name: str = "") -> dict[str, Any]:
    """The values of nested tables, by dotted keys."""
    if not isinstance(tree, Mapping) or not tree:
        return {name: tree}
    branches = (_leaves(branch, f"{name}.{key}" if name else key) for key, branch in tree.items())
    return {key: value for branch in branches for key, value in branch.items()}


def _version() -> str:
    """The version of this program."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("foragescape")
    except PackageNotFoundError:  # run from the checkout
        return "unknown"

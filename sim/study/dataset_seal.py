"""The seal of a dataset on disk: a digest of all its files, among the attributes of its group.

zarr's chunks have no checksums unless a codec adds them, and its documents have none at all.
"""

import json
from functools import partial
from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.files import replace_file
from agents.reading import MOST_TEXT, content_digest, one_line, parse_object, read_regular
from sim.study.json_seal import sealed, unseal

DOCUMENT = "zarr.json"
NAME = "study"  # the attribute that all datasets of studies have
DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError)


def seal_dataset(path: Path) -> None:
    """Put the seal into a whole dataset. Raises UserError or OSError if that fails."""
    document = parse_object((path / DOCUMENT).read_bytes(), finite=False)
    document["attributes"] = sealed(document["attributes"], partial(_digest, path, document))
    replace_file(path / DOCUMENT, json.dumps(document, indent=2).encode())


def check_dataset(path: Path) -> bool:
    """True if a dataset has its seal, False if it has none, as those of older versions.

    Raises UserError if a file is missing, added or damaged.
    """
    try:
        document = parse_object(read_regular(path / DOCUMENT, MOST_TEXT), finite=False)
        attributes = document["attributes"]
        if NAME not in attributes:
            raise ValueError("its zarr.json is not that of a study")
        return unseal(attributes, partial(_digest, path, document))
    except UserError:
        raise
    except DAMAGE as error:
        problem = one_line(error)
    raise UserError(f"{path} is damaged ({problem}); conduct the study again")


def _digest(path: Path, document: dict[str, Any], attributes: dict[str, Any]) -> str:
    """The digest of all files but the group's document, which is given, with its attributes without their seal."""
    files = sorted(file for file in path.rglob("*") if not file.is_dir() and file != path / DOCUMENT)
    parts = {file.relative_to(path).as_posix(): content_digest(read_regular(file)) for file in files}
    return content_digest(json.dumps([parts, {**document, "attributes": attributes}], sort_keys=True).encode())

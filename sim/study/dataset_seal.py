"""The seal of a dataset on disk: a digest of all its files, as the last attribute of its group.

zarr's chunks have no checksums unless a codec adds them, and its documents have none at all.
"""

import json
from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.files import replace_file
from agents.reading import MOST_TEXT, content_digest, one_line, parse_object, read_regular
from sim.provenance import provenance

DOCUMENT, SEAL = "zarr.json", "seal"
UNSEALED = {"study", *provenance()}  # all attributes that older versions wrote; another one is what became of the seal
DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError)


def seal_dataset(path: Path) -> None:
    """Put the seal into a whole dataset. Raises UserError or OSError if that fails."""
    document = parse_object((path / DOCUMENT).read_bytes(), finite=False)
    document["attributes"][SEAL] = _digest(path, document)
    replace_file(path / DOCUMENT, json.dumps(document, indent=2).encode())


def check_dataset(path: Path) -> bool:
    """True if a dataset has its seal, False if it has none, as those of older versions.

    Raises UserError if a file is missing, added or damaged.
    """
    try:
        document = parse_object(read_regular(path / DOCUMENT, MOST_TEXT), finite=False)
        about = document["attributes"]
        found = about.pop(SEAL, None)
        if found == _digest(path, document):
            return True
        if found is None and about.keys() <= UNSEALED:
            return False
        problem = "its digest differs" if found is not None else "it has lost its digest"
    except UserError:
        raise
    except DAMAGE as error:
        problem = one_line(error)
    raise UserError(f"{path} is damaged ({problem}); conduct the study again")


def _digest(path: Path, document: dict[str, Any]) -> str:
    """The digest of all files but the group's document, which is given without its seal."""
    files = sorted(file for file in path.rglob("*") if not file.is_dir() and file != path / DOCUMENT)
    parts = {file.relative_to(path).as_posix(): content_digest(read_regular(file)) for file in files}
    return content_digest(json.dumps([parts, document], sort_keys=True).encode())

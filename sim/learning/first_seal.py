"""The first seal of a run folder: of a new one, and of one that an older version wrote."""

import json
from pathlib import Path

from agents.reading import parse_object
from sim.learning.ledger import read_ledger
from sim.learning.seal import ABSENT, Seal
from sim.learning.sealed_files import digest_of, read_file

FORMAT, UNSEALED = "foragescape-run-2", "foragescape-run-1"
MANIFEST, CONFIG, STATE = "manifest.json", "config.toml", "state.safetensors"
HISTORY, CHAMPION = "history.jsonl", "champion.safetensors"


def first_seal(folder: Path) -> Seal:
    """The seal of a folder that has none, with all files of a run as they are now."""
    names = [MANIFEST, CONFIG, STATE, HISTORY, CHAMPION, *champion_files(folder)]
    digests = {name: digest_of(read_file(folder / name)) for name in names}
    entries, head = read_ledger(folder, None)
    return Seal({name: digest for name, digest in digests.items() if digest != ABSENT}, {}, len(entries), head)


def renewed_manifest(folder: Path) -> dict[str, bytes | None]:
    """The manifest of an older version's run, changed to the format that has a seal; nothing if there is none."""
    data = read_file(folder / MANIFEST)
    return {} if data is None else {MANIFEST: manifest_bytes({**parse_object(data), "format": FORMAT})}


def manifest_bytes(manifest: dict[str, object]) -> bytes:
    """The content of a manifest."""
    return json.dumps(manifest, indent=2).encode() + b"\n"


def champion_file(generation: int) -> str:
    """The path in the folder of the champion that was chosen after so many generations."""
    return f"champions/{generation:06d}.safetensors"


def champion_files(folder: Path) -> list[str]:
    """The paths of the champions that are in a folder, oldest first."""
    paths = (folder / "champions").glob("[0-9]*.safetensors")
    return [f"champions/{path.name}" for path in sorted(paths, key=lambda path: (len(path.name), path.name))]

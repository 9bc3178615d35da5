"""Describe the files that belong to a run, a study or a debate, and those that windows leave: pages, tables, JSON.

Each is recognised by its content or by the folder that it is in, not by its name alone.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.reading import one_line, parse_json, read_regular
from render.page_seal import check_page_seal
from sim.study.json_seal import unseal
from sim.study.store import FORMAT as STUDY
from sim.study.store import MOST_JSON, digest
from sim.study.tables import CSV, TABLE, csv_bytes, read_table

About = dict[str, Any]
HEAD = 1 << 18  # bytes at the beginning of a page in which its kind and its title are
GENERATOR = re.compile(rb'<meta name="generator" content="foragescape ([a-z ]+)">')
TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)
DEEPEST = 8  # folders above a file, in which it is looked for what the file belongs to
SLOTS = frozenset("123456789")  # of bookmarks
MARKS = {"manifest.json": "run", "study.json": "study", "zarr.json": "field"}
"""Files that make their folder what it is. The outermost such folder is what a file belongs to."""


def describe_part(path: Path) -> About | None:
    """The kind of a file and what it holds; None for a file that is no part of anything that we write.

    Raises UserError if the file is one of ours and damaged.
    """
    by_suffix: dict[str, Callable[[Path], About | None]] = {
        ".html": _page, ".json": _json, ".jsonl": _lines, ".toml": _settings, ".parquet": _parquet, ".csv": _csv,
        ".svg": _figure,
    }  # fmt: skip
    suffix = path.suffix.lower()
    found = by_suffix[suffix](path) if suffix in by_suffix else None
    return found or _checkpoint(path)


def inside(path: Path) -> list[Path]:
    """The runs, studies and fields that are directly in a folder."""
    return [entry for entry in sorted(path.iterdir()) if any((entry / name).is_file() for name in MARKS)]


def belongs_to(path: Path) -> tuple[str, Path] | None:
    """The kind and the folder of what a file is a part of, if it is a part of anything."""
    found = None
    for folder in list(path.absolute().parents)[:DEEPEST]:
        for name, kind in MARKS.items():
            if (folder / name).is_file():
                found = (kind, folder)
                break
    return found


def _page(path: Path) -> About | None:
    """Describe a page of a study or a debate, or a gallery of shared pages."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind, title = GENERATOR.search(head), TITLE.search(head)
    if kind is not None:
        name = kind[1].decode()
    elif (path.parent / "study.json").is_file():  # an older version wrote it
        name = "page of a debate" if (path.parent / "debate.json").is_file() else "page of a study"
    else:
        return None
    if not check_page_seal(path) and b"</html>" not in _end(path):
        raise UserError(f"{path} is damaged (its end is missing); make it again")
    return {"kind": name, "title": " ".join(title[1].decode("utf-8", "replace").split()) if title else ""}


def _end(path: Path) -> bytes:
    """The last bytes of a file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        return file.read()


def _json(path: Path) -> About | None:
    """Describe a file of JSON that is sealed or has a known form; None for all others."""
    try:
        found = parse_json(read_regular(path, MOST_JSON), finite=False)
    except (OSError, ValueError) as error:
        if belongs_to(path) is None:
            return None
        raise UserError(f"{path} is damaged ({one_line(error)}); make it again, or take it from a backup") from error
    if not isinstance(found, dict):
        return None
    try:
        unseal(found, digest)
    except ValueError as error:
        raise UserError(f"{path} is damaged ({error}); make it again") from error
    if found.get("format") == STUDY:
        study = found.get("study")
        return {
            "kind": "numbers of a study" if isinstance(study, dict) else "manifest of a study",
            "study": _name(study),
        }
    if isinstance(found.get("studies"), list) and "made_by" in found:
        return {"kind": "verdicts of a debate", "verdicts": _verdicts(found["studies"])}
    if str(found.get("format", "")).startswith("foragescape-"):
        return {"kind": found["format"].removeprefix("foragescape-").rpartition("-")[0], "entries": len(found) - 1}
    if set(found) == {"results", "digest"}:
        return {"kind": "result of a measurement", "results": list(found["results"])}
    if set(found) == {"run", "journey"}:
        return {"kind": "journey", "run": found["run"], "places": len(found["journey"])}
    if found and set(found) <= SLOTS:
        return {"kind": "bookmarks", "slots": sorted(found)}
    return None


def _name(study: Any) -> str:
    return str(study.get("name", "")) if isinstance(study, dict) else str(study)


def _verdicts(studies: list[Any]) -> dict[str, str]:
    """The verdict on the first claim of each study."""
    first: dict[Any, Any] = {
        each["study"]: next(iter(each["claims"]), {}) for each in studies if isinstance(each, dict)
    }
    return {str(name): str(claim.get("verdict", "no claim")) for name, claim in first.items()}


def _lines(path: Path) -> About | None:
    """Describe the history or the ledger of a run, which are checked against its seal."""
    from sim.learning.run import Run

    if path.name not in ("history.jsonl", "ledger.jsonl") or not (path.parent / "manifest.json").is_file():
        return None
    run = Run.open(path.parent)
    if path.name == "ledger.jsonl":
        opened = run.openings()
        return {"kind": "ledger of a run", "openings": len(opened), "newest": opened[-1] if opened else None}
    history = run.history()
    return {"kind": "history of a run", "records": len(history), "newest": history[-1] if history else None}


def _settings(path: Path) -> About | None:
    """Describe the settings of a run."""
    from sim.learning.run import Run

    if path.name != "config.toml" or not (path.parent / "manifest.json").is_file():
        return None
    setting = Run.open(path.parent).setting()
    return {
        "kind": "settings of a run",
        "network": setting.layout.describe(),
        "seed": setting.seed,
        "generations": setting.generations,
    }


def _parquet(path: Path) -> About:
    """Describe a table of numbers."""
    table = read_table(path)
    return {"kind": "table", "rows": table.num_rows, "columns": table.column_names}


def _csv(path: Path) -> About | None:
    """Describe a table of numbers as text."""
    if belongs_to(path) is None:
        return None
    data = read_regular(path, MOST_JSON)
    if (path.parent / TABLE).is_file() and path.name == CSV and data != csv_bytes(read_table(path.parent / TABLE)):
        raise UserError(f"{path} is damaged (it is not what {TABLE} beside it says); conduct the study again")
    head, *rows = data.splitlines() or [b""]
    return {"kind": "table", "rows": len(rows), "columns": head.decode("utf-8", "replace").replace('"', "").split(",")}


def _figure(path: Path) -> About | None:
    """Describe the figure of a study."""
    if (of := belongs_to(path)) is None or of[0] != "study":
        return None
    if not check_page_seal(path) and b"</svg>" not in _end(path):
        raise UserError(f"{path} is damaged (its end is missing); conduct the study again")
    return {"kind": "figure of a study"}


def _checkpoint(path: Path) -> About | None:
    """Describe the checkpoint of a run."""
    from sim.learning import checkpoint

    if path.name != "state.safetensors" or not (path.parent / "manifest.json").is_file():
        return None
    newest = checkpoint.from_bytes(read_regular(path), path)
    return {"kind": "checkpoint of a run", "generation": newest.history[-1].get("generation") if newest.history else 0}

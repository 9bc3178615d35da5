"""Describe folders of measurements: studies and debates, and the comparisons that older versions wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.reading import one_line, refuse_irregular
from render.part_info import describe_part
from sim.study.dataset_seal import check_dataset
from sim.study.debate import DEBATE
from sim.study.store import FORMAT, NUMBERS, check, read_json, read_whole_json, was_sealed


def describe_measured(path: Path, folder: "Folder") -> dict[str, Any]:
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


def refuse_other_results(path: Path, form: str, study: Any) -> None:
    """Raise UserError if a folder whose manifest has this form and study holds results of another kind or study."""
    is_debate = form == FORMAT and study == DEBATE
    kind, own = ("debate", VERDICTS) if is_debate else (FOLDERS[form].kind, FOLDERS[form].numbers)
    there = [
        name for name in sorted({each.numbers for each in FOLDERS.values()} | {VERDICTS}) if (path / name).exists()
    ]
    numbers = read_json(path / own).get("study") if form == FORMAT and not is_debate else None
    if there and own not in there:
        problem = f"its manifest is that of a {kind}, to which {there[0]} does not belong"
    elif isinstance(numbers, dict) and numbers.get("name") != study:
        problem = f"its manifest is that of {study!r}, and {own} is of {numbers.get('name')!r}"
    else:
        return
    raise UserError(f"{path} is damaged ({problem}); take it from a backup, or make it again in another place")


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


VERDICTS = "debate.json"
PAGE, FILM, FIGURE = {"page": "index.html"}, {"film": "film.mp4"}, {"figure": "figure.svg"}
FOLDERS = {
    "foragescape-study-1": Folder("study", "numbers.json", PAGE | FILM | FIGURE, _study),
    "foragescape-comparison-1": Folder("comparison", "comparison.json", PAGE | FILM, _comparison),
    "foragescape-methods-1": Folder("methods", "methods.json", PAGE | FIGURE, _methods),
}


NO_DIGEST = "an older version wrote it, without a digest: a changed number goes unnoticed"


def describe_debate(path: Path) -> dict[str, Any]:
    """Describe a debate, finished or not."""
    studies = sorted(entry.parent.name for entry in path.glob("*/study.json"))
    page, verdicts = path / "index.html", path / VERDICTS
    found = _verdicts(verdicts) if verdicts.exists() else None
    about = {name: str(file) if file.is_file() else None for name, file in (("page", page), ("json", verdicts))}
    if found is None:
        return {"complete": False, "note": "unfinished: the command that began it continues it", **about}
    return {"complete": page.is_file(), "studies": studies, "verdicts": found["verdicts"], **about}


def _verdicts(path: Path) -> dict[str, Any]:
    """The description of the file of a debate's verdicts. Raises UserError for any other file in its place."""
    refuse_irregular(path)
    found = describe_part(path)
    if found is None or "verdicts" not in found:
        raise UserError(f"{path} is damaged (it holds no verdicts); run the command that made it again")
    return found


def describe_dataset(path: Path) -> dict[str, Any]:
    """Describe the dataset of a study's numbers. Every file is read, so that damage is found."""
    import xarray
    from zarr.errors import BaseZarrError
    from zarr.storage import LocalStore

    sealed = check_dataset(path)
    damage = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, BaseZarrError)
    try:
        with xarray.open_zarr(LocalStore(path, read_only=True), consolidated=False) as data:
            about = {"dimensions": dict(data.sizes), "variables": len(data.data_vars)}
    except damage as error:
        raise UserError(f"{path} is damaged ({one_line(error)}); conduct the study again") from error
    return {"kind": "dataset of a study", **about, **({} if sealed else {"note": NO_DIGEST})}

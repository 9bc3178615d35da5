"""The measures that are known: the files of `sim.measures`, and those of folders that a user names.

Each file is imported when the list is asked for, and checked: one measure in a file, with all that a measure needs.
"""

import importlib
import inspect
import os
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from agents.errors import UserError
from sim import measures
from sim.measures import Measure
from sim.values import parse, suggestion

FOLDER = os.path.dirname(measures.__file__)
VARIABLE = "FORAGESCAPE_MEASURES"  # the environment variable that names more folders of measures


def listing() -> dict[str, type[Measure]]:
    """All measures by name: those of `sim.measures` and those of the folders that the environment variable names."""
    return _list_folders(tuple(filter(None, os.environ.get(VARIABLE, "").split(os.pathsep))))


@cache
def _list_folders(more: tuple[str, ...]) -> dict[str, type[Measure]]:
    measures.__path__.extend(folder for folder in more if folder not in measures.__path__)
    modules = pkgutil.iter_modules([FOLDER, *more])
    names = sorted(module.name for module in modules if not module.name.startswith("_"))
    return {name: measure for name in names for measure in _measures_in(name)}


def _measures_in(name: str) -> list[type[Measure]]:
    """The measure that a file defines, or an empty list. Raises UserError if the file defines several."""
    try:
        module = importlib.import_module(f"{measures.__name__}.{name}")
    except Exception as error:  # whatever a user's file may raise
        raise UserError(f"the measure {name} cannot be imported ({type(error).__name__}: {error}); mend it") from error
    classes = [one for _, one in inspect.getmembers(module, inspect.isclass) if issubclass(one, Measure)]
    defined = [one for one in classes if one.__module__ == module.__name__]
    if len(defined) > 1:
        raise UserError(f"{module.__file__} defines {len(defined)} measures; put each measure into its own file")
    for measure in defined:
        missing = [each for each in ("of", "quantities") if not hasattr(measure, each)]
        missing += sorted(getattr(measure, "__abstractmethods__", ()))
        missing += ["@dataclass(frozen=True)"] * ("__dataclass_fields__" not in vars(measure))
        if missing:
            raise UserError(f"the measure {name} has no {' and no '.join(missing)}; see sim/measures/__init__.py")
    return defined


def find(name: str) -> type[Measure]:
    """The measure of that name. Raises UserError if there is none."""
    known = listing()
    if name not in known:
        fix = suggestion(name, known, f"choose from {', '.join(known)}")
        raise UserError(f"there is no measure {name!r}; {fix}")
    return known[name]


def from_json(table: Mapping[str, Any]) -> Measure:
    """The measure that `Measure.json` described; missing settings keep their defaults. Raises UserError for others."""
    settings = {key: value for key, value in table.items() if key != "measure"}
    name = table.get("measure")
    if not isinstance(name, str):
        raise UserError(f"a measure is a table with its name under measure, got {dict(table)!r}")
    try:
        return parse(find(name), settings)
    except UserError as error:
        raise UserError(f"measure {name}: {error}") from error

"""Config dataclasses as TOML: the same classes are the file and the flags."""

import difflib
import tomllib
import types
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from agents.errors import UserError

T = TypeVar("T")


def to_toml(config: Any) -> str:
    """A config as the text of a TOML file; what is None is left out."""
    import tomli_w

    return tomli_w.dumps(_without_none(asdict(config)))


def from_toml(kind: type[T], path: Path) -> T:
    """Read a config from a TOML file. Raises UserError, in one line, for anything that does not fit."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot read the config {path}: {error.strerror}; check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not TOML: {error}; mend the file") from error
    try:
        return parse(kind, table)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def parse(kind: type[T], table: Mapping[str, Any], at: str = "") -> T:
    """A config from nested tables; what is missing keeps its default. `at` is the key of the table itself."""
    hints = get_type_hints(kind)
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            nearest = difflib.get_close_matches(key, known, 1)
            fix = f"did you mean {at}{nearest[0]}?" if nearest else f"known are {', '.join(known)}"
            raise UserError(f"there is no setting {at}{key}; {fix}")
    return kind(**{key: _convert(hints[key], value, at + key) for key, value in table.items()})


def _convert(hint: Any, value: Any, key: str) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, Mapping):
            raise UserError(f"{key} should be a table, got {value!r}")
        return parse(hint, value, key + ".")
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise UserError(f"{key} should be one of {', '.join(map(str, get_args(hint)))}, got {value!r}")
        return value
    if get_origin(hint) in (Union, types.UnionType):
        return _convert(next(choice for choice in get_args(hint) if choice is not type(None)), value, key)
    if get_origin(hint) is tuple:
        kinds = get_args(hint)
        if not isinstance(value, list | tuple) or len(value) != len(kinds):
            raise UserError(f"{key} should be a list of {len(kinds)}, got {value!r}")
        return tuple(_convert(each, item, key) for each, item in zip(kinds, value, strict=True))
    if hint is float and type(value) is int:
        return float(value)
    if hint is Path and isinstance(value, str):
        return Path(value)
    if type(value) is not hint:
        raise UserError(f"{key} should be of type {hint.__name__}, got {value!r}")
    return value


def _without_none(table: dict[str, Any]) -> dict[str, Any]:
    cleaned = {}
    for key, value in table.items():
        if value is not None:
            cleaned[key] = _without_none(value) if isinstance(value, dict) else value
    return cleaned

"""Reads and writes values (config dataclasses) as TOML files and as tables of plain data.

A field of a config is a number, a text, a bool, a path, a Literal, another config, a tuple of these, or one of these
or None.
"""

import difflib
import tomllib
import types
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from agents import checks
from agents.errors import UserError
from agents.files import local_path
from agents.reading import MOST_TEXT, read_regular

T = TypeVar("T")


def to_toml(config: Any) -> str:
    """A config as the text of a TOML file; fields that are None are left out."""
    import tomli_w

    return tomli_w.dumps(plain(config))


def from_toml(kind: type[T], path: Path, *, partly: bool = False) -> T:
    """Read a config from a TOML file. Raises UserError, in one line, for a file that cannot be read or does not fit.

    `partly` ignores settings that the class does not have, so that a base class can read the file of a subclass.
    """
    return from_text(kind, _read(path, "config"), str(path), partly=partly)


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """The tables of a TOML file, such as a "study". Raises UserError, in one line, for a file that cannot be read."""
    return _tables(_read(path, what), str(path))


def _read(path: Path, what: str) -> str:
    """The text of a file, without the mark that some editors put at its beginning."""
    try:
        return read_regular(path, MOST_TEXT).decode("utf-8-sig")
    except UserError:
        raise
    except OSError as error:
        raise UserError(f"cannot read the {what} {path}: {error.strerror}; check the path") from error
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not UTF-8"
        raise UserError(f"{path} is not TOML: {what}; save the file as UTF-8 text") from error


def _tables(text: str, name: str) -> dict[str, Any]:
    """The tables of a TOML text."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError also for numbers of 5000 digits, which int() refuses
        raise UserError(f"{name} is not TOML: {error}; correct the file") from error


def from_text(kind: type[T], text: str, name: str, *, partly: bool = False) -> T:
    """Read a config from the text of a TOML file; messages of errors begin with `name`."""
    table = _tables(text, name)
    if partly:
        table = {field.name: table[field.name] for field in fields(kind) if field.name in table}  # type: ignore[arg-type]
    try:
        return parse(kind, table)
    except UserError as error:
        raise UserError(f"{name}: {error}") from error


def parse(kind: type[T], table: Mapping[str, Any], at: str = "") -> T:
    """Make a config from nested tables; missing settings keep their defaults. `at` is the key of the table itself.

    A class may have a ClassVar `renamed`: old names of its fields and their new ones. Raises UserError for unknown
    settings, for old names, and for values of the wrong type.
    """
    hints = get_type_hints(kind)
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type] # T is any dataclass
    renamed: Mapping[str, str] = getattr(kind, "renamed", {})
    for key in table:
        if key in renamed:
            raise UserError(f"{at}{key} is now called {at}{renamed[key]}; rename it")
        if key not in known:
            fix = suggestion(key, known, f"known are {', '.join(known)}", at)
            raise UserError(f"there is no setting {at}{key if key.isprintable() else repr(key)}; {fix}")
    return kind(**{key: _convert(hints[key], value, at + key) for key, value in table.items()})


def suggestion(name: str, known: Iterable[str], otherwise: str, head: str = "") -> str:
    """The fix for an unknown name: "did you mean" `head` and the nearest known name, or `otherwise`."""
    near = difflib.get_close_matches(name, known, 1)
    return f"did you mean {head}{near[0]}?" if near else otherwise


def dotted_names(kind: type[Any]) -> list[str]:
    """The dotted names of all settings of a config class, also of the configs in it: "world.maze.size"."""
    hints, names = get_type_hints(kind), []
    for field in fields(kind):
        inner = dotted_names(hints[field.name]) if is_dataclass(hints[field.name]) else None
        names += [field.name] if inner is None else [f"{field.name}.{name}" for name in inner]
    return names


def parse_all(kind: type[T], table: Any) -> T:
    """Make a config from a table that a program wrote, and which has every setting. Raises UserError or TypeError."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type] # T is any dataclass
    if not isinstance(table, Mapping) or not names <= set(table):
        raise TypeError(f"expected {', '.join(sorted(names))}, got {table!r}")
    return parse(kind, table)


def differences(old: Any, new: Any) -> str:
    """The differences between two configs of one class as a text: "hidden is 8 now and 16 there"."""
    return ", ".join(_differences(plain(old), plain(new), ""))


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], at: str) -> list[str]:
    texts = []
    for key in {**old, **new}:
        before, after = old.get(key), new.get(key)
        if isinstance(before, dict) and isinstance(after, dict):
            texts += _differences(before, after, f"{at}{key}.")
        elif before != after:
            texts.append(f"{at}{key} is {after!r} now and {before!r} there")
    return texts


def _convert(hint: Any, value: Any, key: str) -> Any:
    """Convert a value of TOML to the type `hint` of a field. Raises UserError if it does not fit."""
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, Mapping):
            raise UserError(f"{key} must be a table, got {value!r}")
        return parse(hint, value, key + ".")
    if get_origin(hint) is Literal:
        checks.choice(key, value, hint)
        return value
    if get_origin(hint) in (Union, types.UnionType):
        return _convert(next(choice for choice in get_args(hint) if choice is not type(None)), value, key)
    if get_origin(hint) is tuple:
        return _convert_tuple(get_args(hint), value, key)
    if hint is float and type(value) is int and abs(value) < 1 << 1023:
        return float(value)
    if hint is Path and isinstance(value, str):
        return local_path(value)
    if type(value) is not hint:
        raise UserError(f"{key} must be {_NAMES.get(hint, hint.__name__)}, got {value!r}")
    return value


def _convert_tuple(kinds: tuple[Any, ...], value: Any, key: str) -> tuple[Any, ...]:
    wanted = "a list" if Ellipsis in kinds else f"a list of {len(kinds)}"
    if not isinstance(value, list) or (Ellipsis not in kinds and len(value) != len(kinds)):
        raise UserError(f"{key} must be {wanted}, got {value!r}")
    of_items = kinds[:1] * len(value) if Ellipsis in kinds else kinds
    return tuple(
        _convert(kind, item, f"{key}[{place}]") for place, (kind, item) in enumerate(zip(of_items, value, strict=True))
    )


_NAMES = {int: "a whole number", float: "a number", bool: "true or false", str: "a text", Path: "a path"}


def plain(value: Any) -> Any:
    """A config, or a value in one, as plain data for TOML and JSON: tables, lists, numbers, texts; without None."""
    if is_dataclass(value):
        entries = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: plain(entry) for name, entry in entries.items() if entry is not None}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value

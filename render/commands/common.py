"""What all commands share: common options, and how a result is printed."""

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import tyro

from agents.errors import UserError
from sim.rollout.machine import Machine

T = TypeVar("T")
Source = tyro.conf.Positional[Path]
Flat = Annotated[T, tyro.conf.arg(name="")]  # its options have no prefix
Grouped = tyro.conf.OmitArgPrefixes[T]  # and have a box of their own in the help


@dataclass(frozen=True)
class Common:
    """The option of every command except watch."""

    json: bool = False
    """Print the result as one line of JSON, not as a table."""


@dataclass(frozen=True)
class Playing(Common):
    """The options of every command that plays episodes."""

    machine: Grouped[Machine] = field(default_factory=lambda: Machine(device="auto"))


def answer(result: Any, as_json: bool) -> None:
    """Print a result, which is a mapping or a dataclass, on stdout: as one line of JSON or as a table for people."""
    table = asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
    if as_json:
        print(json.dumps(_finite(table), allow_nan=False))
        return
    from render.table import print_table

    print_table(table)


def answer_made(path: Path, as_json: bool) -> None:
    """Print what a file or folder is that a command has just made: in one line, or all of it as one line of JSON."""
    found = describe(path)
    if as_json:
        answer(found, True)
        return
    from render.streams import printable

    print(printable(in_one_line(found)))


def in_one_line(found: Mapping[str, Any]) -> str:
    """The description of a film, picture or field in one line: its path, its kind, and how large it is."""
    words = [str(found["kind"])]
    if "pixels" in found:
        words.append(f"{found['frames']} frame{'s' * (found['frames'] != 1)} of {found['pixels']}")
        words += ["unfinished"] * (not found["complete"])
    else:
        words.append(f"{found['width']} x {found['height']}")
        words += [f"{found['frames']} frames in {found['duration']:.1f} s"] * (found["kind"] == "film")
    path = Path(found["path"])
    size = f", {path.stat().st_size / 1e6:.2g} MB" if path.is_file() else ""
    return f"{path}: {', '.join(words)}{size}"


def setting(text: str) -> tuple[str, Any]:
    """Split KEY=VALUE into a key and a value, which is read as TOML, or else is a text.

    Raises UserError if there is no "=".
    """
    key, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"--set takes KEY=VALUE, got {text!r}")
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


def describe(path: Path) -> dict[str, Any]:
    """The kind of a file or folder, and its contents in a few entries; see `render.info`."""
    from render.info import info

    return info(path)


def _finite(value: Any) -> Any:
    """A copy of a result that JSON can hold: numbers that are not finite become null."""
    if isinstance(value, Mapping):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

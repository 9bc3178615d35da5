"""What commands share: options, and the way that they print a result."""

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


@dataclass(frozen=True)
class Common:
    """The options of every command but watch."""

    json: bool = False
    """Print the result as one JSON object on stdout."""


@dataclass(frozen=True)
class Playing(Common):
    """The options of every command that plays episodes."""

    machine: Flat[Machine] = field(default_factory=lambda: Machine(device="auto"))


def answer(result: Any, as_json: bool) -> None:
    """Print a result, a table or a dataclass, as one JSON object on a line or as a table for people."""
    table = asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
    if as_json:
        print(json.dumps(_finite(table), allow_nan=False))
        return
    from render.table import print_table

    print_table(table)


def setting(text: str) -> tuple[str, Any]:
    """KEY=VALUE as a key and a value, which is as TOML has it, or else a text. Raises UserError for anything else."""
    key, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"a change of a setting is KEY=VALUE, got {text!r}")
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


def describe(path: Path) -> dict[str, Any]:
    """The kind of a file or folder of this program, and what it says of itself; see `render.info`."""
    from render.info import info

    return info(path)


def _finite(value: Any) -> Any:
    """A copy of a result that JSON can hold: numbers that are not finite become null."""
    if isinstance(value, Mapping):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

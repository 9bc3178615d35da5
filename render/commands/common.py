"""What commands share: their options, and how they answer."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import tyro

from sim.rollout.machine import Machine

T = TypeVar("T")
Source = tyro.conf.Positional[Path]
Flat = Annotated[T, tyro.conf.arg(name="")]  # its flags carry no prefix


@dataclass(frozen=True)
class Common:
    """What every command takes."""

    json: bool = False
    """Print the result as one JSON object on stdout."""


@dataclass(frozen=True)
class Playing(Common):
    """What every command that plays episodes takes."""

    machine: Flat[Machine] = field(default_factory=lambda: Machine(device="auto"))


def answer(result: Any, as_json: bool) -> None:
    """Print a result for machines, as JSON, or as a short table."""
    table = asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
    if as_json:
        print(json.dumps(_finite(table), allow_nan=False))
        return
    from render.table import print_table

    print_table(table)


def describe(path: Path) -> dict[str, Any]:
    """What a file of ours is."""
    from render.info import info

    return info(path)


def _finite(value: Any) -> Any:
    """A result as JSON has it: what is not a finite number is null."""
    if isinstance(value, Mapping):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

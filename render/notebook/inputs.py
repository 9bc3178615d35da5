"""Inputs of the Python interface: runs as values or as folders, genomes as arrays, settings as keywords.

N genomes of P weights.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.files import local_path
from agents.genome import Genome
from agents.layout import Layout
from sim.learning.run import Run
from sim.rollout.machine import Machine
from sim.values import parse

T = TypeVar("T")
RunLike = Run | str | Path
AUTO = Machine(device="auto")


def run_of(source: object) -> Run:
    """A run, or the run in a folder. Raises UserError for anything else."""
    if isinstance(source, Run):
        return source
    if isinstance(source, str | Path):
        return Run.open(local_path(source))
    raise UserError(f"a run, or the path of its folder, was expected, got {_what(source)}")


def genome_of(genome: Genome | ArrayLike | None, layout: Layout | None) -> tuple[NDArray[np.float32], Layout | None]:
    """One genome float32 [P], and its layout or None. Raises UserError if there is no genome, or more than one."""
    if genome is None:
        raise UserError("a function is looked at around a genome: pass genome, one vector of weights")
    given = genome.weights if isinstance(genome, Genome) else genome
    if isinstance(genome, Genome):
        if layout not in (None, genome.layout):
            raise UserError(f"the genome has a layout of its own, {genome.layout.describe()}; leave layout out")
        layout = genome.layout
    try:
        weights = np.asarray(given, np.float32)
    except (TypeError, ValueError) as error:
        raise UserError(f"the genome must be one vector of weights, got {_what(given)}: {error}") from error
    if weights.ndim != 1:
        raise UserError(f"the genome must be one vector of weights, got an array of shape {list(weights.shape)}")
    return weights, layout


def config_of(kind: type[T], settings: Mapping[str, Any]) -> T:
    """A config from keyword settings. Raises UserError for an unknown one, and suggests the nearest name."""
    return parse(kind, as_table(settings))


def split_settings(settings: Mapping[str, Any], *kinds: type[Any]) -> list[dict[str, Any]]:
    """Settings sorted by the config classes that have them. Raises UserError for a setting that no class has."""
    names = [[each.name for each in fields(kind)] for kind in kinds]
    known = [name for own in names for name in own]
    for name in settings:
        if name not in known:
            near = get_close_matches(name, known, 1)
            fix = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise UserError(f"there is no setting {name}; {fix}")
    return [{name: value for name, value in settings.items() if name in own} for own in names]


def as_table(value: Any) -> Any:
    """A value with the types of TOML: configs and mappings become dicts, tuples and arrays lists, paths strings."""
    if is_dataclass(value) and not isinstance(value, type):
        value = {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): as_table(each) for name, each in value.items() if each is not None}
    if isinstance(value, np.ndarray | np.generic):
        return as_table(value.tolist())
    if isinstance(value, list | tuple | range):
        return [as_table(each) for each in value]
    return str(value) if isinstance(value, Path) else value


def _what(value: object) -> str:
    return f"a {type(value).__name__}"

"""Configs of learners: read from run folders, compared, or made from a learner's name and dotted settings."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from agents.errors import Remedy, UserError
from sim.learning.evolution import EvolutionConfig, OptimiserName
from sim.learning.learner import LearnerConfig
from sim.learning.train import Method, TrainConfig
from sim.values import differences, dotted_names, from_text, parse

LENGTH = "generations"  # the only setting that may change when a run goes on

LearnerName = Literal["es", "genetic", "cma", "imitate", "reinforce"]

# For each class of config: the setting that names the learner, and the names that it can have.
CLASSES: dict[type[LearnerConfig], tuple[str, tuple[str, ...]]] = {
    EvolutionConfig: ("optimiser", get_args(OptimiserName)),
    TrainConfig: ("method", get_args(Method)),
}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The settings that tell the classes apart: a config file has exactly one of them."""

    optimiser: str | None = None
    method: str | None = None


def config_from_text(text: str, path: Path) -> LearnerConfig:
    """Read the text of the config file of a run folder, whatever the learner. Raises UserError if it is damaged."""
    chosen = from_text(_Chosen, text, str(path), partly=True)
    for kind, (choice, _) in CLASSES.items():
        if getattr(chosen, choice) is not None:
            return from_text(kind, text, str(path))
    raise UserError(f"{path} names neither an optimiser nor a method; take it from a backup")


def configured(learner: str, settings: Mapping[str, Any] | None = None, *, seed: int = 0) -> LearnerConfig:
    """The config of a learner (es, genetic, cma, imitate, reinforce) with dotted settings, such as {"es.sigma": 0.1}.

    Other settings have their defaults. Raises UserError for a value that does not fit, and for a setting that the
    learner does not have, with the name of the most similar one.
    """
    for kind, (choice, learners) in CLASSES.items():
        if learner in learners:
            foreign = {"seed", choice, *learners} - {learner}
            known = [name for name in dotted_names(kind) if name.partition(".")[0] not in foreign]
            table: dict[str, Any] = {"seed": seed, choice: learner}
            for name, value in (settings or {}).items():
                _refuse_unknown(learner, name, known)
                _put(table, name.split("."), value.item() if isinstance(value, np.generic) else value)
            return parse(kind, table)
    near = difflib.get_close_matches(learner, get_args(LearnerName), 1)
    fix = f"did you mean {near[0]}?" if near else f"choose from {', '.join(get_args(LearnerName))}"
    raise UserError(f"there is no learner {learner!r}; {fix}")


def refuse_changes(path: Path, old: LearnerConfig, new: LearnerConfig) -> None:
    """Refuse, with UserError, to continue the run at `path`, of config `old`, with a `new` config that differs.

    Only the number of generations may differ, and only grow.
    """
    before, after = getattr(old, LENGTH), getattr(new, LENGTH)
    if after < before or replace(old, **{LENGTH: after}) != new:
        what = f"{path} is of other settings ({differences(old, new)})"
        raise UserError(what, "repeat its settings to go on", Remedy.ELSEWHERE, Remedy.START_OVER)


def other_learner(text: bytes, config: LearnerConfig, path: Path) -> str:
    """The learner that a config file names, if its class is not that of `config`; otherwise an empty text."""
    try:
        found = config_from_text(text.decode(), path)
    except (UserError, UnicodeDecodeError):
        return ""
    return "" if type(found) is type(config) else str(getattr(found, CLASSES[type(found)][0]))


def _refuse_unknown(learner: str, name: str, known: list[str]) -> None:
    """Refuse a setting that the learner does not have."""
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        fix = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        raise UserError(f"{learner} has no setting {name!r}; {fix}")


def _put(table: dict[str, Any], path: list[str], value: Any) -> None:
    """Set the value at a path of keys in nested tables."""
    *heads, last = path
    for head in heads:
        table = table.setdefault(head, {})
    table[last] = value

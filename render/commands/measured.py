"""The answers of the command measure: the list of measures, or the numbers that a measure finds."""

from collections.abc import Sequence
from dataclasses import fields
from inspect import getdoc
from pathlib import Path
from typing import Any

from agents.errors import UserError
from render.commands.common import setting
from sim.known_measures import find, from_json, listing
from sim.measures import Measure, Quantity
from sim.statistics.results import Findings, Number
from sim.values import plain


def listed(name: str = "") -> dict[str, Any]:
    """All measures, a line each; or with a `name` what that measure measures, its settings, and its numbers."""
    if name:
        return _about(find(name))
    return {found: f"of a {kind.of}: {_said(kind)[0].rstrip('.')}" for found, kind in listing().items()}


def measured(paths: Sequence[Path], name: str, changes: Sequence[str], seed: int) -> dict[str, Any]:
    """Compute a measure of runs, or of a field, after `changes` of its settings, which are SETTING=VALUE."""
    from render.open_run import open_run
    from sim.evaluation.subject import read_subject
    from sim.landscape.field import open_field
    from sim.study.measuring import measure_field, measure_runs

    measure = from_json({"measure": name, **dict(map(setting, changes))})
    if measure.of == "field":
        if len(paths) != 1:
            raise UserError(f"{name} measures one field, got {len(paths)} paths; name one field")
        findings = measure_field(measure, open_field(paths[0]), seed=seed)
        return {"measure": measure.json(), str(paths[0]): _numbers(measure, findings)}
    subjects = [read_subject(open_run(path)) for path in paths]
    found = measure_runs(measure, subjects, seed=seed)
    about = {" | ".join(run.name for run in group): _numbers(measure, findings) for group, findings in found}
    return {"measure": measure.json(), **about}


def _numbers(measure: Measure, findings: Findings) -> dict[str, Any]:
    """The numbers among the findings of a measure: value, unit, interval, sample size and note of each."""
    return {
        slot: {
            "value": result.value,
            "unit": measure.quantities[result.quantity].unit or None,
            "ci95": result.interval,
            "n": result.sample,
            "note": ", ".join(filter(None, (result.detail, result.note))) or None,
        }
        for slot, result in findings.items()
        if isinstance(result, Number)
    }


def _about(kind: type[Measure]) -> dict[str, Any]:
    """What a measure measures, its default settings, and its numbers."""
    settings: Any = kind()
    return {
        "of": kind.of,
        "what": " ".join(_said(kind)),
        "settings": {field.name: plain(getattr(settings, field.name)) for field in fields(settings)},
        "finds": {key: _line(quantity) for key, quantity in kind.quantities.items()},
    }


def _said(kind: type[Measure]) -> list[str]:
    """The paragraphs of what a measure says of itself, each in one line."""
    return [" ".join(paragraph.split()) for paragraph in (getdoc(kind) or "").split("\n\n")]


def _line(quantity: Quantity) -> str:
    """The name, unit and definition of a number."""
    return f"{quantity.name}{f', {quantity.unit}' if quantity.unit else ''}: {quantity.text}"

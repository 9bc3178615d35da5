"""What the command measure answers: the measures that there are, and what one of them finds."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from agents.errors import UserError
from render.commands.common import setting
from sim.measures import Measure, Quantity, find, from_json, listing
from sim.statistics.results import Findings, Number
from sim.values import plain


def listed(name: str = "") -> dict[str, Any]:
    """All measures in a line each, or all of one: what it is of, its settings, and what it finds."""
    if name:
        return _about(find(name))
    return {name: f"of a {kind.of}: {(kind.__doc__ or '').rstrip('.')}" for name, kind in listing().items()}


def measured(paths: Sequence[Path], name: str, changes: Sequence[str], seed: int) -> dict[str, Any]:
    """What a measure finds of runs, or of a field."""
    from sim.evaluation.subject import read_subject
    from sim.landscape.field import open_field
    from sim.learning.run import Run
    from sim.study.measuring import measure_field, measure_runs

    measure = from_json({"measure": name, **dict(map(setting, changes))})
    if measure.of == "field":
        if len(paths) != 1:
            raise UserError(f"{name} is a measure of a field; name one, got {len(paths)} paths")
        findings = measure_field(measure, open_field(paths[0]), seed=seed)
        return {"measure": measure.json(), str(paths[0]): _told(measure, findings)}
    subjects = [read_subject(Run.open(path)) for path in paths]
    found = measure_runs(measure, subjects, seed=seed)
    about = {" | ".join(each.name for each in some): _told(measure, findings) for some, findings in found}
    return {"measure": measure.json(), **about}


def _told(measure: Measure, findings: Findings) -> dict[str, Any]:
    """The numbers, each with its interval, sample, unit and note."""
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
    settings: Any = kind()
    return {
        "of": kind.of,
        "what": kind.__doc__,
        "settings": {each.name: plain(getattr(settings, each.name)) for each in fields(settings)},
        "finds": {key: _line(each) for key, each in kind.quantities.items()},
    }


def _line(each: Quantity) -> str:
    return f"{each.name}{f', {each.unit}' if each.unit else ''}: {each.text}"

"""The HTML that a notebook shows for a measurement and for a study: numbers, charts, definitions, verdicts.

Texts have the colour of the notebook, so that they can be read in light and dark ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from render.page import words
from render.page.compose import environment
from render.page.contents import MOST, contents_of
from render.page.panels import panels
from sim.evaluation.evaluation_set import EvaluationSet
from sim.measures import Measure, Quantity
from sim.statistics.results import Findings, Number, Result, from_parts
from sim.study.comparison import Compared
from sim.study.conduct import Conducted
from sim.study.plan import Measurement, Plan
from sim.study.study import Design, Section, Study, Use
from sim.study.tasks import MeasureTask, RunReference
from sim.world.rules import World

Found = tuple[tuple[tuple[str, ...], Findings], ...]
"""The results by slot of each run, pair or group, with the names of its runs."""

HERE = Path(__file__).parent
ROWS = 12  # of the table of a study without highlights


def measured_numbers(measure: Measure, found: Found) -> Iterator[tuple[tuple[str, ...], str, Number, Quantity]]:
    """Every number with the names of its runs, its slot and its definition."""
    for names, findings in found:
        for slot, result in findings.items():
            if isinstance(result, Number):
                yield names, slot, result, measure.quantities[result.quantity]


def measured_quantities(measure: Measure, found: Found) -> dict[str, Quantity]:
    """The definitions of all results."""
    every = (result.quantity for _, findings in found for result in findings.values())
    return {name: measure.quantities[name] for name in dict.fromkeys(every)}


def measured_html(measure: Measure, found: Found, remark: str) -> str:
    """The HTML of a measurement: a table of numbers, charts of other results, definitions that unfold."""
    made = as_study(measure, found)
    heads, rows = [" × ".join(names) for names, _ in found], _side_by_side(measure, found)
    if len(found) > MOST:
        heads, rows = [], _one_by_one(measure, found)
    return (
        environment(HERE)
        .get_template("measured.html")
        .render(
            name=measure.name().replace("_", " "),
            heads=heads if len(heads) > 1 else [],
            rows=rows,
            remark=remark,
            panels=list(panels(contents_of(made), [measure.name()])) if len(made.plan.runs) <= MOST else [],
            definitions=measured_quantities(measure, found).values(),
        )
    )


def _one_by_one(measure: Measure, found: Found) -> list[dict[str, Any]]:
    """A row for each number of each subject."""
    return [
        {"label": f"{' × '.join(names)}: {_label(quantity, result)}", **_cells(quantity, [result])}
        for names, _, result, quantity in measured_numbers(measure, found)
    ]


def _side_by_side(measure: Measure, found: Found) -> list[dict[str, Any]]:
    """A row for each slot, with a cell for each subject."""
    slots: dict[str, dict[tuple[str, ...], Number]] = {}
    for names, slot, result, _ in measured_numbers(measure, found):
        slots.setdefault(slot, {})[names] = result
    rows = []
    for of in slots.values():
        first = next(iter(of.values()))
        quantity = measure.quantities[first.quantity]
        rows.append({"label": _label(quantity, first), **_cells(quantity, [of.get(names) for names, _ in found])})
    return rows


def _label(quantity: Quantity, result: Number) -> str:
    return ", ".join(filter(None, (quantity.name, result.detail)))


def _cells(quantity: Quantity, numbers: Sequence[Number | None]) -> dict[str, Any]:
    """The cells of a row: some numbers of one quantity, their unit, their samples and notes."""
    samples = dict.fromkeys(f"{words.number(each.sample)} {quantity.counted}" for each in numbers if each)
    notes = dict.fromkeys(each.note for each in numbers if each and each.note)
    return {"cells": list(map(_cell, numbers)), "unit": quantity.unit, "said": "; ".join([*samples, *notes])}


def as_study(measure: Measure, found: Found) -> Conducted:
    """A measurement as a study of one measure, because panels are drawn from studies."""
    use, evaluation_set = Use(measure.name(), measure), EvaluationSet(World(), 0, 0)
    runs = {name: RunReference(Path(), name, name, 0, "", "") for names, _ in found for name in names}
    measurements = [
        Measurement(use, MeasureTask(Path(), measure, tuple(runs[name] for name in names), evaluation_set))
        for names, _ in found
    ]
    study = Study(use.name, design=Design(together=True), sections=(Section("", uses=(use,)),))
    plan = Plan(study, Path(), tuple(runs.values()), {}, tuple(measurements))
    results = tuple(zip(measurements, (findings for _, findings in found), strict=True))
    return Conducted(plan, results, Compared({}, {}, {}, {}, {}, ()), ())


def study_html(numbers: Mapping[str, Any], page: Path) -> str:
    """The HTML of a study: its claims with their verdicts, its highlights by group, and a link to its page."""
    groups = {name: from_parts(parts, {}) for name, parts in numbers["groups"].items()}
    every = list(dict.fromkeys(key for of in groups.values() for key in of))
    wanted = [key for key in numbers["study"]["design"]["highlights"] if key in every] or every[:ROWS]
    labels, title = _labels(numbers), numbers["study"]["title"] or numbers["study"]["name"]
    rows = [{"label": labels.get(key, key), "cells": [_cell(of.get(key)) for of in groups.values()]} for key in wanted]
    about = {"title": words.capital(title), "page": page.as_posix(), "left_out": len(every) - len(wanted)}
    about |= {name: numbers[name] for name in ("claims", "failures")}
    return environment(HERE).get_template("studied.html").render(groups=list(groups), rows=rows, **about)


def _labels(numbers: Mapping[str, Any]) -> dict[str, str]:
    """The name of every "use.slot", with its unit and detail."""
    found: dict[str, str] = {}
    for entry in numbers["results"]:
        for slot, result in entry["numbers"].items():
            quantity = numbers["definitions"][entry["measure"]][result["quantity"]]
            parts = (quantity["name"], quantity["unit"], result.get("detail", ""))
            found[f"{entry['measure']}.{slot}"] = ", ".join(filter(None, parts))
    return found


def _cell(found: Result | None) -> tuple[str, str]:
    """A number and its interval as texts, which are empty if there is none."""
    return (words.value(found), words.interval(found)) if isinstance(found, Number) else ("", "")

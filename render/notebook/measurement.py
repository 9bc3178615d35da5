"""Measuring runs, fields and functions from Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.files import local_path
from agents.genome import Genome
from agents.layout import Layout
from render.notebook.inputs import AUTO, RunLike, as_table, run_of
from render.notebook.notebook_field import NotebookField
from render.notebook.opening import open_field
from render.notebook.result_html import Found, measured_html, measured_numbers, measured_quantities
from render.notebook.targets import Around, Target, target_of
from render.page import words
from render.studio import is_run
from render.table import formatted
from sim.evaluation.evaluation_set import draws_around, mean
from sim.evaluation.subject import read_subject
from sim.known_measures import from_json
from sim.landscape.function import Function
from sim.landscape.objective import Objective
from sim.landscape.spec import LandscapeSpec
from sim.measures import FunctionMeasure, Measure, Quantity
from sim.rollout.machine import Machine
from sim.statistics.results import Findings, Result
from sim.study.measuring import measure_field, measure_runs
from sim.study.plan import renamed
from sim.study.tasks import check_findings

WIDTH = 118  # characters of a line of text

Measured = RunLike | Sequence[RunLike] | NotebookField | Objective | Function


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """The results of a measure: numbers with intervals, curves as arrays. A notebook shows tables and charts."""

    measure: Measure
    found: Found
    """The results by slot of each run, pair or group, with the names of its runs; see `sim.statistics.results`."""
    remark: str = ""
    """What a reader must know about all results."""

    def __getitem__(self, slot: str) -> Result:
        """The result in a slot: a Number has value and interval, a Curve x and y. UserError for several subjects."""
        if len(self.found) > 1:
            raise UserError(
                f"there are {len(self.found)} subjects; take the {slot!r} of one, as in found[0][1][{slot!r}]"
            )
        _, findings = self.found[0]
        if slot not in findings:
            raise UserError(f"{self.measure.name()} found no {slot!r}; it found {', '.join(findings)}")
        return findings[slot]

    def rows(self) -> list[dict[str, Any]]:
        """A dict for each number: of, slot, quantity, detail, value, low, high, unit, sample, counted, note."""
        return [
            {
                "of": " | ".join(names),
                "slot": slot,
                "quantity": quantity.name,
                "detail": result.detail,
                "value": result.value,
                "low": result.low,
                "high": result.high,
                "unit": quantity.unit,
                "sample": result.sample,
                "counted": quantity.counted,
                "note": result.note,
            }
            for names, slot, result, quantity in measured_numbers(self.measure, self.found)
        ]

    def definitions(self) -> dict[str, Quantity]:
        """The definitions of all results."""
        return measured_quantities(self.measure, self.found)

    def __repr__(self) -> str:
        """The numbers as a table of text, and their definitions."""
        from rich.console import Console

        rows = [
            {
                **({"of": " | ".join(names)} if len(self.found) > 1 else {}),
                "quantity": ", ".join(filter(None, (quantity.name, result.detail))),
                "value": " ".join(filter(None, (_plain(words.value(result)), quantity.unit))),
                "95 % interval": _plain(words.interval(result)),
                "n": f"{result.sample} {quantity.counted}",
                "note": result.note,
            }
            for names, _, result, quantity in measured_numbers(self.measure, self.found)
        ]
        kept = [{name: row[name] for name in row if any(each[name] for each in rows)} for row in rows]
        every = [each for each in self.definitions().values() if each.kind == "number" and not each.control_of]
        told = {"remark": self.remark} if self.remark else {}
        meanings = {each.name: each.meaning for each in every}
        console = Console(
            file=StringIO(), width=WIDTH, color_system=None, force_jupyter=False
        )  # else it prints into the cell
        return formatted({self.measure.name().replace("_", " "): kept, **told, "definitions": meanings}, console)

    def _repr_html_(self) -> str:
        return measured_html(self.measure, self.found, self.remark)


def measure(
    source: Measured,
    name: str,
    *,
    genome: Genome | ArrayLike | None = None,
    layout: Layout | None = None,
    seed: int = 0,
    machine: Machine = AUTO,
    **settings: Any,
) -> Measurement:
    """Measure a run, several runs, a field, or a function around a genome.

    `name` is that of a measure, such as "half_radius", "uncertainty", "ruggedness", "pellets_eaten"; the error for a
    wrong name lists all. `settings` are those of the measure. `seed` is that of mazes, directions and resamples; the
    mazes are none of those in which a run chose its champion.

    A function maps genomes float32 [N, P] to values [N]; the measures that need no forager take it (boundary,
    half_radius, neutrality, noise_robustness, ruggedness, uncertainty), with its `genome` and `layout` as `landscape`
    takes them. "Pellets" in a definition then means values. Raises UserError for wrong arguments, and for nan.

        measure(run, "half_radius", directions=50)["half_radius"].value
        measure(landscape(my_function, genome=g), "hoelder")
    """
    chosen = from_json({"measure": name, **as_table(settings)})
    if isinstance(source, str | Path) and not is_run(local_path(source)):
        source = open_field(source)
    if isinstance(source, Objective) or callable(source):
        target = target_of(source, LandscapeSpec(), {}, Around(genome, layout))
        remark = "" if isinstance(source, Objective) else "The values of the function stand for pellets."
        findings = _around(target, chosen, seed, machine)
        return Measurement(chosen, (((target.objective.quantity,), findings),), remark)
    if genome is not None or layout is not None:
        raise UserError("a genome and its layout go with a function; leave them out")
    if isinstance(source, NotebookField):
        _refuse_nan(source.sums, source.objective.quantity)
        return Measurement(chosen, ((("the field",), measure_field(chosen, source.field, seed=seed)),))
    several = [source] if isinstance(source, str | Path) or not isinstance(source, Sequence) else source
    subjects = renamed([read_subject(run_of(each)) for each in several])
    found = measure_runs(chosen, subjects, seed=seed, machine=machine)
    return Measurement(chosen, tuple((tuple(each.name for each in some), findings) for some, findings in found))


def _around(target: Target, chosen: Measure, seed: int, machine: Machine) -> Findings:
    """Measure an objective or function around a genome."""
    if not isinstance(chosen, FunctionMeasure):
        fix = "measure its landscape" if chosen.of == "field" else "choose another, or measure runs"
        raise UserError(f"{chosen.name()} is a measure of a {chosen.of}, not of a function; {fix}")
    objective = target.objective

    def outcomes(genomes: NDArray[Any]) -> NDArray[Any]:
        values = objective.outcomes(genomes, machine)
        _refuse_nan(values, objective.quantity)
        return values

    function = outcomes if chosen.by_outcome else mean(outcomes)
    draws = draws_around(seed, target.genome)
    return check_findings(chosen, chosen.around(function, target.genome, target.layout, draws))


def _refuse_nan(values: NDArray[Any], of: str) -> None:
    """Raise UserError for missing values (nan): a picture can leave them blank, a measure cannot."""
    missing = int(np.isnan(values).sum())
    if missing:
        raise UserError(
            f"{of} is nan in {missing} of {values.size} values; measure a function that has a value everywhere"
        )


def _plain(text: str) -> str:
    """A number for a terminal: with commas in place of thin spaces."""
    return text.replace("\u202f", ",")

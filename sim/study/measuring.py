"""One measure of a few runs or of a field, without a folder."""

from collections.abc import Iterator, Sequence

from agents.errors import UserError
from sim.evaluation.evaluation_set import EvaluationSet, first_unseen
from sim.evaluation.subject import Subject
from sim.imitation.teacher import Ties
from sim.landscape.field import Field
from sim.landscape.rings import refuse_rings
from sim.measures import FieldMeasure, Measure
from sim.rollout.machine import CPU, Machine
from sim.statistics.results import Findings
from sim.study.pairing import within
from sim.study.tasks import check_findings, compute

LEAST = {"run": 1, "pair": 2, "group": 2}  # runs


def measure_runs(
    measure: Measure, subjects: Sequence[Subject], *, seed: int = 0, ties: Ties = "left", machine: Machine = CPU
) -> Iterator[tuple[tuple[Subject, ...], Findings]]:
    """Measure every run, the first run with each other one, or all runs together, as the measure needs.

    `seed` names the mazes, on which no run chose its champion, and all other random draws. Raises UserError for too few
    runs, and for runs of different worlds or layouts.
    """
    if measure.of not in LEAST:
        raise UserError(f"{measure.name()} is a measure of a field; name a field")
    least = LEAST[measure.of]
    if len(subjects) < least:
        raise UserError(f"{measure.name()} is of a {measure.of}, so name {least} runs or more, got {len(subjects)}")
    if len({subject.world for subject in subjects}) > 1:
        raise UserError("the runs learned in different worlds; name runs of one world")
    evaluation_set = EvaluationSet(subjects[0].world, seed, first_unseen(subjects), ties)
    parts: dict[str, list[tuple[Subject, ...]]] = {
        "run": [(subject,) for subject in subjects],
        "pair": [*within(subjects, "first")],
        "group": [tuple(subjects)],
    }
    for part in parts[measure.of]:
        yield part, compute(measure, list(part), evaluation_set, machine)


def measure_field(measure: Measure, field: Field, *, seed: int = 0) -> Findings:
    """Measure a field; `seed` names the bootstrap's random stream. Raises UserError for a field of rings."""
    if not isinstance(measure, FieldMeasure):
        raise UserError(f"{measure.name()} is a measure of a {measure.of}, not of a field; name runs")
    refuse_rings(field.tour)
    return check_findings(measure, measure.compute(field, seed))

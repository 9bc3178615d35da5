"""One measure of a few runs or of a field, without a folder."""

from collections.abc import Iterator, Sequence

from agents.errors import UserError
from sim.evaluation.evaluation_set import EvaluationSet, first_unseen
from sim.evaluation.subject import Subject
from sim.imitation.teacher import Ties
from sim.landscape.field import Field
from sim.measures import FieldMeasure, Measure
from sim.rollout.machine import CPU, Machine
from sim.statistics.results import Findings
from sim.study.pairing import within
from sim.study.tasks import compute


def measure_runs(
    measure: Measure, subjects: Sequence[Subject], *, seed: int = 0, ties: Ties = "left", machine: Machine = CPU
) -> Iterator[tuple[tuple[Subject, ...], Findings]]:
    """What a measure finds of every run, of the first run with each other one, or of all runs together.

    `seed` names the mazes, which are validation mazes that no run chose its champion on, and all else that is drawn.
    Raises UserError where there are too few runs, or runs of different worlds or layouts.
    """
    least = {"run": 1, "pair": 2, "group": 2}.get(measure.of)
    if least is None:
        raise UserError(f"{measure.name()} is a measure of a field; name a field")
    if len(subjects) < least:
        raise UserError(f"{measure.name()} is of a {measure.of}, so name {least} runs or more, got {len(subjects)}")
    if len({subject.world for subject in subjects}) > 1:
        raise UserError("the runs learned in different worlds; name runs of one world")
    ground = EvaluationSet(subjects[0].world, seed, first_unseen(subjects), ties)
    several: list[tuple[Subject, ...]]
    match measure.of:
        case "run":
            several = [(subject,) for subject in subjects]
        case "pair":
            several = list(within(subjects, "first"))
        case _:
            several = [tuple(subjects)]
    for some in several:
        yield some, compute(measure, list(some), ground, machine)


def measure_field(measure: Measure, field: Field, *, seed: int = 0) -> Findings:
    """What a measure finds of a field; `seed` names its resamples."""
    if not isinstance(measure, FieldMeasure):
        raise UserError(f"{measure.name()} is a measure of a {measure.of}, not of a field; name runs")
    return measure.compute(field, seed)

"""Conducting a study: run its tasks, collect their results, compare groups, and write all numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.evaluation.subject import Subject
from sim.provenance import provenance
from sim.statistics.results import Findings
from sim.study import store
from sim.study.comparison import Compared, compare
from sim.study.plan import Measurement, Plan
from sim.study.tables import numbers_json, write_dataset, write_table
from sim.work.executor import Executor, Serial
from sim.work.task import Failure, Progress, Task


@dataclass(frozen=True, slots=True, eq=False)
class Conducted:
    """A study with all its results."""

    plan: Plan
    results: tuple[tuple[Measurement, Findings], ...]
    compared: Compared
    failures: tuple[Failure, ...]

    def subjects(self) -> list[Subject]:
        """The subjects of all runs, without those that could not be learned."""
        failed = {failure.label for failure in self.failures}
        return [run.read() for run in self.plan.runs if run.learned_by is None or run.learned_by.label not in failed]


def conduct(
    plan: Plan,
    *,
    executor: Executor | None = None,
    fresh: bool = False,
    csv: bool = False,
    progress: Progress | None = None,
    finish: Callable[[Conducted], None] | None = None,
) -> Conducted | None:
    """Run all tasks of a plan that are not done, then collect and compare the results.

    The same call continues where it was stopped, and a changed setting recomputes only what depends on it. A task that
    fails is listed among the failures, and the others go on. `finish` writes further files into the folder, before
    numbers.json marks it as finished. Returns None if the executor runs only a share of the tasks.
    """
    executor, out = executor or Serial(), plan.out
    store.prepare(out, plan.study.name)
    if executor.partial:
        executor.run(plan.tasks, progress)
        return None
    made_of = store.digest([plan.study.json(), [task.key for task in plan.tasks], provenance()])
    with store.writing(out, plan.study.name, fresh=fresh):
        if store.read_json(out / store.NUMBERS).get("made_of") != made_of:
            store.forget(out)
        made = collect(plan, executor.run(plan.tasks, progress))
        store.forget(out)
        store.tidy(out)
        write_table(plan, made.results, out, csv=csv)
        write_dataset(plan, made.results, out)
        if finish is not None:
            finish(made)
        numbers = numbers_json(plan, made.results, made.compared, made.failures)
        store.write_sealed_json(out / store.NUMBERS, {**numbers, "made_of": made_of})
    return made


def collect(plan: Plan, failures: list[Failure]) -> Conducted:
    """The results of a plan's tasks, and the comparison of its groups.

    A result that cannot be read, although its task did not fail, is a failure as well: its file was lost or damaged
    meanwhile, or the disk fails.
    """
    results = [(measurement, measurement.task.result()) for measurement in plan.measurements]
    there = tuple((measurement, findings) for measurement, findings in results if findings is not None)
    failed = {failure.label for failure in failures}
    lost = {measurement.task.label for measurement, findings in results if findings is None} - failed
    unread = (Failure(label, "its result cannot be read; conduct the study again") for label in sorted(lost))
    return Conducted(plan, there, compare(plan, there), (*failures, *unread))


@dataclass(frozen=True, slots=True)
class Cost:
    """The size of a study."""

    runs: int
    tasks: int
    done: int
    hours: float


def cost(plan: Plan, cores: int) -> Cost:
    """How many runs and tasks a plan has, how many are done, and about how many hours the rest takes."""
    left = hours_left(plan.tasks, cores)
    done = sum(task.key not in left for task in plan.tasks)
    return Cost(len(plan.runs), len(plan.tasks), done, sum(left.values()))


def hours_left(tasks: Sequence[Task], cores: int) -> dict[str, float]:
    """By key, about how many hours every task takes that is not done."""
    return {task.key: task.cost / 3600 / max(1, cores) for task in tasks if not task.done()}

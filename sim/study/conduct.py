"""Conducting a study: do its tasks, gather what they found, compare, and keep the numbers."""

from collections.abc import Callable
from dataclasses import dataclass

from sim.evaluation.subject import Subject
from sim.provenance import provenance
from sim.statistics.results import Findings
from sim.study import store
from sim.study.comparison import Compared, compare
from sim.study.plan import Plan, Planned
from sim.study.tables import numbers_json, write_dataset, write_table
from sim.work.executor import Executor, Serial
from sim.work.task import Failure, Progress


@dataclass(frozen=True, slots=True, eq=False)
class Conducted:
    """A study with all that was found."""

    plan: Plan
    found: tuple[tuple[Planned, Findings], ...]
    compared: Compared
    failures: tuple[Failure, ...]

    def subjects(self) -> list[Subject]:
        """The subjects of all runs that were learned."""
        lost = {failure.label for failure in self.failures}
        return [run.read() for run in self.plan.runs if run.learned_by is None or run.learned_by.label not in lost]

    def of(self, use: str) -> list[tuple[Planned, Findings]]:
        """What one measure found."""
        return [(planned, findings) for planned, findings in self.found if planned.use.name == use]


def conduct(
    plan: Plan,
    *,
    executor: Executor | None = None,
    fresh: bool = False,
    csv: bool = False,
    progress: Progress | None = None,
    finish: Callable[[Conducted], None] | None = None,
) -> Conducted | None:
    """Do all tasks of a plan that are not done, then gather and compare; None where this process did a share of them.

    The same call goes on where it was stopped: what is done is kept, and a changed setting recomputes only what depends
    on it. A task that fails is told among the failures, and does not lose the others. `finish` makes what else the
    folder holds. numbers.json, without which the folder is unfinished, comes last.
    """
    who, out = executor or Serial(), plan.out
    store.prepare(out, plan.study.name)
    if who.partial:
        who.run(plan.tasks, progress)
        return None
    made_of = store.digest([plan.study.json(), [task.key for task in plan.tasks], provenance()])
    with store.writing(out, plan.study.name, fresh=fresh):
        if store.read_numbers(out).get("made_of") != made_of:
            store.forget(out)
        made = gather(plan, who.run(plan.tasks, progress))
        store.forget(out)
        store.tidy(out)
        write_table(plan, made.found, out, csv=csv)
        write_dataset(plan, made.found, out)
        if finish is not None:
            finish(made)
        numbers = numbers_json(plan, made.found, made.compared, made.failures)
        store.write_json(out / store.NUMBERS, {**numbers, "made_of": made_of})
    return made


def gather(plan: Plan, failures: list[Failure]) -> Conducted:
    """What the tasks of a plan found, and how its groups compare."""
    results = [(planned, planned.task.result()) for planned in plan.measuring]
    found = tuple((planned, findings) for planned, findings in results if findings is not None)
    return Conducted(plan, found, compare(plan, found), tuple(failures))


@dataclass(frozen=True, slots=True)
class Cost:
    """What a study would take."""

    runs: int
    tasks: int
    done: int
    hours: float


def cost(plan: Plan, cores: int) -> Cost:
    """How many runs and tasks a plan has, how many are done, and about how long the rest takes on so many cores."""
    open_tasks = [task for task in plan.tasks if not task.done()]
    seconds = sum(task.cost for task in open_tasks) / max(1, cores)
    return Cost(len(plan.runs), len(plan.tasks), len(plan.tasks) - len(open_tasks), seconds / 3600)

"""The debate: several studies conducted together, which share runs and one executor.

A debate has a folder. In it, each study has a folder of its own name; runs/ and results/ hold the runs and results of
all studies. Studies that learn a run with the same settings share it, and what they measure of it in the same way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agents.errors import UserError
from sim.study import store
from sim.study.conduct import Conducted, Cost, conduct, hours_left
from sim.study.plan import Plan, plan_grid
from sim.study.study import Study
from sim.work.executor import Executor, Serial
from sim.work.task import Failure, Progress, Task

DEBATE = "debate"  # the name in the manifest of the folder


@dataclass(frozen=True, slots=True, eq=False)
class Debate:
    """The plans of several studies in one folder."""

    out: Path
    plans: tuple[Plan, ...]

    @property
    def tasks(self) -> list[Task]:
        """All tasks of all studies, each once; a task comes after those that it needs."""
        return list({task.key: task for plan in self.plans for task in plan.tasks}.values())


@dataclass(frozen=True, slots=True)
class DebateCost(Cost):
    """The size of a debate, and the hours of each study by itself."""

    hours_of: dict[str, float]


def plan_debate(studies: Sequence[Study], out: Path) -> Debate:
    """The debate of studies that learn their runs themselves, in the folder `out`."""
    if not studies:
        raise UserError("a debate needs one study or more, got none")
    return Debate(out, tuple(plan_grid(study, out / study.name, out) for study in studies))


def with_finished(debate: Debate, others: Sequence[Study]) -> Debate:
    """The debate, and those of other studies that were conducted in its folder before and have all their results."""
    conducted = [study for study in others if (debate.out / study.name / store.NUMBERS).is_file()]
    plans = [plan_grid(study, debate.out / study.name, debate.out) for study in conducted]
    finished = [plan for plan in plans if all(task.done() for task in plan.tasks)]
    return replace(debate, plans=tuple(sorted((*debate.plans, *finished), key=lambda plan: plan.study.name)))


def debate_cost(debate: Debate, cores: int) -> DebateCost:
    """How many runs and tasks a debate has, how many are done, and about how many hours the rest takes."""
    left = hours_left(debate.tasks, cores)
    hours_of = {plan.study.name: sum(left.get(task.key, 0.0) for task in plan.tasks) for plan in debate.plans}
    runs = {run.key for plan in debate.plans for run in plan.runs}
    return DebateCost(len(runs), len(debate.tasks), len(debate.tasks) - len(left), sum(left.values()), hours_of)


def conduct_debate(
    debate: Debate,
    *,
    executor: Executor | None = None,
    csv: bool = False,
    progress: Progress | None = None,
    finish: Callable[[Conducted], None] | None = None,
) -> list[Conducted] | None:
    """Do the tasks of all studies that are not done, then conduct each study with its results.

    The same call continues it. A task that fails is listed among the failures of its studies. `finish` writes further
    files into the folder of each study. Returns None if the executor does only a share of the tasks.
    """
    executor = executor or Serial()
    store.prepare(debate.out, DEBATE)
    failures = executor.run(debate.tasks, progress)
    if executor.partial:
        return None
    made = []
    for plan in debate.plans:
        labels = {task.label for task in plan.tasks}
        own = _Finished(tuple(failure for failure in failures if failure.label in labels))
        conducted = conduct(plan, executor=own, csv=csv, finish=finish)
        if conducted is not None:
            made.append(conducted)
    return made


@dataclass(frozen=True, slots=True)
class _Finished:
    """The executor of a plan whose tasks are done, but for those that failed."""

    failures: tuple[Failure, ...]
    partial: bool = False

    def run(self, tasks: object, progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Do nothing, and tell the failures."""
        return list(self.failures)

"""A Dask cluster does the tasks: workers on other machines that see the same folders (extra `cluster`).

Dask computes a result again if the worker that held it died, and gives a task up after several of its workers died. So
a task writes its result itself and returns only its failure, if any; it first looks whether the result is there; and a
task that Dask gave up is submitted again.
"""

import threading
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.reading import MOST_TEXT, read_regular
from sim.rollout.machine import Machine
from sim.work.executor import Tally, attempt
from sim.work.schedule import Schedule
from sim.work.task import Failure, Progress, Task

AHEAD = 3  # tasks that a worker has in its queue, so that it never waits for the next one
DEATHS = 3  # how often Dask may give a task up because its workers died
TIMEOUT = 30  # seconds for the scheduler to answer
PATIENCE = 3.0  # seconds without a finished task, after which workers are counted
_ONE_AT_A_TIME = threading.Lock()  # torch's threads and zarr's settings are those of a whole process


@dataclass(frozen=True, slots=True)
class Cluster:
    """The executor that sends tasks to Dask workers.

    `where` is the scheduler's address (tcp://...), its scheduler file (.json), or a TOML file of jobs for a queue.
    """

    where: str
    machine: Machine = field(default_factory=Machine)
    tell: Callable[[str], None] = field(default=lambda text: None, compare=False)
    """Called with a sentence for people: that there is no worker yet, and that workers have come."""

    @property
    def partial(self) -> bool:
        """False: it does all tasks."""
        return False

    def run(self, tasks: Iterable[Task], progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Do all tasks. Only a few for each worker are submitted at a time, so that memory does not grow."""
        tally = Tally(tasks, progress, whole)
        schedule = Schedule(tally.tasks)
        with _connected(self.where) as client:
            _Dispatcher(client, schedule, tally, self.machine.device, self.tell).run()
        return schedule.failures


class _Dispatcher:
    """Submits tasks to the workers of a cluster, and takes their results."""

    def __init__(self, client: Any, schedule: Schedule, tally: Tally, device: str, tell: Callable[[str], None]) -> None:
        """Submit nothing yet."""
        self.client, self.schedule, self.tally, self.device, self.tell = client, schedule, tally, device, tell
        self.submitted: dict[Any, Task] = {}  # by Dask's future
        self.deaths: dict[str, int] = {}  # how often Dask gave up the task of a key
        self.waiting = False  # people know that there is no worker

    def run(self) -> None:
        """Submit all tasks, and take all results. Raises UserError if the scheduler is lost."""
        from distributed.comm.core import CommClosedError

        try:
            while self._submit_more():
                for future in self._finished():
                    self._take(future)
        except (CommClosedError, CancelledError, TimeoutError, OSError) as error:
            raise _lost_scheduler(self.client, type(error).__name__) from error

    def _submit_more(self) -> bool:
        """Keep a few tasks for every worker submitted. Returns False once all tasks are done."""
        room = AHEAD * max(1, self._count_workers())
        while len(self.submitted) < room and (task := self.schedule.next()) is not None:
            self._submit(task)
        return bool(self.submitted)

    def _finished(self) -> Iterable[Any]:
        """The futures that have finished, as soon as there is one."""
        import distributed

        wait: Any = distributed.wait
        while True:
            try:
                return list(wait(list(self.submitted), timeout=PATIENCE, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                if not self._count_workers() and not self.waiting:
                    self.waiting = True
                    kind = " with the resource GPU" if self.device == "cuda" else ""
                    self.tell(f"waiting for a worker{kind}; start Dask workers for {_address(self.client)}")

    def _count_workers(self) -> int:
        """The number of workers that can do the tasks; tells that they have come if people know there was none."""
        workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
        count: int = sum(self.device != "cuda" or each.get("resources", {}).get("GPU", 0) >= 1 for each in workers)
        if count and self.waiting:
            self.waiting = False
            self.tell(f"{count} worker{'s' * (count > 1)} came; the work goes on")
        return count

    def _submit(self, task: Task) -> None:
        tries = self.deaths.get(task.key, 0)
        gpu = {"GPU": 1} if self.device == "cuda" else None
        name = f"foragescape-{task.key}-{tries}"  # a new name for each try: Dask remembers the tasks that it gave up
        future = self.client.submit(_run_on_worker, task, self.device, key=name, pure=False, resources=gpu)
        self.submitted[future] = task
        self.tally.tell(task)

    def _take(self, future: Any) -> None:
        """Take the result of a finished future; a task that Dask gave up is submitted again, up to DEATHS times."""
        from distributed.scheduler import KilledWorker

        task = self.submitted.pop(future)
        failure: Failure | None = None
        if future.status == "cancelled":
            raise _lost_scheduler(self.client, "it lost its tasks")
        error = future.exception()
        if error is None:
            failure = next(iter(future.result()), None)
        elif isinstance(error, KilledWorker):
            self.deaths[task.key] = self.deaths.get(task.key, 0) + 1
            if self.deaths[task.key] < DEATHS:
                self._submit(task)
                return
            failure = Failure(task.label, f"its workers died again and again, perhaps for want of memory ({error})")
        else:
            failure = Failure(task.label, f"{type(error).__name__}: {' '.join(str(error).split())}")
        self.schedule.end(task, failure)
        self.tally.count(task)


def _run_on_worker(task: Task, device: str) -> list[Failure]:
    """Run a task on a Dask worker, with all threads of the worker; one task at a time."""
    from distributed import get_worker

    with _ONE_AT_A_TIME:
        return attempt(task, Machine(get_worker().state.nthreads, device))  # type: ignore[arg-type]


@contextmanager
def _connected(where: str) -> Iterator[Any]:
    """Connect a client to the scheduler. Jobs that are started for it end with the block. Raises UserError."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UserError("a cluster takes Dask: pip install 'foragescape[cluster]'") from error
    jobs, target = None, {"address": where}
    if where.endswith(".toml"):
        jobs = _start_jobs(Path(where))
        target = {"address": jobs}
    elif where.endswith(".json"):
        if not Path(where).is_file():
            raise UserError(f"there is no scheduler file {where}; start a scheduler that writes it first")
        target = {"scheduler_file": where}
    elif "://" not in where:
        raise UserError(f"a cluster is tcp://host:port, a scheduler.json or a cluster.toml, got {where!r}")
    try:
        client: Any = Client(**target, timeout=TIMEOUT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise UserError(f"cannot reach the scheduler {where} ({error}); see that it runs") from error
    try:
        with client.as_current():
            yield client
    finally:
        client.close(timeout=2)
        if jobs is not None:
            jobs.close()


def _start_jobs(path: Path) -> Any:
    """Start the workers that a TOML file describes, as jobs of a queue, and return their Dask cluster.

    In the file, `class` names a class of dask-jobqueue, `options` are its arguments, and `jobs` is how many to start.
    """
    try:
        table = tomllib.loads(read_regular(path, MOST_TEXT).decode())
    except UserError:
        raise
    except OSError as error:
        raise UserError(f"cannot read the cluster {path}: {error.strerror}; check the path") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is not TOML: {error}; mend the file") from error
    import dask_jobqueue
    import distributed

    known = {name: getattr(dask_jobqueue, name) for name in dir(dask_jobqueue) if name.endswith("Cluster")}
    known["LocalCluster"] = distributed.LocalCluster
    kind, options, jobs = table.get("class"), table.get("options", {}), table.get("jobs", 1)
    if kind not in known:
        raise UserError(f"{path}: class should be one of {', '.join(sorted(known))}, got {kind!r}")
    if not isinstance(options, Mapping) or not isinstance(jobs, int) or jobs < 1:
        raise UserError(f"{path} takes a table options, and jobs, a whole number from 1, got {options!r} and {jobs!r}")
    try:
        cluster = known[kind](**options)
        cluster.scale(jobs)
    except (TypeError, ValueError, OSError, RuntimeError) as error:
        raise UserError(f"{path}: {kind} cannot be started ({' '.join(str(error).split())})") from error
    return cluster


def _lost_scheduler(client: Any, why: object) -> UserError:
    """The error for a scheduler that does not answer any more."""
    text = f"the scheduler {_address(client)} is gone ({' '.join(str(why).split())})"
    return UserError(f"{text}; what was finished is kept: start a scheduler, and do the same again")


def _address(client: Any) -> str:
    """The address of a client's scheduler."""
    return str(getattr(client.scheduler, "address", "of the cluster"))

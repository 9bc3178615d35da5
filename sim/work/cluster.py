"""A Dask cluster: workers on other machines that see the same folders (extra `cluster`).

Dask counts a task as suspicious each time its worker dies, and gives it up after some; a result that lived on a dead
worker is computed again. So tasks write their results themselves, answer with their failure or nothing, look first
whether they are done, and what Dask gives up is handed to it once more.
"""

import threading
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.errors import UserError
from sim.rollout.machine import Machine
from sim.work.executor import Tally, attempt
from sim.work.schedule import Schedule
from sim.work.task import Failure, Progress, Task

AHEAD = 3  # tasks in a worker's queue, so that it never waits for the next one
DEATHS = 3  # of workers that one task may cost, beside those that Dask forgives
TIMEOUT = 30  # seconds for the scheduler to answer
_ALONE = threading.Lock()  # torch's threads and zarr's settings are those of a whole process


@dataclass(frozen=True, slots=True)
class Cluster:
    """Dask's workers behind a scheduler: tcp://..., a scheduler file, or a TOML file that starts jobs of a queue."""

    where: str
    machine: Machine = field(default_factory=Machine)

    @property
    def partial(self) -> bool:
        """They do all tasks."""
        return False

    def run(self, tasks: Iterable[Task], progress: Progress | None = None, whole: float = 0.0) -> list[Failure]:
        """Hand out tasks a few at a time, however many there are."""
        tally = Tally(tasks, progress, whole)
        schedule = Schedule(tally.tasks)
        with _connected(self.where) as client:
            _Hand(client, schedule, tally, self.machine.device).out()
        return schedule.failures


class _Hand:
    """Tasks on their way to workers and back."""

    def __init__(self, client: Any, schedule: Schedule, tally: Tally, device: str) -> None:
        """Nothing is out yet."""
        self.client, self.schedule, self.tally, self.device = client, schedule, tally, device
        self.out_there: dict[Any, Task] = {}
        self.deaths: dict[str, int] = {}

    def out(self) -> None:
        """Hand out all tasks, and take all answers."""
        import distributed
        from distributed.comm.core import CommClosedError

        wait: Any = distributed.wait
        try:
            while self._fill():
                for future in wait(list(self.out_there), return_when="FIRST_COMPLETED").done:
                    self._take(future)
        except (CommClosedError, CancelledError, TimeoutError, OSError) as error:
            raise _gone(self.client, type(error).__name__) from error

    def _fill(self) -> bool:
        """Keep a few tasks for every worker out; False once all is done."""
        room = AHEAD * max(1, len(self.client.scheduler_info(n_workers=-1)["workers"]))
        while len(self.out_there) < room and (task := self.schedule.next()) is not None:
            self._submit(task)
        return bool(self.out_there)

    def _submit(self, task: Task) -> None:
        tries = self.deaths.get(task.key, 0)
        gpu = {"GPU": 1} if self.device == "cuda" else None
        name = f"foragescape-{task.key}-{tries}"  # a new name: Dask remembers what it gave up
        future = self.client.submit(_do, task, self.device, key=name, pure=False, resources=gpu)
        self.out_there[future] = task
        self.tally.tell(task)

    def _take(self, future: Any) -> None:
        """An answer; what was lost with its worker, or given up, goes out again."""
        from distributed.scheduler import KilledWorker

        task = self.out_there.pop(future)
        failure: Failure | None = None
        if future.status == "cancelled":
            raise _gone(self.client, "it lost its tasks")
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


def _do(task: Task, device: str) -> list[Failure]:
    """Do a task on a worker, one at a time and on all the threads that it has."""
    from distributed import get_worker

    with _ALONE:
        return attempt(task, Machine(get_worker().state.nthreads, device))  # type: ignore[arg-type]


@contextmanager
def _connected(where: str) -> Iterator[Any]:
    """A client of the scheduler, or UserError. Jobs that were started for it end with the block."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UserError("a cluster takes Dask: pip install 'foragescape[cluster]'") from error
    jobs, target = None, {"address": where}
    if where.endswith(".toml"):
        jobs = _started(Path(where))
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


def _started(path: Path) -> Any:
    """The jobs of a queue that a file describes: class names one of dask-jobqueue's, options are its arguments."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot read the cluster {path}: {error.strerror}; check the path") from error
    except ValueError as error:
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


def _gone(client: Any, why: object) -> UserError:
    """The scheduler does not answer any more."""
    address = getattr(client.scheduler, "address", "of the cluster")
    text = f"the scheduler {address} is gone ({' '.join(str(why).split())})"
    return UserError(f"{text}; what was finished is kept: start a scheduler, and do the same again")

"""A Dask scheduler and workers on loopback, each a process of its own that a test may kill."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = str(Path(__file__).parents[3])
SECONDS = 60  # for anything to happen
DASK = [sys.executable, "-m", "dask"]


class Site:
    """A scheduler and workers, each a process of its own; all are killed in the end."""

    def __init__(self, folder):
        self.file = folder / "scheduler.json"
        self.folder, self.processes, self.workers = folder, [], []
        self.scheduler = None

    def start_scheduler(self):
        self.file.unlink(missing_ok=True)
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file)
        )
        wait_for(self.file.exists)

    def start_worker(self):
        worker = self._start(
            *("worker", "--scheduler-file", str(self.file), "--nthreads", "1", "--no-nanny", "--no-dashboard"),
            *("--local-directory", str(self.folder / "spill"), "--death-timeout", "20"),
        )
        self.workers.append(worker)
        return worker

    def _start(self, *words):
        environment = {**os.environ, "PYTHONPATH": ROOT, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        process = subprocess.Popen(
            [*DASK, *words], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.processes.append(process)
        return process

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()


@contextmanager
def running_site(folder, workers):
    """A site with so many workers, whose processes are all killed in the end."""
    made = Site(folder)
    try:
        made.start_scheduler()
        for _ in range(workers):
            made.start_worker()
        yield made
    finally:
        made.close()


def wait_for(happens):
    """Wait until it happens; fail where it does not."""
    deadline = time.monotonic() + SECONDS
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)

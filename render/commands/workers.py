"""Options that say who does the work: this process, worker processes, a cluster, or one job of an array."""

from dataclasses import dataclass

from agents.errors import UserError
from sim.rollout.machine import Machine
from sim.work.executor import Executor, Serial, Shard


@dataclass(frozen=True)
class Workers:
    """Who does the work; at most one of these."""

    workers: int | None = None
    """Worker processes on this machine, which share its threads; by default this process does all itself."""
    cluster: str | None = None
    """Dask's workers: tcp://host:port, the scheduler's JSON file, or a TOML file that starts jobs of a queue."""
    shard: str | None = None
    """i/n: do one of n shares, as job i of an array does, counted from 0; without it the same command joins them."""

    def executor(self, machine: Machine) -> Executor:
        """Who does the work, on machines like this. Raises UserError for what is none, or several."""
        asked = [name for name in ("workers", "cluster", "shard") if getattr(self, name) is not None]
        if len(asked) > 1:
            raise UserError(f"the work is done by one of workers, a cluster or shards, got {' and '.join(asked)}")
        if self.workers is not None:
            from sim.work.processes import Processes

            return Processes(self.workers, machine)
        if self.cluster is not None:
            from sim.work.cluster import Cluster

            return Cluster(self.cluster, machine)
        if self.shard is not None:
            return Shard(*_shares(self.shard), machine)
        return Serial(machine)


def _shares(text: str) -> tuple[int, int]:
    """The two numbers of i/n."""
    index, _, count = text.partition("/")
    if not (index.isdecimal() and count.isdecimal() and len(text) < 20):
        raise UserError(f"a shard is i/n, such as 0/4, got {text!r}")
    return int(index), int(count)

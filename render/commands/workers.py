"""Options that say who does the work: this process, worker processes, a cluster, or one job of an array."""

from dataclasses import dataclass

from agents.errors import UserError
from render.streams import say
from sim.rollout.machine import Machine
from sim.work.executor import Executor, Serial, Shard


@dataclass(frozen=True)
class Workers:
    """Options that say who does the work; at most one may be given."""

    workers: int | None = None
    """How many worker processes share the work and the machine's threads; by default this process works alone."""
    cluster: str | None = None
    """Dask workers do the work: tcp://host:port or JSON file of their scheduler, or a TOML file of a job queue."""
    shard: str | None = None
    """i/n: do only share i of n, counted from 0, as in a job array; the same command without it joins all shares."""

    def executor(self, machine: Machine) -> Executor:
        """The executor that does the work. Raises UserError if several are asked for, or an option is wrong."""
        asked = [name for name in ("workers", "cluster", "shard") if getattr(self, name) is not None]
        if len(asked) > 1:
            raise UserError(f"give only one of workers, cluster and shard, got {' and '.join(asked)}")
        if self.workers is not None:
            from sim.work.processes import Processes

            return Processes(self.workers, machine)
        if self.cluster is not None:
            from sim.work.cluster import Cluster

            return Cluster(self.cluster, machine, say)
        if self.shard is not None:
            return Shard(*_shares(self.shard), machine)
        return Serial(machine)


def _shares(text: str) -> tuple[int, int]:
    """The two numbers of i/n."""
    index, _, count = text.partition("/")
    if not (index.isdecimal() and count.isdecimal() and len(text) < 20):
        raise UserError(f"shard takes i/n, such as 0/4, got {text!r}")
    return int(index), int(count)

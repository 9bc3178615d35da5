"""Options of who does the work: each names an executor, and wrong ones are refused."""

import pytest

from agents.errors import UserError
from render.commands.workers import Workers
from sim.rollout.machine import Machine
from sim.work.cluster import Cluster
from sim.work.executor import Serial, Shard
from sim.work.processes import Processes

ONE = Machine(1)


@pytest.mark.parametrize(
    ("options", "executor"),
    [
        ({}, Serial(ONE)),
        ({"workers": 3}, Processes(3, ONE)),
        ({"cluster": "tcp://127.0.0.1:8786"}, Cluster("tcp://127.0.0.1:8786", ONE)),
        ({"shard": "2/3"}, Shard(2, 3, ONE)),
    ],
)
def test_options_name_an_executor(options, executor):
    assert Workers(**options).executor(ONE) == executor


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 2, "shard": "0/2"}, "give only one of workers, cluster and shard, got workers and shard"),
        ({"workers": 0}, "workers must be"),
        ({"shard": "3/3"}, "a shard is one of 0/3 to 2/3, got 3"),
        ({"shard": "one"}, "shard takes i/n, such as 0/4, got 'one'"),
        ({"shard": "-1/3"}, "shard takes i/n"),
        ({"shard": "9" * 30 + "/3"}, "shard takes i/n"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(UserError, match=message):
        Workers(**options).executor(ONE)

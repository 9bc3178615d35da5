"""This process, and jobs of an array: everything is done once, after what it needs; what fails loses nothing else."""

import pytest

from agents.errors import UserError
from sim.rollout.machine import Machine
from sim.work.executor import Serial, Shard
from sim.work.task import Failure
from tests.sim.work.chores import Chore, contents, runs


def family(folder, count=4):
    """Chores, and as many that need one of them each."""
    first = [Chore(folder, number) for number in range(count)]
    return [*first, *(Chore(folder, 10 + each.number, (each,)) for each in first)]


def test_all_is_done_in_order_and_once(tmp_path):
    told = []
    assert Serial().run(family(tmp_path), lambda share, label: told.append((share, label))) == []
    assert contents(tmp_path) == {f"{n}.txt": str(n) for n in range(4)} | {
        f"{10 + n}.txt": str(10 + 2 * n) for n in range(4)
    }
    assert all(len(runs(chore)) == 1 for chore in family(tmp_path))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert Serial().run(family(tmp_path)) == []
    assert all(len(runs(chore)) == 1 for chore in family(tmp_path))


def test_what_was_done_before_is_no_part_of_the_work(tmp_path):
    chores = family(tmp_path)
    Serial().run(chores[:3])
    told = []
    Serial().run(chores, lambda share, label: told.append(share))
    assert told[0] == 0
    assert told[1] == pytest.approx(1 / 5)


def test_a_failure_loses_what_needs_it_and_nothing_else(tmp_path):
    bad = Chore(tmp_path, 1, does="fail")
    chores = [Chore(tmp_path, 0), bad, Chore(tmp_path, 10, (bad,)), Chore(tmp_path, 11, (Chore(tmp_path, 0),))]
    failures = Serial().run(chores)
    assert failures == [Failure("chore 1", "it cannot be done; do another"), Failure("chore 10", "chore 1 failed")]
    assert contents(tmp_path) == {"0.txt": "0", "11.txt": "11"}
    assert len(runs(bad)) == 1


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_the_jobs_of_an_array_do_all_together(tmp_path, count):
    chores = family(tmp_path)
    for index in range(count):
        assert Shard(index, count, Machine(1)).run(chores) == []
    assert len(contents(tmp_path)) == 8
    assert all(len(runs(chore)) == 1 for chore in chores)


def test_a_job_does_itself_what_no_other_has_begun(tmp_path):
    first, second = Chore(tmp_path, 0), Chore(tmp_path, 1)
    both = Chore(tmp_path, 10, (first, second))
    assert Shard(0, 2).run([first, second, both]) == []
    assert contents(tmp_path) == {"0.txt": "0", "1.txt": "1", "10.txt": "11"}
    assert Shard(1, 2).run([first, second, both]) == []
    assert len(runs(second)) == 1


def test_tiles_that_are_never_all_in_memory_are_shared_too(tmp_path):
    for index in range(3):
        told = []
        tiles = (Chore(tmp_path, number) for number in range(7))
        Shard(index, 3).run(tiles, lambda share, _, told=told: told.append(share), whole=7)
        assert told[-1] == pytest.approx(1, abs=0.3)
    assert len(contents(tmp_path)) == 7


@pytest.mark.parametrize(("index", "count"), [(-1, 2), (2, 2), (0, 0)])
def test_jobs_that_are_none_of_the_array_are_refused(index, count):
    with pytest.raises(UserError, match="a shard is one of"):
        Shard(index, count)

"""Calls in a child process end in time, and whatever they do to it, the next one works."""

import os
import time

import pytest

from sim.work.bounded import BoundedCalls


def add(a, b):
    return a + b


def fail():
    raise OSError("first line\nsecond line")


def die():
    os._exit(3)


def name_of(variable):
    return os.environ.get(variable)


def test_a_call_that_fails_dies_or_takes_too_long_says_so_and_the_next_one_works():
    with BoundedCalls({"FORAGESCAPE_OF_A_CHILD": "yes"}) as child:
        for function, arguments, seconds, message in [
            (fail, (), 60, "OSError: first line second line"),
            (die, (), 60, "died with exit code 3"),
            (time.sleep, (60,), 0.1, "took longer than 0 s"),
        ]:
            child.start(function, *arguments)
            with pytest.raises(RuntimeError, match=message):
                child.result(seconds)
        child.start(name_of, "FORAGESCAPE_OF_A_CHILD")
        assert child.result(60) == "yes"
        child.start(add, 2, 3)
        assert child.result(60) == 5
        process = child._process
    assert not process.is_alive()
    with pytest.raises(RuntimeError, match="no call was started"):
        child.result(1)

"""Signals become one KeyboardInterrupt that leaves nothing half done; all in this process."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from render.commands import signals
from render.commands.signals import listening
from tests.render.commands.example_commands import ROOT


@pytest.fixture(autouse=True)
def _heard():
    """Python's own handler of SIGINT: a job that a shell starts in the background inherits that it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_signal_waits_for_the_end_of_an_import(tmp_path, monkeypatch):
    (tmp_path / "halfway.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\nwhole = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    received = []

    def load():
        import halfway

        assert halfway.whole
        assert not received
        time.sleep(10)

    with pytest.raises(KeyboardInterrupt), listening(received):
        load()
    assert received == [signal.SIGTERM]


class Interrupting:
    """A lock that sends this process a signal just after it was taken, or just before it is released."""

    def __init__(self, moment):
        self.lock, self.moment = threading.Lock(), moment
        self.acquire, self.release = self.lock.acquire, self.lock.release

    def __enter__(self):
        self.lock.acquire()
        if self.moment == "taken":
            os.kill(os.getpid(), signal.SIGINT)

    def __exit__(self, *_):
        if self.moment == "released":
            os.kill(os.getpid(), signal.SIGINT)
        self.lock.release()


@pytest.mark.parametrize("moment", ["taken", "released"])
def test_a_signal_leaves_no_lock_of_a_condition_taken(moment):
    received, lock = [], Interrupting(moment)

    def use():
        with threading.Condition(lock):
            pass
        time.sleep(10)

    with pytest.raises(KeyboardInterrupt), listening(received):
        use()
    assert received == [signal.SIGINT]
    assert not lock.lock.locked()


POOL = """
import os, signal, sys, time
from concurrent.futures import ThreadPoolExecutor
from render.commands.signals import listening

def trace(frame, event, argument):
    if event == "return" and (frame.f_code.co_qualname, frame.f_back.f_code.co_name) == where:
        os.kill(os.getpid(), signal.SIGINT)
    return trace

received, pool = [], ThreadPoolExecutor(2)
pool.submit(int).result()
where = ("Condition.__enter__", "acquire")  # of the pool's semaphore, as a piece of work is handed in
try:
    with listening(received, ignore_afterwards=True):
        sys.settrace(trace)
        pool.submit(time.sleep, 0.2)
        sys.settrace(None)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(10)
except KeyboardInterrupt:
    sys.settrace(None)
print(received)
"""


def test_a_signal_while_work_is_handed_to_threads_does_not_block_the_exit():
    done = subprocess.run([sys.executable, "-c", POOL], capture_output=True, text=True, cwd=ROOT, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"[{signal.SIGINT.value}]\n", "")


def test_a_signal_in_a_destructor_is_not_lost(capsys):
    class Doomed:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)

    received, passed = [], []

    def drop():
        Doomed()
        passed.append(True)
        time.sleep(10)

    with pytest.raises(KeyboardInterrupt), listening(received):
        drop()
    assert passed
    assert received == [signal.SIGINT]
    assert capsys.readouterr().err == ""


def test_what_a_signal_left_half_made_is_not_reported(monkeypatch):
    class HalfMade:
        def __del__(self):
            raise AttributeError("this has no handle")

    told, received = [], []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: told.append(str(what.exc_value)))
    with listening(received):
        HalfMade()
        assert told == ["this has no handle"]
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        HalfMade()
    assert told == ["this has no handle"]
    HalfMade()
    assert len(told) == 2


def test_only_the_first_signal_counts_and_the_old_handlers_return():
    before = {number: signal.getsignal(number) for number in signals.STOPS}
    received = []
    with listening(received):
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        for number in before:
            os.kill(os.getpid(), number)
    assert received == [signal.SIGINT]
    assert {number: signal.getsignal(number) for number in before} == before


def test_an_exception_that_a_library_swallows_is_raised_again():
    received, swallowed = [], []

    def work():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        except KeyboardInterrupt:  # as pygame does when it looks up its icon
            swallowed.append(True)
        while True:
            time.sleep(0.01)

    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt), listening(received):
        work()
    assert swallowed
    assert received == [signal.SIGTERM]
    assert time.monotonic() - begin < 5


def test_cleaning_up_is_not_interrupted_and_said_to_be_waited_for(monkeypatch, capfd):
    monkeypatch.setattr(signals, "REPEAT", 0.02)
    monkeypatch.setattr(signals, "PATIENCE", 0.1)
    received, cleaned = [], []

    class Film:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            time.sleep(0.5)
            cleaned.append(True)

    def work():
        with Film():
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)

    with pytest.raises(KeyboardInterrupt), listening(received):
        work()
    assert cleaned
    assert capfd.readouterr().err.count("waiting for what must not be interrupted") == 1


STUCK = """
import os, signal, sys, threading
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from render.commands.signals import listening
with listening([], ignore_afterwards=True), redirect_stderr(StringIO()):  # as while options are parsed
    threading.Timer(0.3, os.kill, [os.getpid(), int(sys.argv[2])]).start()
    import slow_module
"""


@pytest.mark.parametrize(
    ("number", "code", "how"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 2, "terminated")]
)
def test_an_import_that_takes_long_is_given_up(tmp_path, number, code, how):
    (tmp_path / "slow_module.py").write_text("import time\nfor _ in range(600):\n    time.sleep(0.1)\n")
    words = [sys.executable, "-c", STUCK, tmp_path, str(number.value)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=30)
    assert done.returncode == code
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"foragescape: {how}; what was finished is kept")


def test_many_signals_in_a_row_give_one_line():
    script = """
import os, signal, sys, threading, time
from foragescape import main
import foragescape
def run(words, received):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) * 20:
        os.kill(os.getpid(), number)
    time.sleep(10)
foragescape._run = run
sys.exit(main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=30)
    assert done.returncode in (2, 130)
    assert done.stderr.count("\n") == 1


def test_an_error_that_follows_from_a_signal_ends_as_interrupted(monkeypatch, capsys):
    import foragescape
    from agents.errors import UserError
    from render.commands import parsing

    def command():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt as error:  # as FFmpeg's callbacks do
            raise UserError("cannot read the film") from error

    monkeypatch.setattr(parsing, "parse", lambda words: command)
    assert foragescape.main(["info", "x"]) == 130
    assert "cannot read" not in capsys.readouterr().err


def test_a_signal_that_is_ignored_stays_ignored(monkeypatch):
    old = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        received = []
        with listening(received):
            os.kill(os.getpid(), signal.SIGHUP)
        assert not received
    finally:
        signal.signal(signal.SIGHUP, old)

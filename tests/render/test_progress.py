"""Progress: a bar on a terminal, lines elsewhere, and nothing on stdout."""

import io
import os
import sys
import threading
from contextlib import suppress

import pytest

from render import progress as module
from render.progress import evolving, progress, sweeping
from sim.rollout import devices
from sim.rollout.machine import Machine


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets: its only element is the time."""
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_lines_come_every_few_seconds_and_at_the_end(clock, capsys):
    with progress("sweeping", 100.0) as advance:
        for done in (10.0, 20.0, 30.0, 40.0):
            clock[0] += 2.5
            advance(done, "note")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "sweeping: 20 %, 20.0 s left, note",
        "sweeping: 40 %, 15.0 s left, note",
        "sweeping: done in 10.0 s, note",
    ]


def test_work_found_on_resume_is_not_counted_as_speed(clock, capsys):
    with progress("sweeping", 100.0) as advance:
        advance(80.0, "")
        clock[0] += 10
        advance(90.0, "")
    assert capsys.readouterr().err.splitlines()[0] == "sweeping: 90 %, 10.0 s left"


def test_no_time_left_is_shown_before_there_is_a_speed(clock, capsys):
    with progress("filming", 4.0) as advance:
        clock[0] += 7
        advance(1.0, "")
    assert capsys.readouterr().err.splitlines() == ["filming: 25 %", "filming: done in 7.0 s"]


def test_long_times_are_in_minutes(clock, capsys):
    with progress("evolving", 2.0) as advance:
        advance(0.0, "")
        clock[0] += 125
        advance(1.0, "")
    assert capsys.readouterr().err.splitlines() == [
        "evolving: 50 %, 2 min 5 s left",
        "evolving: done in 2 min 5 s",
    ]


def test_no_line_says_done_after_a_failure(capsys):
    with pytest.raises(KeyboardInterrupt), progress("filming", 4.0):
        raise KeyboardInterrupt
    assert capsys.readouterr() == ("", "")


def test_records_and_pixels_advance_progress(clock, capsys):
    with evolving(4) as advance:
        clock[0] += 6
        advance({"generation": 1, "mean": 2.345})
    with sweeping("sweeping the zoom") as pixels:
        clock[0] += 6
        pixels(1, 8)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "evolving on the CPU: 25 %, mean 2.3 pellets"
    assert lines[2] == "sweeping the zoom on the CPU: 12 %"


def test_a_gpu_says_once_that_it_compiles(monkeypatch, capsys):
    module._say_that_it_compiles.cache_clear()
    monkeypatch.setattr(devices, "available", lambda: True)
    for machine in (Machine(), Machine(device="cuda"), Machine(device="auto")):
        with sweeping(machine=machine), evolving(4, machine):
            pass
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["evolving on the CPU", "sweeping on the CPU"]
    assert lines[2].startswith("a new GPU kernel is compiled first")
    assert [line.split(":")[0] for line in lines[3:]] == ["evolving on the GPU", "sweeping on the GPU"] * 2


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_a_terminal_shows_a_bar(monkeypatch):
    leader, follower = os.openpty()
    chunks = []

    def listen():  # in a thread, since a terminal that nobody reads is soon full
        with suppress(OSError):  # Linux raises it when the other side is closed
            while chunk := os.read(leader, 4096):
                chunks.append(chunk)

    listener = threading.Thread(target=listen)
    listener.start()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    with os.fdopen(follower, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        assert terminal.isatty()
        with progress("sweeping", 4.0) as advance:
            advance(1.0, "")
            advance(4.0, "a note")
    listener.join()
    os.close(leader)
    text = b"".join(chunks).decode()
    assert "sweeping" in text
    assert "━" * 32 in text
    assert "100%" in text
    assert "left" in text
    assert "a note" in text
    assert "done in" not in text


def test_a_bar_does_not_count_work_found_on_resume_as_speed(monkeypatch):
    from rich.progress import Progress

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    now, speeds = [100.0], []
    monkeypatch.setattr("rich.console.monotonic", lambda: now[0])
    update = Progress.update

    def watched(self, *args, **options):
        update(self, *args, **options)
        speeds.append(self.tasks[0].speed)

    monkeypatch.setattr(Progress, "update", watched)
    with progress("sweeping", 100.0) as advance:
        for done in (80.0, 85.0, 90.0):
            now[0] += 10
            advance(done, "")
    assert speeds[-1] == 0.5

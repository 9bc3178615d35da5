"""The bar of progress fits every width, and loses neither the share that is done nor the time left."""

import io
import re

import pytest
from rich.console import Console

from render.progress_bar import ProgressBar

NOTES = ["", "mean 12.3 pellets", "loss 0.123, mean 12.3 pellets [bold]of many[/bold]"]


def line(what, note, width, elapsed=7):
    now = [100.0]
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    bar = ProgressBar(what, 10.0, console, lambda: now[0])
    for done in (1, 2, 3, 5):
        now[0] += elapsed / 4
        bar.advance_to(done, note)
    for row in bar.get_renderables():
        bar.console.print(row)
    return console.file.getvalue().rstrip("\n")


@pytest.mark.parametrize("width", [200, 120, 100, 80, 60, 50, 40, 30])
@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("what", ["filming", "evolving on the CPU", "sweeping the horizon on the GPU"])
def test_the_share_and_the_time_left_are_shown_at_every_width(what, note, width):
    found = line(what, note, width)
    assert "\n" not in found
    assert len(found) <= width
    assert re.search(r" 50% .*left 0:00:\d\d", found)
    assert found.startswith(what[:7])
    if width >= 60:
        assert re.search(r"50% 0:00:\d\d left", found)
        assert what in found
    if width >= 100:
        assert "━" in found
        assert note[:20] in found
    if width == 200:
        assert found.rstrip().endswith(note)


@pytest.mark.parametrize("width", [60, 80])
def test_times_of_days_are_whole(width):
    found = line("evolving", NOTES[2], width, 3 * 86400 + 36000)
    assert re.search(r" 50% 3 days, 10:00:00 left [-\d]+:[-\d]{2}:[-\d]{2}", found)


def test_the_bar_does_not_move_while_notes_change():
    assert len({line("filming", note, 80).index("50%") for note in NOTES[1:]}) == 1


def test_neither_text_controls_the_terminal():
    found = line("measuring \x1b[31m", "run\n\x1b[0m [bold]", 120)
    assert "measuring \\x1b[31m" in found
    assert "run\\n\\x1b[0m [bold]" in found

"""A bar of progress for a terminal of any width: the share that is done and the time left are always shown."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from render.streams import printable

BAR = (8, 32)  # the fewest and the most characters of the bar itself
NOTE = 24  # the characters that notes get before the bar does
LEAST_NOTE = 6  # a note is left out if it has fewer
LEFT = " 00:00:00"  # the time left; a longer one takes the place from the note


class ProgressBar(Progress):
    """Rich's progress of one task, whose columns are chosen anew for the width that the terminal has."""

    def __init__(
        self, what: str, total: float, console: Console | None = None, get_time: Callable[[], float] | None = None
    ) -> None:
        """Show a bar with the text `what` and an empty note: on a console, which is that of stderr if none is given."""
        super().__init__(console=console or Console(stderr=True), get_time=get_time)
        self.task = self.add_task(printable(what), total=total, note="")

    def advance_to(self, done: float, note: str) -> None:
        """Show that `done` of the total is done."""
        self.update(self.task, completed=done, note=printable(note))

    def get_renderables(self) -> Iterable[RenderableType]:
        """The line, as rich asks for it."""
        for task in self.tasks:
            elapsed = str(timedelta(seconds=int(task.elapsed or 0)))
            self.columns = tuple(columns(self.console.width, task.description, len(elapsed), len(task.fields["note"])))
        yield self.make_tasks_table(self.tasks)


def columns(width: int, what: str, elapsed: int, note: int) -> list[ProgressColumn]:
    """The columns for a terminal of `width` characters.

    `elapsed` and `note` are the characters of these texts. Where all do not fit, the bar becomes shorter, then the
    note, then both go, then the time that has passed; the text `what` is cut last.
    """
    room = width - len("100% left") - len(LEFT) - 2
    name = Column(no_wrap=True, overflow="ellipsis", max_width=max(1, min(max(len(what), 10), room)))
    room -= max(len(what), 10) + 1
    shown: list[ProgressColumn] = [TextColumn("{task.description:<10}", table_column=name, markup=False)]
    with_elapsed = room > elapsed
    room -= (elapsed + 1) * with_elapsed
    bar = min(BAR[1], room - 2 - NOTE * (note > 0))  # which does not move while notes change
    if bar >= BAR[0]:
        shown.append(BarColumn(bar_width=bar))
        room -= bar + 1
    shown.append(TaskProgressColumn(table_column=Column(no_wrap=True)))
    if with_elapsed:
        shown.append(TimeElapsedColumn(table_column=Column(no_wrap=True)))
    shown += [
        TextColumn("left", table_column=Column(no_wrap=True)),
        TimeRemainingColumn(table_column=Column(no_wrap=True)),
    ]
    if room > min(note, LEAST_NOTE):
        cut = Column(no_wrap=True, overflow="ellipsis", max_width=room - 1)
        shown.append(TextColumn("{task.fields[note]}", table_column=cut, markup=False))
    return shown

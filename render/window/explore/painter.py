"""Painter: makes the paintings of the explorer in a thread, so that the window never waits for one."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import numpy as np

from render.window.explore.painting import ColourSettings, Painting, paint, recoloured
from render.window.explore.place import Terrain
from render.window.explore.tiles import Grid
from render.window.explore.view import View

AGAIN, HURRY = 0.12, 0.02  # least seconds between two paintings of one view; HURRY while few pixels are known
# A view is painted again no sooner than after REST times the seconds that its last painting took, but at most LONGEST:
# a slow machine needs its cores for heights.
REST, LONGEST = 3.0, 0.3
COARSE = 200  # few pixels are known while there are more than so many pixels for each known one

Subject = tuple[Terrain, View, ColourSettings]


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A painting in the making; once `dropped` is set, the thread gives it up soon."""

    subject: Subject
    background: Painting | None  # as it was at the start
    future: "Future[tuple[Painting | None, Painting | None]]"  # the painting, and the background in its colours
    dropped: Event


class Painter:
    """Paints the newest request; `painting` is the last finished one.

    `background` is set to the painting that fills the frame during a zoom where the next ones do not reach. It takes
    their colours.

    A painting in the making is dropped when another view is requested. The painting after a dropped one is always
    finished, so that pictures appear also while the view moves all the time.
    """

    def __init__(self) -> None:
        """Start an idle thread."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="painter")
        self._job: Job | None = None
        self._subject: Subject | None = None
        self._revision = 0
        self._started, self._spent, self._coarse, self._must_finish = 0.0, 0.0, True, False
        self.painting: Painting | None = None
        self.background: Painting | None = None

    @property
    def busy(self) -> bool:
        """Whether a painting is being made."""
        return self._job is not None

    def request(self, grid: Grid, terrain: Terrain, view: View, colours: ColourSettings, revision: int) -> None:
        """Take over a finished painting, and start the requested one unless it was requested last time, too.

        `revision` counts the changes of the tiles.
        """
        self._collect()
        subject = terrain, view, colours
        if self._job is not None:
            if self._job.subject != subject and not self._must_finish:
                self._job.dropped.set()
        elif self.painting is not None or any(tile.stored for row in grid for tile in row):
            pause = max(HURRY if self._coarse else AGAIN, min(LONGEST, REST * self._spent))
            if subject != self._subject:
                self._start(grid, subject, revision, hurried=True)
            elif revision != self._revision and time.perf_counter() - self._started >= pause:
                self._start(grid, subject, revision, hurried=False)

    def prepare(self, job: Callable[[], None]) -> None:
        """Run a job before the next painting."""
        self._pool.submit(job)

    def close(self) -> None:
        """Stop after the painting that is being made."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self, grid: Grid, subject: Subject, revision: int, *, hurried: bool) -> None:
        before, background, dropped = self.painting, self.background, Event()
        terrain, _, colours = subject

        def work() -> tuple[Painting | None, Painting | None]:
            painting = paint(grid, *subject, before, hurried=hurried, current=lambda: not dropped.is_set())
            if painting is None or background is None or background.terrain != terrain:
                return painting, background
            return painting, recoloured(background, painting.scale, colours)

        self._subject, self._revision, self._started = subject, revision, time.perf_counter()
        self._job = Job(subject, background, self._pool.submit(work), dropped)

    def _collect(self) -> None:
        """Take over a painting that is finished, or note that it was dropped."""
        if self._job is None or not self._job.future.done():
            return
        (painting, background), job, self._job = self._job.future.result(), self._job, None
        self._must_finish = painting is None
        if painting is not None:
            self.painting, self._spent = painting, time.perf_counter() - self._started
            self._coarse = int(np.count_nonzero(painting.known)) * COARSE < painting.known.size
            if self.background is job.background:
                self.background = background

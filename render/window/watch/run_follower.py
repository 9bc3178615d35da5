"""Run follower: reads the foragers of a run in a thread, again and again while the run still evolves."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from agents.errors import UserError
from render.window.watch.learning_curve import Curve, curve_of
from render.window.watch.roster import Forager, champions, population
from sim.learning.run import Run

EVERY = 2.0  # seconds between two looks at a run that is followed


class RunFollower:
    """A run's champions, oldest first, and, once requested, the best of its newest population, best first."""

    def __init__(self, path: Path, count: int) -> None:
        """Read the champions of a run; `count` is how many of a population to read. Raises UserError without any."""
        self.run = Run.open(path)
        self.config = self.run.setting()
        self.champions = champions(self.run)
        self.best: list[Forager] = []
        self.curve: Curve = ()  # the learning curve so far, once the run is followed
        self.following = self.lost = False
        self.standing_in = False  # whether `best` holds champions because the population cannot be read
        self._count, self._waited = count, 0.0
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="run follower")
        self._champions: Future[tuple[list[Forager], Curve]] | None = None
        self._population: Future[list[Forager]] | None = None

    @property
    def generations(self) -> int:
        """How many generations the run has in the end."""
        return int(getattr(self.config, "generations", 0))

    def request_population(self) -> None:
        """Start to read the best of the newest population, which takes a moment."""
        if self._population is None:
            self._population = self._pool.submit(population, self.run, self._count)

    def toggle(self) -> str:
        """Start or stop to follow the run; returns a message."""
        self.following = not self.following
        self.lost = False
        if self.following:
            self._waited = EVERY
            return "following: champions take over as the run finds them"
        return "following no more"

    def tick(self, seconds: float) -> Forager | None:
        """Let time pass; returns the new champion where one was found."""
        self._take_population()
        self._waited += seconds
        if self.following and self._champions is None and self._waited >= EVERY:
            self._waited = 0.0
            self._champions = self._pool.submit(read_news, self.run)
        if self._champions is None or not self._champions.done():
            return None
        job, self._champions = self._champions, None
        try:
            found, self.curve = job.result()
        except UserError:
            self.lost, self.following = True, False
            return None
        before, self.champions = self.champions[-1], found
        if found[-1].key == before.key:
            return None
        if self.best:
            self.request_population()
        return found[-1]

    def close(self) -> None:
        """Stop reading."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _take_population(self) -> None:
        """Take over a population that has been read; without one, the newest champions stand in."""
        if self._population is None or not self._population.done():
            return
        job, self._population = self._population, None
        try:
            self.best, self.standing_in = job.result(), False
        except UserError:  # a run that learned by gradients has no population
            self.standing_in |= not self.best
            self.best = self.best or self.champions[: -self._count - 1 : -1]


def read_news(run: Run) -> tuple[list[Forager], Curve]:
    """The champions of a run, oldest first, and its learning curve. Raises UserError where it cannot be read."""
    return champions(run), curve_of(run.history())

"""Cast: the foragers of a run as they become known: read in a thread, again and again where the run still evolves."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from agents.errors import UserError
from render.window.watch.roster import Forager, champions, population
from sim.learning.run import Run

EVERY = 2.0  # seconds between two looks at a run that is followed


class Cast:
    """A run's champions, oldest first, and, once asked for, the best of its newest population, best first."""

    def __init__(self, path: Path, count: int) -> None:
        """Read the champions of a run. Raises UserError where there are none; `count` is how many of a population."""
        self.run = Run.open(path)
        self.config = self.run.setting()
        self.champions = champions(self.run)
        self.best: list[Forager] = []
        self.following = self.lost = False
        self.standing_in = False  # whether champions are shown for a population that cannot be read
        self._count, self._waited = count, 0.0
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="cast")
        self._reading: Future[list[Forager]] | None = None
        self._breeding: Future[list[Forager]] | None = None

    def ask(self) -> None:
        """Have the population's best read, which takes a moment."""
        if self._breeding is None:
            self._breeding = self._pool.submit(population, self.run, self._count)

    def follow(self) -> str:
        """Begin or end to follow the run; what to tell."""
        self.following = not self.following
        self.lost = False
        if self.following:
            self._waited = EVERY
            return "following: champions take over as the run finds them"
        return "following no more"

    def tick(self, seconds: float) -> Forager | None:
        """Time went by; the new champion, where one was found."""
        self._hear_population()
        self._waited += seconds
        if self.following and self._reading is None and self._waited >= EVERY:
            self._waited = 0.0
            self._reading = self._pool.submit(champions, self.run)
        if self._reading is None or not self._reading.done():
            return None
        job, self._reading = self._reading, None
        try:
            found = job.result()
        except UserError:
            self.lost, self.following = True, False
            return None
        before, self.champions = self.champions[-1], found
        if found[-1].key == before.key:
            return None
        if self.best:
            self.ask()
        return found[-1]

    def close(self) -> None:
        """Read no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _hear_population(self) -> None:
        """Take over a population that was read; without one, the newest champions stand in."""
        if self._breeding is None or not self._breeding.done():
            return
        job, self._breeding = self._breeding, None
        try:
            self.best, self.standing_in = job.result(), False
        except UserError:  # a run that learned by gradients has none
            self.standing_in |= not self.best
            self.best = self.best or self.champions[: -self._count - 1 : -1]

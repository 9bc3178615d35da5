"""Commands for the whole program: the demo, the description of a file, the speed of this machine."""

from dataclasses import dataclass, field

from agents.errors import UserError
from render.commands.common import Common, Flat, Source, answer, describe
from render.demo import DemoConfig

MOST_SECONDS = 3600.0


@dataclass(frozen=True, kw_only=True)
class Demo(Common):
    """Evolve foragers, film the landscape around their champion, train one along gradients, and compare the two."""

    settings: Flat[DemoConfig] = field(default_factory=DemoConfig)

    def __call__(self) -> None:
        """Run the demo."""
        from render.demo import demo

        answer(demo(self.settings), self.json)


@dataclass(frozen=True, kw_only=True)
class Info(Common):
    """Describe a file that foragescape made: a run, study, field, genome, film or picture."""

    path: Source
    """The file or folder."""

    def __call__(self) -> None:
        """Describe it."""
        answer(describe(self.path), self.json)


@dataclass(frozen=True, kw_only=True)
class Bench(Common):
    """Measure rollouts, as a share of the machine's peak of fused multiply-adds, a sweep, and the frames of films."""

    seconds: float = 20.0
    """About how long to measure rollouts; the rest takes a few more."""
    workers: bool = False
    """Also measure worker processes: their efficiency on a sweep and a study, and what a task costs beyond its work."""
    windows: bool = False
    """Also measure the windows: the explorer's first picture after a pan or zoom, and the events that are handled."""

    def __call__(self) -> None:
        """Measure."""
        if not 0 < self.seconds <= MOST_SECONDS:
            raise UserError(f"seconds must be above 0 and at most {MOST_SECONDS:g}, got {self.seconds:g}")
        from render.benchmark import bench

        result = bench(self.seconds)
        if self.workers:
            from render.benchmark import measure_workers

            result["workers"] = measure_workers()
        if self.windows:
            from render.window.explore.explorer_latency import measure_windows

            result["windows"] = measure_windows()
        answer(result, self.json)

"""The commands demo, info and bench."""

from dataclasses import dataclass, field
from typing import Literal

from agents.errors import UserError
from render.commands.common import Common, Flat, Source, answer, describe
from render.demo import DemoConfig

MOST_SECONDS = 3600.0


@dataclass(frozen=True, kw_only=True)
class Demo(Common):
    """Evolve foragers, film the landscape around their champion, train one by gradients, and compare the two."""

    settings: Flat[DemoConfig] = field(default_factory=DemoConfig)

    def __call__(self) -> None:
        """Run the demo."""
        from render.demo import demo

        answer(demo(self.settings), self.json)


@dataclass(frozen=True, kw_only=True)
class Info(Common):
    """Describe a file or folder that foragescape made: a run, study, debate, field, genome, film, picture or page."""

    path: Source
    """The file or folder."""

    def __call__(self) -> None:
        """Describe the file."""
        answer(describe(self.path), self.json)


@dataclass(frozen=True, kw_only=True)
class Bench(Common):
    """Measure the speed of rollouts, of a sweep, and of drawing and encoding films."""

    seconds: float = 20.0
    """About how many seconds to measure rollouts, at most 3600; all else takes a few more. With a device of cuda, all
    together takes at most about three times as long."""
    workers: bool = False
    """Also measure worker processes: their efficiency on a sweep and a study, and what a task costs beyond its work."""
    windows: bool = False
    """Also measure windows: the explorer's time to a first picture after a pan or zoom, and to handle events."""
    device: Literal["cpu", "cuda"] = "cpu"
    """cuda: measure all that a GPU does instead, in a minute: whether its results are those of the CPU, rollouts, a
    sweep, learning, the explorer, compile times."""

    def __call__(self) -> None:
        """Measure."""
        if not 0 < self.seconds <= MOST_SECONDS:
            raise UserError(f"seconds must be above 0 and at most {MOST_SECONDS:g}, got {self.seconds:g}")
        if self.device == "cuda":
            from render.gpu_benchmark import bench_gpu
            from sim.rollout.devices import resolve

            answer(bench_gpu(resolve("cuda"), seconds=3 * self.seconds), self.json)
            return
        from render.benchmark import bench

        result = bench(self.seconds)
        if self.workers:
            from render.benchmark import measure_workers

            result["workers"] = measure_workers()
        if self.windows:
            from render.window.explore.explorer_latency import measure_windows

            result["windows"] = measure_windows()
        answer(result, self.json)

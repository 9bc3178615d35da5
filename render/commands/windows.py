"""Commands that open windows."""

from dataclasses import dataclass, field
from pathlib import Path

from agents.errors import UserError
from render.commands.common import Flat, Playing, Source, answer, describe
from render.streams import say
from render.video import VideoConfig
from render.window.watch.watch_config import WatchConfig
from sim.landscape.spec import LandscapeSpec


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Watch a run's foragers at work in a window, or drive one against its champion; h lists the keys."""

    run: Source
    """The run folder."""
    settings: Flat[WatchConfig] = field(default_factory=WatchConfig)

    def __call__(self) -> None:
        """Open the window."""
        from render.window.pygame_window import show
        from render.window.watch.watch import Watch as Model

        show(Model(self.run, self.settings), f"foragescape: {self.run.name or self.run}")


@dataclass(frozen=True, kw_only=True)
class Play(Playing):
    """Play a tour of landscapes in a window: a field, or a run's, which is swept meanwhile; h lists the keys."""

    source: Source
    """A field, finished or still being swept, or a run folder."""
    settings: Flat[LandscapeSpec] = field(
        default_factory=lambda: LandscapeSpec(width=256, height=144, mazes=8, tile=72)
    )
    """What is swept of a run: less than for a film by default, since somebody waits at the window."""

    def __call__(self) -> None:
        """Open the window."""
        from render.window.play.player import Player
        from render.window.play.source import open_source
        from render.window.pygame_window import show

        landscape, sweep = open_source(self.source, self.settings, self.machine)
        if sweep is not None:
            say(f"sweeping into {landscape.path}; the same command goes on with it")
        show(Player(landscape, sweep), f"foragescape: {self.source.name or self.source}")


@dataclass(frozen=True, kw_only=True)
class Explore(Playing):
    """Explore a run's landscape in a window, live, as a fractal; h lists the keys."""

    run: Source
    """The run folder."""
    at: Path | None = None
    """A picture that was saved with s: begin where it was taken."""
    journey: Path | None = None
    """A film that was recorded with r: no window, but the same journey computed anew into --out."""
    out: Path | None = None
    """The new film of the journey."""
    overwrite: bool = False
    """Replace the film that is there."""
    video: Flat[VideoConfig] = field(default_factory=VideoConfig)

    def __call__(self) -> None:
        """Open the window, or film a journey."""
        from render.window.explore.origin import Origin
        from render.window.explore.place import read_place

        if (self.journey is None) != (self.out is None):
            raise UserError("--journey FILM and --out FILM go together: name both, or neither to open the window")
        origin = Origin.open(self.run, self.machine)
        if self.journey is not None and self.out is not None:
            from render.window.explore.journey_film import refilm

            refilm(origin, self.journey, self.out, self.video, overwrite=self.overwrite)
            answer(describe(self.out), self.json)
            return
        from render.window.explore.explorer import Explorer
        from render.window.pygame_window import show

        place = read_place(self.at) if self.at is not None else None
        show(Explorer(origin, place), f"foragescape: {self.run.name or self.run}")

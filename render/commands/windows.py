"""The commands watch, play and explore, which open windows."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from agents.errors import UserError
from render.commands.common import Grouped, Playing, Source, answer_made
from render.streams import say
from render.video import VideoConfig
from render.window.watch.watch_config import WatchConfig
from render.window.window_config import WindowConfig
from sim.landscape.spec import LandscapeSpec
from sim.rollout.quantities import QuantityName


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Watch a run's foragers in a window, or drive one against the champion; the key h lists all keys."""

    run: Source
    """The run folder."""
    settings: Grouped[WatchConfig] = field(default_factory=WatchConfig)
    window: Grouped[WindowConfig] = field(default_factory=WindowConfig)

    def __call__(self) -> None:
        """Open the window."""
        from render.window.pygame_window import check_display, show
        from sim.learning.run import Run

        Run.open(self.run)  # a wrong path is the first thing to say, on a machine without a display too
        check_display()
        from render.window.watch.watch import Watch as Model

        show(Model(self.run, self.settings), self.window)


@dataclass(frozen=True, kw_only=True)
class Play(Playing):
    """Play a field, or a run's landscape while it is swept, as a film in a window; the key h lists all keys."""

    source: Source
    """A field, which may still be growing, or a run folder."""
    settings: Grouped[LandscapeSpec] = field(
        default_factory=lambda: LandscapeSpec(width=256, height=144, mazes=8, tile=72)
    )
    """What is swept of a run; smaller by default than for a film, since a person waits."""
    window: Grouped[WindowConfig] = field(default_factory=WindowConfig)

    def __call__(self) -> None:
        """Open the window."""
        from render.studio import is_run
        from render.window.pygame_window import check_display, show

        is_run(self.source)  # refuses what is neither a run nor a field
        check_display()
        from render.window.play.player import Player
        from render.window.play.source import open_source

        landscape, sweep = open_source(self.source, self.settings, self.machine)
        if sweep is not None:
            say(f"sweeping into {landscape.path}; the same command goes on with it")
        show(Player(landscape, sweep), self.window)


@dataclass(frozen=True, kw_only=True)
class Explore(Playing):
    """Explore a run's landscape in a window, zooming and panning as in a fractal; the key h lists all keys."""

    run: Source
    """The run folder."""
    at: str | None = None
    """A picture that was saved with the key s, or a place as text, which Ctrl-C copies; the window opens there."""
    quantity: QuantityName = "pellets"
    """What is shown at first: pellets, tempo, divergence, revisits, last_meal, end or path; u shows another one."""
    journey: Path | None = None
    """A film that was recorded with the key r; its journey is computed again as the film --out, without a window."""
    out: Path | None = None
    """The new film of the --journey."""
    overwrite: bool = False
    """Replace the film --out if it is there already."""
    video: Grouped[VideoConfig] = field(default_factory=VideoConfig)
    window: Grouped[WindowConfig] = field(default_factory=WindowConfig)

    def __call__(self) -> None:
        """Open the window, or film a journey."""
        from render.window.explore.origin import Origin
        from render.window.explore.place import Terrain

        if (self.journey is None) != (self.out is None):
            raise UserError("--journey FILM and --out FILM go together: name both, or neither to open the window")
        if self.journey is not None and self.out is not None:
            from render.window.explore.journey_film import refilm

            refilm(Origin.open(self.run, self.machine), self.journey, self.out, self.video, overwrite=self.overwrite)
            answer_made(self.out, self.json)
            return
        from render.window.pygame_window import check_display, show
        from sim.learning.run import Run

        Run.open(self.run)
        check_display()
        from render.window.explore.explorer import Explorer
        from render.window.explore.sighting import read_at

        origin = Origin.open(self.run, self.machine)
        seen = read_at(self.at, origin.home()) if self.at is not None else None
        place, colours = (seen.place, seen.colours) if seen is not None else (origin.home(), None)
        if self.quantity != Terrain().quantity:
            place = replace(place, terrain=replace(place.terrain, quantity=self.quantity))
        show(Explorer(origin, place, colours=colours), self.window)

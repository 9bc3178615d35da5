"""Foraging: who is watched, in which maze, at which moment: all that a window on foragers shows, without the window.

Time is in steps of a life of T, from 0 to T.
"""

from pathlib import Path
from typing import Literal

from render.window.event import Key, Tick
from render.window.watch import watch_picture as picture
from render.window.watch.cast import Cast
from render.window.watch.driver import Driver
from render.window.watch.forage_grid import COUNT
from render.window.watch.life_clock import LifeClock
from render.window.watch.replays import Replay, Replays
from render.window.watch.roster import Forager, in_office
from render.window.watch.watch_config import WatchedSplit

View = Literal["life", "grid", "duel"]
NO_POPULATION = "the run has no population that can be read; its newest champions stand in"


class Foraging:
    """One life, sixteen in one maze, or a person's beside a forager's: `tick` with time, `painter` to see."""

    def __init__(self, path: Path, generation: int | None, split: WatchedSplit, maze: int) -> None:
        """Watch a run: who was champion in a generation, or the newest. Raises UserError."""
        self.cast = Cast(path, COUNT)
        self.world, self.split, self.maze = self.cast.config.world, split, maze
        self.forager = in_office(self.cast.champions, generation)
        self.heir: Forager | None = None
        self.team: list[Forager] = []
        self.of_champions = self.enlarged = self.looking_back = False
        self.view: View = "life"
        self.driver: Driver | None = None
        self.clock = LifeClock(self.world.lifetime)
        self._replays = Replays(self.world, self.cast.config.seed, split)
        self._wish()

    def close(self) -> None:
        """Stop what runs beside."""
        self._replays.close()
        self.cast.close()

    @property
    def replay(self) -> Replay | None:
        """The life of the forager that is watched, once it is played."""
        return self._replays.get(self.forager, self.maze)

    @property
    def replays(self) -> list[Replay | None]:
        """The lives of the team, as far as they are played."""
        return [self._replays.get(each, self.maze) for each in self.team]

    @property
    def ready(self) -> bool:
        """Whether all that is to be seen is played."""
        return bool(self.team) and None not in self.replays if self.view == "grid" else self.replay is not None

    @property
    def reached(self) -> float:
        """The last moment that can be shown: in a duel, what the person has lived."""
        if self.view != "duel":
            return float(self.world.lifetime)
        if self.driver is None:
            return 0.0
        return float(self.world.lifetime if self.driver.done else self.driver.steps)

    @property
    def playing(self) -> bool:
        """Whether the picture moves on, or will as soon as it can."""
        if self.view == "duel" and not self.looking_back:
            return self.clock.time < self.reached
        return self.clock.playing

    def tick(self, seconds: float) -> str:
        """Time went by; news of the run, if there are any."""
        news = self._listen(seconds)
        self._wish()
        replay = self.replay
        if self.view == "duel" and replay is not None:
            self._tick_duel(replay, seconds)
        elif self.ready and self.clock.update(Tick(seconds)):
            self.begin(self.maze + (self.clock.ending == "next maze"), stay=self.clock.ending == "ping-pong")
        return news

    def _tick_duel(self, replay: Replay, seconds: float) -> None:
        if self.driver is None:
            self.driver = Driver(replay.mazes, 0, self.world)
        if not self.looking_back:
            self.clock.chase(self.reached, seconds)
        elif self.clock.playback.playing:
            self.clock.playback.update(Tick(seconds))
            self.clock.playback.seek(min(self.clock.time, self.reached))

    def _listen(self, seconds: float) -> str:
        following, standing_in = self.cast.following, self.cast.standing_in
        found = self.cast.tick(seconds)
        if self.view == "grid" and not self.team:
            self._gather()
        if found is not None:
            self.heir = found
            return f"generation {found.generation} has a new champion; it takes over at the next life"
        if following and not self.cast.following:
            return "the run cannot be read any more; what was read goes on"
        if self.cast.standing_in and not standing_in:
            return NO_POPULATION
        return ""

    def _wish(self) -> None:
        """Have played what is seen now, and then what is seen next."""
        if self.view == "grid":
            self._replays.wish([(each, self.maze + later) for later in (0, 1) for each in self.team])
        else:
            self._replays.wish([(self.forager, self.maze), (self.heir or self.forager, self.maze + 1)])

    def _gather(self) -> None:
        """Take into the grid who belongs there now."""
        self.team = self.cast.champions[: -COUNT - 1 : -1] if self.of_champions else list(self.cast.best)

    def begin(self, maze: int, *, stay: bool = False) -> None:
        """Begin a life in a maze; an heir takes over. `stay` keeps the moment."""
        if self.heir is not None:
            self.forager, self.heir = self.heir, None
        self.maze, self.driver, self.looking_back = max(0, maze), None, False
        self._gather()
        if not stay:
            self.clock.begin()
        self._wish()

    def show(self, view: View) -> None:
        """Change to another view of the same maze."""
        if view != self.view and "duel" in (view, self.view):
            self.clock.seek(0.0)
            self.clock.playback.playing = view != "duel"
            self.driver, self.looking_back = None, False
        if view == "grid" and not self.cast.best:
            self.cast.ask()
        self.view, self.enlarged = view, False
        self._gather()
        self._wish()

    def enlarge(self, place: int) -> None:
        """Show one of the grid alone."""
        self.forager, self.heir = self.team[place], None
        self.show("life")
        self.enlarged = True

    def elect(self, way: int) -> str:
        """Go to the next or the previous champion, or in the grid from population to champions; what to tell."""
        if self.view == "grid":
            self.of_champions = not self.of_champions
            self._gather()
            if self.cast.standing_in:
                return NO_POPULATION
            return "the newest champions" if self.of_champions else "the best of the newest population"
        champions = self.cast.champions
        keys = [each.key for each in champions]
        at = keys.index(self.forager.key) + way if self.forager.key in keys else len(keys) - 1
        self.heir = None
        self.forager = champions[at % len(champions)]
        self.begin(self.maze)
        return f"champion {at % len(champions) + 1} of {len(champions)}"

    def head(self, direction: int) -> None:
        """The person's step towards a point of the compass, once the forager is ready to answer it."""
        if self.driver is not None and not self.driver.done:
            self.driver.head(direction)
            self.looking_back = self.clock.playback.playing = False

    def again(self) -> None:
        """After a duel, another in the next maze."""
        if self.driver is not None and self.driver.done:
            self.begin(self.maze + 1)

    def press(self, key: Key) -> None:
        """Take in a key of the clock's; in a duel, they look back on what was lived."""
        before = self.clock.time, self.clock.playback.playing
        self.clock.update(key)
        self.looking_back |= self.view == "duel" and before != (self.clock.time, self.clock.playback.playing)
        self.clock.playback.position = min(self.clock.time, self.reached)

    def seek(self, time: float) -> None:
        """Go to a moment that can be shown."""
        self.looking_back = self.view == "duel"
        if self.looking_back:
            self.clock.playback.playing = False
        self.clock.seek(min(time, self.reached))

    def painter(self, hovered: int = -1) -> picture.Painter | None:
        """What paints the picture of any moment, or None where it has to be played first."""
        where = f"{self.split.capitalize()} maze {self.maze}"
        if self.view == "grid":
            size = self.world.maze.size
            if not self.team:
                return None
            return picture.grid(size, self.replays, self.team, hovered, where, self.cast.standing_in)
        if self.replay is None:
            return None
        if self.view == "duel":
            return picture.duel(self.replay, self.driver, self.forager) if self.driver is not None else None
        return picture.life(
            self.replay, picture.name_of(self.forager), picture.caption_of(self.forager, self.world, where)
        )

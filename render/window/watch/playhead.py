"""Playhead: the moment of an episode that is shown; in a duel it follows the person's steps.

Time is in steps of an episode of T, from 0 to T.
"""

from render.window.event import Key, Tick
from render.window.watch.driver import Driver
from render.window.watch.life_clock import LifeClock
from sim.world.maze import Mazes
from sim.world.rules import World


class Playhead:
    """A clock, and in a duel the person's forager (`driver`), whose last step the clock cannot pass."""

    def __init__(self, world: World) -> None:
        """Stand at the start of an episode in a world, playing."""
        self.world, self.clock = world, LifeClock(world.lifetime)
        self.driver: Driver | None = None
        self.dueling = self.looking_back = False

    @property
    def reached(self) -> float:
        """The last moment that can be shown: in a duel, that of the person's last step."""
        if not self.dueling:
            return float(self.world.lifetime)
        if self.driver is None:
            return 0.0
        return float(self.world.lifetime if self.driver.done else self.driver.steps)

    @property
    def over(self) -> bool:
        """Whether a duel is over, and its end is shown."""
        return self.driver is not None and self.driver.done and self.clock.time >= self.world.lifetime

    @property
    def playing(self) -> bool:
        """Whether the picture changes with time."""
        if self.dueling and not self.looking_back:
            return self.clock.time < self.reached
        return self.clock.playing

    def tick(self, seconds: float) -> bool:
        """Let time pass; returns whether the episode is over and the next one begins."""
        clock = self.clock
        if not self.dueling:
            return clock.update(Tick(seconds))
        if not self.looking_back:
            clock.chase(self.reached, seconds)
        elif clock.playback.playing:
            clock.playback.update(Tick(seconds))
            clock.playback.seek(min(clock.time, self.reached))
        return False

    def begin(self, *, stay: bool = False) -> None:
        """Begin another episode, without a driver; `stay` keeps the time."""
        self.driver, self.looking_back = None, False
        if not stay:
            self.clock.begin()

    def set_dueling(self, dueling: bool) -> None:
        """Enter or leave a duel, and go to its start; no change where nothing changes."""
        if dueling != self.dueling:
            self.dueling = dueling
            self.clock.seek(0.0)
            self.clock.playback.playing = not dueling
            self.driver, self.looking_back = None, False

    def place_driver(self, mazes: Mazes) -> None:
        """Place the person's forager at the start of maze 0 of the batch, unless there is one."""
        if self.driver is None:
            self.driver = Driver(mazes, 0, self.world)

    def move(self, direction: int) -> None:
        """Move the person's forager towards a point of the compass, 0 north to 3 west, unless it is not there yet."""
        if self.driver is not None and not self.driver.done:
            self.driver.head(direction)
            self.looking_back = self.clock.playback.playing = False

    def press(self, key: Key) -> None:
        """Handle a key of the clock; in a duel, such a key looks back on earlier steps."""
        before = self.clock.time, self.clock.playback.playing
        self.clock.update(key)
        self.looking_back |= self.dueling and before != (self.clock.time, self.clock.playback.playing)
        self.clock.playback.position = min(self.clock.time, self.reached)

    def seek(self, time: float) -> None:
        """Go to a moment, at most to the last that can be shown."""
        self.looking_back = self.dueling
        if self.dueling:
            self.clock.playback.playing = False
        self.clock.seek(min(time, self.reached))

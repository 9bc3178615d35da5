"""Life clock: the moment of an episode that is shown, and what follows the episode's end.

T steps of an episode; a moment is a number of steps in [0, T].
"""

from dataclasses import dataclass, field
from typing import Literal

from render.window.event import Event, Key, Tick
from render.window.playback import Playback

Ending = Literal["next maze", "stop", "loop", "ping-pong"]
ENDINGS: tuple[Ending, ...] = ("next maze", "stop", "loop", "ping-pong")

RATE = 16.0  # steps a second at speed 1
PACE = 12.0  # steps a second at which a person's moves are shown; faster where many wait
REST = 1.2  # seconds that the end of an episode is shown


@dataclass(slots=True)
class LifeClock:
    """Plays episodes of `life` steps; `ending` is what follows each; `rest` is the time in seconds until it does."""

    life: int
    ending: Ending = "next maze"
    rest: float = 0.0
    playback: Playback = field(init=False)

    def __post_init__(self) -> None:
        """Stand at the start, playing."""
        self.playback = Playback(self.life + 1, RATE, "off")

    @property
    def time(self) -> float:
        """The moment that is shown."""
        return self.playback.position

    @property
    def playing(self) -> bool:
        """Whether the clock runs, or rests before it runs on."""
        return self.playback.playing or self.rest > 0

    @property
    def rate(self) -> float:
        """Steps a second."""
        return RATE * 2.0**self.playback.power

    def begin(self) -> None:
        """Go to the start of an episode; a clock that rests at the end of another runs again."""
        self.playback.playing = self.playing
        self.playback.position, self.playback.forward, self.rest = 0.0, True, 0.0

    def update(self, event: Event) -> bool:
        """Handle time and the keys of playback; returns whether the episode is over and the next one begins."""
        if isinstance(event, Tick):
            return self._run(event)
        if event == Key("o"):
            self.ending = ENDINGS[(ENDINGS.index(self.ending) + 1) % len(ENDINGS)]
            self.playback.mode = "ping-pong" if self.ending == "ping-pong" else "off"
            self.playback.forward = True
            return False
        if self.rest > 0:
            self.rest = 0.0
            if event == Key("space"):  # the clock already stands still
                return False
            self.playback.playing = True
        self.playback.update(event)
        return False

    def seek(self, time: float) -> None:
        """Go to a moment."""
        self.rest = 0.0
        self.playback.seek(time)

    def chase(self, reached: float, seconds: float) -> None:
        """Run towards the moment `reached`; faster where it is further away."""
        gap = reached - self.time
        if gap > 0:
            self.playback.seek(self.time + min(gap, seconds * max(PACE, 4 * gap)))

    def _run(self, event: Tick) -> bool:
        """Let time pass; returns whether the next episode begins."""
        if self.rest > 0:
            self.rest = max(0.0, self.rest - event.seconds)
            self.playback.playing = over = self.rest == 0
            return over
        if not self.playback.playing:
            return False
        forward = self.playback.forward
        self.playback.update(event)
        if self.ending == "ping-pong":
            return self.playback.forward and not forward
        if not self.playback.playing and self.ending != "stop":
            self.rest = REST
        return False

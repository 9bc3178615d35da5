"""Playback: where a film is, and how it goes on: playing, speed, looping, steps and seeking.

T frames; a position is a number of frames in [0, T-1], or in [0, T) where the film goes round.
"""

import math
from dataclasses import dataclass
from typing import Literal

from render.window.event import Event, Key, Tick

Mode = Literal["off", "loop", "ping-pong"]
MODES: tuple[Mode, ...] = ("off", "loop", "ping-pong")
SPEEDS = (-6, 6)  # powers of two
KEYS = (
    ("space", "play, pause"),
    (". ,", "one frame on, one back"),
    ("+ -", "twice, half the speed"),
    ("Home End", "first, last frame"),
    ("[ ]", "a tenth back, a tenth on"),
    ("o", "at the end: stop, loop, ping-pong"),
)


@dataclass(slots=True)
class Playback:
    """The play head of a film of `frames` T frames, `rate` of them a second at speed 1.

    `round` films lead from their last frame to their first. Time is kept apart from drawing: whoever draws seldom sees
    fewer positions, not slower ones.
    """

    frames: int
    rate: float = 24.0
    mode: Mode = "loop"
    round: bool = False
    position: float = 0.0
    playing: bool = True
    power: int = 0
    forward: bool = True

    @property
    def frame(self) -> int:
        """The frame that is shown."""
        return min(self.frames - 1, math.floor(self.position + 1e-9))

    @property
    def last(self) -> float:
        """The greatest position."""
        return float(self.frames - 1)

    @property
    def share(self) -> float:
        """How far the film is, 0 to 1."""
        return min(1.0, self.position / self.last) if self.last else 0.0

    @property
    def speed(self) -> str:
        """The speed in words: "x2", "x1/4"."""
        return f"x{2**self.power}" if self.power >= 0 else f"x1/{2**-self.power}"

    def seek(self, position: float) -> None:
        """Go to a position."""
        self.position = min(self.last, max(0.0, position))

    def step(self, frames: int) -> None:
        """Stop, and go to a whole frame so many on; round the film where it goes round."""
        self.playing = False
        # From between two frames, a step back leads to the nearer one first.
        target = self.frame + frames + (frames < 0 and self.position > self.frame + 1e-9)
        self.seek(target % self.frames if self.mode == "loop" else target)

    def update(self, event: Event) -> bool:
        """Take in time and the keys of KEYS; whether the event was one of them."""
        match event:
            case Tick(seconds):
                self._run(seconds)
            case Key("space"):
                self.playing = not self.playing
                if self.playing and self.mode == "off" and self.position >= self.last:
                    self.position = 0.0
            case Key("." | "right"):
                self.step(1)
            case Key("," | "left"):
                self.step(-1)
            case Key("+" | "="):
                self.power = min(SPEEDS[1], self.power + 1)
            case Key("-"):
                self.power = max(SPEEDS[0], self.power - 1)
            case Key("home"):
                self.seek(0.0)
            case Key("end"):
                self.seek(self.last)
            case Key("[" | "]" as name):
                tenth = max(1.0, self.frames / 10)
                self.seek(self.position + (tenth if name == "]" else -tenth))
            case Key("o"):
                self.mode = MODES[(MODES.index(self.mode) + 1) % len(MODES)]
                self.forward = True
            case _:
                return False
        return True

    def _run(self, seconds: float) -> None:
        if not self.playing or self.frames < 2:
            return
        way = seconds * self.rate * 2.0**self.power
        if self.mode == "ping-pong":
            lap = 2 * self.last
            at = self.position if self.forward else lap - self.position
            at = (at + way) % lap
            self.forward = at <= self.last
            self.position = at if self.forward else lap - at
        elif self.mode == "loop":
            self.position = (self.position + way) % (self.frames if self.round else self.last)
        else:
            self.position = min(self.last, self.position + way)
            self.playing = self.position < self.last

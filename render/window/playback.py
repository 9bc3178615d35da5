"""Playback: the position in a film, and the keys that play, pause, step, seek, loop and change the speed.

T frames; a position is a number of frames in [0, T-1], or in [0, T) where the film wraps around.
"""

import math
from dataclasses import dataclass
from typing import Literal

from render.window.event import Event, Key, Tick

Mode = Literal["off", "loop", "ping-pong"]
MODES: tuple[Mode, ...] = ("off", "loop", "ping-pong")
SPEEDS = (-6, 6)  # the slowest and the fastest speed, as powers of two
KEYS = frozenset({"space", ".", ",", "+", "=", "-", "home", "end", "[", "]", "o"})


@dataclass(slots=True)
class Playback:
    """The position in a film of T `frames`, which shows `rate` of them a second at speed 1.

    A film that `wraps` leads from its last frame to its first. The position depends on time alone: a window that draws
    seldom shows fewer positions, not slower ones.
    """

    frames: int
    rate: float = 24.0
    mode: Mode = "loop"
    wraps: bool = False
    position: float = 0.0
    playing: bool = True
    power: int = 0  # the speed is 2^power
    forward: bool = True  # the direction, in mode "ping-pong"

    @property
    def frame(self) -> int:
        """The frame at the position."""
        return min(self.frames - 1, math.floor(self.position + 1e-9))

    @property
    def last(self) -> float:
        """The greatest position."""
        return float(self.frames - 1)

    @property
    def speed(self) -> str:
        """The speed as text: "x2", "x1/4"."""
        return f"x{2**self.power}" if self.power >= 0 else f"x1/{2**-self.power}"

    def seek(self, position: float) -> None:
        """Go to a position."""
        self.position = min(self.last, max(0.0, position))

    def step(self, frames: int) -> None:
        """Pause, and go forward by whole frames, or back; in mode "loop" past the end to the beginning."""
        self.playing = False
        # From a position between two frames, a step back leads to the one just before it.
        target = self.frame + frames + (frames < 0 and self.position > self.frame + 1e-9)
        self.seek(target % self.frames if self.mode == "loop" else target)

    def update(self, event: Event) -> bool:
        """Handle a Tick, or a key of KEYS; returns False for any other event."""
        match event:
            case Tick(seconds):
                self._run(seconds)
            case Key("space"):
                self.playing = not self.playing
                if self.playing and self.mode == "off" and self.position >= self.last:
                    self.position = 0.0
            case Key("."):
                self.step(1)
            case Key(","):
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
            self.position = (self.position + way) % (self.frames if self.wraps else self.last)
        else:
            self.position = min(self.last, self.position + way)
            self.playing = self.position < self.last

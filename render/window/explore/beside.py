"""Beside: the foragers of one or two pixels at work beside the landscape, in the same maze, at the same time.

H and W rows and columns of the frame, T steps of a life, P weights of a genome.
"""

import math
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from agents.errors import UserError
from render.legend import QUIET, Frame, number, print_size
from render.maze_picture import maze_picture
from render.picture import BACKGROUND, EDGE
from render.text import put_text
from render.window.controls import ACCENT, KNOWN, TRACK, put_play_sign
from render.window.explore.place import Ground
from render.window.explore.worker import Worker
from render.window.watch.duel import OTHER, YOU, Side, put_duel
from sim.episode import Episode, play_episode

STEPS_A_SECOND = 20.0
SPEEDS = (-4, 6)  # slowest and fastest, in powers of two


@dataclass(frozen=True, slots=True, eq=False)
class Pick:
    """A pixel that was clicked: its coordinates, its genome [P], and the ground that it is of."""

    x: float
    y: float
    genome: NDArray[Any]
    ground: Ground

    @property
    def name(self) -> str:
        """The coordinates, for people."""
        return f"({number(self.x)}, {number(self.y)})"


def divergence(first: Episode, second: Episode) -> int | None:
    """The first step, from 1, in which two lives act or move differently; None where they never do."""
    parted = (first.actions != second.actions) | (first.places[1:] != second.places[1:])
    return int(parted.argmax()) + 1 if parted.any() else None


class Beside:
    """Nobody, one forager, or two; `time` is in steps."""

    def __init__(self, worker: Worker) -> None:
        """Nobody is there; `worker` plays the lives."""
        self._worker = worker
        self._waiting: list[Future[Episode]] = []
        self.picks: tuple[Pick, ...] = ()
        self.episodes: tuple[Episode, ...] = ()
        self.maze, self.time, self.speed, self.playing = 0, 0.0, 0, True
        self.parting: int | None = None

    @property
    def shown(self) -> bool:
        """Whether anybody is there."""
        return bool(self.picks)

    @property
    def ready(self) -> bool:
        """Whether their lives have been played."""
        return bool(self.episodes)

    @property
    def lifetime(self) -> int:
        """T."""
        return self.picks[0].ground.land.lifetime

    def pick(self, pick: Pick, second: bool = False) -> None:
        """Play a pixel's forager: alone, or second to the first where both are of one land."""
        together = second and self.shown and self.picks[0].ground.land == pick.ground.land
        self.picks = (self.picks[0], pick) if together else (pick,)
        self.maze = min(self.maze, pick.ground.mazes.count - 1)
        self._play()

    def next_maze(self) -> None:
        """The same foragers in the next maze."""
        if self.shown:
            self.maze = (self.maze + 1) % self.picks[0].ground.mazes.count
            self._play()

    def clear(self) -> None:
        """Send them away."""
        self.picks, self.episodes, self._waiting = (), (), []

    def _play(self) -> None:
        def job(pick: Pick, maze: int) -> Callable[[], Episode]:
            ground = pick.ground
            return lambda: play_episode(pick.genome, ground.layout, ground.mazes, maze, ground.world)

        for waiting in self._waiting:
            waiting.cancel()
        self._waiting = [self._worker.ask(job(pick, self.maze)) for pick in self.picks]
        self.episodes, self.parting = (), None

    def tick(self, seconds: float) -> str:
        """Time goes by; what there is to tell. Playing stops where two lives part."""
        if self._waiting and all(future.done() for future in self._waiting):
            self.episodes = tuple(future.result() for future in self._waiting)
            self._waiting, self.time, self.playing = [], 0.0, True
            self.parting = divergence(*self.episodes) if len(self.episodes) == 2 else None
        if not (self.ready and self.playing):
            return ""
        before, self.time = self.time, self.time + seconds * STEPS_A_SECOND * 2.0**self.speed
        if self.parting is not None and before < self.parting <= self.time:
            self.time, self.playing = float(self.parting), False
            return f"they part at step {self.parting}; space goes on"
        if self.time >= self.lifetime:
            self.time, self.playing = float(self.lifetime), False
        return ""

    def press(self, key: str) -> str | None:
        """Heed a key of playing; what there is to tell, or None where it means nothing here."""
        if not self.shown:
            return None
        match key:
            case "space":
                self.time = 0.0 if not self.playing and self.time >= self.lifetime else self.time
                self.playing = not self.playing
            case "." | ",":
                step = math.floor(self.time) + 1 if key == "." else math.ceil(self.time) - 1
                self.time, self.playing = float(min(self.lifetime, max(0, step))), False
            case "home" | "end":
                self.time, self.playing = (0.0 if key == "home" else float(self.lifetime)), False
            case "+" | "=" | "-":
                self.speed = min(SPEEDS[1], max(SPEEDS[0], self.speed + (-1 if key == "-" else 1)))
                return f"{number(STEPS_A_SECOND * 2.0**self.speed)} steps a second"
            case "n":
                self.next_maze()
                return f"maze {self.maze + 1} of {self.picks[0].ground.mazes.count}"
            case _:
                return None
        return ""

    def put(self, frame: Frame, palette: str) -> None:
        """Draw them into a frame [H, W, 3], or, where there is no room, why not."""
        frame[:] = BACKGROUND
        size, text = (frame.shape[0], frame.shape[1]), print_size((frame.shape[0], frame.shape[1]))
        if not self.ready:
            put_text(frame, "playing ...", (size[1] // 2, size[0] // 2), text, QUIET, "mm")
            return
        ground, bar = self.picks[0].ground, 3 * text
        upper = frame[: size[0] - bar]
        try:
            if len(self.episodes) == 2:
                names = zip(self.picks, self.episodes, (YOU, OTHER), strict=True)
                sides = [Side(pick.name, life, ink) for pick, life, ink in names]
                mazes, parted = ground.mazes.take([self.maze]), self.parting is not None and self.time >= self.parting
                put_duel(upper, mazes, (sides[0], sides[1]), self.time, self._words(), bright=parted, palette=palette)
            else:
                upper[:] = maze_picture(
                    ground.mazes,
                    self.maze,
                    self.episodes[0],
                    self.time,
                    (upper.shape[0], upper.shape[1]),
                    title=f"Forager {self.picks[0].name}",
                    caption=f"maze {self.maze + 1} of {ground.mazes.count}",
                    palette=palette,
                )
        except UserError as error:
            put_text(frame, str(error).partition(";")[0], (size[1] // 2, size[0] // 2), text, QUIET, "mm")
        self._put_bar(frame[size[0] - bar :], text)
        frame[:, :1] = EDGE

    def _words(self) -> str:
        if self.parting is None:
            return "alike to the end"
        if self.time < self.parting:
            return f"alike until step {self.parting}"
        return f"apart since step {self.parting}"

    def _put_bar(self, frame: Frame, text: int) -> None:
        """Where in their lives they are, and where these part."""
        height, width = frame.shape[:2]
        left, right, middle = 3 * text, width - 2 * text, height // 2
        thick = max(3, text // 3)

        def at(step: float) -> int:
            return left + int(step / self.lifetime * (right - left - 1) + 0.5)

        frame[middle : middle + thick, left:right] = KNOWN if self.parting is None else TRACK
        if self.parting is not None:
            frame[middle : middle + thick, left : at(self.parting)] = KNOWN
        frame[middle : middle + thick, left : at(self.time) + 1] = ACCENT
        if self.parting is not None:
            x = at(self.parting)
            frame[middle - text // 2 : middle + thick + text // 2, x - 1 : x + 2] = OTHER
        put_play_sign(frame, (left - round(1.2 * text), middle + thick // 2), text, self.playing)

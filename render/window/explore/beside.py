"""Beside: the foragers of one or two pixels at work beside the landscape, in the same maze, at the same time.

H and W rows and columns of the frame, T steps of a life, P weights of a genome.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from render.legend import Frame, number, print_size
from render.window.background_renderer import BackgroundRenderer, Rendered, fitted
from render.window.controls import share_at, within
from render.window.event import Key, Tick
from render.window.explore.lives import Lives, bar_of
from render.window.explore.place import Ground
from render.window.explore.worker import Worker
from render.window.playback import Playback
from sim.world.life import Episode, play_episode

RATE = 20.0  # steps a second at speed 1
KEYS = frozenset({"space", ".", ",", "+", "=", "-", "home", "end", "o"})  # of the playback's; others move the view


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
    """Nobody, one forager, or two; the position of their `playback` is in steps."""

    def __init__(self, worker: Worker) -> None:
        """Nobody is there; `worker` plays the lives."""
        self._worker = worker
        self._waiting: list[Future[Episode]] = []
        self.picks: tuple[Pick, ...] = ()
        self.episodes: tuple[Episode, ...] = ()
        self.maze = 0
        self.playback = Playback(1, RATE, "off")
        self.parting: int | None = None
        self.canvas: BackgroundRenderer[Lives] = BackgroundRenderer()

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
        """Play a pixel's forager: alone, or second to the first where both are of one land.

        Raises UserError on the land of a function.
        """
        mazes = pick.ground.foragers.mazes
        together = second and self.shown and self.picks[0].ground.land == pick.ground.land
        self.picks = (self.picks[0], pick) if together else (pick,)
        self.maze = min(self.maze, mazes.count - 1)
        self._play()

    def next_maze(self, on: int = 1) -> None:
        """The same foragers in the next maze, or so many on."""
        if self.shown:
            self.maze = (self.maze + on) % self.picks[0].ground.foragers.mazes.count
            self._play()

    def clear(self) -> None:
        """Send them away."""
        self.picks, self.episodes, self._waiting = (), (), []

    def close(self) -> None:
        """Draw no more."""
        self.canvas.close()

    def _play(self) -> None:
        def job(pick: Pick, maze: int) -> Callable[[], Episode]:
            lived = pick.ground.foragers
            return lambda: play_episode(pick.genome, lived.layout, lived.mazes.carve(), maze, lived.world)

        for waiting in self._waiting:
            waiting.cancel()
        self._waiting = [self._worker.ask(job(pick, self.maze)) for pick in self.picks]
        self.episodes, self.parting = (), None

    def tick(self, seconds: float) -> str:
        """Time goes by; what there is to tell. Playing stops where two lives part."""
        play = self.playback
        if self._waiting and all(future.done() for future in self._waiting):
            self.episodes = tuple(future.result() for future in self._waiting)
            self._waiting, play.frames = [], self.lifetime + 1
            play.position, play.playing, play.forward = 0.0, True, True
            self.parting = divergence(*self.episodes) if len(self.episodes) == 2 else None
        if not self.ready:
            return ""
        before = play.position
        play.update(Tick(seconds))
        if self.parting is not None and before < self.parting <= play.position:
            play.position, play.playing = float(self.parting), False
            return f"they part at step {self.parting}; space goes on"
        return ""

    def press(self, key: str) -> str | None:
        """Heed a key of playing; what there is to tell, or None where it means nothing here."""
        if not self.shown:
            return None
        if key in ("n", "N"):
            self.next_maze(1 if key == "n" else -1)
            return f"maze {self.maze + 1} of {self.picks[0].ground.foragers.mazes.count}"
        if key not in KEYS:
            return None
        self.playback.update(Key(key))
        if key == "o":
            return f"at the end: {'stop' if self.playback.mode == 'off' else self.playback.mode}"
        return f"{number(RATE * 2.0**self.playback.power)} steps a second" if key in "+=-" else ""

    def on_bar(self, size: tuple[int, int], x: int, y: int) -> bool:
        """Whether a place of their picture of H, W is on the bar."""
        return self.ready and within(bar_of(size), x, y, print_size(size))

    def seek(self, size: tuple[int, int], x: int) -> None:
        """Go to the step that the bar of their picture of H, W stands for at x."""
        self.playback.seek(share_at(bar_of(size), x) * self.lifetime)

    def ask(self, size: tuple[int, int], palette: str) -> Rendered[Lives] | None:
        """Their picture of H, W by now; None where nobody is there, or nothing is drawn yet."""
        if not self.shown:
            return None
        play = self.playback
        moment = play.position if self.ready else 0.0
        pace = f"step {int(moment)}   {play.speed}" + f"   {play.mode}" * (play.mode != "off")
        names = tuple(pick.name for pick in self.picks)
        ground = self.picks[0].ground
        lives = Lives(names, self.episodes, ground, self.maze, self.parting, moment, play.playing, pace, size, palette)
        return self.canvas.ask(lives, lives.draw)

    def put(self, frame: Frame, drawn: Rendered[Lives] | None) -> None:
        """Lay their picture into a frame [H, W, 3]."""
        frame[:] = 0 if drawn is None else fitted(drawn.frame, (frame.shape[0], frame.shape[1]))

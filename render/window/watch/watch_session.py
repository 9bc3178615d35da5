"""Watch session: who is watched, in which maze, at which moment: all that the watch window shows, without the window.

Time is in steps of an episode of T, from 0 to T.
"""

from pathlib import Path
from typing import Literal

from agents.errors import UserError
from render.legend import Box
from render.maze_picture import lay_out_maze
from render.window.watch import watch_picture as picture
from render.window.watch.duel import duel_page
from render.window.watch.playhead import Playhead
from render.window.watch.replays import Replay, Replays
from render.window.watch.watch_config import WatchedSplit
from render.window.watch.watched_foragers import WatchedForagers

View = Literal["life", "grid", "duel"]


class WatchSession:
    """One episode, sixteen in one maze, or a person's beside a forager's."""

    def __init__(
        self, path: Path, generation: int | None, split: WatchedSplit, maze: int, *, fog: bool = False
    ) -> None:
        """Watch the champion of a generation of a run, by default the newest. Raises UserError.

        In `fog`, a duel shows only what the person's forager feels.
        """
        self.foragers = WatchedForagers(path, generation)
        config = self.foragers.follower.config
        self.world, self.split, self.maze = config.world, split, maze
        self.view: View = "life"
        self.fog = fog
        self.enlarged = False  # whether the forager watched alone was clicked in the grid
        self.playhead = Playhead(self.world)
        self._replays = Replays(self.world, config.seed, split)
        self._request_replays()

    def close(self) -> None:
        """Stop all threads."""
        self._replays.close()
        self.foragers.close()

    @property
    def replay(self) -> Replay | None:
        """The episode of the forager watched alone, once it is played."""
        return self._replays.get(self.foragers.one, self.maze)

    @property
    def replays(self) -> list[Replay | None]:
        """The episodes of the grid's foragers, without hidden units; None for those that are not played yet."""
        team = self.foragers.team
        played = self._replays.get_team(team, self.maze)
        return [None] * len(team) if played is None else [*played]

    @property
    def ready(self) -> bool:
        """Whether all visible episodes are played."""
        if self.view == "grid":
            return bool(self.foragers.team) and None not in self.replays
        return self.replay is not None

    def tick(self, seconds: float) -> str:
        """Let time pass; returns a message where the run has news, or ""."""
        news = self.foragers.tick(seconds)
        self._request_replays()
        if self.ready:
            replay = self.replay
            if self.view == "duel" and replay is not None:
                self.playhead.place_driver(replay.mazes)
            if self.playhead.tick(seconds):
                ending = self.playhead.clock.ending
                self.begin(self.maze + (ending == "next maze"), stay=ending == "ping-pong")
        return news

    def begin(self, maze: int, *, stay: bool = False) -> None:
        """Begin an episode in a maze; an heir takes over. `stay` keeps the time."""
        self.foragers.succeed()
        self.maze = max(0, maze)
        self.playhead.begin(stay=stay)
        self._request_replays()

    def show(self, view: View) -> None:
        """Change to another view of the same maze."""
        self.playhead.set_dueling(view == "duel")
        if view == "grid" and not self.foragers.follower.best:
            self.foragers.follower.request_population()
        self.view, self.enlarged = view, False
        self.foragers.update_team()
        self._request_replays()

    def enlarge(self, tile: int) -> None:
        """Watch the forager of a tile of the grid alone."""
        self.foragers.pick(tile)
        self.show("life")
        self.enlarged = True

    def change_foragers(self, way: int) -> str:
        """Watch the next (1) or previous (-1) champion, or in the grid the other sixteen; returns a message."""
        if self.view == "grid":
            return self.foragers.switch_team()
        message = self.foragers.step(way)
        self.begin(self.maze)
        return message

    def rematch(self) -> None:
        """After a duel, begin another in the next maze."""
        if self.playhead.driver is not None and self.playhead.driver.done:
            self.begin(self.maze + 1)

    def painter(self, hovered: int = -1) -> picture.Painter | None:
        """The painter of any moment of the visible episodes; None while they are not played yet."""
        where, foragers = f"{self.split.capitalize()} maze {self.maze}", self.foragers
        if self.view == "grid":
            if not foragers.team:
                return None
            size, standing_in = self.world.maze.size, foragers.follower.standing_in
            return picture.grid(size, self.replays, foragers.team, hovered, where, standing_in)
        if self.replay is None:
            return None
        if self.view == "duel":
            driver = self.playhead.driver
            return picture.duel(self.replay, driver, foragers.one, fog=self.fog) if driver is not None else None
        caption = picture.caption_of(foragers.one, self.world, where)
        follower = foragers.follower
        learning = follower.curve if follower.following else ()
        return picture.life(self.replay, picture.name_of(foragers.one), caption, learning, follower.generations)

    def _request_replays(self) -> None:
        """Have the visible episodes played first, and then those that are likely to be visible next."""
        foragers = self.foragers
        if self.view == "grid":
            self._replays.request_team(foragers.team, (self.maze, self.maze + 1))
        else:
            self._replays.request([(foragers.one, self.maze), (foragers.heir or foragers.one, self.maze + 1)])


def session_title(session: WatchSession) -> str:
    """The run, who is watched, and in which maze, in a few words."""
    foragers, name = session.foragers, picture.name_of(session.foragers.one)
    who = f"{name[0].lower()}{name[1:]}"
    if session.view == "grid":
        who = picture.team_name(foragers.team) if foragers.team else "sixteen foragers"
    elif session.view == "duel":
        who = f"you against {who}"
    return f"{foragers.follower.run.path.resolve().name}: {who}, {session.split} maze {session.maze}"


def maze_box(session: WatchSession, size: tuple[int, int]) -> Box | None:
    """Where a picture of H, W shows the maze of an episode, or both of a duel, and no words; None for a grid."""
    n, follower = session.world.maze.size, session.foragers.follower
    try:
        if session.view == "duel":
            page = duel_page(n, size)
            (left, top), (right, foot) = page.corners
            return left, top, right - left + page.canvas.side, foot - top + page.canvas.side
        if session.view == "life":
            learning = follower.curve if follower.following else ()
            layout = lay_out_maze(n, (size[0] - picture.curve_height(size, learning), size[1]))
            return layout.left, layout.top, layout.canvas.side, layout.canvas.side
    except UserError:  # the mazes do not fit, which the picture says
        return None
    return None

"""Watched foragers: which forager of a run is watched alone, and which sixteen are watched together."""

from pathlib import Path

from render.window.watch.forage_grid import COUNT
from render.window.watch.roster import Forager, champion_at
from render.window.watch.run_follower import RunFollower

NO_POPULATION = "the run has no population that can be read; its newest champions stand in"


class WatchedForagers:
    """The forager watched alone (`one`), its successor after this episode (`heir`), and the foragers of the grid."""

    def __init__(self, path: Path, generation: int | None) -> None:
        """Watch the champion of a generation of a run, by default the newest. Raises UserError."""
        self.follower = RunFollower(path, COUNT)
        self.one = champion_at(self.follower.champions, generation)
        self.heir: Forager | None = None
        self.team: list[Forager] = []
        self.of_champions = False  # whether the grid shows champions, and not the newest population

    def tick(self, seconds: float) -> str:
        """Let time pass; returns a message where the run has news, or ""."""
        follower = self.follower
        following, standing_in = follower.following, follower.standing_in
        found = follower.tick(seconds)
        if not self.team:
            self.update_team()
        if found is not None:
            self.heir = found
            return f"generation {found.generation} has a new champion; it takes over at the next episode"
        if following and not follower.following:
            return "the run cannot be read any more; what was read goes on"
        return NO_POPULATION if follower.standing_in and not standing_in else ""

    def succeed(self) -> None:
        """Let the heir take over, where there is one, and the newest foragers enter the grid."""
        if self.heir is not None:
            self.one, self.heir = self.heir, None
        self.update_team()

    def update_team(self) -> None:
        """Take the newest foragers into the grid."""
        follower = self.follower
        self.team = follower.champions[: -COUNT - 1 : -1] if self.of_champions else list(follower.best)

    def pick(self, tile: int) -> None:
        """Watch the forager of a tile of the grid alone."""
        self.one, self.heir = self.team[tile], None

    def step(self, way: int) -> str:
        """Watch the next (1) or the previous (-1) champion alone; returns a message."""
        champions = self.follower.champions
        keys = [champion.key for champion in champions]
        at = keys.index(self.one.key) + way if self.one.key in keys else len(keys) - 1
        self.one, self.heir = champions[at % len(champions)], None
        return f"champion {at % len(champions) + 1} of {len(champions)}"

    def switch_team(self) -> str:
        """Change the grid from population to champions, or back; returns a message."""
        self.of_champions = not self.of_champions
        self.update_team()
        if self.follower.standing_in:
            return NO_POPULATION
        return "the newest champions" if self.of_champions else "the best of the newest population"

    def close(self) -> None:
        """Stop reading the run."""
        self.follower.close()

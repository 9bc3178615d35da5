"""Runs in memory, for learning without a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.genome import Genome
from sim.learning.champion import with_made_by
from sim.learning.checkpoint import Checkpoint
from sim.learning.learner import LearnerConfig, Record
from sim.learning.run import Run


class RunInMemory(Run):
    """A run that writes no files, and is lost when the process ends.

    It has no folder, and cannot go on later. It cannot open the test mazes either, because every opening must be
    written to a ledger that outlives the process. For all that, learn into a folder.
    """

    def __init__(self, config: LearnerConfig) -> None:
        """Begin without a checkpoint."""
        self._config = config
        self._newest: Checkpoint | None = None
        self._champions: list[Genome] = []

    def __str__(self) -> str:
        """How messages name the run."""
        return "the run in memory"

    def __repr__(self) -> str:
        """How it learned, and how far it got."""
        config, done = self._config, len(self.history())
        about = f"{config.label}, seed {config.seed}, {done} of {config.generations} generations"
        if self._champions:
            about += f", champion eats {self._champions[-1].provenance['validation_pellets']:.1f} pellets a maze"
        return f"<run in memory: {about}>"

    @property
    def path(self) -> Path:
        """Not available: raises UserError."""
        raise UserError("a run in memory has no folder; learn into a folder to name it")

    def config(self) -> LearnerConfig:
        """The config."""
        return self._config

    def champion(self) -> Genome:
        """The champion. Raises UserError before the first checkpoint."""
        if not self._champions:
            raise UserError("the run in memory has no champion yet; let it learn to its first checkpoint")
        return self._champions[-1]

    def champions(self) -> list[Genome]:
        """All genomes that have been champion, oldest first."""
        return list(self._champions)

    def history(self) -> list[Record]:
        """The records of all generations up to the newest checkpoint."""
        return [] if self._newest is None else [dict(record) for record in self._newest.history]

    def checkpoint(self, config: LearnerConfig) -> Checkpoint | None:
        """The newest checkpoint, or None before the first."""
        return self._newest

    def save(self, newest: Checkpoint, champion: Genome, withdrawn: int | None = None) -> None:
        """Keep a checkpoint and its champion; a run in memory does not go on, so that none is withdrawn."""
        self._newest = Checkpoint(newest.config, list(newest.history), newest.state)
        self.publish(newest, champion)

    def publish(self, newest: Checkpoint, champion: Genome) -> None:
        """Keep the champion, unless it is the newest one already."""
        made = with_made_by(champion)
        if not self._champions or self._champions[-1].provenance != made.provenance:
            self._champions.append(made)

    def openings(self) -> list[dict[str, Any]]:
        """There are none: a run in memory cannot open the test mazes."""
        return []

    def record_opening(self, entry: Mapping[str, Any]) -> int:
        """Not possible: raises UserError."""
        raise UserError("a run in memory has no ledger of its looks at the test mazes; learn into a folder first")

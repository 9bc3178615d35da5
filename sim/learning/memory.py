"""A run in memory: what learning leaves where no folder is named."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.genome import Genome
from sim.learning.champion import credited
from sim.learning.checkpoint import Checkpoint
from sim.learning.learner import LearnerConfig, Record
from sim.learning.run import Run


class RunInMemory(Run):
    """A run that writes nothing, and is gone with the process.

    It has no folder to be named, nor to go on from; and it cannot open the test mazes, as every opening must be written
    into a ledger that outlives the process. To do any of that, learn into a folder.
    """

    def __init__(self, config: LearnerConfig) -> None:
        """Nothing is learned yet."""
        self._config = config
        self._newest: Checkpoint | None = None
        self._champions: list[Genome] = []

    def __str__(self) -> str:
        """What messages call it."""
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
        """Raises UserError."""
        raise UserError("a run in memory has no folder; learn into a folder to name it")

    def config(self) -> LearnerConfig:
        """The config."""
        return self._config

    def champion(self) -> Genome:
        """The champion, or UserError where no checkpoint has chosen one yet."""
        if not self._champions:
            raise UserError("the run in memory has no champion yet; let it learn to its first checkpoint")
        return self._champions[-1]

    def champions(self) -> list[Genome]:
        """All genomes that ever were champion, oldest first."""
        return list(self._champions)

    def history(self) -> list[Record]:
        """One record a generation."""
        return [] if self._newest is None else [dict(record) for record in self._newest.history]

    def checkpoint(self, config: LearnerConfig) -> Checkpoint | None:
        """The newest checkpoint, or None before the first."""
        return self._newest

    def save(self, newest: Checkpoint, champion: Genome) -> None:
        """Keep a checkpoint and its champion."""
        self._newest = Checkpoint(newest.config, list(newest.history), newest.state)
        self.publish(newest, champion)

    def publish(self, newest: Checkpoint, champion: Genome) -> None:
        """Keep the champion, unless it is the one that there is."""
        made = credited(champion)
        if not self._champions or self._champions[-1].provenance != made.provenance:
            self._champions.append(made)

    def openings(self) -> list[dict[str, Any]]:
        """None: a run in memory cannot open the test mazes."""
        return []

    def record_opening(self, entry: Mapping[str, Any]) -> int:
        """Raises UserError."""
        raise UserError("a run in memory has no ledger of its looks at the test mazes; learn into a folder first")

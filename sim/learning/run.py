"""Runs: everything that learning leaves, and all that it needs to go on. A run folder holds:

manifest.json             what made the run: versions, revision
config.toml               the resolved config
state.safetensors         the newest checkpoint, from which the run resumes to the same bits
history.jsonl             one line a generation
champions/000050.safetensors   the champion as it stood after so many generations
champion.safetensors      the champion
ledger.jsonl              every opening of the test split
lock                      held while a process writes

The checkpoint is the truth: the history and the champion are written after it, and again from it where they are lost.
"""

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from agents import genome
from agents.errors import Remedy, UserError
from agents.files import replace_file, sole_writer
from agents.genome import Genome
from sim.learning import checkpoint
from sim.learning.champion import credited
from sim.learning.checkpoint import Checkpoint, read_lines, to_lines
from sim.learning.configs import read_config, refuse_changes
from sim.learning.learner import LearnerConfig, Record
from sim.learning.setting import Setting
from sim.values import from_text, from_toml

FORMAT = "foragescape-run-1"


class Run(ABC):
    """What learning leaves: a `RunFolder`, or a `RunInMemory`."""

    __slots__ = ()

    def __str__(self) -> str:
        """What messages call it."""
        return str(self.path)

    @staticmethod
    def open(path: Path) -> "RunFolder":
        """A folder that a learning run wrote, or UserError."""
        if not os.path.exists(path):
            raise UserError(f"there is no run {path}", Remedy.MAKE_RUN, path=path)
        run = RunFolder(path)
        form = run.manifest().get("format")
        if form != FORMAT:
            got = f"its manifest.json says format {form!r}, expected {FORMAT!r}"
            raise UserError(f"{path} is not a run that this version reads ({got}); name another, or evolve it again")
        return run

    @property
    @abstractmethod
    def path(self) -> Path:
        """The folder, or UserError where there is none."""

    @abstractmethod
    def config(self) -> LearnerConfig:
        """All that it was learned with, whatever the learner."""

    def setting(self) -> Setting:
        """What it has in common with all runs, however it learned."""
        config = self.config()
        return Setting(**{each.name: getattr(config, each.name) for each in fields(Setting)})

    @abstractmethod
    def champion(self) -> Genome:
        """The champion, or UserError where no checkpoint has chosen one yet."""

    @abstractmethod
    def champions(self) -> list[Genome]:
        """All genomes that ever were champion, oldest first."""

    @abstractmethod
    def history(self) -> list[Record]:
        """One record a generation."""

    @abstractmethod
    def checkpoint(self, config: LearnerConfig) -> Checkpoint | None:
        """The newest checkpoint, or None before the first. Raises UserError where it is of another config."""

    @abstractmethod
    def save(self, newest: Checkpoint, champion: Genome) -> None:
        """Keep a checkpoint, then what people read of it."""

    @abstractmethod
    def publish(self, newest: Checkpoint, champion: Genome) -> None:
        """Keep the history and the champion of a checkpoint, where they are not kept already."""

    @abstractmethod
    def openings(self) -> list[dict[str, Any]]:
        """The ledger: every opening of the test split."""

    @abstractmethod
    def record_opening(self, entry: Mapping[str, Any]) -> int:
        """Append an opening of the test split to the ledger; how often it has been opened now."""


@dataclass(frozen=True, slots=True)
class RunFolder(Run):
    """A run folder that exists."""

    path: Path = field()  # or else the property of the base would be its default

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing to the run meanwhile."""
        with sole_writer(self.path, self.path / "lock"):
            yield

    def manifest(self) -> dict[str, Any]:
        """What made the run."""
        try:
            manifest = json.loads((self.path / "manifest.json").read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise UserError(
                f"{self.path} is not a run folder (no readable manifest.json); name the folder of a run"
            ) from error
        return manifest if isinstance(manifest, dict) else {}

    def config(self) -> LearnerConfig:
        """All that it was learned with, whatever the learner."""
        return read_config(self.path / "config.toml")

    def setting(self) -> Setting:
        """What it has in common with all runs, also with those of learners that this version does not know."""
        return from_toml(Setting, self.path / "config.toml", partly=True)

    def champion(self) -> Genome:
        """The champion, or UserError where no checkpoint has chosen one yet."""
        if not (self.path / "champion.safetensors").exists():
            raise UserError(f"{self.path} has no champion yet", Remedy.CONTINUE_RUN)
        return genome.load(self.path / "champion.safetensors")

    def champions(self) -> list[Genome]:
        """All genomes that ever were champion, oldest first."""
        paths = (self.path / "champions").glob("[0-9]*.safetensors")
        return [genome.load(path) for path in sorted(paths, key=lambda path: (len(path.name), path.name))]

    def history(self) -> list[Record]:
        """One record a generation."""
        return read_lines(self.path / "history.jsonl", "continue the run, which writes it anew")

    def save(self, newest: Checkpoint, champion: Genome) -> None:
        """Write a checkpoint, then what people read of it."""
        checkpoint.save(self.path / "state.safetensors", newest)
        self.publish(newest, champion)

    def publish(self, newest: Checkpoint, champion: Genome) -> None:
        """Write the history and the champion of a checkpoint, where they are not there already.

        The champion's provenance names its "generation"; who made it is added.
        """
        for name in (f"champions/{champion.provenance['generation']:06d}.safetensors", "champion.safetensors"):
            if not genome.holds(self.path / name, champion):
                made = credited(champion)
                genome.save(self.path / name, made.weights, made.layout, made.provenance)
        history, lines = self.path / "history.jsonl", to_lines(newest.history)
        if not history.exists() or history.read_bytes() != lines:
            replace_file(history, lines)

    def checkpoint(self, config: LearnerConfig) -> Checkpoint | None:
        """The newest checkpoint, or None before the first. Raises UserError where it is of another config."""
        path = self.path / "state.safetensors"
        if not path.exists():
            if (self.path / "champion.safetensors").exists():
                what = f"{self.path} has a champion but no checkpoint {path.name}"
                raise UserError(what, "take it from a backup", Remedy.START_OVER)
            return None
        newest = checkpoint.load(path)
        refuse_changes(path, from_text(type(config), newest.config, str(path)), config)
        return newest

    def openings(self) -> list[dict[str, Any]]:
        """The ledger: every opening of the test split."""
        return read_lines(self.path / "ledger.jsonl", "take it from a backup")

    def record_opening(self, entry: Mapping[str, Any]) -> int:
        """Append an opening of the test split to the ledger; how often it has been opened now."""
        with self.locked():
            entries = [*self.openings(), dict(entry)]
            replace_file(self.path / "ledger.jsonl", to_lines(entries))
        return len(entries)

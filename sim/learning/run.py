"""Runs: what learning produces, and what it needs to go on. A run folder holds:

manifest.json             the format, and the versions of the program and its libraries
config.toml               all settings
state.safetensors         the newest checkpoint, from which the run goes on to the same bits
history.jsonl             a record of each generation, one in a line
champions/000050.safetensors   the champion that was chosen after so many generations
champion.safetensors      the newest champion
ledger.jsonl              every use of the test mazes
lock                      locked while a process writes

The history and the champion are written after the checkpoint, and are written again from it if they are lost.
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
from sim.learning.champion import with_made_by
from sim.learning.checkpoint import Checkpoint, read_lines, to_lines
from sim.learning.configs import read_config, refuse_changes
from sim.learning.learner import LearnerConfig, Record
from sim.learning.setting import Setting
from sim.values import from_text, from_toml

FORMAT = "foragescape-run-1"


class Run(ABC):
    """What learning produces: the interface of `RunFolder` and `RunInMemory`."""

    __slots__ = ()

    def __str__(self) -> str:
        """How messages name the run."""
        return str(self.path)

    @staticmethod
    def open(path: Path) -> "RunFolder":
        """Open the run folder at `path`. Raises UserError if it is none that this version reads."""
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
        """The folder. Raises UserError if the run has none."""

    @abstractmethod
    def config(self) -> LearnerConfig:
        """All settings of the run."""

    def setting(self) -> Setting:
        """The settings that all runs have, whatever the learner."""
        config = self.config()
        return Setting(**{each.name: getattr(config, each.name) for each in fields(Setting)})

    @abstractmethod
    def champion(self) -> Genome:
        """The champion. Raises UserError before the first checkpoint."""

    @abstractmethod
    def champions(self) -> list[Genome]:
        """All genomes that have been champion, oldest first."""

    @abstractmethod
    def history(self) -> list[Record]:
        """The records of all generations up to the newest checkpoint."""

    @abstractmethod
    def checkpoint(self, config: LearnerConfig) -> Checkpoint | None:
        """The newest checkpoint, or None before the first. Raises UserError if `config` cannot continue it."""

    @abstractmethod
    def save(self, newest: Checkpoint, champion: Genome) -> None:
        """Keep a checkpoint, then its history and its champion."""

    @abstractmethod
    def publish(self, newest: Checkpoint, champion: Genome) -> None:
        """Keep the history and the champion of a checkpoint, unless they are kept already."""

    @abstractmethod
    def openings(self) -> list[dict[str, Any]]:
        """The ledger: an entry for every use of the test mazes."""

    @abstractmethod
    def record_opening(self, entry: Mapping[str, Any]) -> int:
        """Append a use of the test mazes to the ledger; return the number of its entries."""


@dataclass(frozen=True, slots=True)
class RunFolder(Run):
    """A run in a folder that exists."""

    path: Path = field()  # without field(), the property of the base class would be its default

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing to the run while the block lasts. Raises UserError if one is writing."""
        with sole_writer(self.path, self.path / "lock"):
            yield

    def manifest(self) -> dict[str, Any]:
        """The manifest: the format, and the versions that made the run. Raises UserError if there is none."""
        try:
            manifest = json.loads((self.path / "manifest.json").read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise UserError(
                f"{self.path} is not a run folder (no readable manifest.json); name the folder of a run"
            ) from error
        return manifest if isinstance(manifest, dict) else {}

    def config(self) -> LearnerConfig:
        """All settings of the run."""
        return read_config(self.path / "config.toml")

    def setting(self) -> Setting:
        """The settings that all runs have, even those of learners that this version does not know."""
        return from_toml(Setting, self.path / "config.toml", partly=True)

    def champion(self) -> Genome:
        """The champion. Raises UserError before the first checkpoint, and if its file is damaged."""
        if not (self.path / "champion.safetensors").exists():
            raise UserError(f"{self.path} has no champion yet", Remedy.CONTINUE_RUN)
        return genome.load(self.path / "champion.safetensors")

    def champions(self) -> list[Genome]:
        """All genomes that have been champion, oldest first."""
        paths = (self.path / "champions").glob("[0-9]*.safetensors")
        return [genome.load(path) for path in sorted(paths, key=lambda path: (len(path.name), path.name))]

    def history(self) -> list[Record]:
        """The records of all generations up to the newest checkpoint. Raises UserError if they are damaged."""
        return read_lines(self.path / "history.jsonl", "continue the run, which writes it anew")

    def save(self, newest: Checkpoint, champion: Genome) -> None:
        """Write a checkpoint, then its history and its champion."""
        checkpoint.save(self.path / "state.safetensors", newest)
        self.publish(newest, champion)

    def publish(self, newest: Checkpoint, champion: Genome) -> None:
        """Write the history and the champion of a checkpoint, unless the files hold them already.

        The provenance of the champion must have its "generation"; the versions that made it are added.
        """
        for name in (f"champions/{champion.provenance['generation']:06d}.safetensors", "champion.safetensors"):
            if not genome.holds(self.path / name, champion):
                made = with_made_by(champion)
                genome.save(self.path / name, made.weights, made.layout, made.provenance)
        history, lines = self.path / "history.jsonl", to_lines(newest.history)
        if not history.exists() or history.read_bytes() != lines:
            replace_file(history, lines)

    def checkpoint(self, config: LearnerConfig) -> Checkpoint | None:
        """The newest checkpoint, or None before the first.

        Raises UserError if `config` cannot continue it, if it is damaged, or if it is missing beside a champion.
        """
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
        """The ledger: an entry for every use of the test mazes. Raises UserError if it is damaged."""
        return read_lines(self.path / "ledger.jsonl", "take it from a backup")

    def record_opening(self, entry: Mapping[str, Any]) -> int:
        """Append a use of the test mazes to the ledger; return the number of its entries."""
        with self.locked():
            entries = [*self.openings(), dict(entry)]
            replace_file(self.path / "ledger.jsonl", to_lines(entries))
        return len(entries)

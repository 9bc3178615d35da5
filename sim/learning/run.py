"""Runs: what learning produces, and what it needs to go on. A run folder holds:

manifest.json             the format, and the versions of the program and its libraries
config.toml               all settings
state.safetensors         the newest checkpoint, from which the run goes on to the same bits
history.jsonl             a record of each generation, one in a line
champions/000050.safetensors   the champion that was chosen after so many generations
champion.safetensors      the newest champion
ledger.jsonl              every use of the test mazes; see sim.learning.ledger
seal.json                 a digest of each file above; see sim.learning.seal
lock                      locked while a process writes

The history and the champion are written after the checkpoint, and are written again from it if they are lost. Any other
damage is refused by whoever reads what is damaged. A run of the format before this one has no seal; it gets one when it
is written to.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from agents import genome
from agents.errors import Remedy, UserError
from agents.files import sole_writer
from agents.genome import Genome
from agents.reading import parse_object
from sim.learning import checkpoint, ledger
from sim.learning.champion import read_champion, with_made_by
from sim.learning.checkpoint import Checkpoint, read_lines, to_lines
from sim.learning.configs import config_from_text, refuse_changes
from sim.learning.first_seal import (
    CHAMPION,
    CONFIG,
    FORMAT,
    HISTORY,
    MANIFEST,
    STATE,
    UNSEALED,
    champion_file,
    champion_files,
    first_seal,
    renewed_manifest,
)
from sim.learning.learner import LearnerConfig, Record
from sim.learning.seal import ABSENT, Seal
from sim.learning.sealed_files import digest_of, read_part, read_seal, settle, write_parts
from sim.learning.setting import Setting
from sim.values import from_text

PATIENCE = 10.0  # seconds that an evaluation waits for another one to write its entry of the ledger


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
        if form not in (FORMAT, UNSEALED):
            got = f"its manifest.json says format {form!r}, expected {FORMAT!r}"
            raise UserError(f"{path} is not a run that this version reads ({got}); name another, or evolve it again")
        if form == FORMAT and read_seal(path) is None:
            what = f"{path} has lost its seal.json, which tells damage from what was learned"
            raise UserError(what, "take it from a backup", Remedy.ELSEWHERE)
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
    def save(self, newest: Checkpoint, champion: Genome, withdrawn: int | None = None) -> None:
        """Keep a checkpoint, then its history and its champion; drop the champion of generation `withdrawn`."""

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
    def locked(self, patience: float = 0.0) -> Iterator[None]:
        """Keep other processes from writing to the run while the block lasts.

        Raises Busy if one is writing, and still is after `patience` seconds.
        """
        with sole_writer(self.path, self.path / "lock", patience=patience):
            yield

    def is_sealed(self) -> bool:
        """True unless an older version wrote the run, which made no seal, so that damage may go unnoticed."""
        return read_seal(self.path) is not None

    def check(self) -> None:
        """Read all parts of the run. Raises UserError for the first that is damaged or missing."""
        sealed = read_seal(self.path)
        for name in sorted({*sealed.parts, *sealed.becoming}) if sealed else ():
            fix = Remedy.CONTINUE_RUN if name in (HISTORY, CHAMPION) else Remedy.START_OVER
            read_part(self.path, name, sealed, fix=fix)
        self.openings()

    def manifest(self) -> dict[str, Any]:
        """The manifest: the format, and the versions that made the run. Raises UserError if there is none."""
        data = read_part(self.path, MANIFEST)
        try:
            return parse_object(b"" if data is None else data)
        except ValueError as error:
            within = _runs_in(self.path)
            fix = f"name a run in it: {' or '.join(map(str, within))}" if within else "name the folder of a run"
            raise UserError(f"{self.path} is not a run folder (no readable {MANIFEST}); {fix}") from error

    def config(self) -> LearnerConfig:
        """All settings of the run. Raises UserError if the file is damaged."""
        return config_from_text(self._config_text(), self.path / CONFIG)

    def setting(self) -> Setting:
        """The settings that all runs have, even those of learners that this version does not know."""
        return from_text(Setting, self._config_text(), str(self.path / CONFIG), partly=True)

    def champion(self) -> Genome:
        """The champion. Raises UserError before the first checkpoint, and if its file is damaged."""
        data = read_part(self.path, CHAMPION, fix=Remedy.CONTINUE_RUN)
        if data is None:
            raise UserError(f"{self.path} has no champion yet", Remedy.CONTINUE_RUN)
        return read_champion(data, self.path / CHAMPION)

    def champions(self) -> list[Genome]:
        """All genomes that have been champion, oldest first. Raises UserError if one is damaged or missing."""
        sealed = read_seal(self.path)
        names = champion_files(self.path) if sealed is None else sealed.champions()
        found = {name: read_part(self.path, name, sealed) for name in names}
        return [read_champion(data, self.path / name) for name, data in found.items() if data is not None]

    def history(self) -> list[Record]:
        """The records of all generations up to the newest checkpoint. Raises UserError if they are damaged."""
        data = read_part(self.path, HISTORY, fix=Remedy.CONTINUE_RUN)
        return read_lines(data or b"", self.path / HISTORY, "continue the run, which writes it anew")

    def save(self, newest: Checkpoint, champion: Genome, withdrawn: int | None = None) -> None:
        """Write a checkpoint, then its history and its champion; delete the champion of generation `withdrawn`."""
        changes = {STATE: checkpoint.to_bytes(newest), **self._published(newest, champion)}
        self.write(changes if withdrawn is None else {**changes, champion_file(withdrawn): None})

    def publish(self, newest: Checkpoint, champion: Genome) -> None:
        """Write the history and the champion of a checkpoint, unless the files hold them already.

        The provenance of the champion must have its "generation"; the versions that made it are added.
        """
        self.write(self._published(newest, champion))

    def write(self, changes: Mapping[str, bytes | None]) -> None:
        """Write files of the run or delete them, in their order, and seal them. The run must be locked."""
        sealed = read_seal(self.path) or first_seal(self.path)
        if any(sealed.parts.get(name, ABSENT) != digest_of(data) for name, data in changes.items()):
            changes = {**({} if self.is_sealed() else renewed_manifest(self.path)), **changes}
        elif not self.is_sealed():
            return  # a run of an older version, to which there is nothing to add
        write_parts(self.path, sealed, changes)

    def settle(self) -> None:
        """Complete what a killed writer left half done. The run must be locked."""
        sealed = read_seal(self.path)
        if sealed is not None:
            settle(self.path, sealed)
            ledger.settle(self.path)

    def checkpoint(self, config: LearnerConfig) -> Checkpoint | None:
        """The newest checkpoint, or None before the first.

        Raises UserError if `config` cannot continue it, if it is damaged, or if it is missing beside a champion.
        """
        path = self.path / STATE
        data = read_part(self.path, STATE)
        if data is None:
            if os.path.lexists(self.path / CHAMPION):
                what = f"{self.path} has a champion but no checkpoint {STATE}"
                raise UserError(what, "take it from a backup", Remedy.START_OVER)
            return None
        newest = checkpoint.from_bytes(data, path)
        refuse_changes(path, from_text(type(config), newest.config, str(path)), config)
        return newest

    def openings(self) -> list[dict[str, Any]]:
        """The ledger: an entry for every use of the test mazes. Raises UserError that says what of it is missing."""
        return ledger.openings(self.path)

    def record_opening(self, entry: Mapping[str, Any]) -> int:
        """Append a use of the test mazes to the ledger; return the number of its entries.

        Waits for others that do the same; raises Busy if the run is learning.
        """
        with self.locked(PATIENCE):
            self.settle()
            self.write({} if self.is_sealed() else renewed_manifest(self.path))
            return ledger.append(self.path, read_seal(self.path) or Seal(), entry)

    def _config_text(self) -> str:
        """The text of the config file."""
        path, data = self.path / CONFIG, read_part(self.path, CONFIG)
        if data is None:
            raise UserError(f"cannot read the config {path}: there is no such file; check the path")
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise UserError(f"{path} is not TOML: {error}; correct the file") from error

    def _published(self, newest: Checkpoint, champion: Genome) -> dict[str, bytes | None]:
        """The contents of the files of a checkpoint's champion and history; those that are right already stay."""
        changes: dict[str, bytes | None] = {}
        for name in (champion_file(champion.provenance["generation"]), CHAMPION):
            try:
                data = read_part(self.path, name)
            except UserError:
                data = None
            if data is None or not genome.holds(data, champion):
                made = with_made_by(champion)
                data = genome.to_bytes(made.weights, made.layout, made.provenance)
            changes[name] = data
        return {**changes, HISTORY: to_lines(newest.history)}


def _runs_in(folder: Path) -> list[Path]:
    """The runs that are directly in a folder: of a demo, its two runs."""
    try:
        return [path for path in sorted(folder.iterdir()) if (path / CONFIG).is_file() and (path / MANIFEST).is_file()]
    except OSError:
        return []

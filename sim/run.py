"""A run folder: everything that a learning run leaves, and all that it needs to go on.

config.toml               the resolved config
manifest.json             what made the run: versions, revision, seed
history.jsonl             one line a generation
state.safetensors         the newest checkpoint, from which the run resumes to the same bits
champions/000050.safetensors   the champion as it stood after so many generations
champion.safetensors      the champion
ledger.jsonl              every opening of the test split
"""

import hashlib
import json
import platform
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from agents import genome
from agents.errors import UserError
from agents.files import replace_file
from agents.genome import Genome
from agents.layout import Layout
from sim.config import from_toml, to_toml

FORMAT = "foragescape-run-1"
PARTS = ("config.toml", "manifest.json", "history.jsonl", "state.safetensors", "champion.safetensors", "ledger.jsonl")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder that exists."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> "Run":
        """A folder that a learning run wrote, or UserError."""
        manifest = path / "manifest.json"
        if not path.exists():
            raise UserError(f"there is no run {path}; make one with: foragescape evolve --out {path}")
        try:
            form = json.loads(manifest.read_text(encoding="utf-8"))["format"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"{path} is not a run folder (no readable manifest.json); name the folder of a run"
            ) from error
        if form != FORMAT:
            raise UserError(f"{path} is a run of format {form!r}, this version reads {FORMAT!r}; evolve it again")
        return cls(path)

    @classmethod
    def create(cls, path: Path, config: Any, *, fresh: bool = False) -> "Run":
        """A new run folder, or the one at `path` where it holds the same config; `fresh` starts over."""
        if fresh and (path / "manifest.json").exists():
            _clear(cls.open(path).path)
        if (path / "manifest.json").exists():
            run = cls.open(path)
            if run.config(type(config)) != config:
                fix = "repeat its settings to resume it, choose another --out, or start over with --fresh"
                raise UserError(f"{path} holds a run with other settings; {fix}")
            return run
        if path.exists() and (not path.is_dir() or any(entry.name != "lock" for entry in path.iterdir())):
            raise UserError(f"{path} exists and is not a run folder; choose another --out")
        make_folder(path / "champions")
        replace_file(path / "config.toml", to_toml(config).encode())
        replace_file(path / "manifest.json", json.dumps({"format": FORMAT, **provenance()}, indent=2).encode())
        return cls(path)

    def config(self, kind: type[T]) -> T:
        """The resolved config."""
        return from_toml(kind, self.path / "config.toml")

    def manifest(self) -> dict[str, Any]:
        """What made the run."""
        manifest: dict[str, Any] = json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing to the run meanwhile."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.path / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise UserError(
                f"another process is writing to {self.path}; wait for it, or choose another --out"
            ) from error
        except OSError as error:
            raise UserError(
                f"cannot write to {self.path}: {error.strerror}; choose a path that can be written"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def champion(self) -> Genome:
        """The champion, or UserError where no checkpoint has chosen one yet."""
        if not (self.path / "champion.safetensors").exists():
            raise UserError(f"{self.path} has no champion yet; continue it with: foragescape evolve --out {self.path}")
        return genome.load(self.path / "champion.safetensors")

    def champions(self) -> list[Genome]:
        """All genomes that ever were champion, oldest first."""
        return [genome.load(path) for path in sorted((self.path / "champions").glob("*.safetensors"))]

    def history(self) -> list[dict[str, Any]]:
        """One record a generation."""
        path = self.path / "history.jsonl"
        return read_lines(path) if path.exists() else []

    def save(
        self,
        state: Mapping[str, NDArray[Any]],
        history: list[dict[str, Any]],
        champion: NDArray[Any],
        layout: Layout,
        about: Mapping[str, Any],
    ) -> None:
        """Write a checkpoint. The state comes last, so what a kill leaves half done is done again from the old one.

        `about` says where the champion comes from, its "generation" among other things.
        """
        made_by = {**about, **provenance()}
        genome.save(self.path / "champions" / f"{about['generation']:06d}.safetensors", champion, layout, made_by)
        genome.save(self.path / "champion.safetensors", champion, layout, made_by)
        replace_file(self.path / "history.jsonl", "".join(json.dumps(record) + "\n" for record in history).encode())
        _save_state(self.path / "state.safetensors", state)

    def state(self) -> dict[str, NDArray[Any]] | None:
        """The arrays of the newest checkpoint, or None before the first."""
        path = self.path / "state.safetensors"
        return _load_state(path) if path.exists() else None

    def openings(self) -> list[dict[str, Any]]:
        """The ledger: every opening of the test split."""
        path = self.path / "ledger.jsonl"
        return read_lines(path) if path.exists() else []

    def record_opening(self, entry: Mapping[str, Any]) -> int:
        """Append an opening of the test split to the ledger; how often it has been opened now."""
        entries = [*self.openings(), dict(entry)]
        replace_file(self.path / "ledger.jsonl", "".join(json.dumps(line) + "\n" for line in entries).encode())
        return len(entries)


def provenance() -> dict[str, str]:
    """The versions and the revision that are running."""
    packages = {}
    for name in ("foragescape", "numpy", "numba"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = "not installed"
    return {**packages, "python": platform.python_version(), "machine": platform.machine(), "revision": _revision()}


@cache
def _revision() -> str:
    here = Path(__file__).resolve().parent
    try:
        command = ["git", "-C", str(here), "describe", "--always", "--dirty", "--abbrev=12"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return done.stdout.strip() or "unknown"


def make_folder(path: Path) -> None:
    """Make a folder and its parents, or UserError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"cannot make the folder {path}: {error.strerror}; choose a path that can be written"
        ) from error


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines, or UserError."""
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise UserError(f"{path} is damaged ({error}); take it from a backup, or start the run over") from error


def _clear(path: Path) -> None:
    for name in PARTS:
        (path / name).unlink(missing_ok=True)
    shutil.rmtree(path / "champions", ignore_errors=True)


def _save_state(path: Path, state: Mapping[str, NDArray[Any]]) -> None:
    from safetensors.numpy import save

    arrays = {name: np.ascontiguousarray(array) for name, array in state.items()}
    replace_file(path, save(arrays, {"format": FORMAT, "digest": _digest(arrays)}))


def _load_state(path: Path) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except (SafetensorError, OSError) as error:
        raise UserError(f"the checkpoint {path} is damaged ({error}); start the run over with --fresh") from error
    if metadata.get("digest") != _digest(arrays):
        raise UserError(f"the checkpoint {path} is damaged (the digest differs); start the run over with --fresh")
    return arrays


def _digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype} {arrays[name].shape} ".encode())
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()

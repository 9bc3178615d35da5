"""Subjects: what measures read of a run, which is its champion and the record of learning.

G champions of a run, P weights, K records of a quantity.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.genome import Genome
from agents.layout import Layout
from sim.imitation.labelling import Labelling
from sim.learning.run import Run, RunFolder
from sim.world.rules import World

QUANTITIES = (
    "validation", "mean", "loss", "validation_loss", "validation_teacher_loss", "training_loss", "stopped", "entropy",
    "critic_loss",
)  # fmt: skip
LARGEST = 2.0**53  # larger values are damage and cannot be drawn

Curves = dict[str, NDArray[np.float64]]
"""Records by quantity, [K, 2] each: rising generations, and values."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """The record of a run's learning.

    path float64 [G, P]: its champions, oldest first; generations int64 [G]: theirs; initial float64 [P]: the genome
    that learning began with (of a population, the first one)
    """

    generation: int
    """The generation of the champion."""
    steps: int
    """Agent-steps per generation."""
    mazes: int
    """Training mazes met until the champion was chosen: the first ones of the run's random stream."""
    validation: int
    """Validation mazes that the champion was chosen on: the first ones of the run's random stream."""
    pool: int
    """How many training mazes there were; 0 if they were always fresh."""
    path: NDArray[np.float64]
    generations: NDArray[np.int64]
    initial: NDArray[np.float64]
    curves: Curves = field(default_factory=dict)

    @property
    def champion_steps(self) -> int:
        """Agent-steps of learning until the champion was chosen, or until learning stopped at a loss before."""
        return _learned(self.generation, self.curves) * self.steps


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A champion with its world and its record of learning; `genome` float32 [P]."""

    name: str
    """Its name on a page."""
    method: str
    """The method that learned it, such as "evolve (es)"."""
    seed: int
    layout: Layout
    world: World
    genome: NDArray[np.float32]
    record: Record
    run: Path | None = None
    """The run's folder, if it has one."""
    labelling: Labelling | None = None
    """How it labelled the episodes that it imitated; None if it did not imitate."""

    def json(self) -> dict[str, Any]:
        """A description without the weights, as JSON."""
        about = {name: getattr(self, name) for name in ("name", "method", "seed")}
        return {
            **about,
            "generation": self.record.generation,
            "steps": self.record.champion_steps,
            "run": None if self.run is None else str(self.run),
        }

    @property
    def stream(self) -> int:
        """A number in [0, 2**64) that is the genome's own, for random draws that must differ between runs."""
        return stream_of(self.genome)

    def digest(self, *, history: bool = False) -> str:
        """A digest of all that a measure may read; `history` includes the records of learning.

        It does not depend on the folder, which may move, nor on the name.
        """
        record = self.record
        about = [self.method, self.seed, asdict(self.layout), asdict(self.world)]
        about += [record.generation, record.steps, record.mazes, record.validation, record.pool]
        if self.labelling not in (
            None,
            Labelling(),
        ):  # with the default labels, digests are as before there were others
            about.append(asdict(self.labelling))
        arrays = [self.genome, record.path, record.generations, record.initial]
        if history:
            arrays += list(record.curves.values())
            about += [list(record.curves), ""]  # older versions added a remark here
        content = hashlib.blake2b(json.dumps(about).encode(), digest_size=16)
        for array in arrays:
            content.update(np.ascontiguousarray(array).tobytes())
        return content.hexdigest()


def stream_of(genome: NDArray[Any]) -> int:
    """A number in [0, 2**64) that is a genome's own."""
    content = hashlib.blake2b(np.ascontiguousarray(genome).tobytes(), digest_size=8)
    return int.from_bytes(content.digest(), "little")


def read_subject(run: Run, name: str = "") -> Subject:
    """The subject of a run; without a `name`, it is called by folder and method. Raises UserError for damaged runs."""
    folder = run.path if isinstance(run, RunFolder) else None
    champion, setting = run.champion(), run.setting()
    if champion.layout != setting.layout or champion.weights.ndim != 1:
        got = champion.layout.describe()
        raise UserError(f"the champion of {run} is {got}, its run {setting.layout.describe()}; learn it anew")
    champions = run.champions() or [champion]
    if any(each.layout != champion.layout or each.weights.ndim != 1 for each in champions):
        raise UserError(f"{run} has champions of another layout; take the folder from a backup")
    method, generation = str(champion.provenance.get("method", "unknown")), _generation(champion, run)
    config = run.config()
    learned = curves(run.history())
    record = Record(
        generation=generation,
        steps=config.agent_steps,
        mazes=config.mazes_met(_learned(generation, learned)),
        validation=setting.validation,
        pool=setting.pool,
        path=np.stack([each.weights for each in champions]).astype(np.float64),
        generations=np.array([_generation(each, run) for each in champions], np.int64),
        initial=config.initial_genome().astype(np.float64),
        curves=learned,
    )
    return Subject(
        name=name or f"{folder.resolve().name if folder else f'seed {setting.seed}'} {method}",
        method=method,
        seed=setting.seed,
        layout=setting.layout,
        world=setting.world,
        genome=np.asarray(champion.weights, np.float32),
        record=record,
        run=folder,
        labelling=config.labelling,
    )


def curves(records: Iterable[Mapping[str, Any]]) -> Curves:
    """The curves of records; values that are not numbers, and generations that do not rise, are left out."""
    points: dict[str, list[tuple[float, float]]] = {}
    last = 0.0
    for record in records:
        generation = _number(record.get("generation"))
        if generation is None or generation <= last:
            continue
        last = generation
        for name in QUANTITIES:
            value = _number(record.get(name))
            if value is not None:
                points.setdefault(name, []).append((generation, value))
    return {name: np.array(pairs) for name, pairs in points.items()}


def _learned(generation: int, curves: Curves) -> int:
    """The last generation up to this one that changed a genome: imitation can stop at a loss before its run ends."""
    return min(generation, int(curves["stopped"][-1, 1])) if "stopped" in curves else generation


def _number(value: Any) -> float | None:
    """A value as a number, or None if it is not a number or is too large."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
        return None
    return float(value)


def _generation(champion: Genome, run: Run) -> int:
    """The generation of a champion."""
    generation = champion.provenance.get("generation")
    if not isinstance(generation, int) or generation < 1:
        got = f"a champion of {run} has the generation {generation!r}, which should be a number from 1"
        raise UserError(f"{got}; take it from a backup")
    return generation

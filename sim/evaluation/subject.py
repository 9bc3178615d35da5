"""Subjects: the champion of a run, and how it was learned, as measures see it.

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
from sim.learning.run import Run, RunFolder
from sim.world.rules import World

QUANTITIES = (
    "validation", "mean", "loss", "validation_loss", "validation_teacher_loss", "entropy", "critic_loss",
)  # fmt: skip
LARGEST = 2.0**53  # what is larger is damage, and has no place on an axis

Curves = dict[str, NDArray[np.float64]]
"""Records by quantity, each [K, 2]: generations, which rise, and values."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """How a run learned.

    path float64 [G, P] its champions, oldest first, and generations int64 [G]; initial float64 [P] the genome that
    learning began with (of a population, the first)
    """

    generation: int
    """The generation that the champion is of."""
    steps: int
    """Agent-steps of a generation."""
    mazes: int
    """Training mazes met until the champion was chosen: the first ones of the run's own stream."""
    validation: int
    """Validation mazes that the champion was chosen on: the first ones of the run's own stream."""
    pool: int
    """How many training mazes there were; 0 for ever fresh ones."""
    path: NDArray[np.float64]
    generations: NDArray[np.int64]
    initial: NDArray[np.float64]
    curves: Curves = field(default_factory=dict)
    damage: str = ""
    """Why there are no curves, if the history is damaged."""

    @property
    def champion_steps(self) -> int:
        """Agent-steps of learning until the champion was chosen."""
        return self.generation * self.steps


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A champion with its world and its record of learning; `genome` float32 [P]."""

    name: str
    """What it is called on a page."""
    method: str
    """How it was learned, such as "evolve (es)"."""
    seed: int
    layout: Layout
    world: World
    genome: NDArray[np.float32]
    record: Record
    run: Path | None = None
    """Its folder, if it has one."""

    def json(self) -> dict[str, Any]:
        """Who it is, without its weights."""
        about = {name: getattr(self, name) for name in ("name", "method", "seed")}
        return {
            **about,
            "generation": self.record.generation,
            "steps": self.record.champion_steps,
            "run": None if self.run is None else str(self.run),
        }

    def digest(self, *, history: bool = False) -> str:
        """A digest of all that a measure may read; of the records of learning only where it reads the `history`.

        It does not depend on the folder, which may move, or on the name.
        """
        record = self.record
        about = [self.method, self.seed, asdict(self.layout), asdict(self.world)]
        about += [record.generation, record.steps, record.mazes, record.validation, record.pool]
        arrays = [self.genome, record.path, record.generations, record.initial]
        if history:
            arrays += list(record.curves.values())
            about += [list(record.curves), record.damage]
        found = hashlib.blake2b(json.dumps(about).encode(), digest_size=16)
        for array in arrays:
            found.update(np.ascontiguousarray(array).tobytes())
        return found.hexdigest()


def read_subject(run: Run, name: str = "") -> Subject:
    """The champion of a run, named by its folder and method unless a `name` is given. Raises UserError for damage."""
    folder = run.path if isinstance(run, RunFolder) else None
    champion, setting = run.champion(), run.setting()
    if champion.layout != setting.layout or champion.weights.ndim != 1:
        got = champion.layout.describe()
        raise UserError(f"the champion of {run} is {got}, its run {setting.layout.describe()}; learn it anew")
    before = run.champions() or [champion]
    if any(each.layout != champion.layout or each.weights.ndim != 1 for each in before):
        raise UserError(f"{run} has champions of another layout; take the folder from a backup")
    method, generation = str(champion.provenance.get("method", "unknown")), _generation(champion, run)
    config = run.config()
    curves, damage = read_curves(run)
    record = Record(
        generation=generation,
        steps=config.agent_steps,
        mazes=config.mazes_met(generation),
        validation=setting.validation,
        pool=setting.pool,
        path=np.stack([each.weights for each in before]).astype(np.float64),
        generations=np.array([_generation(each, run) for each in before], np.int64),
        initial=config.initial_genome().astype(np.float64),
        curves=curves,
        damage=damage,
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
    )


def read_curves(run: Run) -> tuple[Curves, str]:
    """The curves of a run, and why there are none where its history is damaged."""
    try:
        return curves(run.history()), ""
    except UserError as error:
        return {}, str(error)


def curves(records: Iterable[Mapping[str, Any]]) -> Curves:
    """The curves of records; what is no number, or of no later generation than what came before, is left out."""
    found: dict[str, list[tuple[float, float]]] = {}
    last = 0.0
    for record in records:
        generation = _number(record.get("generation"))
        if generation is None or generation <= last:
            continue
        last = generation
        for name in QUANTITIES:
            value = _number(record.get(name))
            if value is not None:
                found.setdefault(name, []).append((generation, value))
    return {name: np.array(points) for name, points in found.items()}


def _number(value: Any) -> float | None:
    """A number of a record, or None for what is none, or too large to be one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
        return None
    return float(value)


def _generation(champion: Genome, run: Run) -> int:
    """The generation that a champion is of."""
    found = champion.provenance.get("generation")
    if not isinstance(found, int) or found < 1:
        raise UserError(f"a champion of {run} is of no generation, got {found!r}; take it from a backup")
    return found

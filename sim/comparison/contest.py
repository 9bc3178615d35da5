"""Contests: the champions that are compared, and the ground that they all stand on: mazes, teacher, objectives.

G champions of a run's path, P weights, N genomes, M mazes or episodes.

All mazes are validation mazes that no run chose its champion on: they begin where the longest of the runs' own end.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.genome import Genome
from agents.layout import Layout, initial
from agents.randomness import generator
from sim.comparison.history import History, read
from sim.imitation.loss import cross_entropy
from sim.imitation.teacher import Bank, Ties, bank
from sim.landscape.function import Function
from sim.learning.run import Run
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import Mazes, Split, carve
from sim.world.rules import World

Each = Callable[[NDArray[Any]], NDArray[Any]]
"""genomes [N, P] -> values [N, M], one a maze or episode."""


@dataclass(frozen=True, slots=True, eq=False)
class Contestant:
    """A champion and how it came about.

    genome float32 [P]; path float64 [G, P], the champions of its run, oldest first, and generations int64 [G];
    initial float64 [P], where its learning began; the first genome of a population
    """

    name: str
    method: str
    run: Path
    seed: int
    generation: int
    steps: int
    """Agent-steps of learning until the champion was chosen."""
    genome: NDArray[np.float32]
    path: NDArray[np.float64]
    generations: NDArray[np.int64]
    initial: NDArray[np.float64]
    history: History

    def json(self) -> dict[str, Any]:
        """Who it is, without its weights."""
        about = {name: getattr(self, name) for name in ("name", "method", "seed", "generation", "steps")}
        return {**about, "run": str(self.run)}


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """Contestants of one layout and world, and the numbers of the first maze, of the seed and of the teacher's ties."""

    contestants: tuple[Contestant, ...]
    layout: Layout
    world: World
    seed: int
    first: int
    ties: Ties

    @property
    def genomes(self) -> NDArray[np.float32]:
        """The champions [C, P]."""
        return np.stack([each.genome for each in self.contestants])

    @property
    def pairs(self) -> list[tuple[Contestant, Contestant]]:
        """The first contestant against each other one."""
        return [(self.contestants[0], other) for other in self.contestants[1:]]

    def mazes(self, count: int, *, skip: int = 0, split: Split = "validation") -> Mazes:
        """The first `count` mazes of the ground, after `skip` of them; training mazes begin at 0."""
        first = skip + (self.first if split == "validation" else 0)
        return carve(self.world.maze, count, seed=self.seed, split=split, first=first)

    def teacher(self, mazes: Mazes) -> Bank:
        """The teacher's lives in these mazes."""
        return bank(mazes, self.world, ties=self.ties)

    def identity(self) -> dict[str, Any]:
        """All that any section's numbers can depend on, ready for JSON."""
        who = [
            {
                **{key: value for key, value in each.json().items() if key != "run"},  # a folder may move
                "generations": each.generations.tolist(),
                "weights": [array.tobytes().hex() for array in (each.genome, each.path, each.initial)],
            }
            for each in self.contestants
        ]
        return {"contestants": who, **self.ground()}

    def ground(self) -> dict[str, Any]:
        """All but the contestants that numbers can depend on, ready for JSON."""
        about = {"layout": asdict(self.layout), "world": asdict(self.world)}
        return {**about, "seed": self.seed, "first": self.first, "ties": self.ties}


def pair_name(one: Contestant, other: Contestant) -> str:
    """How a pair is called."""
    return f"{one.name} | {other.name}"


def eaten(contest: Contest, mazes: Mazes, machine: Machine, lifetime: int | None = None) -> Each:
    """Pellets eaten by greedy play in each maze, int32 [N, M], in a life of the world or of `lifetime` steps."""
    world = replace(contest.world, lifetime=lifetime or contest.world.lifetime)
    return lambda genomes: play(genomes, contest.layout, mazes, world, machine=machine)


def losses(contest: Contest, lessons: Bank, machine: Machine) -> Each:
    """Imitation loss of each episode [N, M]; its mean is in nats a taught step."""
    return lambda genomes: cross_entropy(genomes, contest.layout, lessons, machine)


def mean(each: Each) -> Function:
    """The mean over mazes, float64 [N]: added one by one, as the order of numpy's own sum depends on N."""

    def objective(genomes: NDArray[Any]) -> NDArray[np.float64]:
        running: NDArray[np.float64] = np.cumsum(each(genomes), axis=1, dtype=np.float64)
        return np.asarray(running[:, -1] / running.shape[1])

    return objective


def gather(runs: Sequence[Run], *, seed: int, ties: Ties) -> Contest:
    """The contest of runs' champions. Raises UserError for fewer than two, other worlds or layouts, and twins."""
    if len(runs) < 2:
        raise UserError(f"a comparison takes two runs or more, got {len(runs)}; name another run")
    settings = [run.setting() for run in runs]
    for run, setting in zip(runs, settings, strict=True):
        if setting.layout != settings[0].layout:
            got = f"{setting.layout.describe()} and {settings[0].layout.describe()}"
            raise UserError(f"{run.path} and {runs[0].path} learned other networks ({got}); compare runs of one layout")
        if setting.world != settings[0].world:
            got = f"{setting.world} and {settings[0].world}"
            raise UserError(f"{run.path} and {runs[0].path} learned in other worlds ({got}); compare runs of one world")
    found = [_contestant(run) for run in runs]
    named = tuple(_renamed(found))
    for at, each in enumerate(named):
        for other in named[:at]:
            if np.array_equal(each.genome, other.genome):
                raise UserError(f"{other.run} and {each.run} have the same champion; compare two that differ")
    first = max(setting.validation for setting in settings)
    return Contest(named, settings[0].layout, settings[0].world, seed, first, ties)


def _renamed(found: list[Contestant]) -> list[Contestant]:
    """Contestants with names that differ."""
    often, seen = Counter(each.name for each in found), Counter[str]()
    names = []
    for each in found:
        seen[each.name] += 1
        names.append(f"{each.name} {seen[each.name]}" if often[each.name] > 1 else each.name)
    return [replace(each, name=name) for each, name in zip(found, names, strict=True)]


def _contestant(run: Run) -> Contestant:
    """The champion of a run."""
    champion, setting = run.champion(), run.setting()
    if champion.layout != setting.layout or champion.weights.ndim != 1:
        got = champion.layout.describe()
        raise UserError(f"the champion of {run.path} is {got}, its run {setting.layout.describe()}; train it anew")
    before = run.champions() or [champion]
    if any(each.layout != champion.layout or each.weights.ndim != 1 for each in before):
        raise UserError(f"{run.path}/champions holds genomes of another layout; take the folder from a backup")
    method, generation = str(champion.provenance.get("method", "unknown")), _generation(champion, run)
    began, steps, mazes = _beginning(run, method, generation)
    curves, damage = read(run)
    return Contestant(
        name=f"{run.path.resolve().name} {method}",
        method=method,
        run=run.path,
        seed=setting.seed,
        generation=generation,
        steps=generation * steps,
        genome=np.asarray(champion.weights, np.float32),
        path=np.stack([each.weights for each in before]).astype(np.float64),
        generations=np.array([_generation(each, run) for each in before], np.int64),
        initial=began.astype(np.float64),
        history=History(curves, steps, mazes, setting.validation, damage),
    )


def _generation(champion: Genome, run: Run) -> int:
    """The generation that a champion is of."""
    found = champion.provenance.get("generation")
    if not isinstance(found, int) or found < 1:
        raise UserError(f"a champion of {run.path} is of no generation, got {found!r}; take it from a backup")
    return found


def _beginning(run: Run, method: str, generation: int) -> tuple[NDArray[np.float32], int, int]:
    """The genome that a run began with [P], the agent-steps of one of its generations, the mazes it met until then."""
    if method.startswith("evolve"):
        from sim.learning.evolution import EvolutionConfig

        evolved = run.config(EvolutionConfig)
        steps = evolved.chosen.population * evolved.mazes * evolved.world.lifetime
        # all at once: a population is not what one after another would be
        population = initial(evolved.layout, evolved.chosen.population, generator(evolved.seed, "evolution/initial"))
        return population[0], steps, generation * evolved.mazes
    from sim.learning.train_config import TrainConfig

    trained = run.config(TrainConfig)
    imitate, reinforce = trained.imitate, trained.reinforce
    lives, mazes = {
        # lives that are learned from, and those that the student plays at the beginning of a round
        "imitate": (imitate.batch + imitate.mazes / imitate.updates, -(-generation // imitate.updates) * imitate.mazes),
        "reinforce": (reinforce.mazes * reinforce.episodes, generation * reinforce.mazes),
    }[trained.method]
    genome = initial(trained.layout, 1, generator(trained.seed, "gradient/initial"))[0]
    return genome, round(lives * trained.world.lifetime), mazes

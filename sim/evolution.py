"""Learning by evolution: an optimiser, fresh mazes every generation, a champion chosen on validation mazes.

N genomes of P weights in a generation, M training mazes a generation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.genome import Genome
from agents.layout import Cell, Layout, initial
from agents.optimisers import Config, Optimiser, make
from agents.optimisers.cma_es import CMAConfig
from agents.optimisers.genetic import GeneticConfig
from agents.optimisers.openai_es import OpenAIESConfig
from agents.randomness import generator
from sim.checkpoint import Checkpoint
from sim.config import to_toml
from sim.maze import Mazes, carve
from sim.rollout import play
from sim.run import Run
from sim.world import World

OptimiserName = Literal["es", "genetic", "cma"]
Progress = Callable[[dict[str, Any]], None]

OPTIMISER = "optimiser."  # begins the names of the optimiser's arrays in a checkpoint
LIMITS = {"generations": 10**9, "mazes": 65536, "validation": 65536, "checkpoint": 10**9, "candidates": 65536}


@dataclass(frozen=True, slots=True)
class EvolutionConfig:
    """All that decides a run's bits."""

    seed: int = 0
    """Names every random stream of the run."""
    generations: int = 1000
    """How many generations to evolve."""
    mazes: int = 16
    """Fresh training mazes a generation, the same for all its genomes."""
    validation: int = 512
    """Mazes on which the champion is chosen."""
    checkpoint: int = 10
    """Generations between two checkpoints, at each of which a champion may be chosen."""
    candidates: int = 4
    """The most genomes of a generation that stand for champion."""
    cell: Cell = "elman"
    """The recurrent cell."""
    hidden: int = 16
    """Hidden units."""
    optimiser: OptimiserName = "es"
    """What proposes genomes: es (OpenAI-ES), genetic, cma (CMA-ES); its own settings stand beside."""
    world: World = field(default_factory=World)
    """The world."""
    es: OpenAIESConfig = field(default_factory=OpenAIESConfig)
    """OpenAI-ES."""
    genetic: GeneticConfig = field(default_factory=GeneticConfig)
    """The genetic algorithm."""
    cma: CMAConfig = field(default_factory=CMAConfig)
    """CMA-ES."""

    def __post_init__(self) -> None:
        """Refuse counts that cannot be, seeds that name no stream, optimisers and layouts that do not exist."""
        for name, most in LIMITS.items():
            if not 1 <= getattr(self, name) <= most:
                raise UserError(f"{name} must be from 1 to {most}, got {getattr(self, name)}")
        if self.optimiser not in get_args(OptimiserName):
            raise UserError(f"optimiser must be one of {', '.join(get_args(OptimiserName))}, got {self.optimiser!r}")
        if not 0 <= self.seed < 2**64:
            raise UserError(f"seed must be from 0 to 2^64 - 1, got {self.seed}")
        self.world.layout(self.cell, self.hidden)

    @property
    def layout(self) -> Layout:
        """The layout of the evolved networks."""
        return self.world.layout(self.cell, self.hidden)

    @property
    def chosen(self) -> Config:
        """The settings of the chosen optimiser."""
        settings: dict[OptimiserName, Config] = {"es": self.es, "genetic": self.genetic, "cma": self.cma}
        return settings[self.optimiser]

    def start(self) -> Optimiser:
        """The optimiser before its first generation."""
        genomes = initial(self.layout, self.chosen.population, generator(self.seed, "evolution/initial"))
        return make(self.chosen, genomes, self.seed)


@dataclass(frozen=True, slots=True, eq=False)
class Champion:
    """The best genome [P] so far by the validation mazes."""

    genome: NDArray[np.float32]
    pellets: int  # in all validation mazes together
    generation: int


def evolve(
    config: EvolutionConfig,
    path: Path,
    *,
    fresh: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Evolve foragers into the run folder `path`; resumes a run of the same config, to the same bits.

    A finished run goes on where more `generations` are asked of it. It then is the run that would have been evolved at
    once, if the old number is a multiple of `checkpoint`; else it had one more occasion to choose a champion. `fresh`
    starts over. `progress` is called with the history record of every generation.
    """
    with Run.writing(path, config, fresh=fresh) as run:
        optimiser, champion, history = _resume(run, config)
        validation = carve(config.world.maze, config.validation, seed=config.seed, split="validation")
        while optimiser.generation < config.generations:
            history.append(_generation(config, optimiser, threads))
            done = optimiser.generation
            if done % config.checkpoint == 0 or done == config.generations:
                champion = _choose(config, optimiser, champion, validation, threads)
                history[-1]["validation"] = champion.pellets / validation.count
                run.save(_checkpoint(config, optimiser, champion, history), _published(config, champion))
            if progress:
                progress(history[-1])
    return run


def _generation(config: EvolutionConfig, optimiser: Optimiser, threads: int | None) -> dict[str, Any]:
    first = optimiser.generation * config.mazes
    mazes = carve(config.world.maze, config.mazes, seed=config.seed, split="train", first=first)
    pellets = play(optimiser.ask(), config.layout, mazes, config.world, threads=threads).sum(axis=1)
    optimiser.tell(pellets)
    fitness = pellets / mazes.count
    return {
        "generation": optimiser.generation,
        "best": float(fitness.max()),
        "mean": float(fitness.mean()),
        "worst": float(fitness.min()),
    }


def _choose(
    config: EvolutionConfig, optimiser: Optimiser, champion: Champion | None, mazes: Mazes, threads: int | None
) -> Champion:
    """The champion, or a candidate that beats it on the validation mazes."""
    candidates = optimiser.candidates(config.candidates)
    pellets = play(candidates, config.layout, mazes, config.world, threads=threads).sum(axis=1)
    best = int(pellets.argmax())
    if champion is None or pellets[best] > champion.pellets:
        return Champion(candidates[best], int(pellets[best]), optimiser.generation)
    return champion


def _checkpoint(
    config: EvolutionConfig, optimiser: Optimiser, champion: Champion, history: list[dict[str, Any]]
) -> Checkpoint:
    state = {f"{OPTIMISER}{name}": array for name, array in optimiser.state().items()}
    state["champion.genome"] = champion.genome
    state["champion.pellets"] = np.array(champion.pellets)
    state["champion.generation"] = np.array(champion.generation)
    return Checkpoint(to_toml(config), history, state)


def _resume(run: Run, config: EvolutionConfig) -> tuple[Optimiser, Champion | None, list[dict[str, Any]]]:
    """The run as its newest checkpoint left it."""
    optimiser, newest = config.start(), run.checkpoint(config)
    if newest is None:
        return optimiser, None, []
    state = newest.state
    optimiser.restore({name.removeprefix(OPTIMISER): state[name] for name in state if name.startswith(OPTIMISER)})
    champion = Champion(state["champion.genome"], int(state["champion.pellets"]), int(state["champion.generation"]))
    run.publish(newest, _published(config, champion))
    return optimiser, champion, newest.history


def _published(config: EvolutionConfig, champion: Champion) -> Genome:
    """The champion as a file holds it."""
    about = {
        "method": f"evolve ({config.optimiser})",
        "seed": config.seed,
        "generation": champion.generation,
        "validation_pellets": champion.pellets / config.validation,
    }
    return Genome(champion.genome, config.layout, about)

"""Learning by evolution: an optimiser, fresh mazes every generation, a champion chosen on validation mazes.

N genomes of P weights in a generation, M training mazes a generation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.layout import Cell, Layout, initial
from agents.optimisers import CMAConfig, Config, GeneticConfig, OpenAIESConfig, Optimiser, make
from agents.randomness import generator
from sim.maze import Mazes, carve
from sim.rollout import play
from sim.run import Run
from sim.world import World

OptimiserName = Literal["es", "genetic", "cma"]
Progress = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class EvolutionConfig:
    """All that decides a run's bits."""

    seed: int = 0
    """Names every random stream of the run."""
    generations: int = 1000
    """How many generations to evolve."""
    mazes: int = 16
    """Fresh training mazes a generation, the same for all its genomes."""
    validation: int = 256
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
        """Refuse counts below one, seeds that name no stream, and layouts that cannot be."""
        for name in ("generations", "mazes", "validation", "checkpoint", "candidates"):
            if getattr(self, name) < 1:
                raise UserError(f"{name} must be at least 1, got {getattr(self, name)}")
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
        return {"es": self.es, "genetic": self.genetic, "cma": self.cma}[self.optimiser]

    def start(self) -> Optimiser:
        """The optimiser before its first generation."""
        genomes = initial(self.layout, self.chosen.population, generator(self.seed, "evolution/initial"))
        return make(self.chosen, genomes, self.seed)


@dataclass(slots=True)
class Champion:
    """The best genome so far by the validation mazes."""

    genome: NDArray[np.float32]
    pellets: int  # on all validation mazes
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

    `progress` is called with the history record of every generation.
    """
    run = Run.create(path, config, fresh=fresh)
    with run.locked():
        optimiser, champion, history = _resume(run, config)
        validation = carve(config.world.maze, config.validation, seed=config.seed, split="validation")
        while optimiser.generation < config.generations:
            history.append(_generation(config, optimiser, threads))
            done = optimiser.generation
            if done % config.checkpoint == 0 or done == config.generations:
                champion = _choose(config, optimiser, champion, validation, threads)
                history[-1]["validation"] = champion.pellets / validation.count
                _save(run, config, optimiser, champion, history)
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


def _save(
    run: Run, config: EvolutionConfig, optimiser: Optimiser, champion: Champion, history: list[dict[str, Any]]
) -> None:
    state = {f"optimiser.{name}": array for name, array in optimiser.state().items()}
    state["champion.genome"] = champion.genome
    state["champion.pellets"] = np.array(champion.pellets)
    state["champion.generation"] = np.array(champion.generation)
    about = {
        "method": f"evolve ({config.optimiser})",
        "seed": config.seed,
        "generation": champion.generation,
        "validation_pellets": champion.pellets / config.validation,
    }
    run.save(state, history, champion.genome, config.layout, about)


def _resume(run: Run, config: EvolutionConfig) -> tuple[Optimiser, Champion | None, list[dict[str, Any]]]:
    """The run as its newest checkpoint left it."""
    optimiser, state = config.start(), run.state()
    if state is None:
        return optimiser, None, []
    prefix = "optimiser."
    optimiser.restore({name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)})
    champion = Champion(state["champion.genome"], int(state["champion.pellets"]), int(state["champion.generation"]))
    return optimiser, champion, run.history()[: optimiser.generation]

"""Learning by evolution: an optimiser, fresh mazes every generation, a champion chosen on validation mazes.

N genomes of P weights in a generation, M training mazes a generation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from agents.errors import UserError
from agents.layout import initial
from agents.optimisers import Config, Optimiser, make
from agents.optimisers.cma_es import CMAConfig
from agents.optimisers.genetic import GeneticConfig
from agents.optimisers.openai_es import OpenAIESConfig
from agents.randomness import generator
from sim.learning.champion import Champion, choose
from sim.learning.checkpoint import Checkpoint
from sim.learning.run import Run
from sim.learning.setting import Setting
from sim.rollout import play
from sim.rollout.machine import CPU, Machine
from sim.values import to_toml
from sim.world.maze import carve

OptimiserName = Literal["es", "genetic", "cma"]
Progress = Callable[[dict[str, Any]], None]

OPTIMISER = "optimiser."  # begins the names of the optimiser's arrays in a checkpoint
LIMITS = {"mazes": 65536, "candidates": 65536}


@dataclass(frozen=True, slots=True)
class EvolutionConfig(Setting):
    """All that decides the bits of an evolved run."""

    mazes: int = 16
    """Fresh training mazes a generation, the same for all its genomes."""
    candidates: int = 4
    """The most genomes of a generation that stand for champion."""
    optimiser: OptimiserName = "es"
    """What proposes genomes: es (OpenAI-ES), genetic, cma (CMA-ES); its own settings stand beside."""
    es: OpenAIESConfig = field(default_factory=OpenAIESConfig)
    """OpenAI-ES."""
    genetic: GeneticConfig = field(default_factory=GeneticConfig)
    """The genetic algorithm."""
    cma: CMAConfig = field(default_factory=CMAConfig)
    """CMA-ES."""

    def __post_init__(self) -> None:
        """Refuse counts that cannot be, and optimisers that do not exist."""
        Setting.__post_init__(self)  # super() has no class to refer to where slots are made
        for name, most in LIMITS.items():
            if not 1 <= getattr(self, name) <= most:
                raise UserError(f"{name} must be from 1 to {most}, got {getattr(self, name)}")
        if self.optimiser not in get_args(OptimiserName):
            raise UserError(f"optimiser must be one of {', '.join(get_args(OptimiserName))}, got {self.optimiser!r}")

    @property
    def chosen(self) -> Config:
        """The settings of the chosen optimiser."""
        settings: dict[OptimiserName, Config] = {"es": self.es, "genetic": self.genetic, "cma": self.cma}
        return settings[self.optimiser]

    def start(self) -> Optimiser:
        """The optimiser before its first generation."""
        genomes = initial(self.layout, self.chosen.population, generator(self.seed, "evolution/initial"))
        return make(self.chosen, genomes, self.seed)


def evolve(
    config: EvolutionConfig,
    path: Path,
    *,
    fresh: bool = False,
    machine: Machine = CPU,
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
            history.append(_generation(config, optimiser, machine))
            done = optimiser.generation
            if done % config.checkpoint == 0 or done == config.generations:
                candidates = optimiser.candidates(config.candidates)
                champion = choose(champion, candidates, done, config, validation, machine)
                history[-1]["validation"] = champion.pellets / validation.count
                run.save(_checkpoint(config, optimiser, champion, history), champion.published(config, _method(config)))
            if progress:
                progress(history[-1])
    return run


def _generation(config: EvolutionConfig, optimiser: Optimiser, machine: Machine) -> dict[str, Any]:
    first = optimiser.generation * config.mazes
    mazes = carve(config.world.maze, config.mazes, seed=config.seed, split="train", first=first)
    pellets = play(optimiser.ask(), config.layout, mazes, config.world, machine=machine).sum(axis=1)
    optimiser.tell(pellets)
    fitness = pellets / mazes.count
    return {
        "generation": optimiser.generation,
        "best": float(fitness.max()),
        "mean": float(fitness.mean()),
        "worst": float(fitness.min()),
    }


def _checkpoint(
    config: EvolutionConfig, optimiser: Optimiser, champion: Champion, history: list[dict[str, Any]]
) -> Checkpoint:
    state = {f"{OPTIMISER}{name}": array for name, array in optimiser.state().items()} | champion.state()
    return Checkpoint(to_toml(config), history, state)


def _resume(run: Run, config: EvolutionConfig) -> tuple[Optimiser, Champion | None, list[dict[str, Any]]]:
    """The run as its newest checkpoint left it."""
    optimiser, newest = config.start(), run.checkpoint(config)
    if newest is None:
        return optimiser, None, []
    state = newest.state
    optimiser.restore({name.removeprefix(OPTIMISER): state[name] for name in state if name.startswith(OPTIMISER)})
    champion = Champion.from_state(state)
    run.publish(newest, champion.published(config, _method(config)))
    return optimiser, champion, newest.history


def _method(config: EvolutionConfig) -> str:
    return f"evolve ({config.optimiser})"

"""Origin: the genome that the explorer is centred on, and how heights around it are computed.

P weights of the genome.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from agents.errors import UserError
from agents.layout import Layout
from render.open_run import open_run
from render.window.explore.place import Place, Terrain
from sim.landscape.objective import AnyObjective, Objective
from sim.landscape.plane import Plane
from sim.landscape.score import Observed, Pellets
from sim.landscape.surroundings import around
from sim.rollout.machine import CPU, Machine
from sim.world.maze import MazeSet

UNKNOWN_STEPS = 50_000  # assumed agent-steps for a pixel of a function, so that the first batch is small
FUNCTION_FEWEST, GPU_FEWEST = 16, 256  # pixels that a call of a function, or of a GPU, computes nearly as fast as one


@dataclass(frozen=True, slots=True, eq=False)
class TerrainSampler:
    """A terrain with all that is needed to compute its heights: the plane, the objective and the machine."""

    terrain: Terrain
    plane: Plane
    objective: AnyObjective
    machine: Machine

    @property
    def steps(self) -> int:
        """Agent-steps that a pixel costs. The cost of a function is unknown: the guess is on the high side."""
        return self.terrain.mazes * self.terrain.lifetime if isinstance(self.objective, Objective) else UNKNOWN_STEPS

    @property
    def fewest(self) -> int:
        """Pixels of the smallest batch that is worth a call: on a CPU, one for each thread."""
        if not isinstance(self.objective, Objective):
            return FUNCTION_FEWEST
        return self.machine.thread_count if self.machine.target == "cpu" else GPU_FEWEST

    @property
    def forager_objective(self) -> Objective:
        """The objective that plays foragers; raises UserError where the landscape shows a function instead."""
        if not isinstance(self.objective, Objective):
            raise UserError("the pixels of this land are values of a function: there is no forager to play")
        return self.objective


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """A genome [P] and the objective that is measured around it; bookmarks are stored in the folder `path`.

    `open` takes the champion of a run and keeps all it needs in memory, so the run may be deleted afterwards. An origin
    that is built directly may have any objective, and no layout.
    """

    path: Path
    genome: NDArray[Any]
    layout: Layout | None
    objective: AnyObjective
    machine: Machine = CPU

    @classmethod
    def open(cls, path: Path, machine: Machine = CPU) -> "Origin":
        """Read the champion of the run at `path`. Raises UserError, also where the machine lacks the named device."""
        run, machine = open_run(path), Machine(machine.threads, machine.target)
        setting, champion = run.setting(), run.champion()
        if champion.weights.ndim != 1:
            raise UserError(f"the champion of {path} is a population, expected one genome; take it from a backup")
        mazes = MazeSet(setting.world.maze, setting.seed, "validation", range(Terrain().mazes))
        objective = Objective(Pellets(), champion.layout, setting.world, mazes)
        return cls(path, champion.weights, champion.layout, objective, machine)

    def home(self) -> Place:
        """The place where the explorer starts: around the genome, with the lifetime of the run."""
        if isinstance(self.objective, Objective):
            return Place(Terrain(lifetime=self.objective.world.lifetime))
        return Place(Terrain(lifetime=1, mazes=1))

    def sampler(self, terrain: Terrain) -> TerrainSampler:
        """Prepare a terrain for sampling. Raises UserError where the genome or the objective does not allow it."""
        plane = around(self.genome, self.layout, terrain.seed).moved(terrain.third, terrain.turn)
        return TerrainSampler(terrain, plane, self._objective_on(terrain), self.machine)

    def _objective_on(self, terrain: Terrain) -> AnyObjective:
        """The objective with the mazes, the lifetime and the quantity of a terrain."""
        objective, plain = self.objective, terrain.quantity == "pellets"
        if isinstance(objective, Objective) and (plain or isinstance(objective.score, Pellets)):
            score = objective.score if plain else Observed((terrain.quantity,))
            mazes = replace(objective.mazes, numbers=range(terrain.mazes))
            world = replace(objective.world, lifetime=terrain.lifetime)
            return replace(objective, score=score, mazes=mazes, world=world)
        if not plain:
            raise UserError(
                f"only greedy play has a {terrain.quantity}: this landscape shows {objective.quantity} alone"
            )
        if (terrain.lifetime, terrain.mazes) != (1, 1):
            raise UserError("this landscape is a function's: it has no mazes and no lifetime to change")
        return objective

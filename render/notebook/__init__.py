"""The Python face: what `import foragescape` offers in a notebook. A name is imported when it is first used.

evolve, train                  learn a run, in memory or into a folder
landscape, sweep, film         heights around a run's champion, or of any function: a picture, a field on disk, a film
measure, study                 numbers of runs, fields and functions; many runs, many measures, what can be claimed
watch, explore                 a forager at work; the landscape in a window, live
open_run, open_field           what a folder holds
Genome, Layout                 weights, and which of them is which; Genome.from_torch takes a policy from elsewhere
World, MazeConfig              where foragers live: the settings `world` and `world.maze` of a run
Objective                      what a landscape is the height of: evaluate it on genomes of your own
Machine                        threads and device of rollouts
UserError                      what is raised for bad input
gym                            the Gymnasium environment, registered: gymnasium.make(foragescape.gym.ID)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.errors import UserError
    from agents.genome import Genome
    from agents.layout import Layout
    from render.notebook.evolving import evolve, train
    from render.notebook.exploring import explore
    from render.notebook.filming import film
    from render.notebook.mapping import landscape, sweep
    from render.notebook.measurement import measure
    from render.notebook.opening import open_field, open_run
    from render.notebook.studying import study
    from render.notebook.watching import watch
    from sim import gym
    from sim.landscape.objective import Objective
    from sim.rollout.machine import Machine
    from sim.world.maze import MazeConfig
    from sim.world.rules import World

__all__ = [
    "Genome", "Layout", "Machine", "MazeConfig", "Objective", "UserError", "World", "evolve", "explore", "film", "gym",
    "landscape", "measure", "open_field", "open_run", "study", "sweep", "train", "watch",
]  # fmt: skip

PLACES = {
    "Genome": "agents.genome",
    "Layout": "agents.layout",
    "Machine": "sim.rollout.machine",
    "MazeConfig": "sim.world.maze",
    "Objective": "sim.landscape.objective",
    "UserError": "agents.errors",
    "World": "sim.world.rules",
    "evolve": "render.notebook.evolving",
    "explore": "render.notebook.exploring",
    "film": "render.notebook.filming",
    "gym": "sim.gym",
    "landscape": "render.notebook.mapping",
    "measure": "render.notebook.measurement",
    "open_field": "render.notebook.opening",
    "open_run": "render.notebook.opening",
    "study": "render.notebook.studying",
    "sweep": "render.notebook.mapping",
    "train": "render.notebook.evolving",
    "watch": "render.notebook.watching",
}
"""The module of each name; `gym` is a module itself."""


if not TYPE_CHECKING:  # or misspelt names would be hidden from type checkers

    def __getattr__(name):
        """A name of the face. Raises AttributeError, with the nearest name, for any other."""
        if name not in PLACES:
            raise AttributeError(_unknown(name))
        module = import_module(PLACES[name])
        return module if name == "gym" else getattr(module, name)


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, PLACES, 1)
    fix = f"did you mean {near[0]}?" if near else f"it has {', '.join(PLACES)}"
    return f"foragescape has no {name!r}; {fix}"

"""The Python interface: the names that `import foragescape` offers. Each is imported when it is first used.

evolve, train                  learn a run, in memory or in a folder
landscape, sweep, film         the landscape of a run or of any function, as a picture, a field on disk, a film
share                          the landscape of a run or a field as one HTML page that plays its foragers
measure, study                 measure runs, fields and functions; run many measures on many runs, and test claims
watch, explore                 an animation of a forager; the landscape in a window
open_run, open_field           open the run or the field in a folder
Genome, Layout                 weights and their layout; Genome.from_torch reads a policy that was trained elsewhere
World, MazeConfig              the environment of foragers: the settings `world` and `world.maze` of a run
Objective                      the function whose values are the heights of a landscape
Machine                        threads and device of rollouts
UserError                      the error that is raised for bad input
gym                            the registered Gymnasium environment: gymnasium.make(foragescape.gym.ID)
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
    from render.notebook.page_sharing import share
    from render.notebook.studying import study
    from render.notebook.watching import watch
    from sim import gym
    from sim.landscape.objective import Objective
    from sim.rollout.machine import Machine
    from sim.world.maze import MazeConfig
    from sim.world.rules import World

__all__ = [
    "Genome", "Layout", "Machine", "MazeConfig", "Objective", "UserError", "World", "evolve", "explore", "film", "gym",
    "landscape", "measure", "open_field", "open_run", "share", "study", "sweep", "train", "watch",
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
    "share": "render.notebook.page_sharing",
    "study": "render.notebook.studying",
    "sweep": "render.notebook.mapping",
    "train": "render.notebook.evolving",
    "watch": "render.notebook.watching",
}
"""The module of each name; `gym` is a module itself."""


if not TYPE_CHECKING:  # with this function, type checkers would accept misspelt names

    def __getattr__(name):
        """Import a name of the interface. Raises AttributeError for any other, and suggests the nearest name."""
        if name not in PLACES:
            raise AttributeError(_unknown(name))
        module = import_module(PLACES[name])
        return module if name == "gym" else getattr(module, name)


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, PLACES, 1)
    fix = f"did you mean {near[0]}?" if near else f"it has {', '.join(PLACES)}"
    return f"foragescape has no {name!r}; {fix}"

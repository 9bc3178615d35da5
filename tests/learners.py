"""Configs with which every learner learns in a moment."""

from sim.learning.configs import configured

COMMON = {
    "generations": 6,
    "validation": 4,
    "checkpoint": 2,
    "hidden": 4,
    "world.maze.size": 4,
    "world.lifetime": 20,
}
OWN = {
    "es": {"mazes": 2, "es.population": 8},
    "genetic": {"mazes": 2, "genetic.population": 8, "genetic.parents": 4, "genetic.elites": 2},
    "cma": {"mazes": 2, "cma.population": 8},
    "imitate": {"imitate.mazes": 4, "imitate.updates": 2, "imitate.kept": 2, "imitate.batch": 3},
    "reinforce": {"reinforce.mazes": 2, "reinforce.episodes": 2},
}
LEARNERS = tuple(OWN)


def tiny(learner, settings=None, *, seed=3):
    """The small config of a learner, changed by dotted settings such as "world.lifetime"."""
    return configured(learner, {**COMMON, **OWN[learner], **(settings or {})}, seed=seed)

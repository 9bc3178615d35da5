"""What each number of a comparison means: the footnotes of its page, by key."""

from sim.comparison.definitions.champions import CHAMPIONS
from sim.comparison.definitions.curvature import CURVATURE
from sim.comparison.definitions.definition import Definition
from sim.comparison.definitions.learning import LEARNING
from sim.comparison.definitions.methods import METHODS
from sim.comparison.definitions.paths import PATHS
from sim.comparison.definitions.roughness import ROUGHNESS

DEFINITIONS: dict[str, Definition] = {**LEARNING, **CHAMPIONS, **PATHS, **ROUGHNESS, **CURVATURE, **METHODS}

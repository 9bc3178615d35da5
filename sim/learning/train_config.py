"""The config of a run that learns along gradients."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from agents.errors import UserError
from sim.learning.imitate_config import ImitateConfig
from sim.learning.reinforce_config import ReinforceConfig
from sim.learning.setting import Setting

Method = Literal["imitate", "reinforce"]

MOST_STEPS = 50_000_000  # that imitation keeps to learn from: 25 bytes each


@dataclass(frozen=True, slots=True)
class TrainConfig(Setting):
    """All that decides the bits of a trained run."""

    generations: int = 2000
    """How many updates to learn."""
    checkpoint: int = 50
    """Updates between two checkpoints, at each of which a champion may be chosen."""
    method: Method = "imitate"
    """What is learned: imitate (the actions of a teacher with perfect memory), reinforce (what led to more pellets)."""
    imitate: ImitateConfig = field(default_factory=ImitateConfig)
    """Imitation."""
    reinforce: ReinforceConfig = field(default_factory=ReinforceConfig)
    """The policy gradient."""

    def __post_init__(self) -> None:
        """Refuse methods that do not exist, and more episodes than memory holds."""
        Setting.__post_init__(self)  # super() has no class to refer to where slots are made
        if self.method not in get_args(Method):
            raise UserError(f"method must be one of {', '.join(get_args(Method))}, got {self.method!r}")
        steps = self.imitate.kept * self.imitate.mazes * self.world.lifetime
        if steps > MOST_STEPS:
            fix = "lower imitate.mazes or imitate.kept"
            raise UserError(f"imitation keeps at most {MOST_STEPS} steps, kept x mazes x lifetime is {steps}; {fix}")

"""Settings of imitation; here, so that reading them does not import torch."""

from dataclasses import dataclass

from agents.optimisers.checks import between, positive
from sim.imitation.teacher import Ties, check_ties

COUNTS = ("mazes", "kept", "updates", "batch")
MOST = 65536


@dataclass(frozen=True, slots=True)
class ImitateConfig:
    """Imitation of a teacher with perfect memory, in rounds on the student's own paths (Ross, Gordon, Bagnell 2011)."""

    ties: Ties = "left"
    """Which of equally near cells the teacher goes to: the left or the one ahead; shared teaches all of them alike."""
    mazes: int = 1024
    """Fresh training mazes a round; the first round shows the teacher's own paths, the later ones the student's."""
    updates: int = 10
    """Updates a round."""
    kept: int = 16
    """How many of the newest rounds are learned from."""
    batch: int = 256
    """Episodes an update."""
    learning_rate: float = 0.01
    """Step size of Adam: about how far a weight moves in the first update."""
    decay: float = 0.999
    """Factor on the learning rate after each update; 1 keeps it."""
    clip: float = 1.0
    """The longest gradient; longer ones are shortened to it."""
    average: float = 0.98
    """How much of the average genome, which stands for champion beside the newest, an update keeps."""

    def __post_init__(self) -> None:
        """Refuse settings with which nothing can be learned."""
        check_ties(self.ties)
        for name in COUNTS:
            between(name, getattr(self, name), 1, MOST)
        for name in ("learning_rate", "decay", "clip"):
            positive(name, getattr(self, name))
        between("decay", self.decay, 0, 1)
        between("average", self.average, 0, 1)

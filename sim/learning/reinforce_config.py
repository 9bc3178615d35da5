"""Settings of the policy gradient; here, so that reading them does not import torch."""

from dataclasses import dataclass

from agents.errors import UserError

COUNTS = {"mazes": 65536, "episodes": 65536, "anneal": 10**9, "critic": 1024}
SHARES = ("discount", "trace")
MOST_RATE = 1e6


@dataclass(frozen=True, slots=True)
class ReinforceConfig:
    """Policy gradient (Williams 1992) with generalised advantages (Schulman et al. 2016) and an entropy bonus."""

    mazes: int = 32
    """Fresh training mazes an update."""
    episodes: int = 8
    """Episodes in each of them."""
    rate: float = 0.01
    """Learning rate of Adam; falls to a tenth over `anneal` updates."""
    discount: float = 0.95
    """What a pellet is worth one step later, 0 to 1."""
    trace: float = 0.95
    """How far advantages look before they trust the critic, 0 to 1."""
    entropy: float = 0.01
    """Bonus for an entropy of one nat; falls to zero over `anneal` updates, so that the greedy policy catches up."""
    anneal: int = 2000
    """Updates over which rate and bonus fall."""
    clip: float = 0.5
    """The longest gradient of the genome; longer ones are shortened to it."""
    critic: int = 32
    """Hidden units of the critic."""

    def __post_init__(self) -> None:
        """Refuse numbers with which nothing can be learned."""
        for name, most in COUNTS.items():
            if not 1 <= getattr(self, name) <= most:
                raise UserError(f"{name} must be from 1 to {most}, got {getattr(self, name)}")
        for name in SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise UserError(f"{name} must be from 0 to 1, got {getattr(self, name)}")
        if not 0 < self.rate <= MOST_RATE:
            raise UserError(f"rate must be above 0 and at most {MOST_RATE:g}, got {self.rate}")
        if not 0 < self.clip < float("inf"):
            raise UserError(f"clip must be a number above 0, got {self.clip}")
        if not 0 <= self.entropy < float("inf"):
            raise UserError(f"entropy must be a number from 0, got {self.entropy}")

    def left(self, generation: int) -> float:
        """The share of the annealing that is still ahead, 1 to 0."""
        return max(0.0, 1 - generation / self.anneal)

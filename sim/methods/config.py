"""The sizes of what is measured of every run and of every pair of runs; the same classes are flags and TOML."""

from dataclasses import dataclass, field, replace

from agents import checks
from sim.comparison.config import MOST
from sim.imitation.teacher import Ties


@dataclass(frozen=True, slots=True)
class AroundConfig:
    """What is measured of every run."""

    mazes: int = 512
    """Validation mazes that no champion was chosen on: what it eats in them, and its imitation loss."""
    repetitions: int = 8
    """Sampled lives in each of them."""
    ground: int = 16
    """Mazes that every genome around a champion sees."""
    noisy: int = 64
    """Mazes that every genome sees whose weights are noisy."""
    samples: int = 4096
    """Such genomes, an even number."""
    directions: int = 200
    """Random directions along which half of the fitness is lost."""
    pairs: int = 2048
    """Pairs of genomes at each distance of each other."""
    walks: int = 128
    """Random walks, and base points whose neighbours are looked at."""
    step: float = 0.01
    """The step of walks, in norms."""
    neutral_step: float = 0.001
    """How far neighbours are, in norms."""
    planes: int = 4
    """Random planes on whose boundaries weights are moved by one unit in the last place."""
    side: int = 96
    """Pixels along a side of each."""
    episodes: int = 64
    """Validation episodes of the loss whose curvature is measured."""
    probes: int = 100
    """Random vectors for its trace."""
    products: int = 100
    """The most steps of power iteration for its top eigenvalue."""

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        for name in ("mazes", "walks", "probes"):
            checks.whole(f"around.{name}", getattr(self, name), 2, MOST)
        for name in ("ground", "noisy", "directions", "episodes", "products", "pairs"):
            checks.whole(f"around.{name}", getattr(self, name), 1, MOST)
        checks.whole("around.repetitions", self.repetitions, 1, 4096)
        checks.whole("around.samples", self.samples, 4, 1 << 24)
        checks.even("around.samples", self.samples, "genomes come in pairs")
        checks.whole("around.planes", self.planes, 1, 1024)
        checks.whole("around.side", self.side, 2, 4096)
        for name in ("step", "neutral_step"):
            checks.positive(f"around.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class BetweenConfig:
    """What is measured of every pair of runs."""

    points: int = 61
    """Genomes along the line between two champions."""
    mazes: int = 256
    """Validation mazes that they see."""
    starts: int = 64
    """Starts of the search for the nearest twin."""
    strangers: int = 4
    """Random genomes that are aligned the same way, to hold the distance against."""

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        checks.whole("between.points", self.points, 2, MOST)
        for name in ("mazes", "starts", "strangers"):
            checks.whole(f"between.{name}", getattr(self, name), 1, MOST)


@dataclass(frozen=True, slots=True)
class MethodsConfig:
    """All that decides the bits of the numbers, beside the runs."""

    seed: int = 0
    """Names mazes, directions, resamples."""
    quick: bool = False
    """Smaller sizes throughout, for a first look."""
    ties: Ties = "left"
    """Which of equally near cells the imitated teacher goes to: left, right, ahead, or all alike (shared)."""
    around: AroundConfig = field(default_factory=AroundConfig)
    """What is measured of every run."""
    between: BetweenConfig = field(default_factory=BetweenConfig)
    """What is measured of every pair of runs."""

    def __post_init__(self) -> None:
        """Refuse seeds that name no stream and teachers that do not exist."""
        checks.choice("ties", self.ties, Ties)
        checks.seed(self.seed)

    @property
    def sized(self) -> "MethodsConfig":
        """The sizes that are measured with: where `quick`, none is above those of AROUND and BETWEEN."""
        if not self.quick:
            return self
        around = {name: min(getattr(self.around, name), most) for name, most in AROUND.items()}
        between_two = {name: min(getattr(self.between, name), most) for name, most in BETWEEN.items()}
        return replace(self, around=replace(self.around, **around), between=replace(self.between, **between_two))


AROUND = {
    "mazes": 256, "repetitions": 2, "ground": 8, "noisy": 16, "samples": 2048, "directions": 100, "pairs": 1024,
    "walks": 64, "planes": 2, "side": 64, "episodes": 16, "probes": 20, "products": 50,
}  # fmt: skip
BETWEEN = {"points": 31, "mazes": 64, "starts": 16, "strangers": 1}

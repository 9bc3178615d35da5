"""The sizes of a comparison, by section; the same classes are flags and TOML."""

from dataclasses import dataclass, field

from agents import checks
from agents.errors import UserError
from sim.comparison.quick import QUICK, capped
from sim.imitation.teacher import Ties

MOST = 65536


@dataclass(frozen=True, slots=True)
class ChampionsConfig:
    """The table of champions."""

    mazes: int = 512
    """Validation mazes that no champion was chosen on."""
    repetitions: int = 8
    """Sampled lives in each of them."""

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        checks.whole("champions.mazes", self.mazes, 2, MOST)
        checks.whole("champions.repetitions", self.repetitions, 1, 4096)


@dataclass(frozen=True, slots=True)
class LandscapesConfig:
    """The landscape around each champion."""

    side: int = 512
    """Pixels along a side."""
    radius: float = 0.7
    """Half the side, in norms of the champion."""
    mazes: int = 16
    """Mazes, or episodes of the teacher, that every pixel sees."""

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        checks.whole("landscapes.side", self.side, 2, 4096)
        checks.positive("landscapes.radius", self.radius)
        checks.whole("landscapes.mazes", self.mazes, 2, MOST)


@dataclass(frozen=True, slots=True)
class PathsConfig:
    """The line and the trained curves between two champions."""

    points: int = 61
    """Genomes along a path: one more than a multiple of 4."""
    mazes: int = 256
    """Validation mazes, or episodes, that they are measured on."""
    generations: int = 500
    """Generations of the evolution strategy that bends a curve for pellets."""
    population: int = 128
    """Its curves in a generation."""
    rollouts: int = 16
    """Fresh training mazes in a generation."""
    steps: int = 300
    """Steps of Adam that bend a curve for the imitation loss."""
    episodes: int = 64
    """Training episodes of that loss."""

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        if not 5 <= self.points <= MOST or self.points % 4 != 1:
            raise UserError(f"paths.points must be one more than a multiple of 4, from 5, got {self.points}")
        checks.even("paths.population", self.population, "curves come in pairs")
        for name in ("generations", "population", "rollouts", "steps", "episodes"):
            checks.whole(f"paths.{name}", getattr(self, name), 1, MOST)
        checks.whole("paths.mazes", self.mazes, 2, MOST)


@dataclass(frozen=True, slots=True)
class PlaneConfig:
    """The plane through two champions and the genome that the first began with."""

    side: int = 512
    """Pixels of the longer side."""
    mazes: int = 16
    """Mazes that every pixel sees."""
    paths: PathsConfig = field(default_factory=PathsConfig)
    """The paths between the champions."""

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        checks.whole("plane.side", self.side, 2, 4096)
        checks.whole("plane.mazes", self.mazes, 1, MOST)


@dataclass(frozen=True, slots=True)
class AlignmentConfig:
    """The paths again, after the hidden units of one are aligned to the other's."""

    starts: int = 256
    """Starts of the search for the nearest twin."""
    controls: int = 16
    """Random twins, and genomes that have nothing to do with the first, that it is held against."""
    paths: PathsConfig = field(default_factory=PathsConfig)
    """The paths between the champions."""

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        checks.whole("alignment.starts", self.starts, 1, MOST)
        checks.whole("alignment.controls", self.controls, 2, MOST)


@dataclass(frozen=True, slots=True)
class RoughnessConfig:
    """How rough the landscapes are."""

    planes: int = 8
    """Random planes through each champion."""
    side: int = 256
    """Pixels along a side of each, in all mazes together."""
    windows: int = 24
    """Random planes on which a small window is looked at in one maze."""
    fine: int = 512
    """Pixels along a side of such a window."""
    radius: float = 0.3
    """Half the side in all mazes, in norms; and how far from the champion the windows of one maze are centred."""
    fine_radius: float = 0.01
    """Half the side of the latter: small, as most boxes of a large one hold a change."""
    mazes: int = 16
    """Mazes that every genome sees."""
    radii: tuple[float, ...] = (0.05, 0.3, 0.7)
    """Distances from the champion, in norms, at which outcomes are compared pair by pair and walks are walked."""
    pairs: int = 6400
    """Pairs of genomes at each distance of each other."""
    walks: int = 128
    """Random walks."""
    step: float = 0.01
    """Their step, in norms."""
    neutral_step: float = 0.001
    """The step of neutral walks and neighbours, in norms."""
    lifetimes: tuple[int, ...] = (25, 50, 100)
    """Shorter lives, in steps, that pairs are compared after too."""
    lives: int = 8
    """Lives that the Lyapunov exponent is measured on."""

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        checks.whole("roughness.planes", self.planes, 2, 1024)
        checks.whole("roughness.windows", self.windows, 2, 1024)
        checks.whole("roughness.side", self.side, 64, 4096)
        checks.whole("roughness.fine", self.fine, 64, 4096)
        checks.whole("roughness.mazes", self.mazes, 1, MOST)
        checks.whole("roughness.pairs", self.pairs, 1, 1 << 24)
        checks.whole("roughness.walks", self.walks, 2, MOST)
        checks.whole("roughness.lives", self.lives, 1, MOST)
        for name in ("radius", "fine_radius", "step", "neutral_step"):
            checks.positive(f"roughness.{name}", getattr(self, name))
        if not self.radii:
            raise UserError("roughness.radii must name one distance or more, got none")
        for radius in self.radii:
            checks.positive("roughness.radii", radius)
        for steps in self.lifetimes:
            checks.whole("roughness.lifetimes", steps, 1, 10**6)


@dataclass(frozen=True, slots=True)
class CurvatureConfig:
    """Curvature at the champions, how far their hills reach, and how alike they answer."""

    horizons: tuple[int, ...] = (20, 50, 200)
    """Steps of life that the Hessian of the imitation loss sees; longer than a life is as long."""
    episodes: int = 64
    """Validation episodes of that loss."""
    probes: int = 100
    """Random vectors for its trace."""
    products: int = 100
    """The most steps of power iteration for its top eigenvalue."""
    sigma: float = 0.1
    """Standard deviation of what smoothing adds to each weight."""
    samples: int = 131072
    """Genomes that the curvature of smoothed fitness is estimated from, an even number."""
    mazes: int = 16
    """Mazes that every genome sees."""
    directions: int = 200
    """Random directions along which half of the fitness is lost."""
    lives: int = 16
    """Lives of each champion whose observations all champions answer."""

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        if not self.horizons:
            raise UserError("curvature.horizons must name one number of steps or more, got none")
        for steps in self.horizons:
            checks.whole("curvature.horizons", steps, 1, 10**6)
        checks.whole("curvature.probes", self.probes, 2, MOST)
        checks.whole("curvature.samples", self.samples, 4, 1 << 24)
        checks.even("curvature.samples", self.samples, "genomes come in pairs")
        checks.positive("curvature.sigma", self.sigma)
        for name in ("episodes", "products", "mazes", "directions", "lives"):
            checks.whole(f"curvature.{name}", getattr(self, name), 1, MOST)


@dataclass(frozen=True, slots=True)
class CompareConfig:
    """All that decides the bits of a comparison, beside its runs."""

    seed: int = 0
    """Names mazes, planes, directions, resamples."""
    quick: bool = False
    """Smaller sizes throughout: none is larger than a report within two minutes allows."""
    ties: Ties = "left"
    """Which of equally near cells the imitated teacher goes to: left, right, ahead, or all alike (shared)."""
    champions: ChampionsConfig = field(default_factory=ChampionsConfig)
    """The table of champions."""
    landscapes: LandscapesConfig = field(default_factory=LandscapesConfig)
    """The landscape around each champion."""
    plane: PlaneConfig = field(default_factory=PlaneConfig)
    """The plane through champions and beginning, and the paths between champions."""
    alignment: AlignmentConfig = field(default_factory=AlignmentConfig)
    """The paths again, with hidden units aligned."""
    roughness: RoughnessConfig = field(default_factory=RoughnessConfig)
    """Roughness."""
    curvature: CurvatureConfig = field(default_factory=CurvatureConfig)
    """Curvature."""

    def __post_init__(self) -> None:
        """Refuse seeds that name no stream and teachers that do not exist."""
        checks.choice("ties", self.ties, Ties)
        checks.seed(self.seed)

    @property
    def sized(self) -> "CompareConfig":
        """The sizes that are measured with: where `quick`, none is above those of QUICK."""
        return capped(self, QUICK) if self.quick else self

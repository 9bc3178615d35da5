"""Paths between two genomes, straight or curved, and the barriers along them.

P weights, K points on a path. A path is a quadratic Bezier curve from genome A at t = 0 to genome B at t = 1,
(1-t)^2 A + 2t(1-t) C + t^2 B (Garipov et al. 2018); it is straight if C is halfway between. Training moves only C.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from agents import optimisers
from agents.errors import UserError
from agents.randomness import generator
from sim.landscape.function import Function
from sim.landscape.vectors import length, vector

if TYPE_CHECKING:
    from torch import Tensor

STATIONS = np.linspace(0, 1, 5)  # the t at which mode connectivity evaluates a path


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A quadratic Bezier curve from genome `a` to genome `b`, drawn towards `control`; all float64 [P]."""

    a: NDArray[np.float64]
    control: NDArray[np.float64]
    b: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Keep read-only float64 copies; refuse sizes that differ and weights that are not finite."""
        for name in ("a", "control", "b"):
            object.__setattr__(self, name, vector(getattr(self, name), f"{name} of a path"))
        if not self.a.size == self.control.size == self.b.size:
            sizes = f"{self.a.size}, {self.control.size} and {self.b.size}"
            raise UserError(f"genomes on one path must have one layout, got {sizes} weights")

    def at(self, t: ArrayLike, dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """The genomes [..., P] at t [...], computed in float64 and rounded once; both ends are exact."""
        t = np.asarray(t, np.float64)[..., None]
        genomes: NDArray[Any] = ((1 - t) ** 2 * self.a + 2 * t * (1 - t) * self.control + t**2 * self.b).astype(dtype)
        return genomes

    @property
    def detour(self) -> float:
        """The distance at t = 1/2 between the path and the line, as a share of the distance between its ends."""
        return length((self.control - (self.a + self.b) / 2) / 2) / length(self.b - self.a)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The raw `values` [K] along a path at `t` [K], from 0 to 1; larger is better."""

    t: NDArray[np.float64]
    values: NDArray[np.float64]

    @property
    def shortfall(self) -> NDArray[np.float64]:
        """How far each value [K] lies below the linear interpolation of the end values."""
        chord: NDArray[np.float64] = (1 - self.t) * self.values[0] + self.t * self.values[-1]
        return chord - self.values

    @property
    def barrier(self) -> float:
        """The largest shortfall, in the unit of the values; 0 if no value lies below the interpolated end values."""
        return float(self.shortfall.max())

    @property
    def barrier_at(self) -> float:
        """The t of the largest shortfall."""
        return float(self.t[self.shortfall.argmax()])


@dataclass(frozen=True, slots=True)
class ModeConnectivity:
    """Mode connectivity in percent (Yang et al. 2021), and the t = `at` where it was found.

    Below 0 there is a barrier, near 0 the ends are connected, above 0 the path is better than its ends. If `at` is 0 or
    1, the ends differ more from each other than any point between differs from their mean. Then the value is half the
    difference of the ends, and its sign depends only on their order.
    """

    value: float
    at: float


def straight(a: ArrayLike, b: ArrayLike) -> Curve:
    """The straight path between genomes a and b [P]."""
    one, other = vector(a, "the genome"), vector(b, "the genome")
    if one.size != other.size:
        raise UserError(f"genomes on one path must have one layout, got {one.size} and {other.size} weights")
    return Curve(one, (one + other) / 2, other)


def mode_connectivity(errors: ArrayLike) -> ModeConnectivity:
    """Mode connectivity from the errors e [5], in percent, at t = 0, 1/4, 1/2, 3/4, 1 of a trained curve.

    It is m - e(t*), where m is the mean error of both ends, and t* is where e(t) is farthest from m.
    """
    e = np.asarray(errors, np.float64)
    if e.shape != STATIONS.shape:
        raise UserError(f"mode connectivity takes {STATIONS.size} errors, got an array of shape {list(e.shape)}")
    distances = np.abs(e - (e[0] + e[-1]) / 2)
    found = int(distances.argmax())
    return ModeConnectivity(float((e[0] + e[-1]) / 2 - e[found]), float(STATIONS[found]))


def evolve_curve(
    functions: Callable[[int], Function],
    a: ArrayLike,
    b: ArrayLike,
    config: optimisers.Config,
    *,
    generations: int,
    points: int = 8,
    seed: int = 0,
) -> Curve:
    """Bend the line from a to b [P] by evolution, so that the mean value along it becomes large.

    `functions(generation)` returns the function that evaluates the genomes of a generation: it may use fresh mazes in
    each. The value of a control point is the mean over K = `points` values of t, one drawn from each K-th of the path;
    all control points of a generation have the same. Returns the curve of the best control point of the last.
    """
    chord = straight(a, b)
    optimiser = optimisers.make(config, chord.control.astype(np.float32), seed)
    for generation in range(generations):
        controls = optimiser.ask()
        t = _spread(points, seed, generation)[:, None]
        ends = (1 - t) ** 2 * chord.a + t**2 * chord.b
        genomes = (ends + (2 * t * (1 - t)) * controls[:, None, :].astype(np.float64)).astype(np.float32)
        values = np.asarray(functions(generation)(genomes.reshape(-1, chord.a.size)), np.float64)
        optimiser.tell(values.reshape(len(controls), points).mean(axis=1))
    return Curve(chord.a, optimiser.candidates(1)[0], chord.b)


def train_curve(
    loss: Callable[["Tensor"], "Tensor"],
    a: NDArray[Any],
    b: NDArray[Any],
    *,
    steps: int,
    learning_rate: float = 0.01,
    points: int = 4,
    seed: int = 0,
) -> Curve:
    """Bend the line from a to b [P] by gradients, so that the mean `loss` along it becomes small.

    `loss` takes weights [P] of a's type and returns a differentiable scalar. Each step of Adam (Kingma & Ba 2015) uses
    K = `points` values of t, one drawn from each K-th of the path.
    """
    import torch

    chord = straight(a, b)
    kind = torch.tensor(a).dtype
    first, last = (torch.tensor(end, dtype=kind) for end in (chord.a, chord.b))
    control = torch.tensor(chord.control, dtype=kind, requires_grad=True)
    adam = torch.optim.Adam([control], lr=learning_rate)
    for step in range(steps):
        adam.zero_grad()
        for t in _spread(points, seed, step).tolist():
            part = loss((1 - t) ** 2 * first + 2 * t * (1 - t) * control + t**2 * last) / points
            part.backward()  # type: ignore[no-untyped-call]
        adam.step()
    return Curve(chord.a, control.detach().double().numpy(), chord.b)


def _spread(points: int, seed: int, index: int) -> NDArray[np.float64]:
    """K values of t, one drawn uniformly from each K-th of [0, 1]."""
    return (np.arange(points) + generator(seed, "landscape/path", index).random(points)) / points

"""Section 4: the plane through two champions and a beginning, all learning paths on it, and what joins the champions.

G champions of a path, H and W rows and columns, C contestants, P weights. A unit of the plane is the way from the first
champion to the second.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.comparison.config import PlaneConfig
from sim.comparison.contest import Contest, Contestant, eaten, mean, pair_name
from sim.comparison.number import Number, Numbers, Section, number
from sim.comparison.paths import connect
from sim.comparison.progress import Heard, part
from sim.landscape.function import FunctionObjective
from sim.landscape.plane import Plane, Window, through
from sim.landscape.sampling import sample
from sim.rollout.machine import Machine

MARGIN = 0.15  # of the longer side, around all that lies on the plane


def measure(contest: Contest, config: PlaneConfig, machine: Machine, heard: Heard) -> Section:
    """Lay the plane through the first two champions and where the first began; join the first to each other one."""
    first, second = contest.contestants[:2]
    plane = through(first.genome, second.genome, first.initial)
    marks = np.stack([each.initial for each in contest.contestants] + [each.genome for each in contest.contestants])
    spots, off = plane.locate(marks)
    located = [plane.locate(each.path) for each in contest.contestants]
    window = _window(np.concatenate([spots, *(xy for xy, _ in located)]), config.side)
    mazes = contest.mazes(config.mazes)
    count = len(contest.contestants)
    arrays: dict[str, NDArray[Any]] = {
        "field": sample(FunctionObjective.of(mean(eaten(contest, mazes, machine))), plane, window).astype(np.float32),
        "initial": spots[:count],
        "initial_off": off[:count],
        "champion": spots[count:],
        "champion_off": off[count:],
    }
    for at, (xy, away) in enumerate(located):
        arrays |= {f"path.{at}": xy, f"off.{at}": away, f"generations.{at}": contest.contestants[at].generations}
    heard(0.2)
    numbers: Numbers = {
        each.name: _off_plane(each, plane, away, contest.seed)
        for each, (_, away) in zip(contest.contestants, located, strict=True)
    }
    for at, (one, other) in enumerate(contest.pairs):
        joined = part(heard, 0.2 + 0.8 * at / len(contest.pairs), 0.8 / len(contest.pairs))
        found, along = connect(contest, one.genome, other.genome, config.paths, machine, joined)
        numbers[pair_name(one, other)] = _apart(one, other, contest.seed) | found
        arrays |= {f"pair.{at}.{name}": values for name, values in along.items()}
    facts = {
        "mazes": mazes.identity(),
        "window": {"x": window.x, "y": window.y, "radius": window.radius, "shape": list(window.shape)},
        "limits": [0.0, float(arrays["field"].max())],
        "unit": "pellets per maze",
        "policy": "greedy",
    }
    return Section(numbers, facts, arrays)


def _window(spots: NDArray[np.float64], side: int) -> Window:
    """The window that holds all spots [N, 2], with room around them; `side` is that of its longer side in pixels."""
    low, high = spots.min(axis=0), spots.max(axis=0)
    room = MARGIN * float((high - low).max())
    width, height = (high - low + 2 * room).tolist()
    pixel = max(width, height) / side
    shape = max(1, round(height / pixel)), max(1, round(width / pixel))
    x, y = ((low + high) / 2).tolist()
    return Window(x, y, min(shape) * pixel / 2, shape)


def _off_plane(contestant: Contestant, plane: Plane, away: NDArray[np.float64], seed: int) -> dict[str, Number]:
    """How far a path strays from the plane, and how much of its length is seen on it."""
    steps = np.diff(np.concatenate([contestant.initial[None], contestant.path]), axis=0)
    basis = np.stack([plane.u / np.linalg.norm(plane.u), plane.v / np.linalg.norm(plane.v)])
    seen = float(((steps @ basis.T) ** 2).sum() / (steps**2).sum())
    sample_size = len(contestant.path)
    return {
        "off_plane_most": number("off_plane_most", float(away.max()), sample=sample_size, seed=seed),
        "off_plane_mean": number("off_plane_mean", float(away.mean()), sample=sample_size, seed=seed),
        "seen": number("seen", 100 * seen, sample=len(steps), seed=seed),
        "travelled": number(
            "travelled",
            float(np.linalg.norm(contestant.genome - contestant.initial) / np.linalg.norm(contestant.initial)),
            sample=1,
            seed=seed,
        ),
    }


def _apart(one: Contestant, other: Contestant, seed: int) -> dict[str, Number]:
    """How far apart two champions are."""
    a, b = one.genome.astype(np.float64), other.genome.astype(np.float64)
    size = float(np.linalg.norm(a))
    return {
        "distance": number("distance", float(np.linalg.norm(b - a)) / size, sample=a.size, seed=seed),
        "cosine": number("cosine", float(a @ b) / size / float(np.linalg.norm(b)), sample=a.size, seed=seed),
        "norms": number("norms", float(np.linalg.norm(b)) / size, sample=a.size, seed=seed),
    }

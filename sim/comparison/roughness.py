"""Section 6: how rough the landscapes are, with the controls that say how much of it is real.

C contestants, G planes, H and W rows and columns, N genomes, P weights, M mazes. All outcomes are pellets of greedy
play. The planes are not those of the pictures.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.randomness import words
from sim.comparison.config import RoughnessConfig
from sim.comparison.contest import Contest, Contestant, Each, eaten, losses, mean
from sim.comparison.number import Number, Numbers, Section, number
from sim.comparison.progress import Heard
from sim.evaluation.observations import observe
from sim.landscape.function import FunctionObjective
from sim.landscape.plane import Plane, Window, random_plane
from sim.landscape.sampling import sample
from sim.measures.boundary import boundary_dimension, line_dimension
from sim.measures.hoelder import hoelder
from sim.measures.lyapunov import lyapunov
from sim.measures.null_models import boundary_pixels, last_place, null_field, null_objective
from sim.measures.uncertainty import uncertainty
from sim.measures.walks import neutrality, ruggedness
from sim.rollout.machine import Machine
from sim.statistics.scaling import Scaling
from sim.world.maze import Mazes

LEVELS = {"lower": 0.25, "median": 0.5, "upper": 0.75}
MOST_PIXELS = 4096  # boundary pixels that are moved by one unit in the last place


class Findings:
    """Numbers and log-log points of one contestant as they come in."""

    def __init__(self, at: int) -> None:
        """Begin with nothing; `at` is the contestant's place."""
        self.at = at
        self.numbers: dict[str, Number] = {}
        self.arrays: dict[str, NDArray[Any]] = {}

    def scaling(self, slot: str, key: str, found: Scaling, about: str = "") -> None:
        """An exponent, with the decades it was fitted to, and its points as SLOT.PLACE.scales, values, fitted."""
        note = f"{about}{found.decades:.1f} decades"
        if not np.isfinite(found.estimate):
            note = f"{about}too few scales to fit"
        elif found.saturated:
            note += ", saturated"
        self.numbers[slot] = number(
            key, found.estimate, found.interval, sample=found.samples, seed=found.seed, note=note
        )
        for name in ("scales", "values", "fitted"):
            self.arrays[f"{slot}.{self.at}.{name}"] = getattr(found, name)


def measure(contest: Contest, config: RoughnessConfig, machine: Machine, heard: Heard) -> Section:
    """Measure around each champion, on planes and in all of genome space."""
    numbers: Numbers = {}
    arrays: dict[str, NDArray[Any]] = {}
    count = len(contest.contestants)
    for at, contestant in enumerate(contest.contestants):
        found = Findings(at)
        _on_planes(contest, contestant, config, machine, found)
        heard((at + 0.4) / count)
        _in_space(contest, contestant, config, machine, found)
        heard((at + 0.7) / count)
        _on_walks(contest, contestant, config, machine, found)
        _horizon(contest, contestant, config, found)
        heard((at + 1) / count)
        numbers[contestant.name] = found.numbers
        arrays |= found.arrays
    facts = {
        "mazes": contest.mazes(config.mazes).identity(),
        "other_mazes": contest.mazes(config.mazes, skip=config.mazes).identity(),
        "planes": config.planes,
        "side": config.side,
        "radius": config.radius,
        "windows": config.windows,
        "fine": config.fine,
        "fine_radius": config.fine_radius,
        "radii": list(config.radii),
        "lifetimes": list(config.lifetimes),
        "step": config.step,
        "neutral_step": config.neutral_step,
        "policy": "greedy",
    }
    return Section(numbers, facts, arrays)


def _on_planes(
    contest: Contest, contestant: Contestant, config: RoughnessConfig, machine: Machine, found: Findings
) -> None:
    """Dimensions and Hoelder exponents of fields on random planes; a bowl and other mazes through the same pipeline."""
    window = Window(radius=config.radius, shape=(config.side, config.side))
    seeds = words(max(config.planes, config.windows), contest.seed, "comparison/planes").tolist()
    every = [random_plane(contestant.genome, contest.layout, seed) for seed in seeds]
    planes, close = every[: config.planes], every[: config.windows]
    mazes, others = contest.mazes(config.mazes), contest.mazes(config.mazes, skip=config.mazes)
    singles, singles_elsewhere = (_single(contest, ground, close, config, machine) for ground in (mazes, others))
    for slot, fields in (("", singles), ("_bowl", _bowls(singles)), ("_other", singles_elsewhere)):
        found.scaling(f"boundary{slot}", f"boundary{slot}", boundary_dimension(fields, seed=contest.seed))
        found.scaling(f"lines{slot}", f"lines{slot}", line_dimension(fields, seed=contest.seed))
    here, elsewhere = (_fields(eaten(contest, ground, machine), planes, window) for ground in (mazes, others))
    for slot, fields in (("", here), ("_bowl", _bowls(here)), ("_other", elsewhere)):
        for name, share in LEVELS.items():
            if not slot or share == 0.5:
                dimension = boundary_dimension(fields, share, seed=contest.seed)
                found.scaling(f"level_{name}{slot}", f"level{slot}", dimension)
        _exponents(slot, fields, contest.seed, found)
    _exponents("_loss", _fields(losses(contest, contest.teacher(mazes), machine), planes, window), contest.seed, found)
    found.numbers["last_place"] = _last_place(contest, config, machine, here, planes, window)


def _single(
    contest: Contest, mazes: Mazes, planes: list[Plane], config: RoughnessConfig, machine: Machine
) -> NDArray[Any]:
    """Fields [G, H, W] of one maze each, off the peak and close: the sum of many mazes changes nearly everywhere."""
    window = Window(config.radius, 0.0, config.fine_radius, (config.fine, config.fine))
    each = [eaten(contest, mazes.take([at % mazes.count]), machine) for at in range(len(planes))]
    return np.stack(
        [sample(FunctionObjective.of(mean(one)), plane, window) for one, plane in zip(each, planes, strict=True)]
    )


def _bowls(fields: NDArray[Any]) -> NDArray[Any]:
    return np.stack([null_field(field) for field in fields])


def _exponents(slot: str, fields: NDArray[Any], seed: int, found: Findings) -> None:
    """Hoelder exponents of both orders, and the ratio of their slopes."""
    both = hoelder(fields, seed=seed)
    found.scaling(f"hoelder_1{slot}", f"hoelder_1{slot}", both.first)
    found.scaling(f"hoelder_2{slot}", f"hoelder_2{slot}", both.second)
    found.numbers[f"hoelder_ratio{slot}"] = number(
        f"hoelder_ratio{slot}", both.ratio, both.ratio_interval, sample=both.first.samples, seed=seed
    )


def _fields(each: Each, planes: list[Plane], window: Window) -> NDArray[np.float64]:
    """Means over mazes, [G, H, W]."""
    return np.stack([sample(FunctionObjective.of(mean(each)), plane, window) for plane in planes])


def _last_place(
    contest: Contest,
    config: RoughnessConfig,
    machine: Machine,
    fields: NDArray[Any],
    planes: list[Plane],
    window: Window,
) -> Number:
    """How many pixels on boundaries flip when every weight moves by one unit in the last place."""
    points = window.points()
    part = max(1, MOST_PIXELS // len(planes))
    genomes = []
    for field, plane in zip(fields, planes, strict=True):
        pixels = points[boundary_pixels(field)]
        genomes.append(plane.at(pixels[:: max(1, -(-len(pixels) // part))]))
    some = np.concatenate(genomes)
    if not len(some):
        return number("last_place", float("nan"), sample=0, seed=contest.seed, note="no boundary on these planes")
    share = last_place(eaten(contest, contest.mazes(config.mazes), machine), some, seed=contest.seed)
    bounds = [100 * bound for bound in share.interval]
    return number("last_place", 100 * share.estimate, bounds, sample=share.samples, seed=share.seed)


def _in_space(
    contest: Contest, contestant: Contestant, config: RoughnessConfig, machine: Machine, found: Findings
) -> None:
    """Uncertainty exponents around the champion, of each maze's outcome; of other mazes and a bowl at one radius."""
    each = eaten(contest, contest.mazes(config.mazes), machine)
    other = eaten(contest, contest.mazes(config.mazes, skip=config.mazes), machine)
    middle = config.radii[len(config.radii) // 2]
    bowl = null_objective(each, contestant.genome, contest.layout, radius=middle, seed=contest.seed)
    cases = [(f"uncertainty_{radius:g}", "uncertainty", radius, each, "") for radius in config.radii]
    cases += [
        ("uncertainty_bowl", "uncertainty_bowl", middle, bowl, ""),
        ("uncertainty_other", "uncertainty_other", middle, other, ""),
    ]
    for steps in sorted(steps for steps in config.lifetimes if steps < contest.world.lifetime):
        short = eaten(contest, contest.mazes(config.mazes), machine, steps)
        cases.append((f"uncertainty_{middle:g}_{steps}", "uncertainty", middle, short, f", lives of {steps} steps"))
    for slot, key, radius, objective, lives in cases:
        exponent = uncertainty(
            objective, contestant.genome, contest.layout, radius=radius, seed=contest.seed, pairs=config.pairs
        )
        found.scaling(slot, key, exponent, f"at {radius:g} norms{lives}, ")


def _on_walks(
    contest: Contest, contestant: Contestant, config: RoughnessConfig, machine: Machine, found: Findings
) -> None:
    """Ruggedness and neutrality at each radius."""
    objective = mean(eaten(contest, contest.mazes(config.mazes), machine))
    ground, seed = (contestant.genome, contest.layout), contest.seed
    for radius in config.radii:
        at = f"at {radius:g} norms, steps of {config.step:g}"
        try:
            walk = ruggedness(objective, *ground, step=config.step, radius=radius, seed=seed, walks=config.walks)
        except UserError as error:  # the same outcome everywhere
            found.numbers[f"ruggedness_{radius:g}"] = number(
                "ruggedness", float("nan"), sample=config.walks, seed=seed, note=str(error)
            )
        else:
            found.numbers[f"ruggedness_{radius:g}"] = number(
                "ruggedness", walk.length, walk.interval, sample=walk.walks, seed=seed, note=at
            )
            found.arrays[f"correlation_{radius:g}.{found.at}"] = walk.correlation
        alike = neutrality(
            objective, *ground, step=config.neutral_step, radius=radius, seed=seed, walks=config.walks, longest=64
        )
        at = f"at {radius:g} norms, steps of {config.neutral_step:g}"
        found.numbers[f"neutrality_{radius:g}"] = number(
            "neutrality",
            100 * alike.share,
            [100 * bound for bound in alike.interval],
            sample=config.walks,
            seed=seed,
            note=at,
        )
        stopped = f", {100 * alike.stopped:.0f} % stopped at 64 steps" if alike.stopped else ""
        found.numbers[f"neutral_walk_{radius:g}"] = number(
            "neutral_walk", alike.length, alike.length_interval, sample=config.walks, seed=seed, note=at + stopped
        )


def _horizon(contest: Contest, contestant: Contestant, config: RoughnessConfig, found: Findings) -> None:
    """How fast a difference grows in the champion's brain."""
    seen = observe(contestant.genome[None], contest.layout, contest.mazes(config.lives), contest.world)
    exponent = lyapunov(contestant.genome, contest.layout, seen, seed=contest.seed)
    note = f"{exponent.steps} steps"
    found.numbers["lyapunov"] = number(
        "lyapunov", exponent.estimate, exponent.interval, sample=exponent.lives, seed=exponent.seed, note=note
    )

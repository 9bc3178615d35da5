"""What is measured of one run: what its champion eats, the landscape around it, and how far learning went.

M mazes, P weights, N genomes. All runs see the same mazes, and directions that are drawn alike.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from agents.randomness import words
from sim.comparison.contest import Contest, Contestant, Each, eaten, losses, mean
from sim.imitation.teacher import Bank
from sim.landscape.curvature import hessian, top_eigenvalue, trace
from sim.landscape.function import FunctionObjective
from sim.landscape.plane import Window, random_plane
from sim.landscape.radius import half_radius
from sim.landscape.sampling import sample
from sim.landscape.smoothing import estimate
from sim.learning.threads import one_thread
from sim.measures.null_models import boundary_pixels, last_place
from sim.measures.uncertainty import uncertainty
from sim.measures.walks import neutrality, ruggedness
from sim.methods.config import AroundConfig
from sim.rollout import play
from sim.rollout.machine import Machine

SIGMAS = (0.05, 0.1)  # of the noise on every weight
RADII = (0.05, 0.3, 0.7)  # norms from the champion at which outcomes are compared
WALKED = 0.3  # norms from the champion at which walks are walked
WINDOW = 0.7  # half the side of the planes on whose boundaries weights are moved
HORIZON = 20  # steps of life that the curvature of the loss sees
MOST_PIXELS = 4096  # boundary pixels that are moved
NOTHING = float("nan")

Values = dict[str, float]


def measure(contest: Contest, contestant: Contestant, config: AroundConfig, machine: Machine) -> Values:
    """The value of every quantity of one run, nan where there is none."""
    genome = contestant.genome
    each = eaten(contest, contest.mazes(config.ground), machine)
    began = float(np.linalg.norm(contestant.initial))
    return {
        **_eaten(contest, genome, config, machine),
        **_under_noise(contest, genome, config, machine),
        "half_radius": _half_radius(contest, genome, each, config),
        **_rough(contest, genome, each, config),
        "last_place": _last_place(contest, genome, each, config),
        **_loss(contest, genome, config, machine),
        "norm": float(np.linalg.norm(genome.astype(np.float64))),
        "travelled": float(np.linalg.norm(genome - contestant.initial)) / began,
    }


def derived(values: Values) -> Values:
    """The values of a run, and what follows from them."""
    return {**values, "half_radius_weights": values["half_radius"] * values["norm"]}


def _eaten(contest: Contest, genome: NDArray[Any], config: AroundConfig, machine: Machine) -> Values:
    """Shares of the pellets that are there, in percent, and what memory is worth."""
    mazes = contest.mazes(config.mazes)
    ground, there = (contest.layout, mazes, contest.world), int(mazes.pellet_counts.sum())
    greedy, ablated = (
        100 * int(play(genome[None], *ground, ablate=ablate, machine=machine).sum()) / there for ablate in (False, True)
    )
    sampled = [
        int(play(genome[None], *ground, policy="sampled", repetition=repetition, machine=machine).sum())
        for repetition in range(config.repetitions)
    ]
    return {
        "share": greedy,
        "share_sampled": 100 * sum(sampled) / there / len(sampled),
        "share_ablated": ablated,
        "ablation": greedy - ablated,
    }


def _under_noise(contest: Contest, genome: NDArray[Any], config: AroundConfig, machine: Machine) -> Values:
    """How much of its own pellets is left where weights are noisy, in percent."""
    objective = mean(eaten(contest, contest.mazes(config.noisy), machine))
    own = float(objective(genome[None])[0])
    return {
        f"left_{sigma:g}": 100 * estimate(objective, genome, sigma, config.samples, contest.seed).value / own
        if own
        else NOTHING
        for sigma in SIGMAS
    }


def _half_radius(contest: Contest, genome: NDArray[Any], each: Each, config: AroundConfig) -> float:
    """The median radius of half fitness; as far as was looked, where most directions fall nowhere below half."""
    objective = mean(each)
    if not objective(genome[None])[0]:
        return NOTHING
    found = half_radius(objective, genome, contest.layout, count=config.directions, seed=contest.seed)
    return min(float(found.quantiles((0.5,))[0]), found.furthest)


def _rough(contest: Contest, genome: NDArray[Any], each: Each, config: AroundConfig) -> Values:
    """Uncertainty exponents, ruggedness and neutrality."""
    ground, seed, objective = (genome, contest.layout), contest.seed, mean(each)
    found = {
        f"uncertainty_{radius:g}": uncertainty(each, *ground, radius=radius, seed=seed, pairs=config.pairs).estimate
        for radius in RADII
    }
    try:
        walk = ruggedness(objective, *ground, step=config.step, radius=WALKED, seed=seed, walks=config.walks)
    except UserError:  # the same outcome everywhere
        length = NOTHING
    else:
        length = walk.length if np.isfinite(walk.length) else NOTHING
    alike = neutrality(
        objective, *ground, step=config.neutral_step, radius=WALKED, seed=seed, walks=config.walks, longest=1
    )
    return {**found, "ruggedness": length, "neutrality": 100 * alike.share}


def _last_place(contest: Contest, genome: NDArray[Any], each: Each, config: AroundConfig) -> float:
    """The share of boundary pixels, in percent, that flip with the last place of every weight."""
    window = Window(radius=WINDOW, shape=(config.side, config.side))
    genomes = []
    for seed in words(config.planes, contest.seed, "methods/planes").tolist():
        plane = random_plane(genome, contest.layout, seed)
        pixels = window.points()[boundary_pixels(sample(FunctionObjective.of(mean(each)), plane, window))]
        genomes.append(plane.at(pixels[:: max(1, -(-len(pixels) * config.planes // MOST_PIXELS))]))
    some = np.concatenate(genomes)
    return 100 * last_place(each, some, seed=contest.seed).estimate if len(some) else NOTHING


def _loss(contest: Contest, genome: NDArray[Any], config: AroundConfig, machine: Machine) -> Values:
    """The imitation loss of whole lives, and the curvature of that of the first steps."""
    from sim.learning.imitate import cross_entropy

    loss = mean(losses(contest, contest.teacher(contest.mazes(config.mazes)), machine))
    lessons = contest.teacher(contest.mazes(config.episodes))
    steps = min(HORIZON, contest.world.lifetime)
    early = Bank(lessons.senses[:, :steps], lessons.targets[:, :steps], lessons.identity)
    with one_thread():
        product = hessian(cross_entropy(contest.layout, early), genome.astype(np.float64))
        top = top_eigenvalue(product, genome.size, seed=contest.seed, most=config.products)
        whole = trace(product, genome.size, probes=config.probes, seed=contest.seed)
    return {"loss": float(loss(genome[None])[0]), "hessian_top": top.value, "hessian_trace": whole.value}

"""Langevin chains around a genome, and the local learning coefficient from them. C chains, K draws, P weights.

The chains sample the density exp(-nb L(w) - g |w - w*|² / 2) of weights w around w*, with a loss L, an inverse
temperature nb and a localisation g (Lau et al. 2023). They are those of stochastic gradient Langevin dynamics, but the
gradient is exact, and a correction for the length of the step (Metropolis-adjusted: Roberts, Tweedie 1996) replaces the
limit of short steps. In coordinates z with w = w* + T z, a transform T that is about (nb |H| + g)^(-1/2) lets all
directions mix equally fast; it does not change the density. The length of each step is drawn at random, up to a factor
of SPREAD: steps of one length seldom enter valleys that are much narrower than the places where it was adapted.
"""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from agents.randomness import generator
from sim.landscape.gradients import Floats, Gradients

TARGET = 0.574  # the share of accepted steps at which long chains mix fastest (Roberts, Rosenthal 1998)
GAIN = 0.6  # how fast the length of the step adapts during the burn-in: its exponent falls as t^-GAIN
DESCENT = 200  # the most steps of the descent to the mode
SPREAD = 16.0  # the longest step of chains divided by the shortest
LONGEST = 2.0  # a longer step would overshoot even in a quadratic


@dataclass(frozen=True, slots=True)
class Density:
    """What chains sample: the inverse temperature nb and the localisation g."""

    beta: float
    localisation: float


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Draws of chains: the losses [C, K] at them, the loss at the genome, and the share of accepted steps."""

    losses: Floats
    centre: float
    accepted: float
    step: float
    """The length of the longest step after the burn-in."""

    @property
    def shrink(self) -> float:
        """The potential scale reduction of the losses over halves of chains (Gelman, Rubin 1992); near 1 if they agree.

        It is infinite if no chain moves.
        """
        half = self.losses.shape[1] // 2
        parts = np.concatenate([self.losses[:, :half], self.losses[:, half : 2 * half]])
        within = float(parts.var(axis=1, ddof=1).mean())
        between = float(parts.mean(axis=1).var(ddof=1))
        return math.sqrt((half - 1) / half + between / within) if within > 0 else math.inf

    @property
    def below(self) -> float:
        """The share of the draws that have a lower loss than the genome; at a minimum there are none."""
        return float((self.losses < self.centre).mean())

    def coefficients(self, beta: float, centre: float) -> Floats:
        """The local learning coefficient by each chain [C]: nb (mean loss - loss at the centre) (Lau et al. 2023)."""
        return np.asarray(beta * (self.losses.mean(axis=1) - centre))


@dataclass(slots=True, eq=False)
class _State:
    """Where the chains are, in coordinates z [C, P]: their losses [C], potentials [C] and forces [C, P]."""

    at: Floats
    losses: Floats
    potentials: Floats
    slopes: Floats


def sample(
    function: Gradients, genome: Floats, density: Density, transform: Floats, *, chains: int, burn: int, draws: int,
    seed: int,
) -> Chains:  # fmt: skip
    """Chains that start at a genome [P]. The first `burn` steps adapt the length of the step and are not drawn.

    `transform` T [P, P] is symmetric. Steps to where the loss is not finite are refused.
    """
    from agents.network.threads import one_blas_thread

    losses, accepted = np.empty((chains, draws)), 0.0
    rng, log_step = generator(seed, "landscape/langevin"), math.log(TARGET * genome.size ** (-1 / 3))
    with one_blas_thread():
        look = partial(_look, function, genome, density, transform)
        state = look(np.zeros((chains, genome.size)))
        centre = float(state.losses[0])
        for time in range(burn + draws):
            taken = _move(look, state, math.exp(log_step), rng)
            if time < burn:
                log_step += (float(taken.mean()) - TARGET) / (1 + time) ** GAIN
                log_step = min(log_step, math.log(LONGEST))
            else:
                losses[:, time - burn] = state.losses
                accepted += float(taken.mean()) / draws
    return Chains(losses, centre, accepted, math.exp(log_step))


def lowest(function: Gradients, genome: Floats, density: Density, transform: Floats) -> float:
    """The loss at the mode of the density that a descent from the genome [P] finds (L-BFGS: Liu, Nocedal 1989).

    At a minimum of the loss it is the loss of the genome.
    """
    from scipy.optimize import minimize

    from agents.network.threads import one_blas_thread

    def potential(at: Floats) -> tuple[float, Floats]:
        state = _look(function, genome, density, transform, at[None])
        return float(state.potentials[0]), state.slopes[0]

    with one_blas_thread():
        end = minimize(potential, np.zeros(genome.size), jac=True, method="L-BFGS-B", options={"maxiter": DESCENT})
        return float(function(genome[None] + end.x[None] @ transform)[0][0])


def _look(function: Gradients, genome: Floats, density: Density, transform: Floats, at: Floats) -> _State:
    """The state of chains at coordinates [C, P]."""
    away = at @ transform
    losses, slopes = function(genome + away)
    potentials = density.beta * losses + density.localisation / 2 * (away**2).sum(axis=1)
    return _State(at, losses, potentials, (density.beta * slopes + density.localisation * away) @ transform)


def _move(look: "partial[_State]", state: _State, step: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Propose a step to all chains, take those that are accepted, and return each chain's chance of that [C].

    Its length is up to `step`; it is drawn for each chain, without regard to where the chain is.
    """
    lengths = step * SPREAD ** -rng.random((len(state.at), 1))
    noise = rng.standard_normal(state.at.shape)
    new = look(state.at - lengths / 2 * state.slopes + np.sqrt(lengths) * noise)
    back = (state.at - new.at + lengths / 2 * new.slopes) / np.sqrt(lengths)
    with np.errstate(all="ignore"):
        gain = state.potentials - new.potentials + ((noise**2).sum(axis=1) - (back**2).sum(axis=1)) / 2
    chance = np.exp(np.minimum(np.where(np.isfinite(gain), gain, -np.inf), 0.0))
    taken = rng.random(chance.size) < chance
    for name in ("at", "losses", "potentials", "slopes"):
        kept, other = getattr(state, name), getattr(new, name)
        kept[taken] = other[taken]
    return np.asarray(chance)

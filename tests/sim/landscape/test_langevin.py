"""Chains sample the density that they should, and give the learning coefficients that are known."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma, kstest

from sim.landscape.langevin import Chains, Density, lowest, sample

SIZE = 10
ORIGIN = np.zeros(SIZE)
VALUES = np.geomspace(0.1, 30, SIZE)
TURN, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((SIZE, SIZE)))
MATRIX = TURN @ np.diag(VALUES) @ TURN.T
WEAK = Density(1e4, 1e-6)  # the pull matters to no direction of these losses


def squares(w):
    return (w**2).sum(1), 2 * w


def quadratic(w, slope=0.0):
    return np.einsum("ki,ij,kj->k", w, MATRIX, w) / 2 + slope * w.sum(1), w @ MATRIX + slope


def power(density, values=VALUES, turn=TURN):
    return turn @ np.diag((density.beta * values + density.localisation) ** -0.5) @ turn.T


def run(function, density, transform, *, chains=32, burn=100, draws=500, seed=0, genome=ORIGIN):
    return sample(function, genome, density, transform, chains=chains, burn=burn, draws=draws, seed=seed)


def estimate(found, density, centre=None):
    """The learning coefficient and its standard error over chains."""
    values = found.coefficients(density.beta, found.centre if centre is None else centre)
    return values.mean(), values.std(ddof=1) / math.sqrt(values.size)


def test_a_sum_of_squares_has_half_the_number_of_weights():
    value, error = estimate(run(squares, WEAK, np.eye(SIZE) / math.sqrt(2 * WEAK.beta)), WEAK)
    assert value == pytest.approx(SIZE / 2, abs=4 * error)
    assert error < 0.05


def test_a_regular_minimum_that_is_not_quadratic_has_half_the_number_of_weights():
    """Of sum log cosh w, whose Hessian at 0 is 1; corrections are of the order of 1 / nb."""

    def function(w):
        return np.log(np.cosh(w)).sum(1), np.tanh(w)

    value, error = estimate(run(function, WEAK, np.eye(SIZE) / math.sqrt(WEAK.beta)), WEAK)
    assert value == pytest.approx(SIZE / 2, abs=4 * error)


def test_directions_that_the_loss_does_not_depend_on_do_not_count():
    used = np.arange(SIZE) < 3
    density = Density(1e4, 1.0)
    transform = np.diag((2 * density.beta * used + 1.0) ** -0.5)
    value, error = estimate(run(lambda w: ((w**2) @ used, 2 * w * used), density, transform), density)
    assert value == pytest.approx(1.5, abs=4 * error)


@pytest.mark.parametrize("beta", [1e2, 1e3])
def test_the_product_of_two_squares_has_a_half_less_a_slow_logarithm(beta):
    """Of w1^2 w2^2 the coefficient is 1/2 with multiplicity 2: nb E[L] falls short of it by about 1 / log nb.

    The integral over w2 is known, so that nb E[L] = -nb d log Z / d nb is one integral over w1. The valleys become
    narrower outwards, so that chains are slow to enter them, and a little too low.
    """
    density = Density(beta, 1.0)

    def function(w):
        return (w**2).prod(1), 2 * w * w[:, ::-1] ** 2

    def mass(w, of_loss):
        precision = 2 * beta * w**2 + 1
        return math.exp(-(w**2) / 2) / math.sqrt(precision) * (beta * w**2 / precision if of_loss else 1)

    exact = quad(mass, 0, 12, (True,), points=[1e-3, 0.1])[0] / quad(mass, 0, 12, (False,), points=[1e-3, 0.1])[0]
    assert 0.5 - 1 / math.log(beta) < exact < 0.5
    found = run(function, density, np.eye(2), chains=64, burn=1000, draws=10_000, genome=np.zeros(2))
    value, error = estimate(found, density)
    assert value == pytest.approx(exact, abs=4 * error + 0.005)
    assert error < 0.006


def test_losses_of_a_quadratic_have_their_stationary_density():
    """nb L has half a chi-squared distribution, though the steps are so long that many are refused."""
    found = run(quadratic, WEAK, power(WEAK), chains=64, draws=400)
    assert found.step > 1
    assert 0.4 < found.accepted < 0.9
    thinned = WEAK.beta * found.losses[:, ::40].ravel()
    assert kstest(thinned, gamma(SIZE / 2).cdf).pvalue > 0.01
    assert found.shrink < 1.02
    assert found.below == 0


def test_the_pull_makes_flat_directions_count_less_and_the_transform_changes_nothing():
    density = Density(100.0, 50.0)
    exact = (0.5 * density.beta * VALUES / (density.beta * VALUES + density.localisation)).sum()
    for transform in (power(density), np.eye(SIZE) / math.sqrt(density.beta * VALUES[-1])):
        value, error = estimate(run(quadratic, density, transform, burn=1000, draws=3000), density)
        assert value == pytest.approx(exact, abs=4 * error)
        assert error < 0.03


def test_a_slope_lowers_the_loss_but_not_the_coefficient_from_the_mode():
    density = Density(200.0, 5.0)
    function = lambda w: quadratic(w, slope=0.2)  # noqa: E731
    found = run(function, density, power(density))
    mode = lowest(function, ORIGIN, density, power(density))
    where = -np.linalg.solve(density.beta * MATRIX + density.localisation * np.eye(SIZE), np.full(SIZE, 0.2 * 200))
    assert mode == pytest.approx(function(where[None])[0][0], abs=1e-8)
    assert lowest(quadratic, ORIGIN, density, power(density)) == 0
    exact = (0.5 * density.beta * VALUES / (density.beta * VALUES + density.localisation)).sum()
    value, error = estimate(found, density, mode)
    assert value == pytest.approx(exact, abs=4 * error)
    assert estimate(found, density)[0] < -10
    assert found.below > 0.5


def test_steps_to_where_the_loss_is_not_finite_are_refused():
    """A loss of 0 within the unit cube and of no number outside it."""

    def box(w):
        return np.where(np.abs(w).max(1) > 1, np.nan, 0.0), np.zeros_like(w)

    found = run(box, Density(1.0, 1.0), np.eye(3), genome=np.zeros(3), chains=4)
    assert (found.losses == 0).all()
    assert 0 < found.accepted < 1


def test_chains_that_do_not_move_do_not_agree():
    assert Chains(np.zeros((4, 10)), 0.0, 0.0, 1.0).shrink == math.inf
    rng = np.random.default_rng(0)
    same, apart = rng.standard_normal((4, 1000)), rng.standard_normal((4, 1000)) + 3 * np.arange(4)[:, None]
    drift = rng.standard_normal((4, 1000)) + np.linspace(0, 3, 1000)
    assert Chains(same, 0.0, 0.6, 1.0).shrink == pytest.approx(1, abs=0.01)
    assert Chains(apart, 0.0, 0.6, 1.0).shrink > 2
    assert Chains(drift, 0.0, 0.6, 1.0).shrink > 1.2


def test_a_seed_draws_the_same_bits_and_another_one_does_not():
    first, same, other = (run(quadratic, WEAK, power(WEAK), chains=2, draws=20, seed=seed) for seed in (1, 1, 2))
    assert first.losses.tobytes() == same.losses.tobytes()
    assert (first.losses != other.losses).all()


def test_another_library_finds_the_same():
    """Its stochastic gradient Langevin dynamics, with exact gradients and short steps."""
    optim = pytest.importorskip("devinterp.optim.sgmcmc", reason="devinterp, the oracle of chains, is not installed")
    import torch

    torch.manual_seed(0)
    density, matrix = Density(100.0, 50.0), torch.from_numpy(MATRIX)
    weights = torch.nn.Parameter(torch.zeros(64, SIZE, dtype=torch.float64))
    steps = optim.SGMCMC.sgld([weights], lr=5e-5, nbeta=density.beta, localization=density.localisation)
    losses = []
    for _ in range(4000):
        steps.zero_grad()
        each = ((weights @ matrix) * weights).sum(1) / 2
        each.sum().backward()
        losses.append(each.detach().numpy())
        steps.step()
    theirs = density.beta * np.stack(losses)[1000:].mean(0)
    value, error = estimate(run(quadratic, density, power(density)), density)
    both = math.hypot(error, theirs.std(ddof=1) / 8)
    assert value == pytest.approx(theirs.mean(), abs=4 * both + 0.02 * value)

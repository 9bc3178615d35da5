"""Variates have the right distribution and accuracy, and bits that never change."""

import hashlib
import math

import numpy as np
import pytest
from scipy import special, stats

from agents import variates
from agents.randomness import words
from agents.variates import gumbel, log, normal, uniform


@pytest.mark.parametrize("centre", [0.0, 1.0])
def test_the_logarithm_is_within_three_ulp(centre):
    rng = np.random.default_rng(0)
    x = np.concatenate([centre + 10.0 ** rng.uniform(-15, 2, 20000), abs(centre - 10.0 ** rng.uniform(-16, -1, 20000))])
    true = np.array([math.log(value) for value in x])  # within 1 ulp
    assert (abs(log(x) - true) <= 4 * np.spacing(abs(true))).all()
    assert log(np.array([1.0])) == 0


def test_gumbel_variates_have_their_distribution_and_are_finite_at_both_ends():
    drawn = gumbel(words(20000, 0, "test/gumbel"))
    assert stats.kstest(drawn, "gumbel_r").pvalue > 0.01
    low, high = gumbel(np.array([0, 2**64 - 1], np.uint64))
    assert low == pytest.approx(-math.log(53 * math.log(2)), rel=1e-14)
    assert high == pytest.approx(53 * math.log(2), rel=1e-14)


def test_normals_are_the_quantiles_of_uniforms():
    drawn = words(300_000, 0, "test/normal")
    ends = np.array([0, 2**64 - 1, 2**63, 2**63 - 1, 1 << 12, 1 << 20, 1 << 40, 1 << 52, 1 << 58], np.uint64)
    drawn = np.concatenate([ends, drawn, drawn >> np.uint64(20)])  # the last are far out in the tail
    u = uniform(drawn)
    true = np.where(u < 0.5, special.ndtri(u), -special.ndtri(1 - u))
    np.testing.assert_allclose(normal(drawn), true, rtol=5e-15)
    assert stats.kstest(normal(drawn[len(ends) :][:300_000]), "norm").pvalue > 0.01


def test_normals_are_odd_about_the_middle():
    drawn = words(1000, 0, "test/normal")
    assert (normal(~drawn) == -normal(drawn)).all()


def test_a_normal_depends_on_its_word_alone(monkeypatch):
    drawn = words(60, 0, "test/normal").reshape(3, 20)
    whole = normal(drawn)
    assert whole.shape == (3, 20)
    monkeypatch.setattr(variates, "PART", 7)
    assert normal(drawn).tobytes() == whole.tobytes()
    assert normal(drawn[1, 4:6]).tolist() == whole[1, 4:6].tolist()
    assert normal(drawn[:, :0]).shape == (3, 0)


def test_normals_have_the_same_bits_on_every_machine():
    digest = hashlib.blake2b(normal(words(10_000, 0, "test/normal")).astype("<f8").tobytes(), digest_size=8)
    assert digest.hexdigest() == "f2e63b3714a45a0d"

"""Returns after updates: the distribution of a planted mixture, the mode, and that steps go where they should."""

import numpy as np
import pytest

from agents.errors import UserError
from sim.evaluation.subject import read_subject
from sim.learning.run import Run
from sim.measures.update_returns import UpdateReturns, describe, mode
from sim.rollout.machine import Machine

SMALL = {"updates": 12, "mazes": 8, "rollouts": 4, "samples": 8, "episodes_played": 16, "batch": 8}


@pytest.fixture(scope="module")
def imitated(stored_runs):
    """A stored champion of imitation."""
    return read_subject(Run.open(stored_runs / "imitate-0"))


def test_of_a_mixture_with_a_tenth_below_half_the_share_is_a_tenth():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(80, 3, 900), rng.normal(20, 3, 100)])
    found = describe("below_half", rng.permutation(values), seed=0)
    assert found.value == pytest.approx(0.10)
    assert 0.07 < found.interval[0] < 0.10 < found.interval[1] < 0.13
    assert found.note == f"mode {mode(values):.1f} %"


def test_the_mode_is_that_of_the_density():
    rng = np.random.default_rng(0)
    assert mode(rng.normal(60, 5, 4000)) == pytest.approx(60, abs=2)
    assert mode(np.concatenate([rng.normal(60, 2, 700), rng.normal(30, 2, 300)])) == pytest.approx(60, abs=1)
    assert mode(np.full(9, 12.5)) == 12.5


def test_a_mode_of_zero_gives_no_share():
    found = describe("below_half", np.zeros(20), seed=0)
    assert (found.value, found.note) == (None, "the mode is 0")


@pytest.mark.parametrize("step", ["es", "imitate"])
def test_updates_are_independent_and_their_bits_do_not_depend_on_threads(subject, evaluation_set, step):
    one, two = (
        UpdateReturns(**SMALL, step=step).compute(subject, evaluation_set, Machine(threads)) for threads in (1, 2)
    )
    assert one["returns"].values.tobytes() == two["returns"].values.tobytes()
    assert one["returns_random"].values.tobytes() == two["returns_random"].values.tobytes()
    assert len(set(one["returns"].values.tolist())) > 6
    more = UpdateReturns(**{**SMALL, "updates": 15}, step=step).compute(subject, evaluation_set, Machine(1))
    assert more["returns"].values[:12].tolist() == one["returns"].values.tolist()


def test_the_run_decides_the_step_unless_it_is_named(subject, imitated, evaluation_set):
    for of, kind in ((subject, "es"), (imitated, "imitate")):
        own, named = (
            UpdateReturns(**SMALL, step=step).compute(of, evaluation_set, Machine(1)) for step in ("own", kind)
        )
        assert own["returns"].values.tolist() == named["returns"].values.tolist()
        assert own["change"].note.startswith(f"steps of {kind};")


def test_updates_by_imitation_lower_the_loss_and_steps_have_the_length_that_was_asked(imitated, evaluation_set):
    measure = UpdateReturns(**SMALL, step="imitate")
    steps = measure.steps(imitated, evaluation_set, Machine(1))
    norm = np.linalg.norm(imitated.genome.astype(np.float64))
    assert np.linalg.norm(steps, axis=1) == pytest.approx(0.05 * norm)
    demonstrations = evaluation_set.demonstrations(evaluation_set.mazes(64))
    losses = evaluation_set.losses(imitated.layout, demonstrations, Machine(1))
    before = losses(imitated.genome[None]).mean()
    after = losses((imitated.genome + 0.2 * steps).astype(np.float32)).mean(axis=1)
    assert (after < before).mean() > 0.9


def test_unknown_steps_are_refused():
    with pytest.raises(UserError, match="step must be one of own, es, imitate, got 'adam'"):
        UpdateReturns(step="adam")

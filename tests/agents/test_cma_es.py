"""CMA-ES climbs, gives the same bits everywhere, and refuses a state that it cannot replay."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from agents.errors import UserError
from agents.optimisers.cma_es import CMAES, CMAConfig


def rosenbrock(genomes):
    x = genomes.astype(np.float64)
    return -(100 * (x[:, 1:] - x[:, :-1] ** 2) ** 2 + (1 - x[:, :-1]) ** 2).sum(-1)


def ellipsoid(genomes):
    return -(10.0 ** np.arange(6) * genomes.astype(np.float64) ** 2).sum(-1)


@pytest.mark.parametrize(("objective", "diagonal"), [(rosenbrock, False), (ellipsoid, False), (ellipsoid, True)])
def test_it_climbs_ill_conditioned_functions(objective, diagonal):
    optimiser = CMAES(CMAConfig(population=16, sigma=0.3, diagonal=diagonal), np.full(6, -0.5, np.float32), 1)
    for _ in range(300):
        optimiser.tell(objective(optimiser.ask()))
    assert objective(optimiser.candidates(1))[0] > -1e-6


def test_the_first_samples_are_normal_around_the_start():
    optimiser = CMAES(CMAConfig(population=200, sigma=0.3), np.full(40, 2, np.float32), 1)
    population = optimiser.ask()
    assert population.std() == pytest.approx(0.3, rel=0.03)
    assert population.mean() == pytest.approx(2, abs=0.02)


def test_it_prints_nothing_and_touches_no_file(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cma_signals.in").write_text("{'timeout': 0}")
    optimiser = CMAES(CMAConfig(population=8), np.zeros(4, np.float32), 1)
    for _ in range(20):
        optimiser.tell(-(optimiser.ask() ** 2).sum(-1))
    assert capfd.readouterr() == ("", "")
    assert [path.name for path in tmp_path.iterdir()] == ["cma_signals.in"]


def test_samples_do_not_depend_on_the_clock(monkeypatch):
    def run():
        optimiser = CMAES(CMAConfig(population=8), np.zeros(4, np.float32), 1)
        for _ in range(20):
            optimiser.tell(rosenbrock(optimiser.ask()))
        return optimiser.ask().tobytes()

    now = run()
    monkeypatch.setattr("time.time", lambda: 1e6)
    assert run() == now


def test_the_number_of_blas_threads_changes_nothing():
    def run(threads):
        with threadpool_limits(threads, user_api="blas"):
            optimiser = CMAES(CMAConfig(population=16), np.zeros(200, np.float32), 1)
            for _ in range(12):
                optimiser.tell(ellipsoid(optimiser.ask()[:, :6]))
            return optimiser.ask().tobytes()

    assert run(1) == run(2)


def test_a_replay_with_other_bits_is_refused():
    saved, other = (CMAES(CMAConfig(population=8), np.zeros(4, np.float32), seed) for seed in (1, 2))
    for _ in range(3):
        saved.tell(rosenbrock(saved.ask()))
    with pytest.raises(UserError, match="a replay of the saved CMA-ES gives another generation 3 here"):
        other.restore(saved.state())
    assert other.generation == 0
    fresh = CMAES(CMAConfig(population=8), np.zeros(4, np.float32), 2)
    assert other.ask().tobytes() == fresh.ask().tobytes()


def test_equal_values_do_not_break_it():
    optimiser = CMAES(CMAConfig(population=8), np.zeros(4, np.float32), 1)
    for _ in range(200):
        optimiser.tell(np.zeros(8))
    assert np.isfinite(optimiser.ask()).all()


def test_genomes_of_one_weight_are_refused():
    with pytest.raises(UserError, match="2 weights or more"):
        CMAES(CMAConfig(), np.zeros(1, np.float32), 1)

"""CMA-ES climbs, gives the same bits with any number of threads, and goes on at once from a saved state."""

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


def replayed(optimiser, values):
    """The state as older versions saved it."""
    return {"generation": np.array(len(values)), "values": np.array(values), "mean": optimiser.state()["mean"]}


def test_a_state_of_an_older_version_is_replayed_and_refused_if_that_gives_other_bits():
    saved, other, same = (CMAES(CMAConfig(population=8), np.zeros(4, np.float32), seed) for seed in (1, 2, 1))
    values = []
    for _ in range(3):
        values.append(rosenbrock(saved.ask()))
        saved.tell(values[-1])
    same.restore(replayed(saved, values))
    assert same.ask().tobytes() == saved.ask().tobytes()
    with pytest.raises(UserError, match=r"a replay of the saved CMA-ES, .*, gives another generation 3 here"):
        other.restore(replayed(saved, values))
    assert other.generation == 0
    fresh = CMAES(CMAConfig(population=8), np.zeros(4, np.float32), 2)
    assert other.ask().tobytes() == fresh.ask().tobytes()


@pytest.mark.parametrize("diagonal", [False, True])
@pytest.mark.parametrize("size", [2, 7, 60])
def test_any_state_goes_on_to_the_same_bits_and_states(size, diagonal):
    config, start = CMAConfig(population=8, diagonal=diagonal), np.linspace(-1, 1, size, dtype=np.float32)
    optimiser = CMAES(config, start, 3)
    states, populations = [optimiser.state()], []
    for _ in range(20):
        populations.append(optimiser.ask())
        asked = optimiser.state()
        assert all(np.array_equal(asked[name], array) for name, array in states[-1].items())
        optimiser.tell(-(populations[-1].astype(np.float64) ** 2).sum(1))
        states.append(optimiser.state())
    for generation in (0, 1, 2, 3, 11):
        other = CMAES(config, start, 3)
        # as a file holds them, which knows no order in memory
        other.restore({name: array.copy(order="C") for name, array in states[generation].items()})
        for later in range(generation, 20):
            assert np.array_equal(other.ask(), populations[later])
            other.tell(-(populations[later].astype(np.float64) ** 2).sum(1))
            found = other.state()
            assert found.keys() == states[later + 1].keys()
            assert all(np.array_equal(found[name], array) for name, array in states[later + 1].items())


def test_a_state_from_another_processor_is_taken_as_it_is(monkeypatch):
    """Its mean is rounded otherwise than a replay would give here."""
    saved, other = (CMAES(CMAConfig(population=8), np.zeros(4, np.float32), 1) for _ in range(2))
    for _ in range(5):
        saved.tell(rosenbrock(saved.ask()))
    state = saved.state()
    state["strategy..mean"] = state["mean"] = np.nextafter(state["mean"], 9)
    other.restore(state)
    assert np.array_equal(other.state()["mean"], state["mean"])
    assert other.generation == 5


def test_equal_values_do_not_break_it():
    optimiser = CMAES(CMAConfig(population=8), np.zeros(4, np.float32), 1)
    for _ in range(200):
        optimiser.tell(np.zeros(8))
    assert np.isfinite(optimiser.ask()).all()


def test_genomes_of_one_weight_are_refused():
    with pytest.raises(UserError, match="2 weights or more"):
        CMAES(CMAConfig(), np.zeros(1, np.float32), 1)

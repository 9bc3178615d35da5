"""What all ask/tell optimisers have in common: shapes, determinism, restoring, refusals."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from agents.errors import UserError
from agents.optimisers import CMAConfig, GeneticConfig, OpenAIESConfig, make

CONFIGS = [
    GeneticConfig(population=20, parents=6, elites=2),
    GeneticConfig(population=20, parents=6, elites=0, decay=0.9, crossover=0.5),
    OpenAIESConfig(population=20),
    CMAConfig(population=20),
    CMAConfig(population=20, diagonal=True),
]
START = np.random.default_rng(0).standard_normal((20, 7)).astype(np.float32)
every_config = pytest.mark.parametrize("config", CONFIGS, ids=str)


def value(genomes):
    """An ellipsoid, with ties as counted pellets have them."""
    return np.round(-(np.arange(1, 8) * genomes.astype(np.float64) ** 2).sum(-1), 1)


def run(optimiser, generations, objective=value):
    """Run an optimiser; the populations that it gave, [generations, N, P]."""
    asked = []
    for _ in range(generations):
        asked.append(optimiser.ask().copy())
        optimiser.tell(objective(asked[-1]))
    return np.array(asked)


@every_config
def test_shapes_and_types(config):
    optimiser = make(config, START, 0)
    for generation in range(3):
        assert optimiser.generation == generation
        population, best = optimiser.ask(), optimiser.candidates(4)
        assert (population.shape, population.dtype) == ((20, 7), np.float32)
        assert 1 <= len(best) <= 4
        assert (best.shape[1], best.dtype) == (7, np.float32)
        assert optimiser.candidates(0).shape == (0, 7)
        optimiser.tell(value(population))


@every_config
def test_asking_twice_gives_the_same_population(config):
    optimiser = make(config, START, 0)
    run(optimiser, 2)
    np.testing.assert_array_equal(optimiser.ask(), optimiser.ask())


@every_config
def test_the_seed_decides_the_populations(config):
    first, again = (run(make(config, START, 5), 8) for _ in range(2))
    assert first.tobytes() == again.tobytes()
    assert run(make(config, START, 6), 8)[1].tobytes() != first[1].tobytes()


@every_config
@pytest.mark.parametrize("generations", [0, 1, 6])
@pytest.mark.parametrize("asked", [False, True])
def test_a_restored_optimiser_continues_with_the_same_bits(config, generations, asked):
    straight = make(config, START, 5)
    whole = run(straight, generations + 10)
    first = make(config, START, 5)
    run(first, generations)
    if asked:
        first.ask()
    stored = save(first.state())
    run(first, 3)
    second = make(config, START, 5)
    run(second, 2)
    second.restore(load(stored))
    assert second.generation == generations
    assert run(second, 10).tobytes() == whole[generations:].tobytes()
    assert second.candidates(3).tobytes() == straight.candidates(3).tobytes()
    assert save(second.state()) == save(straight.state())


@every_config
def test_a_state_is_a_copy(config):
    optimiser = make(config, START, 5)
    run(optimiser, 2)
    state, best = optimiser.state(), optimiser.candidates(2)
    asked = run(optimiser, 3)
    for array in (*state.values(), best):
        array[...] = 0
    fresh = make(config, START, 5)
    run(fresh, 2)
    assert asked.tobytes() == run(fresh, 3).tobytes()
    optimiser.state()["generation"][...] = 99
    assert optimiser.generation == 5


@every_config
@settings(max_examples=10)
@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-100, 100))
def test_only_the_order_of_values_matters(config, scale, shift):
    def stretched(genomes):
        return shift + scale * np.cbrt(value(genomes))

    asked = run(make(config, START, 5), 4)
    assert asked.tobytes() == run(make(config, START, 5), 4, stretched).tobytes()


@every_config
def test_global_randomness_is_neither_used_nor_changed(config):
    np.random.seed(1)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = run(make(config, START, 5), 5)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    np.random.seed(2)  # noqa: NPY002
    assert run(make(config, START, 5), 5).tobytes() == first.tobytes()


@every_config
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused_and_change_nothing(config, bad):
    optimiser, clean = make(config, START, 5), make(config, START, 5)
    values = value(optimiser.ask())
    values[3] = bad
    with pytest.raises(UserError, match=r"values must be finite, got .* for genome 3"):
        optimiser.tell(values)
    assert optimiser.generation == 0
    assert run(optimiser, 3).tobytes() == run(clean, 3).tobytes()


@every_config
def test_another_number_of_values_is_refused(config):
    with pytest.raises(UserError, match=r"a population of 20 genomes needs 20 values, got an array of shape \[19\]"):
        make(config, START, 5).tell(np.zeros(19))


@every_config
def test_it_starts_at_one_genome_too(config):
    one = make(config, START[0], 5).candidates(1)
    np.testing.assert_array_equal(one, START[:1])
    np.testing.assert_array_equal(make(config, START, 5).candidates(1), START[:1])


@every_config
@pytest.mark.parametrize(
    ("start", "message"),
    [
        (np.full(7, np.nan), "finite"),
        (np.zeros((2, 2, 2)), "shape"),
        (np.zeros((0, 7)), "shape"),
        (np.zeros(0), "shape"),
    ],
)
def test_a_start_that_is_not_a_genome_is_refused(config, start, message):
    with pytest.raises(UserError, match=message):
        make(config, start, 5)


@every_config
def test_a_state_that_does_not_fit_is_refused(config):
    optimiser = make(config, START, 5)
    run(optimiser, 2)
    with pytest.raises(UserError, match="another configuration"):
        make(config, START[:, :6], 5).restore(optimiser.state())
    for name, array in optimiser.state().items():
        state = optimiser.state()
        del state[name]
        with pytest.raises(UserError, match=f"no '{re.escape(name.removesuffix('^T'))}'"):
            make(config, START, 5).restore(state)
        if array.dtype.kind == "f":
            with pytest.raises(UserError, match=f"'{re.escape(name)}' .* not finite"):
                make(config, START, 5).restore(optimiser.state() | {name: np.full_like(array, np.nan)})


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (GeneticConfig, {"population": 1}, "population must be from 2 to 100000, got 1"),
        (GeneticConfig, {"parents": 0}, "parents must be from 1 to 512, got 0"),
        (GeneticConfig, {"population": 10, "parents": 11}, "parents must be from 1 to 10"),
        (GeneticConfig, {"elites": 65}, "elites must be from 0 to 64"),
        (GeneticConfig, {"population": 8, "parents": 8, "elites": 8}, "elites must be from 0 to 7"),
        (GeneticConfig, {"sigma": 0.0}, "sigma must be a number above 0"),
        (GeneticConfig, {"sigma": float("nan")}, "sigma must be a number above 0, got nan"),
        (GeneticConfig, {"decay": 0.0}, "decay"),
        (GeneticConfig, {"decay": 1.01}, "decay must be above 0 and at most 1, got 1.01"),
        (GeneticConfig, {"crossover": -0.1}, "crossover must be from 0 to 1"),
        (OpenAIESConfig, {"population": 3}, "population must be even"),
        (OpenAIESConfig, {"population": 0}, "population must be from 2 to 100000"),
        (OpenAIESConfig, {"sigma": float("inf")}, "sigma"),
        (OpenAIESConfig, {"learning_rate": -1.0}, "learning_rate"),
        (OpenAIESConfig, {"weight_decay": -1.0}, "weight_decay must be 0 or more"),
        (CMAConfig, {"population": 3}, "population must be 4 or more"),
        (CMAConfig, {"sigma": -1.0}, "sigma"),
    ],
)
def test_settings_out_of_range_are_refused(kind, settings, message):
    with pytest.raises(UserError, match=message) as caught:
        kind(**settings)
    assert "\n" not in str(caught.value)

"""Quantities: their definitions, on lives that a reader can follow; and step by step they come to the same."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rollout.quantities import NAMES, QUANTITIES, Life, Moment, mixed, signed

# Cells 0 1 2 in a row: a step into a wall stays; pellets lie in 1 and 2.
WALK = Life(places=[0, 1, 1, 2, 1, 0], eaten=[True, False, True, False, False], centre=[0, 1, 1, 2, 2, 2])


@pytest.mark.parametrize(
    ("name", "value"),
    [("pellets", 2), ("tempo", 1 + 1 + 2 + 2 + 2), ("divergence", 4), ("revisits", 2), ("last_meal", 3), ("end", 0)],
)
def test_a_life_has_the_quantities_that_a_reader_counts(name, value):
    assert QUANTITIES[name].of(WALK) == value


def test_a_life_that_never_parts_from_the_centre_diverges_after_its_last_step():
    assert QUANTITIES["divergence"].of(replace(WALK, centre=WALK.places)) == 6


def test_a_life_without_a_meal():
    still = Life([3, 3, 3], [False, False], [3, 3, 3])
    assert [QUANTITIES[name].of(still) for name in NAMES[:-1]] == [0, 0, 3, 0, 0, 3]


def test_the_path_is_a_hash_of_the_places_in_their_order():
    of = QUANTITIES["path"].of
    assert of(WALK) == of(replace(WALK, eaten=[False] * 5, centre=[]))
    paths = [[0, 1, 2], [0, 2, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0]]
    assert len({of(Life(path, [False] * 2)) for path in paths}) == 5
    assert of(Life([5], [])) == signed(0x2545F491)
    assert of(Life([5, 7], [True])) == signed(mixed(0x2545F491, 7))
    assert -(2**31) <= of(WALK) < 2**31


def test_paths_of_random_walks_hardly_ever_share_a_hash():
    rng = np.random.default_rng(0)
    walks = np.cumsum(rng.integers(-1, 2, (40_000, 60)), axis=1) + 100
    distinct = {tuple(walk) for walk in walks.tolist()}
    hashes = {QUANTITIES["path"].of(Life([100, *walk], [])) for walk in distinct}
    assert len(distinct) > 39_000
    assert len(hashes) >= len(distinct) - 3  # 0.2 are expected to be lost


def moments(life):
    """What each step of a life does, as rollouts tell it."""
    eaten, known = 0, {life.places[0]}
    for step in range(1, len(life.places)):
        place = life.places[step]
        eaten += life.eaten[step - 1]
        moved = int(place != life.places[step - 1])
        yield Moment(step, place, moved, int(life.eaten[step - 1]), eaten, int(place in known), life.centre[step])
        known.add(place)


@given(
    steps=st.lists(st.tuples(st.integers(0, 4095), st.booleans(), st.booleans()), max_size=30),
    name=st.sampled_from(NAMES),
)
def test_step_by_step_the_quantities_are_those_of_the_life_so_far(steps, name):
    places = [0]
    for place, stays, _ in steps:
        places.append(places[-1] if stays else place % 7)
    centre = [place if number < 12 else place + 1 for number, place in enumerate(places)]
    life = Life(places, [ate for *_, ate in steps], centre)
    quantity, value = QUANTITIES[name], QUANTITIES[name].begin
    for moment in moments(life):
        value, so_far = quantity.after(value, moment), moment.step
        told = Life(places[: so_far + 1], life.eaten[:so_far], centre[: so_far + 1])
        assert (signed(value) if name == "path" else value) == quantity.of(told)
        assert quantity.categorical or 0 <= value <= quantity.most(so_far, sum(life.eaten))

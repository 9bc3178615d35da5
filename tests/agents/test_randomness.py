"""Named random streams are Philox, and every part of a name matters."""

import hashlib
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.randomness import generator, stream, words

WORD = 2**64 - 1
word = st.integers(0, WORD)


def philox(counter, key):
    """One block of Philox 4x64-10, as in Salmon et al. (2011)."""
    (x0, x1, x2, x3), (k0, k1) = counter, key
    for _ in range(10):
        p, q = 0xD2E7470EE14C6C93 * x0, 0xCA5A826395121157 * x2
        x0, x1, x2, x3 = q >> 64 ^ x1 ^ k0, q & WORD, p >> 64 ^ x3 ^ k1, p & WORD
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & WORD, (k1 + 0xBB67AE8584CAA73B) & WORD
    return [x0, x1, x2, x3]


def test_the_reference_gives_the_published_answer():
    expected = [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B]
    assert philox([0] * 4, [0] * 2) == expected


@given(word, st.text(max_size=9), st.lists(word, max_size=3))
def test_words_are_philox_of_the_name(seed, purpose, indices):
    key = [seed, int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=8).digest(), "little")]
    high = [*indices, 0, 0, 0][:3]
    expected = [value for low in (1, 2, 3) for value in philox([low, *high], key)]
    assert words(10, seed, purpose, *indices).tolist() == expected[:10]


def test_golden_words():
    assert [hex(value) for value in words(2, 7, "maze/train", 3)] == ["0xebd389bb69390aeb", "0xe2a7f49a2c0ff8c4"]


def test_a_shorter_draw_is_the_beginning_of_a_longer_one():
    np.testing.assert_array_equal(words(5, 1, "a", 2), words(50, 1, "a", 2)[:5])
    assert words(5, 1, "a").dtype == np.uint64


def test_every_part_of_the_name_changes_the_stream():
    names = [(0, "a"), (1, "a"), (0, "b"), (0, "a", 1), (0, "a", 2), (0, "a", 0, 1), (0, "a", 0, 0, 1), (0, "a", 1, 1)]
    drawn = [value for name in names for value in words(1000, *name).tolist()]
    assert len(set(drawn)) == len(drawn)


def test_missing_indices_are_zeros():
    np.testing.assert_array_equal(words(5, 1, "a"), words(5, 1, "a", 0, 0, 0))


def test_streams_do_not_depend_on_what_was_drawn_before():
    first = stream(1, "a")
    other = stream(1, "b")
    mixed = [
        value for pair in islice(iter(lambda: (first.random_raw(), other.random_raw()), None), 9) for value in pair
    ]
    assert mixed[::2] == words(9, 1, "a").tolist()
    assert mixed[1::2] == words(9, 1, "b").tolist()


def test_a_generator_draws_from_its_stream():
    expected = np.random.Generator(stream(1, "a", 2)).standard_normal(4)
    np.testing.assert_array_equal(generator(1, "a", 2).standard_normal(4), expected)


def test_words_are_spread_evenly():
    bits = np.unpackbits(words(4096, 3, "spread").view(np.uint8)).reshape(4096, 64)
    assert abs(bits.mean(0) - 0.5).max() < 0.04


def test_more_than_three_indices_are_refused():
    with pytest.raises(ValueError, match="at most 3 indices name a stream, got 4"):
        stream(0, "a", 1, 2, 3, 4)

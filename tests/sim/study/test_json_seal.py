"""No piece that is cut out of a sealed object, and no exchange of two pieces, makes it pass for another one."""

import json
from itertools import combinations

import pytest

from sim.study.json_seal import sealed, unseal
from sim.study.store import digest

CONTENT = {"study": "a", "numpy": "2.4", "revision": "68d89b725b43"}
TEXT = json.dumps(sealed(CONTENT, digest), indent=1)


def read(text):
    """The object that a text holds and whether it was sealed, or None if it is refused."""
    try:
        found = json.loads(text)
        whole = unseal(found, digest)
    except (ValueError, AttributeError):
        return None
    return found, whole


def test_a_whole_object_is_read():
    assert read(TEXT) == (CONTENT, True)
    assert read(json.dumps(CONTENT)) == (CONTENT, False)  # of an older version


def test_an_object_that_lost_a_piece_is_refused_or_the_same():
    for start in range(len(TEXT)):
        for end in range(start + 1, min(start + len(TEXT) // 2, len(TEXT))):
            assert read(TEXT[:start] + TEXT[end:]) in (None, (CONTENT, True)), TEXT[start:end]


@pytest.mark.parametrize("size", [1, 3, 8])
def test_an_object_with_exchanged_pieces_is_refused_or_the_same(size):
    for one, two in combinations(range(len(TEXT) - size), 2):
        if two - one >= size:
            pieces = TEXT[:one], TEXT[two : two + size], TEXT[one + size : two], TEXT[one : one + size]
            assert read("".join(pieces) + TEXT[two + size :]) in (None, (CONTENT, True)), (one, two)

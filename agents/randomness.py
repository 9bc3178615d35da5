"""Named random streams: (seed, purpose, indices) names one stream of a counter-based generator.

The generator is numpy's Philox 4x64-10 (Salmon, Moraes, Dror, Shaw 2011). Its key is (seed, hash of the purpose); the
high words of its counter are the indices, and the low word counts the blocks. Two names never share a block, and no
stream depends on what was drawn before. So a run can be resumed without saving the state of a generator.
"""

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MAX_INDICES = 3


def stream(seed: int, purpose: str, *indices: int) -> np.random.Philox:
    """The bit generator of the stream named (seed, purpose, indices).

    `seed` and up to three `indices` are integers in [0, 2**64); `purpose` is any text, such as "maze/train".
    """
    if len(indices) > MAX_INDICES:
        raise ValueError(f"at most {MAX_INDICES} indices name a stream, got {len(indices)}")
    counter = np.zeros(4, np.uint64)
    counter[1 : 1 + len(indices)] = indices
    return np.random.Philox(key=np.array([seed, _digest(purpose)], np.uint64), counter=counter)


@lru_cache(maxsize=64)
def _digest(purpose: str) -> int:
    """The number of a purpose in the key of its streams."""
    return int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=8).digest(), "little")


def words(count: int, seed: int, purpose: str, *indices: int) -> NDArray[np.uint64]:
    """The first `count` raw words of a stream, uint64 [count]: the same on every machine and with every numpy."""
    return stream(seed, purpose, *indices).random_raw(count)


def generator(seed: int, purpose: str, *indices: int) -> np.random.Generator:
    """A numpy Generator on a stream, for draws that may change with numpy's version, such as mutations."""
    return np.random.Generator(stream(seed, purpose, *indices))

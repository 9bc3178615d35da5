"""The memory of the simulated GPU of `tests.sim.rollout.ptx`: arrays at addresses far apart, with checked accesses.

An access must be aligned, and all threads must access the array that the first thread accesses. Arrays that are not
writeable in numpy may only be read. In other arrays a word belongs to the first thread that writes it: no thread may
read it before, and no other thread may access it at all, as there is no barrier. So no run depends on the order of
threads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
SPACING = 40  # bits of an address inside an array: arrays are so far apart that no wrong offset reaches the next


class Fault(Exception):
    """A forbidden access, or an unknown instruction; the message names the line."""


@dataclass(slots=True)
class Memory:
    """Global memory: arrays at addresses. For each word of a writeable array, `owners` is 1 + its thread, or 0."""

    arrays: list[Array] = field(default_factory=list)
    owners: list[Array | None] = field(default_factory=list)

    def add(self, array: Array) -> int:
        """Add a contiguous array; return its address."""
        flat = array.reshape(-1).view(np.uint8)
        assert np.shares_memory(flat, array) or not array.size
        self.arrays.append(flat)
        self.owners.append(np.zeros(flat.size // 4, np.int32) if array.flags.writeable else None)
        return len(self.arrays) << SPACING

    def load(self, address: Array, width: int, count: int, thread: Array) -> list[Array]:
        """Load `count` neighbouring numbers of `width` bytes at each address, as unsigned integers."""
        which, offset = self._find(address, width * count)
        rows = self._rows(which, width, count)[offset // (width * count)]
        owners = self.owners[which]
        if owners is not None:
            self._check_owner(owners, offset, width * count, thread, fresh=False)
        return [rows[:, column] for column in range(count)]

    def store(self, address: Array, values: Sequence[Array], width: int, thread: Array) -> None:
        """Store neighbouring numbers of `width` bytes at each address."""
        which, offset = self._find(address, width * len(values))
        owners = self.owners[which]
        if owners is None:
            raise Fault("stores to an array that may only be read")
        self._check_owner(owners, offset, width * len(values), thread, fresh=True)
        self._rows(which, width, len(values))[offset // (width * len(values))] = np.stack(values, axis=1)

    def _rows(self, which: int, width: int, count: int) -> Array:
        flat = self.arrays[which]
        return flat[: flat.size // (width * count) * width * count].view(f"u{width}").reshape(-1, count)

    def _find(self, address: Array, size: int) -> tuple[int, Array]:
        """The array of the first address, and the offsets of all addresses in it."""
        which = int(address[0] >> np.uint64(SPACING)) - 1
        if not 0 <= which < len(self.arrays):
            raise Fault(f"address {int(address[0]):#x} is in no array")
        offset = address - np.uint64((which + 1) << SPACING)
        outside = offset > self.arrays[which].size - size if self.arrays[which].size >= size else offset >= 0
        if outside.any():
            far = int(offset[outside][0].astype(np.int64))
            raise Fault(f"byte {far} is outside array {which} of {self.arrays[which].size} bytes")
        if (offset % size).any():
            raise Fault(f"{size} bytes at an address that is no multiple of {size}")
        return which, offset.astype(np.int64)

    @staticmethod
    def _check_owner(owners: Array, offset: Array, size: int, thread: Array, *, fresh: bool) -> None:
        if size < 4:
            raise Fault("accesses part of a word of a writeable array, which is not known")
        for word in range(size // 4):
            at, owner = offset // 4 + word, thread + 1
            if fresh:
                untouched = owners[at] == 0
                owners[at[untouched]] = owner[untouched]
            present = owners[at]
            if (wrong := present != owner).any():
                first, other = int(thread[wrong][0]), int(present[wrong][0]) - 1
                raise Fault(
                    f"thread {first} races with thread {other}" if other >= 0 else "reads a word that no thread wrote"
                )

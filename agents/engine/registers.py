"""Facts about this machine that kernels use: the rows of a block that fit its registers, its level 1 cache."""

from functools import cache
from pathlib import Path

from agents.engine.target import vector_bits

ROWS = {512: (16, 8), 256: (6, 2)}  # bits of a register -> rows in a block if a row has 64 bytes, if it has 128
FEW_ROWS = (4, 2)  # the same for other registers
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
LEAST_CACHE = 32 << 10  # of the processors of today


def rows_per_block(row_bytes: int) -> int:
    """The number of rows of 64 or 128 bytes to sum at once, so that sums, source and weight fit the vector registers.

    A row of 16 float32 fills one register of 512 bits (a machine has 32 of them), two of 256 bits (of 16), or four of
    128 bits. A row of 16 float64 fills twice as many.
    """
    return ROWS.get(vector_bits(), FEW_ROWS)[row_bytes // 128]


def rows_at_once(row_bytes: int) -> int:
    """The number of rows whose activations are computed at once: as many as fill four registers, up to 128 bytes.

    Each step of a polynomial waits four cycles for the one before; so many registers keep the processor busy meanwhile.
    """
    return max(1, min(4 * vector_bits() // 8, 128) // row_bytes)


@cache
def cache_bytes() -> int:
    """The bytes of a core's level 1 data cache; LEAST_CACHE if the system does not report it."""
    try:
        for folder in CACHES.glob("index*"):
            level, kind, size = ((folder / name).read_text().strip() for name in ("level", "type", "size"))
            if level == "1" and kind in ("Data", "Unified"):
                return int(size.removesuffix("K")) << 10
    except (OSError, ValueError):
        pass
    return LEAST_CACHE

"""What the environment asks of the arithmetic of this process; it imports nothing, so that every module can ask."""

import os
from functools import cache


@cache
def unfused() -> bool:
    """True if this process computes the unfused twin of the contract: it multiplies, rounds, then adds."""
    return os.environ.get("FORAGESCAPE_UNFUSED") == "1"


def arithmetic() -> str:
    """The name of the arithmetic of this process, which is part of the identity of all that it computes."""
    return "unfused" if unfused() else "fused"

"""What the environment asks of the arithmetic of this process; it imports next to nothing, so every module can ask."""

import os
from functools import cache

from agents.errors import UserError

VARIABLE = "FORAGESCAPE_UNFUSED"


@cache
def unfused() -> bool:
    """True if this process computes the unfused twin of the contract: it multiplies, rounds, then adds.

    Raises UserError if the variable is set to something else than 1 or 0.
    """
    asked = os.environ.get(VARIABLE, "")
    if asked not in ("", "0", "1"):
        raise UserError(f"{VARIABLE} must be 1 or 0, got {asked!r}")
    return asked == "1"


def arithmetic() -> str:
    """The name of the arithmetic of this process, which is part of the identity of all that it computes."""
    return "unfused" if unfused() else "fused"

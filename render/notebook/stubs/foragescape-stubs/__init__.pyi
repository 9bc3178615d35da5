# The types of foragescape.py for those who install it: a module cannot hold the mark py.typed, a stub package can.
from collections.abc import Sequence

from render.notebook import *  # noqa: F403

def main(words: Sequence[str] | None = None) -> int: ...

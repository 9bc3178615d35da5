"""A maze as text: what render_mode "ansi" shows."""

from collections.abc import Sequence

ARROWS = "^>v<"


def draw(opened: Sequence[int], pellets: Sequence[int], size: int, place: int, heading: int) -> str:
    """A maze of n x n cells in 2n + 1 lines: + - | are walls, . is a pellet, ^ > v < the forager and its heading.

    `opened` [n * n] has bit d where the way in direction d is open, `pellets` [n * n] is true where one lies.
    """
    lines = ["+" + "-+" * size]
    for row in range(size):
        beside, below = "|", "+"
        for cell in range(row * size, (row + 1) * size):
            inside = ARROWS[heading] if cell == place else "." if pellets[cell] else " "
            beside += inside + (" " if opened[cell] >> 1 & 1 else "|")
            below += (" " if opened[cell] >> 2 & 1 else "-") + "+"
        lines += [beside, below]
    return "\n".join(lines)

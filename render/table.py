"""Tables of results for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def lines(table: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A line for each entry, its name aligned; nested tables are indented, lists of tables become columns."""
    wide = max((len(name) for name in table), default=0)
    for name, value in table.items():
        label = f"{indent}{name.replace('_', ' '):<{wide}}"
        if isinstance(value, Mapping):
            yield f"{indent}{name.replace('_', ' ')}"
            yield from lines(value, indent + "  ")
        elif isinstance(value, Sequence) and value and all(isinstance(row, Mapping) for row in value):
            yield f"{indent}{name.replace('_', ' ')}"
            yield from columns(value, indent + "  ")
        else:
            yield f"{label}  {shown(value)}"


def columns(rows: Sequence[Mapping[str, Any]], indent: str = "") -> Iterator[str]:
    """Rows that share their keys, under one head, numbers to the right."""
    cells = [[name.replace("_", " ") for name in rows[0]], *([shown(value) for value in row.values()] for row in rows)]
    wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield indent + "  ".join(cell.rjust(width) for cell, width in zip(row, wide, strict=True))


def shown(value: Any) -> str:
    """A value in few letters; a tuple is a range."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return (" to " if isinstance(value, tuple) else ", ").join(map(shown, value))
    return str(value)

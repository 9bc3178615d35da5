"""The counts of each kind of try, as rows, as their sums over groups, and as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields


@dataclass(slots=True)
class Row:
    """The counts of one kind."""

    kind: str
    tries: int = 0
    differing: int = 0
    tracebacks: int = 0
    hangs: int = 0
    silent: int = 0

    @property
    def faults(self) -> int:
        """All that went wrong."""
        return self.differing + self.tracebacks + self.hangs + self.silent

    @property
    def group(self) -> str:
        """The part of the kind before its colon, such as "mutants of fields"."""
        return self.kind.partition(":")[0]


def added(kind: str, rows: Iterable[Row]) -> Row:
    """The sum of some rows."""
    columns = list(zip(*(astuple(row)[1:] for row in rows), strict=True))
    return Row(kind, *map(sum, columns))


def by_group(rows: Sequence[Row]) -> list[Row]:
    """The sums over the kinds of each group."""
    names = dict.fromkeys(row.group for row in rows)
    return [added(name, [row for row in rows if row.group == name]) for name in names]


def table(rows: Sequence[Row]) -> str:
    """The rows as a text, with their sum."""
    heads = [field.name for field in fields(Row)]
    lines = [heads, *(list(map(str, astuple(row))) for row in [*rows, added("all", rows)])]
    wide = max(len(line[0]) for line in lines)
    return "\n".join(line[0].ljust(wide) + "".join(cell.rjust(12) for cell in line[1:]) for line in lines)

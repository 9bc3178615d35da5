"""Print tables of results: on a terminal styled and fitted to its width, elsewhere plain with one line an entry."""

import sys
from collections.abc import Mapping, Sequence
from io import StringIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from render.streams import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

INDENT = 2
UNLIMITED = 10_000  # the width in characters where no terminal limits it


def print_table(table: Mapping[str, Any]) -> None:
    """Print a table on stdout."""
    from rich.console import Console

    console = Console(file=sys.stdout)
    if not console.is_terminal:
        console = Console(file=StringIO(), width=UNLIMITED, color_system=None)
    print(formatted(table, console))  # rich itself would end the program if nobody reads stdout any more


def formatted(table: Mapping[str, Any], console: "Console") -> str:
    """Format a table as text for a console.

    An entry has a line: its name, aligned with the other names, and its value. A nested table is indented below its
    name. A list of tables has a row for each table, and a column for each name that occurs in them.
    """
    with console.capture() as capture:
        _print_entries(table, console, 0)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def _print_entries(table: Mapping[str, Any], console: "Console", indent: int) -> None:
    """Print the entries of a table, and of the tables in it, below each other."""
    from rich.text import Text

    wide = max((len(name) for name in table), default=0)
    for name, value in table.items():
        title = Text(" " * indent + _spaced(name), "bold")
        if isinstance(value, Mapping) and value:
            console.print(title)
            _print_entries(value, console, indent + INDENT)
        elif isinstance(value, Sequence) and value and all(isinstance(row, Mapping) for row in value):
            console.print(title)
            _print_rows(value, console, indent + INDENT)
        else:
            _print_line(" " * indent + f"{_spaced(name):<{wide}}", shown(value), console)


def _print_line(name: str, value: str, console: "Console") -> None:
    """Print a name and a value. Sentences are wrapped; words such as paths are not, so that they can be copied."""
    from rich.table import Table
    from rich.text import Text

    if " " not in value:
        console.print(Text.assemble((name, "dim"), "  ", value), soft_wrap=True)
        return
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_column(width=len(name), no_wrap=True, style="dim")
    line.add_column()
    line.add_row(Text(name), Text(value))
    console.print(line)


def _print_rows(rows: Sequence[Mapping[str, Any]], console: "Console", indent: int) -> None:
    """Print rows below one head, with narrower columns if they are too wide, or else each row as a separate table."""
    from rich.padding import Padding

    for gap, narrow in ((2, False), (2, True), (1, True)):
        table = _columns(rows, gap, narrow)
        wide = console.measure(table, options=console.options.update(max_width=UNLIMITED)).maximum
        if indent + wide <= console.width:
            console.print(Padding(table, (0, 0, 0, indent), expand=False))
            return
    for number, row in enumerate(rows):
        if number:
            console.print()
        _print_entries(row, console, indent)


def _columns(rows: Sequence[Mapping[str, Any]], gap: int, narrow: bool) -> "Table":
    """Make rich's table of rows, with numbers to the right; `narrow` breaks names that are wider than their values."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold")
    columns = []
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row.get(name) for row in rows]
        cells, head = _aligned(values), [_spaced(name)]
        if narrow:
            head = wrap(head[0], max(map(len, cells)), break_long_words=False)
        if all(map(_is_number, values)):  # by spaces: rich would strip the spaces that align the decimal points
            wide = max(map(len, [*cells, *head]))
            cells, head = ([line.rjust(wide) for line in lines] for lines in (cells, head))
        table.add_column(Text("\n".join(head)))
        columns.append(cells)
    for row in zip(*columns, strict=True):
        table.add_row(*map(Text, row))
    return table


def _aligned(values: Sequence[Any]) -> list[str]:
    """The texts of a column of values; spaces around numbers align their decimal points."""
    cells = [shown(value) for value in values]
    if not all(map(_is_number, values)):
        return cells
    parts = [cell.partition(".") for cell in cells]
    left, right = (max(len(part[side]) for part in parts) for side in (0, 2))
    return [f"{whole:>{left}}{point or ' ' * bool(right)}{rest:<{right}}" for whole, point, rest in parts]


def _is_number(value: Any) -> bool:
    """True for a number, and for a missing one."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _spaced(name: str) -> str:
    """A name with spaces for its underscores."""
    return printable(name.replace("_", " "))


def shown(value: Any) -> str:
    """A value as a short text: numbers to four digits, a tuple as a range "1 to 2", a list "1, 2", nothing "-"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4g}" if not abs(value) >= 1e4 else f"{value:,.0f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple) and value:
        return (" to " if isinstance(value, tuple) else ", ").join(map(shown, value))
    return printable(str(value)) if value else "-"

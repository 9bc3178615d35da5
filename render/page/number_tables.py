"""Tables of numbers: a row for each quantity, a column for each subject, group or pair; and numbered definitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from render.page.parties import AND, Cast, Row, Shown
from render.page.words import NONE, interval, number, sample, value
from sim.measures import Quantity
from sim.statistics.groups import differs
from sim.statistics.results import Number

COLUMNS = 24  # groups, of more than which there is no table


class Notes:
    """The footnotes of a page: definitions are numbered in the order in which they are first called."""

    def __init__(self) -> None:
        """No footnote yet."""
        self.listed: dict[str, tuple[int, Quantity]] = {}

    def call(self, shown: Shown) -> Markup:
        """The link to a definition's footnote."""
        key = f"{shown.use.measure.name()}-{shown.result.quantity}"
        at, _ = self.listed.setdefault(key, (len(self.listed) + 1, shown.quantity))
        return Markup('<sup><a href="#note-{}">{}</a></sup>').format(key, at)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: its head, and its numbers by row."""

    head: Markup
    numbers: Mapping[Row, Number]
    chances: Mapping[Row, Number] | None = None
    """Of differences, how probably the first has the larger value."""
    counted: str = ""
    """What samples count, if not what the quantity does."""


def tables(cast: Cast, rows: Sequence[Shown], notes: Notes) -> list[dict[str, Any]]:
    """The tables of single subjects or groups, with their differences; of pairs; and of all together."""
    numbers = cast.numbers()
    if len(cast.several(1)) > COLUMNS:
        return []
    single, double = (
        [Column(each.html(), numbers.get(each.key, {})) for each in cast.several(count)] for count in (1, 2)
    )
    several = both = ""
    if cast.grouped:
        several = "Interquartile means over runs or pairs, and 95 % intervals; percentages differ by points."
        both = "A run of one group and a run of the other."
        for party in cast.several(2):
            less, chances = (cast.differences(*party.key.split(AND), chances=each) for each in (False, True))
            single.append(Column(party.html("−"), less, chances))
    rest = [Column(Markup("all"), numbers.get("", {}))]
    found = (table(rows, single, notes, several), table(rows, double, notes, both), table(rows, rest, notes))
    return [each for each in found if each["rows"]]


def table(rows: Sequence[Shown], columns: Sequence[Column], notes: Notes, caption: str = "") -> dict[str, Any]:
    """The table of some columns, of those rows that any of them has."""
    columns = [each for each in columns if any(row.row in each.numbers for row in rows)]
    kept = [_row(row, columns, notes) for row in rows if any(row.row in each.numbers for each in columns)]
    return {"caption": caption, "heads": [each.head for each in columns], "rows": kept}


def _row(row: Shown, columns: Sequence[Column], notes: Notes) -> dict[str, Any]:
    """A row; what all its numbers say alike of their sample is told once, in the last column."""
    told: list[tuple[str, str] | None] = []
    for column in columns:
        each = column.numbers.get(row.row)
        told.append(
            None
            if each is None or column.chances is not None
            else (sample(each, column.counted or row.counted), each.note)
        )
    alike = [len({each[at] for each in told if each is not None}) == 1 for at in (0, 1)]
    cells = []
    for column, own in zip(columns, told, strict=True):
        said = [text for text, same in zip(own or (), alike, strict=False) if text and not same]
        chance = None if column.chances is None else column.chances.get(row.row)
        cells.append(cell(column.numbers.get(row.row), "; ".join(said), chance))
    first = next(each for each in told if each is not None)
    shared = [text for text, same in zip(first, alike, strict=True) if text and same]
    about = {"label": row.label, "which": row.which, "note": notes.call(row), "control": bool(row.quantity.control_of)}
    return {**about, "cells": cells, "sample": "; ".join(shared)}


def cell(found: Number | None, said: str = "", chance: Number | None = None) -> dict[str, Any]:
    """A number as a table or a sentence has it: in words, with its bounds, and whether it is doubtful."""
    if found is None:
        return {}
    kind = "doubtful" if found.doubtful else "alike" if chance is not None and not differs(found.interval) else ""
    told = (
        "" if chance is None else f"P {number(chance.value, 0.1)} {f'({interval(chance)})' if chance.interval else ''}"
    )
    raw = NONE if found.value is None else repr(found.value)
    return {"text": value(found), "raw": raw, "bounds": interval(found), "kind": kind, "said": said, "chance": told}

"""Tables of numbers: a row for each quantity, a column for each subject, group or pair; and numbered definitions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from render.page.contents import AND, Contents, Entry
from render.page.words import NONE, interval, number, sample, value
from sim.measures import Category, Quantity, bootstrap_over
from sim.statistics.groups import differs
from sim.statistics.results import Number
from sim.study.comparison import Numbers

COLUMNS = 24  # groups, above which there is no table
TOGETHER, WIDEST = 8, 6  # the most columns of a table of all, and of one of several tables


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: the definition of a quantity; for a control, without that of the quantity that it is a control of."""

    at: int
    quantity: Quantity
    basic: str = ""
    """For a control: the link to the footnote of the quantity that it is the control of."""

    @property
    def usual(self) -> bool:
        """True if the interval is a bootstrap over the sample, as the head of all footnotes says."""
        return self.quantity.interval == bootstrap_over(self.quantity.counted)

    @property
    def text(self) -> str:
        """The definition."""
        quantity = self.quantity
        parts = (quantity.meaning, "" if self.usual or self.basic else quantity.interval, quantity.known)
        return " ".join(filter(None, parts))


class Notes:
    """The footnotes of a page, numbered in the order in which they are first referred to; and texts said already."""

    def __init__(self) -> None:
        """Begin without footnotes."""
        self.listed: dict[str, Note] = {}
        self._said: set[str] = set()

    def call(self, entry: Entry) -> Markup:
        """The link to the footnote that defines an entry."""
        return self._link(entry, entry.result.quantity)

    def once(self, text: str) -> str:
        """The text, the first time; then nothing."""
        new = text not in self._said
        self._said.add(text)
        return text * new

    def _link(self, entry: Entry, name: str) -> Markup:
        quantities, key = entry.use.measure.quantities, f"{entry.use.measure.name()}-{name}"
        if key not in self.listed:
            quantity, basic = quantities[name], ""
            if quantity.control_of:
                basic = self._link(entry, quantity.control_of)
                meaning = quantity.meaning.removesuffix(quantities[quantity.control_of].meaning).strip()
                quantity = replace(quantity, meaning=meaning, known="")
            self.listed[key] = Note(len(self.listed) + 1, quantity, basic)
        return Markup('<sup><a href="#note-{}">{}</a></sup>').format(key, self.listed[key].at)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of a table: its head, and its numbers by row."""

    head: Markup
    numbers: Numbers
    improvements: Numbers | None = None
    """For a column of differences: the probabilities that the first group has the larger value."""
    counted: str = ""
    """What the samples consist of, if not what the entries say."""
    bare: bool = False
    """True to show the numbers without their samples and notes."""


def tables(contents: Contents, rows: Sequence[Entry], notes: Notes) -> list[dict[str, Any]]:
    """The tables of single subjects or groups and their differences, of pairs, and of all subjects together."""
    if len(contents.single) > COLUMNS:
        return []
    numbers = contents.numbers()
    single, double = (
        [Column(label.html(), numbers.get(label.key, {})) for label in labels]
        for labels in (contents.single, contents.pairs)
    )
    captions = "", ""
    if contents.grouped:
        whole = all(row.use.measure.of == "group" for row in rows)
        captions = (
            "Numbers of whole groups, and 95 % intervals."
            if whole
            else "Interquartile means over runs or pairs, 95 % intervals. Differences of percentages are in points.",
            "Pairs of a run of one group and a run of the other.",
        )
        for label in contents.pairs:
            less, improved = (contents.differences(*label.key.split(AND), improvements=each) for each in (False, True))
            single.append(Column(label.html("−"), less, improved))
    together = [Column(Markup("all"), numbers.get("", {}))]
    apart = [single[: len(contents.single)], single[len(contents.single) :]]  # means, differences
    parts = [single] if len(single) <= TOGETHER else [part for each in apart for part in _parts(each)]
    columns = (*((part, captions[0]) for part in parts), (double, captions[1]), (together, ""))
    found = [each for each in (table(rows, some, notes, caption) for some, caption in columns) if each["rows"]]
    for before, each in pairwise(found):
        each["caption"] *= each["caption"] != before["caption"]
    return found


def _parts(columns: list[Column]) -> list[list[Column]]:
    """Columns in parts of about equal size that fit a page."""
    count = -(-len(columns) // WIDEST)
    size = -(-len(columns) // max(1, count))
    return [columns[at : at + size] for at in range(0, len(columns), max(1, size))]


def table(rows: Sequence[Entry], columns: Sequence[Column], notes: Notes, caption: str = "") -> dict[str, Any]:
    """The table of the columns that have numbers in these rows, without the rows that no column has."""
    columns = [column for column in columns if any(row.row in column.numbers for row in rows)]
    kept = [row for row in rows if any(row.row in column.numbers for column in columns)]
    heads = [column.head for column in columns]
    return {"caption": caption, "heads": heads, "rows": [_row(row, columns, notes) for row in kept]}


def _row(row: Entry, columns: Sequence[Column], notes: Notes) -> dict[str, Any]:
    """A row; a sample or note that all its numbers share is in the last column, and others are in their cells."""
    about = [_about(row, column) for column in columns]
    there = [each for each in about if each is not None]
    shared = [there[0][at] if len({each[at] for each in there}) == 1 else "" for at in (0, 1)]
    cells = []
    for column, texts in zip(columns, about, strict=True):
        own = [text for text, same in zip(texts or (), shared, strict=False) if text and text != same]
        improved = None if column.improvements is None else column.improvements.get(row.row)
        one = column.numbers.get(row.row)
        cells.append(cell(one, "; ".join(own), improved))
        if one is not None and isinstance(row.quantity, Category) and row.quantity.category(one.value):
            cells[-1]["text"] = row.quantity.category(one.value)
    head = {"label": row.heading, "which": row.which, "note": notes.call(row), "control": bool(row.control)}
    return {**head, "cells": cells, "sample": "; ".join(filter(None, shared))}


def _about(row: Entry, column: Column) -> tuple[str, str] | None:
    """The sample and the note of a number; None if the column does not have it, or has differences."""
    one = column.numbers.get(row.row)
    if one is None or column.improvements is not None or column.bare:
        return None
    return sample(one, column.counted or row.counted), "" if isinstance(row.quantity, Category) else one.note


def cell(one: Number | None, note: str = "", improved: Number | None = None) -> dict[str, Any]:
    """A number as a table or a sentence shows it: its text, its interval, and whether it is doubtful or near 0.

    The texts of a number that does not exist are empty.
    """
    if one is None:
        return dict.fromkeys(("text", "raw", "bounds", "kind", "note", "chance"), "")
    kind = "doubtful" if one.doubtful else "alike" if improved is not None and not differs(one.interval) else ""
    chance = "" if improved is None else f"P {number(improved.value, 0.1)}"
    chance += f" ({interval(improved)})" if improved is not None and improved.interval else ""
    raw = NONE if one.value is None else repr(one.value)
    return {"text": value(one), "raw": raw, "bounds": interval(one), "kind": kind, "note": note, "chance": chance}

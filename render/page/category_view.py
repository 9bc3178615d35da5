"""Categories over a grid: the name of each cell, beneath the values of heat maps, with lines between unlike cells.

C categories. A cell with runs of several categories has the names of all of them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from render.page.contents import MOST, Contents, Entry
from render.page.words import NONE
from sim.measures import Category
from sim.statistics.results import Number
from sim.study.grid import shown

At = tuple[Any, ...]
"""A cell of a grid: the value of every axis."""
Names = Mapping[float, str]
"""The names of categories [C], by the numbers that stand for them."""
Mark = dict[str, str]
"""What is drawn over a value of a heat map: a text, edges ("l", "t": a line at the left, at the top), and a colour."""


def overlay(contents: Contents) -> Entry | None:
    """The first entry of the category that the study draws over heat maps."""
    wanted = contents.made.plan.study.design.overlay
    return next((each for each in contents.entries if f"{each.use.name}.{each.slot}" == wanted), None)


def cell_categories(contents: Contents, of: Entry | None) -> dict[At, Names]:
    """The categories of the runs of every cell; nothing without an entry that has categories."""
    found: dict[At, dict[float, str]] = {}
    for entry in contents.entries if of is not None else ():
        if of is not None and entry.row == of.row and isinstance(entry.result, Number):
            value = entry.result.value
            name = entry.quantity.category(value) if isinstance(entry.quantity, Category) else ""
            for run in entry.runs if name and value is not None else ():
                at = tuple(each for _, each in contents.made.plan.cells[run].at)
                found.setdefault(at, {})[float(value or 0.0)] = name
    return dict(found)


def joined(categories: Iterable[Names]) -> str:
    """The names of all categories, in their order; empty without any."""
    every = {value: name for each in categories for value, name in each.items()}
    return " / ".join(every[value] for value in sorted(every))


def marks(found: Mapping[At, Names], rows: At, columns: At) -> list[list[Mark]]:
    """The marks of the cells of the first two axes; a line is between neighbours whose categories differ."""
    texts = [[joined(some for at, some in found.items() if at[:2] == (a, b)) for b in columns] for a in rows]

    def edges(down: int, across: int) -> str:
        before = (("l", down, across - 1), ("t", down - 1, across))
        there = ((name, texts[y][x]) for name, y, x in before if min(x, y) >= 0)
        return " ".join(name for name, text in there if text and texts[down][across] not in ("", text))

    return [
        [{"text": text, "edges": edges(down, across), "colour": ""} for across, text in enumerate(line)]
        for down, line in enumerate(texts)
    ]


def category_heat(contents: Contents, of: Entry, rows: At, columns: At, title: str) -> dict[str, Any] | None:
    """The categories of the first two axes as a coloured table; None if no cell has one."""
    drawn = marks(cell_categories(contents, of), rows, columns)
    if not any(mark["text"] for line in drawn for mark in line):
        return None
    names = of.quantity.categories if isinstance(of.quantity, Category) else ()
    colours = {name: f"c{at % MOST}" for at, name in enumerate(names)}
    return {
        "kind": "heat",
        "title": title,
        "rows": [
            (shown(name), [(mark["text"] or NONE, 0.0) for mark in line])
            for name, line in zip(rows, drawn, strict=True)
        ],
        "columns": tuple(map(shown, columns)),
        "marks": [
            [{"text": "", "edges": mark["edges"], "colour": colours.get(mark["text"], "")} for mark in line]
            for line in drawn
        ],
    }

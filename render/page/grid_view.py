"""The results of a grid along its axes: as heat maps, as lines, and as data from which a reader chooses."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from render.page.category_view import At, category_heat, cell_categories, marks, overlay
from render.page.contents import MOST, Contents, Entry, Label, shortened
from render.page.panels import Panel, heat, plots
from sim.measures import Category
from sim.statistics.bootstrap import iqm
from sim.statistics.results import Curve, Matrix, Number
from sim.study.grid import Cell, shown

LOG = 8  # an axis is logarithmic if its largest value is this many times the least


def cell_means(contents: Contents) -> dict[At, dict[str, float]]:
    """The interquartile mean over seeds of every number, by cell and row."""
    values: dict[At, dict[str, list[float]]] = {}
    for entry in contents.entries:
        places = {tuple(value for _, value in contents.made.plan.cells[run].at) for run in entry.runs}
        if len(places) == 1 and isinstance(entry.result, Number) and entry.result.value is not None:
            values.setdefault(places.pop(), {}).setdefault(entry.row, []).append(entry.result.value)
    return {at: {row: iqm(np.array(some)) for row, some in rows.items()} for at, rows in values.items()}


def heats(contents: Contents, axes: list[tuple[str, At]]) -> Iterator[Panel]:
    """Heat maps of the highlights over the first two axes; each entry is the mean over all other axes.

    The categories of the study's overlay are drawn over all of them.
    """
    (down, rows), (across, columns) = axes[:2]
    means, over = cell_means(contents), cell_categories(contents, overlay(contents))
    drawn = marks(over, rows, columns) if over else ()
    where = shortened(contents.made.plan, f"{down} down, {across} across")
    for entry in contents.highlights():
        title = f"{entry.title}: {where}"
        if isinstance(entry.quantity, Category):
            table = category_heat(contents, entry, rows, columns, title)
            yield from [Panel([table], titled=True)] if table else []
            continue
        found = {at: by_row[entry.row] for at, by_row in means.items() if entry.row in by_row}
        cells = [[[mean for at, mean in found.items() if at[:2] == (a, b)] for b in columns] for a in rows]
        values = np.array([[np.mean(cell) if cell else np.nan for cell in line] for line in cells])
        matrix = Matrix("", values, tuple(map(shown, rows)), tuple(map(shown, columns)))
        if np.isfinite(values).any():
            yield Panel([heat(matrix, title, drawn)], titled=True)


def lines(contents: Contents) -> Iterator[Panel]:
    """Group means with intervals along the numeric axis with most values; a line for each combination of the others."""
    plan, numbers = contents.made.plan, contents.numbers()
    cells = {name: plan.cells[runs[0].name] for name, runs in plan.groups.items()}
    axes: dict[str, set[Any]] = {}
    for cell in cells.values():
        for key, value in cell.at:
            if key in (plan.study.design.group or dict(cell.at)):
                axes.setdefault(key, set()).add(value)
    numeric = [key for key, values in axes.items() if {*map(type, values)} <= {int, float} and len(values) > 1]
    along = max(numeric, key=lambda key: len(axes[key]), default="")
    line_of = {
        name: Cell(tuple((key, value) for key, value in cell.at if key in axes and key != along), cell.settings).name
        for name, cell in cells.items()
    }
    names = list(dict.fromkeys(line_of.values()))
    if not along or len(names) > MOST:
        return
    labels = {name: Label(name, (shortened(plan, name),), (f"c{at}",)) for at, name in enumerate(names)}
    view = replace(contents, labels=labels)
    for row in contents.highlights(categories=False):
        points: dict[str, dict[float, Number]] = {name: {} for name in names}
        for group, cell in cells.items():
            if row.row in numbers.get(group, {}):
                points[line_of[group]][dict(cell.at)[along]] = numbers[group][row.row]
        entries = [_line(row, shortened(plan, along), name, by_value) for name, by_value in points.items() if by_value]
        if entries:
            panel = plots(view, f"along-{row.row}", entries)
            yield panel if len(names) > 1 else replace(panel, labels=[])


def _line(row: Entry, along: str, name: str, by_value: dict[float, Number]) -> Entry:
    """The means by the value of an axis as a curve."""
    points = [(at, one.value, one.low, one.high) for at, one in sorted(by_value.items())]
    x, y, low, high = np.array(points, np.float64).T
    quantity = replace(row.quantity, kind="curve", axes=(along, row.quantity.unit or "\u00a0"), log="")
    if 0 < x[0] <= x[-1] / LOG:
        quantity = replace(quantity, log="x")
    return replace(row, key=name, quantity=quantity, result=Curve(row.result.quantity, x, y, low, high))


def choice(contents: Contents, axes: list[tuple[str, At]]) -> dict[str, Any]:
    """The means of all numbers in all cells, from which a reader chooses a quantity and two axes."""
    rows = [row for row in contents.rows(contents.uses) if not isinstance(row.quantity, Category)]
    means, over = cell_means(contents), cell_categories(contents, overlay(contents))
    names = [shortened(contents.made.plan, name) for name, _ in axes]
    return {
        "axes": [
            {"name": name, "values": [shown(value) for value in values]}
            for name, (_, values) in zip(names, axes, strict=True)
        ],
        "over": [list(over.get(at, {}).values()) for at in means] if over else [],
        "cells": [[values.index(value) for (_, values), value in zip(axes, at, strict=True)] for at in means],
        "names": [row.title for row in rows],
        "values": [
            [float(f"{by_row[row.row]:.6g}") if row.row in by_row else None for by_row in means.values()]
            for row in rows
        ],
    }

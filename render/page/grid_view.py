"""What a grid shows: quantities along its axes as heat maps, as lines, and as data that a reader chooses from."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from render.page.panels import Panel, heat, plots
from render.page.parties import MOST, Cast, Party, Row, Shown
from sim.statistics.bootstrap import iqm
from sim.statistics.results import Curve, Matrix, Number
from sim.study.grid import Cell, shown

At = tuple[Any, ...]
"""A cell of a grid: the value of every axis."""
LOG = 8  # times the least value of an axis, from which it is logarithmic


def cell_means(cast: Cast) -> dict[At, dict[Row, float]]:
    """The interquartile mean over seeds of every number, in every cell."""
    found: dict[At, dict[Row, list[float]]] = {}
    for each in cast.shown:
        places = {tuple(value for _, value in cast.made.plan.cells[run].at) for run in each.runs}
        if len(places) == 1 and isinstance(each.result, Number) and each.result.value is not None:
            found.setdefault(places.pop(), {}).setdefault(each.row, []).append(each.result.value)
    return {at: {row: iqm(np.array(values)) for row, values in of.items()} for at, of in found.items()}


def heats(cast: Cast, axes: list[tuple[str, At]]) -> Iterator[Panel]:
    """Heat maps of the highlights over the first two of the axes; each entry is the mean over all others."""
    (down, rows), (across, columns) = axes[:2]
    means = cell_means(cast)
    for each in cast.highlights():
        several = [
            [[of[each.row] for at, of in means.items() if at[:2] == (a, b) and each.row in of] for b in columns]
            for a in rows
        ]
        values = np.array([[np.mean(some) if some else np.nan for some in line] for line in several])
        matrix = Matrix("", values, tuple(map(shown, rows)), tuple(map(shown, columns)))
        if np.isfinite(values).any():
            yield Panel([heat(matrix, f"{each.title}: {down} down, {across} across")], titled=True)


def lines(cast: Cast) -> Iterator[Panel]:
    """Group means with their intervals along an axis of numbers, a line for each combination of the other axes."""
    plan, numbers = cast.made.plan, cast.numbers()
    cells = {name: plan.cells[runs[0].name] for name, runs in plan.groups.items()}
    axes: dict[str, set[Any]] = {}
    for cell in cells.values():
        for key, value in cell.at:
            if key in (plan.study.design.group or dict(cell.at)):
                axes.setdefault(key, set()).add(value)
    numeric = [
        key for key, values in axes.items() if len(values) > 1 and all(type(each) in (int, float) for each in values)
    ]
    along = max(numeric, key=lambda key: len(axes[key]), default="")
    rest = {
        name: Cell(tuple((key, value) for key, value in cell.at if key in axes and key != along), cell.settings).name
        for name, cell in cells.items()
    }
    names = list(dict.fromkeys(rest.values()))
    if not along or len(names) > MOST:
        return
    view = replace(cast, parties={name: Party(name, (name,), (f"c{at}",)) for at, name in enumerate(names)})
    for row in cast.highlights():
        there = {name: numbers[name][row.row] for name in cells if row.row in numbers.get(name, {})}
        found = {
            name: {dict(cells[each].at)[along]: there[each] for each in there if rest[each] == name} for name in names
        }
        items = [_line(row, along, name, some) for name, some in found.items() if some]
        if items:
            drawn = plots(view, f"along-{row.row[0]}-{row.row[1]}", items)
            yield drawn if len(names) > 1 else replace(drawn, parties=[])


def _line(row: Shown, along: str, name: str, found: dict[float, Number]) -> Shown:
    """Means by the value of an axis, as the curve of a party."""
    every = [(at, found[at].value, found[at].low, found[at].high) for at in sorted(found)]
    x, y, low, high = np.array([[np.nan if each is None else each for each in one] for one in every], np.float64).T
    steep = bool(x[0] > 0 and x[-1] >= LOG * x[0])
    quantity = replace(row.quantity, kind="curve", axes=(along, row.quantity.unit or "value"), log="x" if steep else "")
    return replace(row, party=name, quantity=quantity, result=Curve(row.result.quantity, x, y, low, high))


def choice(cast: Cast, axes: list[tuple[str, At]]) -> dict[str, Any]:
    """The means of all numbers in all cells, for a reader to choose a quantity and two axes."""
    rows, means = cast.rows([use.name for use in cast.made.plan.study.uses]), cell_means(cast)
    return {
        "axes": [{"name": name, "values": [shown(value) for value in values]} for name, values in axes],
        "cells": [[values.index(value) for (_, values), value in zip(axes, at, strict=True)] for at in means],
        "names": [row.title for row in rows],
        "values": [[float(f"{of[row.row]:.6g}") if row.row in of else None for of in means.values()] for row in rows],
    }

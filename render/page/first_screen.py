"""The first screen of a page: what the words mean, the landscape around every subject, and what was found, plainly."""

from collections.abc import Iterator
from itertools import combinations

from markupsafe import Markup

from render.page.contents import Contents, Entry
from render.page.maps import lands
from render.page.panels import Panel
from render.page.words import number, value
from sim.statistics.groups import differs
from sim.statistics.results import Map, Number
from sim.world.rules import World

SENTENCES = 3


def words(contents: Contents) -> list[tuple[str, str]]:
    """What a forager, a pellet and a maze are, as terms with their definitions; in numbers where all runs agree."""
    worlds = {measurement.task.evaluation_set.world for measurement in contents.made.plan.measurements}
    sizes = [*{subject.layout.size for subject in contents.made.subjects()}] if not contents.grouped else []
    network = f"a recurrent network of {number(sizes[0])} weights" if len(sizes) == 1 else "a recurrent network"
    return [
        ("forager", f"{network} that walks through a maze, one step at a time. {_sight(worlds)}"),
        ("maze", f"{_size(worlds)} that are joined by corridors in a random way; every forager meets the same ones"),
        ("pellet", f"food in a cell of a maze, eaten by walking there. {_fitness(worlds)}"),
    ]


def _sight(worlds: set[World]) -> str:
    """What a forager senses."""
    if {world.sight for world in worlds} == {0}:
        return "It feels the walls around it and whether it has just eaten, and nothing else, so it must remember"
    return "It feels the walls around it, and may see a few cells ahead"


def _size(worlds: set[World]) -> str:
    """The size of a maze."""
    sizes = [*{world.maze.size for world in worlds}]
    return f"{sizes[0]} × {sizes[0]} cells" if len(sizes) == 1 else "cells"


def _fitness(worlds: set[World]) -> str:
    """What is counted."""
    steps = [*{world.lifetime for world in worlds}]
    life = f"its {number(steps[0])} steps" if len(steps) == 1 else "all its steps"
    return f"The number that a forager eats in {life} is its fitness"


def opening(contents: Contents) -> Panel | None:
    """The landscape around every subject in perspective, of the first quantity that is a map of each; None for groups.

    A map with marks shows more than one subject, and is not one of these.
    """
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in contents.entries if not contents.grouped else ():
        if isinstance(entry.result, Map) and entry.use.measure.of == "run" and not entry.result.marks:
            found.setdefault((entry.use.name, entry.result.quantity), []).append(entry)
    shown = next(iter(found.values()), None)
    if shown is None:
        return None
    cells, scale = lands(contents, shown)
    text = "Each point of a land is a genome, and its height is what that genome eats; the champion is in the middle."
    return Panel(cells, "", text, scale=scale | {"name": "opening"}, titled=True, columns=min(3, len(cells)))


def plain_sentences(contents: Contents) -> Iterator[Markup]:
    """What the first highlights of single subjects say, in a plain sentence each; none for groups.

    A sentence leaves out subjects whose number is missing or doubtful, and says where intervals overlap.
    """
    numbers, said = contents.numbers(), 0
    for row in contents.highlights(categories=False) if not contents.grouped else ():
        every = [(label, numbers.get(label.key, {}).get(row.row)) for label in contents.single]
        known = [(label, one) for label, one in every if one is not None and one.value is not None and not one.doubtful]
        if row.quantity.sentence and len(known) > 1 and said < SENTENCES:
            said += 1
            unit = " %" * (row.quantity.unit == "%")
            (first, text), *others = [(label.html(), f"{value(one)}{unit}{_near_0(one)}") for label, one in known]
            head = Markup(row.quantity.sentence).format(who=first, value=text)
            rest = Markup(", ").join(Markup("{} {}").format(*other) for other in others)
            yield Markup("{}; {}{}.").format(head, rest, _overlap([each for _, each in known]))


def _near_0(one: Number) -> str:
    """What must be added to a number that may be 0."""
    return " (not told apart from 0)" if one.interval and not differs(one.interval) else ""


def _overlap(numbers: list[Number]) -> str:
    """What must be added to a sentence that compares numbers."""
    if not all(one.interval for one in numbers):
        return " (single values, without intervals)"
    alike = [
        (one.low or 0.0) <= (other.high or 0.0) and (other.low or 0.0) <= (one.high or 0.0)
        for one, other in combinations(numbers, 2)
    ]
    if not any(alike):
        return ""
    return " (their intervals overlap)" if all(alike) else " (some of their intervals overlap)"

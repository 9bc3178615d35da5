"""The HTML of a study's page: one file that holds everything that it shows."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render.page.category_view import overlay
from render.page.claim_view import claim_views
from render.page.contents import Contents, contents_of
from render.page.first_screen import opening, plain_sentences, words
from render.page.grid_view import choice, heats, lines
from render.page.intervals import forests, strips
from render.page.ledgers import ledger_text
from render.page.number_tables import Notes, tables
from render.page.panels import Panel, panels
from render.page.sentences import sentences
from render.page.target_view import target_view
from render.page.words import capital, first_sentence, listed, number, way_of_learning
from sim.provenance import provenance
from sim.statistics.groups import differs
from sim.study.conduct import Conducted
from sim.study.study import Section

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
STYLE = HERE / "style.css"
MOST_ROWS = 12  # groups, above which there are no strips


def page(
    made: Conducted, *, film: dict[str, str] | None = None, command: str = "", remark: str = "", home: str = ""
) -> str:
    """The HTML of a study. `film` has the source, the still and the caption of a film; `command` repeats the study.

    `home` is the address of the page of all claims, of which the study is a part.
    """
    contents, notes = contents_of(made), Notes()
    template = environment().get_template("page.html")
    return template.render(
        contents=contents,
        made=made,
        film=film,
        command=command,
        remark=remark,
        home=home,
        words=words(contents),
        opening=opening(contents),
        plain=list(plain_sentences(contents)),
        subjects=[] if contents.grouped else made.subjects(),
        claims=claim_views(made, large=True),
        strips=group_strips(contents),
        headline=[] if contents.grouped else tables(contents, contents.highlights(), notes),
        sentences=sentences(contents, notes),
        target=target_view(contents, notes),
        grid=_grid(contents, notes) if made.plan.cells else None,
        sections=[_section(contents, notes, section) for section in made.plan.study.sections],
        notes=notes.listed,
        tally=tally(contents),
        made_by=provenance(),
        style=STYLE.read_text("utf-8"),
        script=(HERE / "chooser.js").read_text("utf-8"),
    )


def group_strips(contents: Contents) -> Panel | None:
    """The strips of all groups, if the groups are few enough to be looked at one by one."""
    few = contents.grouped and len(contents.single) <= MOST_ROWS
    grid = contents.made.plan.study.grid
    if grid and len(grid.axes) > 1 and all(row.use.measure.of == "group" for row in contents.highlights()):
        return None  # lines and heat maps show the same numbers
    panel = strips(contents) if few else None
    return panel if panel is not None and panel.cells else None


def figure(panel: Panel, title: str) -> str:
    """Strips as an SVG file of its own, in the colours of the light page."""
    text = environment().get_template("figure.svg").render(panel=panel, title=title)
    light = dict(reversed(re.findall(r"--(\w+): (#[0-9a-f]+)", STYLE.read_text("utf-8"))))  # the first of each
    return re.sub(r"var\(--(\w+)\)", lambda found: str(light[found[1]]), text)


def tally(contents: Contents) -> tuple[int, int]:
    """How many differences of groups have an interval, and how many of these intervals do not contain 0."""
    differences = contents.made.compared.differences.values()
    intervals = [each.interval for numbers in differences for each in numbers.values() if each.interval]
    return len(intervals), sum(map(differs, intervals))


def _grid(contents: Contents, notes: Notes) -> dict[str, Any] | None:
    """The results over the axes of a grid: maps and lines, data to choose from, and the category over maps.

    None where the tables of the sections show the same: over one axis without lines.
    """
    plan = contents.made.plan
    over = overlay(contents)
    axes = list(plan.study.grid.axes) if plan.study.grid else []
    figures = [*lines(contents), *(heats(contents, axes) if len(axes) > 1 else ())]
    if len(axes) < 2 and not figures:
        return None
    named = {"quantity": over.quantity, "note": notes.call(over)} if over is not None and len(axes) > 1 else None
    return {"panels": figures, "choice": choice(contents, axes), "over": named}


def _section(contents: Contents, notes: Notes, section: Section) -> dict[str, Any]:
    """A section: its text, its figures, and all its numbers."""
    uses = [use.name for use in section.uses]
    rows = contents.rows(uses)
    charts = [] if contents.grouped else forests(contents, "-".join(uses), rows)
    return {
        "title": section.title,
        "text": section.text.strip(),
        "panels": [replace(panel, text=notes.once(panel.text)) for panel in (*panels(contents, uses), *charts)],
        "tables": tables(contents, rows, notes),
        "uses": section.uses,
    }


@cache
def environment(folder: Path = HERE) -> "Environment":
    """The templates of a folder, by default of this one; values are escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found.filters |= {"number": number, "capital": capital, "listed": listed, "first_sentence": first_sentence}
    found.filters |= {"method": way_of_learning, "ledger": ledger_text}
    return found

"""The HTML of a study's page, put together: one file that holds everything that it shows."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from render.page.grid_view import choice, heats, lines
from render.page.intervals import forests, strips
from render.page.number_tables import Column, Notes, cell, table, tables
from render.page.panels import Panel, panels
from render.page.parties import Cast, by_row, cast
from render.page.sentences import sentences
from render.page.words import capital, listed, number
from sim.provenance import provenance
from sim.statistics.groups import differs
from sim.statistics.results import Number
from sim.study.claims import Decision
from sim.study.conduct import Conducted

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
STYLE = HERE / "style.css"
MOST_ROWS = 12  # groups that strips are drawn of


def page(made: Conducted, *, film: dict[str, str] | None = None, command: str = "", remark: str = "") -> str:
    """The HTML of a study; `film` is where its film is, its still and caption, `command` finds the numbers again."""
    who, notes, study = cast(made), Notes(), made.plan.study
    about: dict[str, Any] = {"cast": who, "study": study, "film": film, "command": command, "remark": remark}
    about |= {"failures": made.failures, "plan": made.plan, "compared": made.compared, "made_by": provenance()}
    about |= {"subjects": [] if who.grouped else made.subjects(), "strips": strips_of(who)}
    about |= {"headline": [] if who.grouped else tables(who, who.highlights(), notes), "said": sentences(who, notes)}
    about |= {"grid": _grid(who, notes) if made.plan.cells else None}
    about |= {"sections": [_section(who, notes, at) for at in range(len(study.sections))], "notes": notes.listed}
    about |= {"style": STYLE.read_text("utf-8"), "script": (HERE / "chooser.js").read_text("utf-8")}
    return environment().get_template("page.html").render(about, tally=tally(who))


def strips_of(who: Cast) -> Panel | None:
    """The strips of all groups, where these are few enough to be looked at one by one."""
    return strips(who) if who.grouped and len(who.several(1)) <= MOST_ROWS and who.highlights() else None


def figure(panel: Panel, title: str) -> str:
    """Strips as an SVG file of their own, with the inks of the light page."""
    text = environment().get_template("figure.svg").render(panel=panel, title=title)
    light = dict(reversed(re.findall(r"--(\w+): (#[0-9a-f]+)", STYLE.read_text("utf-8"))))  # its first of each
    return re.sub(r"var\(--(\w+)\)", lambda found: str(light[found[1]]), text)


def tally(who: Cast) -> tuple[int, int]:
    """How many differences of groups have an interval, and of how many of them it does not hold 0."""
    every = [each for of in who.made.compared.differences.values() for each in of.values() if each.interval]
    return len(every), sum(differs(each.interval) for each in every)


def _grid(who: Cast, notes: Notes) -> dict[str, Any]:
    """What there is of a grid beside groups: maps and lines over its axes, data to choose from, correlations."""
    target = who.made.plan.study.design.target
    rows = who.rows([use.name for use in who.made.plan.study.uses])
    head = next((each.label for each in rows if f"{each.use.name}.{each.slot}" == target), target)
    column = Column(
        Markup("Spearman's correlation with {}").format(head), by_row(who.made.compared.correlations), counted="groups"
    )
    axes = list(who.made.plan.study.grid.axes) if who.made.plan.study.grid else []
    drawn = [*lines(who), *(heats(who, axes) if len(axes) > 1 else ())]
    return {"panels": drawn, "choice": choice(who, axes), "correlations": table(rows, [column], notes)}


def _section(who: Cast, notes: Notes, at: int) -> dict[str, Any]:
    """A section: what it asks, its figures, and all its numbers."""
    section = who.made.plan.study.sections[at]
    uses = [use.name for use in section.uses]
    rows = who.rows(uses)
    drawn = [*panels(who, uses), *([] if who.grouped else forests(who, f"section-{at + 1}", rows))]
    return {
        "title": section.title,
        "text": section.text.strip(),
        "panels": drawn,
        "tables": tables(who, rows, notes),
        "uses": section.uses,
    }


@cache
def environment() -> "Environment":
    """The templates of this folder; what they put in is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found.filters |= {"number": number, "capital": capital, "listed": listed, "decided": _decided}
    return found


def _decided(decision: Decision) -> dict[str, Any]:
    """The number that decides a claim, as a table has it."""
    return cell(Number("", decision.value, decision.interval, decision.sample))

"""The page of a debate: a row for each claim, with its verdict, the number that decides it, and a link to its study."""

from collections.abc import Sequence
from typing import Any

from render.page.claim_view import claim_views, tally
from render.page.compose import STYLE, environment
from sim.provenance import provenance
from sim.study.conduct import Conducted

PAGE, JSON = "index.html", "debate.json"


def debate_page(made: Sequence[Conducted], *, command: str = "", remark: str = "") -> str:
    """The HTML of a debate, from its studies in their order. The first claim of a study has a row of its own."""
    rows = [_row(one) for one in made]
    return (
        environment()
        .get_template("debate.html")
        .render(
            rows=rows,
            tally=tally([row["main"]["verdict"] for row in rows if row["main"]]),
            every=tally([each.verdict for one in made for each in one.compared.decisions]),
            runs=len({run.key for one in made for run in one.plan.runs}),
            failures=[(one.plan.study.name, each) for one in made for each in one.failures],
            command=command,
            remark=remark,
            made_by=provenance(),
            style=STYLE.read_text("utf-8"),
        )
    )


def debate_json(made: Sequence[Conducted]) -> dict[str, Any]:
    """The verdicts of a debate as JSON, with the numbers that decided them."""
    return {
        "made_by": provenance(),
        "studies": [
            {
                "study": one.plan.study.name,
                "title": one.plan.study.title,
                "runs": len(one.plan.runs),
                "failures": [each.text for each in one.failures],
                "claims": [decision.json() for decision in one.compared.decisions],
            }
            for one in made
        ],
    }


def _row(made: Conducted) -> dict[str, Any]:
    """A study: its number, its claims, and the view of the first one."""
    study, views = made.plan.study, claim_views(made)
    main = views[0] if views else None
    return {
        "study": study,
        "at": study.name.partition("-")[0].lstrip("0"),
        "link": f"{study.name}/index.html",
        "main": main,
        "others": views[1:],
    }

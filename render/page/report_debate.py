"""Reports of debates: conduct the studies of a debate, and write their pages and the page of all verdicts.

index.html, debate.json     the verdicts
NN-name/index.html          the page of a study, with its numbers and tables beside it
runs/, results/             what the studies share: see sim.study.debate
"""

from collections.abc import Callable, Collection
from typing import Any

from render.page.compose import page
from render.page.debate_page import JSON, PAGE, debate_json, debate_page
from render.page_seal import write_page
from sim.study.conduct import Conducted
from sim.study.debate import Debate, conduct_debate
from sim.study.store import write_sealed_json
from sim.work.executor import Executor
from sim.work.task import Progress


def report_debate(
    debate: Debate,
    *,
    executor: Executor | None = None,
    csv: bool = False,
    command: Callable[[Collection[int]], str] = lambda claims: "",
    remark: str = "",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Conduct a debate and write its pages. The same call continues it.

    `command` gives the command line that repeats claims, by their numbers. Returns the paths of the files, the
    verdicts, and the tasks that failed.
    """

    def finish(made: Conducted) -> None:
        text = page(made, command=command([_number(made)]), remark=remark, home=f"../{PAGE}")
        write_page(made.plan.out / PAGE, text)

    made = conduct_debate(debate, executor=executor, csv=csv, progress=progress, finish=finish)
    if made is None:
        return {"folder": str(debate.out)}
    text = debate_page(made, command=command(list(dict.fromkeys(map(_number, made)))), remark=remark)
    write_page(debate.out / PAGE, text)
    write_sealed_json(debate.out / JSON, debate_json(made))
    verdicts = {one.plan.study.name: _verdict(one) for one in made}
    failures = [each.text for one in made for each in one.failures]
    files = {"page": str(debate.out / PAGE), "json": str(debate.out / JSON), "verdicts": verdicts}
    return files | ({"failures": failures} if failures else {})


def _number(made: Conducted) -> int:
    """The number of the claim that a study is about, with which its name begins."""
    return int(made.plan.study.name.partition("-")[0])


def _verdict(made: Conducted) -> str:
    """The verdict on the first claim of a study."""
    return made.compared.decisions[0].verdict if made.compared.decisions else "no claim"

"""Reports: conduct a study into one folder, write its page, and film its landscapes.

index.html                  the page, which contains everything that it shows
figure.svg                  for groups: every run of every group
film.mp4, film/             for single runs: the film, and the fields that it shows
numbers.json, table.parquet, dataset.zarr, results/, runs/: see sim.study
"""

from typing import Any

from agents.errors import UserError
from render.page.compose import figure, group_strips, page
from render.page.contents import MOST, contents_of, is_grouped
from render.page.maps import data_uri
from render.page.slide import OnShare, film, sub_share
from render.page.words import capital
from render.page_seal import write_page
from sim.rollout.machine import CPU, Machine
from sim.study.conduct import Conducted, conduct
from sim.study.plan import Plan
from sim.study.store import NUMBERS as NUMBERS_JSON
from sim.study.tables import TABLE
from sim.work.executor import Executor, Serial
from sim.work.task import Progress

FILES = {"page": "index.html", "numbers": NUMBERS_JSON, "table": TABLE}
FILM, FIGURE = "film.mp4", "figure.svg"
EMBEDDED = 8_000_000  # bytes, up to which the page contains the film
MEASURED = 0.85  # about the share of the time that measuring takes if there is a film


def report_study(
    plan: Plan,
    *,
    machine: Machine = CPU,
    executor: Executor | None = None,
    fresh: bool = False,
    csv: bool = False,
    command: str = "",
    remark: str = "",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Conduct a plan and write its page, with a figure of groups or a film of runs. The same call continues it.

    `command` repeats the study; `remark` stands at the head of the page. Returns the paths of the files, and the tasks
    that failed. Raises UserError as `conduct` does, and for more runs than there are colours.
    """
    study, executor = plan.study, executor or Serial(machine)
    if study.design.together and not plan.cells and len(plan.runs) > MOST:
        raise UserError(f"a page has colours for at most {MOST} runs, got {len(plan.runs)}; name fewer")
    filmed = study.film is not None and not is_grouped(plan)
    report, share = progress or (lambda done, note: None), MEASURED if filmed else 1.0
    files = {name: str(plan.out / file) for name, file in FILES.items()}

    def finish(made: Conducted) -> None:
        on_share = sub_share(lambda done: report(done, "film"), share, 1 - share)
        shown, strips = _film(made, fresh, executor, on_share) if filmed else None, group_strips(contents_of(made))
        if shown is not None:
            files["film"] = str(plan.out / FILM)
        if strips is not None:
            files["figure"] = str(plan.out / FIGURE)
            write_page(plan.out / FIGURE, figure(strips, capital(study.title or study.name)))
        write_page(plan.out / FILES["page"], page(made, film=shown, command=command, remark=remark))

    made = conduct(
        plan,
        executor=executor,
        fresh=fresh,
        csv=csv,
        progress=lambda done, note: report(share * done, note),
        finish=finish,  # while the folder is still locked
    )
    report(1.0, "page" if made else "a share of the tasks")
    if made is None:
        return {"folder": str(plan.out)}
    return files | ({"failures": [each.text for each in made.failures]} if made.failures else {})


def _film(made: Conducted, fresh: bool, executor: Executor, on_share: OnShare) -> dict[str, str] | None:
    """Film all subjects. Returns the source, the still and the caption, or None without subjects."""
    subjects, config, measurements = made.subjects(), made.plan.study.film, made.plan.measurements
    if config is None or not subjects or not measurements:
        return None
    evaluation_set = measurements[0].task.evaluation_set
    names = contents_of(made).names
    path, still, caption = film(
        subjects,
        evaluation_set,
        config,
        made.plan.out,
        names=[names[subject.name] for subject in subjects],
        fresh=fresh,
        executor=executor,
        on_share=on_share,
    )
    data = path.read_bytes()
    source = data_uri(data, "video/mp4") if len(data) <= EMBEDDED else path.name
    return {"source": source, "still": data_uri(still, "image/webp"), "caption": caption}

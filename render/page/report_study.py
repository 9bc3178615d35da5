"""Reports: a study is conducted into one folder, and what was found is written and filmed.

index.html   the page, which holds everything that it shows
figure.svg   of groups: every run of every group, for a README; film.mp4, film/: of subjects, with its fields
numbers.json, table.parquet, dataset.zarr, results/, runs/: see sim.study
"""

from typing import Any

from agents.errors import UserError
from agents.files import replace_file
from render.page.cast import MOST, cast, is_grouped
from render.page.compose import figure, page, strips_of
from render.page.maps import data_uri
from render.page.slide import film
from render.page.words import capital
from sim.rollout.machine import CPU, Machine
from sim.study import store
from sim.study.conduct import Conducted, conduct
from sim.study.plan import Plan
from sim.study.tables import TABLE
from sim.work.executor import Executor, Serial
from sim.work.task import Progress

EMBEDDED = 8_000_000  # bytes of a film that the page itself holds
NUMBERS = 0.85  # about the share of the time that the numbers take, where there is a film


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
    """Conduct a plan, and make its page, with a figure of groups or a film of subjects; the same call continues it.

    `command` is how the study is repeated, `remark` what a reader must know of it. Returns where things are. Raises
    UserError as `conduct` does, and for more subjects than have a colour.
    """
    grouped, out, study = is_grouped(plan), plan.out, plan.study
    if study.design.together and not plan.cells and len(plan.runs) > MOST:
        raise UserError(f"a page tells at most {MOST} runs apart by their colours, got {len(plan.runs)}; name fewer")
    filmed = study.film is not None and not grouped
    told, share = progress or (lambda done, note: None), NUMBERS if filmed else 1.0
    shown = {"page": str(out / "index.html"), "numbers": str(out / store.NUMBERS), "table": str(out / TABLE)}

    def finish(made: Conducted) -> None:
        about = _filmed(made) if filmed else None
        if (strips := strips_of(cast(made))) is not None:
            text = figure(strips, capital(study.title or study.name))
            replace_file(out / "figure.svg", text.encode(errors="backslashreplace"))
            shown["figure"] = str(out / "figure.svg")
        html = page(made, film=about, command=command, remark=remark)
        replace_file(out / "index.html", html.encode(errors="backslashreplace"))  # a folder's name may hold any byte

    def _filmed(made: Conducted) -> dict[str, str] | None:
        subjects, ground = made.subjects(), plan.measuring[0].task.ground
        if study.film is None or not subjects:
            return None
        path, still, caption = film(
            subjects, ground, study.film, out,
            fresh=fresh, machine=machine, heard=lambda done: told(share + (1 - share) * done, "film"),
        )  # fmt: skip
        shown["film"] = str(path)
        whole = path.read_bytes()
        source = data_uri(whole, "video/mp4") if len(whole) <= EMBEDDED else path.name
        return {"source": source, "still": data_uri(still, "image/webp"), "caption": caption}

    made = conduct(
        plan,
        executor=executor or Serial(machine),
        fresh=fresh,
        csv=csv,
        progress=lambda done, note: told(share * done, note),
        finish=finish,  # in the same hold of the folder
    )
    told(1.0, "page" if made else "a share of the tasks")
    return shown if made else {"folder": str(out)}

"""Reports: a study is conducted into one folder, and what was found is written and filmed.

index.html   the page, which holds everything that it shows
figure.svg   of groups: every run of every group, for a README; film.mp4, film/: of subjects, with its fields
numbers.json, table.parquet, dataset.zarr, results/, runs/: see sim.study
"""

from pathlib import Path
from typing import Any

from agents.errors import UserError
from agents.files import replace_file
from render.page.compose import figure, page, strips_of
from render.page.maps import data_uri
from render.page.parties import MOST, cast, is_grouped
from render.page.slide import Heard, film
from render.page.words import capital
from sim.rollout.machine import CPU, Machine
from sim.study.conduct import Conducted, conduct
from sim.study.plan import Plan
from sim.study.store import NUMBERS as NUMBERS_JSON
from sim.study.tables import TABLE
from sim.work.executor import Executor, Serial
from sim.work.task import Progress

FILES = {"page": "index.html", "numbers": NUMBERS_JSON, "table": TABLE}
FILM, FIGURE = "film.mp4", "figure.svg"
EMBEDDED = 8_000_000  # bytes of a film that the page itself holds
MEASURED = 0.85  # about the share of the time that the numbers take, where there is a film


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
    UserError as `conduct` does, and for more subjects than have a colour. Tasks that failed are told under failures.
    """
    out, study, who = plan.out, plan.study, executor or Serial(machine)
    if study.design.together and not plan.cells and len(plan.runs) > MOST:
        raise UserError(f"a page tells at most {MOST} runs apart by their colours, got {len(plan.runs)}; name fewer")
    told, share = progress or (lambda done, note: None), 1.0 if study.film is None or is_grouped(plan) else MEASURED
    shown: dict[str, Any] = {name: str(out / file) for name, file in FILES.items()}

    def finish(made: Conducted) -> None:
        filmed = _film(made, fresh, who, lambda done: told(share + (1 - share) * done, "film")) if share < 1 else None
        strips = strips_of(cast(made))
        if filmed is not None:
            shown["film"] = str(out / FILM)
        if strips is not None:
            shown["figure"] = str(out / FIGURE)
            _write(out / FIGURE, figure(strips, capital(study.title or study.name)))
        _write(out / FILES["page"], page(made, film=filmed, command=command, remark=remark))

    made = conduct(
        plan,
        executor=who,
        fresh=fresh,
        csv=csv,
        progress=lambda done, note: told(share * done, note),
        finish=finish,  # in the same hold of the folder
    )
    told(1.0, "page" if made else "a share of the tasks")
    if made is None:
        return {"folder": str(out)}
    failures = [f"{each.label}: {each.message}" for each in made.failures]
    return shown | ({"failures": failures} if failures else {})


def _film(made: Conducted, fresh: bool, executor: Executor, heard: Heard) -> dict[str, str] | None:
    """The film of all subjects: its address, its still's and its caption; none where there is nobody to film."""
    subjects, config = made.subjects(), made.plan.study.film
    if config is None or not subjects or not made.plan.measuring:
        return None
    ground = made.plan.measuring[0].task.ground
    path, still, caption = film(subjects, ground, config, made.plan.out, fresh=fresh, executor=executor, heard=heard)
    whole = path.read_bytes()
    source = data_uri(whole, "video/mp4") if len(whole) <= EMBEDDED else path.name
    return {"source": source, "still": data_uri(still, "image/webp"), "caption": caption}


def _write(path: Path, text: str) -> None:
    """A file, whole or not at all; a folder's name in it may hold any byte."""
    replace_file(path, text.encode(errors="backslashreplace"))

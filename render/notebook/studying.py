"""Conducting studies from Python: many runs, many measures, and the verdicts on claims."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import UserError
from agents.files import local_path
from agents.reading import one_line
from render.commands.workers import Workers
from render.notebook.inputs import AUTO, RunLike, as_table, run_of
from render.notebook.result_html import study_html
from render.page.report_study import FILES, report_study
from render.progress import progress
from render.streams import silence
from render.studies import locate
from sim.learning.run import Run, RunFolder
from sim.rollout.machine import Machine
from sim.study.dataset_seal import check_dataset
from sim.study.plan import plan_grid, plan_runs
from sim.study.store import NUMBERS, read_whole_json
from sim.study.study import Study
from sim.study.study_file import parse_study, read_study
from sim.study.tables import DATASET, TABLE, read_table

if TYPE_CHECKING:
    import pyarrow
    import xarray

QUICK = "These are the sizes of a quick look: measure again with quick=False before you quote anything."


@dataclass(frozen=True, slots=True)
class StudyResult:
    """The folder of a conducted study. A notebook shows its claims, its highlights, and a link to its page."""

    out: Path

    @property
    def page(self) -> Path:
        """The path of its page, an HTML file that contains everything that it shows."""
        return self.out / FILES["page"]

    @property
    def numbers(self) -> dict[str, Any]:
        """All numbers of runs, groups, differences and claims, with their definitions: the content of numbers.json."""
        path = self.out / NUMBERS
        try:
            return read_whole_json(path)
        except (OSError, ValueError) as error:
            raise UserError(f"{path} is damaged ({one_line(error)}); conduct the study again") from error

    @property
    def dataset(self) -> "xarray.Dataset":
        """The numbers of runs: a variable for each slot, with a dimension for each axis of the grid and for seeds."""
        import xarray

        check_dataset(self.out / DATASET)
        found: xarray.Dataset = xarray.open_zarr(self.out / DATASET, consolidated=False)
        return found

    @property
    def table(self) -> "pyarrow.Table":
        """A row for every number of every run, pair and group."""
        return read_table(self.out / TABLE)

    def _repr_html_(self) -> str:
        return study_html(self.numbers, self.page)


def study(
    source: str | Path | Mapping[str, Any],
    out: str | Path,
    *,
    runs: Sequence[RunLike] = (),
    quick: bool = False,
    changes: Mapping[str, Any] | None = None,
    fresh: bool = False,
    csv: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
    machine: Machine = AUTO,
    quiet: bool = False,
) -> StudyResult:
    """Conduct a study into the folder `out`; the same call continues it.

    The study is a TOML file, the name of one that comes with the program ("compare", "methods"), or a dict of its
    tables. A study without a grid measures `runs`, which must be in folders. `changes` are settings by dotted names:
    {"seed": 1, "seeds": 4, "half_radius.directions": 50}. `quick` uses smaller sizes, `fresh` measures everything
    again, `csv` also writes the table as CSV; `workers` processes share the work, or the workers of a Dask `cluster`.
    Raises UserError for wrong arguments; tasks that failed are in `numbers["failures"]`.

        study({"grid": {"hidden": [8, 16]}, "learn": {"generations": 100}, "seeds": 4,
               "section": [{"measures": [{"measure": "half_radius"}]}]}, "runs/sizes").dataset
    """
    path, executor = local_path(out), Workers(workers, cluster).executor(machine)
    chosen = _study(source, path, quick, changes or {})
    opened = [_in_folder(run_of(each)) for each in runs]
    plan = plan_runs(chosen, opened, path) if opened or chosen.grid is None else plan_grid(chosen, path)
    remark = QUICK if quick else ""
    with silence(quiet), progress("measuring", 1.0) as advance:
        report_study(
            plan, machine=machine, executor=executor, fresh=fresh, csv=csv, remark=remark, progress=advance
        )  # fmt: skip
    return StudyResult(path)


def _study(source: str | Path | Mapping[str, Any], out: Path, quick: bool, changes: Mapping[str, Any]) -> Study:
    if isinstance(source, Mapping):
        return parse_study(out.name, as_table(source), quick=quick, changes=as_table(changes))
    return read_study(locate(source), quick=quick, changes=as_table(changes))


def _in_folder(run: Run) -> Run:
    if not isinstance(run, RunFolder):
        raise UserError("a study measures runs in folders, which other processes can read too; learn with out=FOLDER")
    return run

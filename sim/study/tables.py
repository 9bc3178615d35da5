"""A study's numbers as tables: one tidy table, a dataset with a dimension for each axis, and JSON."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.files import explain_write_errors, replacing
from sim.provenance import provenance
from sim.statistics.results import Findings, Number, to_parts
from sim.study.comparison import Compared, Numbers
from sim.study.plan import Plan, Planned
from sim.study.store import FORMAT
from sim.work.task import Failure

if TYPE_CHECKING:
    import xarray

TABLE, CSV, DATASET = "table.parquet", "table.csv", "dataset.zarr"
Found = Sequence[tuple[Planned, Findings]]


def rows(plan: Plan, found: Found) -> Iterator[dict[str, Any]]:
    """A row for every number of every run, pair and group."""
    axes = [name for name, _ in plan.study.grid.axes] if plan.study.grid else []
    for planned, findings in found:
        first = planned.task.runs[0]
        cell = dict(plan.cells[first.name].at) if first.name in plan.cells else {}
        about = {
            "measure": planned.use.name,
            "of": planned.use.measure.of,
            "subjects": " | ".join(run.name for run in planned.task.runs),
            "group": " | ".join(planned.between or (first.group,)),
            "seed": first.seed,
            **{axis: cell.get(axis) for axis in axes},
        }
        for slot, result in findings.items():
            if isinstance(result, Number):
                numbers = {"value": result.value, "low": result.low, "high": result.high, "sample": result.sample}
                words = {"detail": result.detail, "note": result.note, "doubtful": result.doubtful}
                yield {**about, "slot": slot, "quantity": result.quantity, **numbers, **words}


def write_table(plan: Plan, found: Found, out: Path, *, csv: bool = False) -> None:
    """Write the tidy table as Parquet, and as CSV where asked for."""
    import pyarrow
    import pyarrow.csv
    import pyarrow.parquet

    table = pyarrow.Table.from_pylist(list(rows(plan, found)))
    with replacing(out / TABLE, overwrite=True) as temporary:
        pyarrow.parquet.write_table(table, temporary)
    if csv:
        with replacing(out / CSV, overwrite=True) as temporary:
            pyarrow.csv.write_csv(table, temporary)


def dataset(plan: Plan, found: Found) -> "xarray.Dataset":
    """The numbers of runs, a variable for each "use.slot", with a dimension for each axis of the grid and for seeds.

    Runs that were given have the dimensions method and seed.
    """
    import xarray

    runs = plan.runs
    places = {run.name: (*_at(plan, run.name, run.group), run.seed) for run in runs}
    names = [name for name, _ in plan.study.grid.axes] if plan.study.grid else ["method"]
    dims = [*names, "seed"]
    coordinates = {dim: list(dict.fromkeys(place[at] for place in places.values())) for at, dim in enumerate(dims)}
    shape = tuple(len(each) for each in coordinates.values())
    variables: dict[str, Any] = {}
    for planned, findings in found:
        if planned.use.measure.of != "run":
            continue
        place = places[planned.task.runs[0].name]
        index = tuple(coordinates[dim].index(value) for dim, value in zip(dims, place, strict=True))
        for slot, result in findings.items():
            if isinstance(result, Number):
                key = f"{planned.use.name}.{slot}"
                quantity = planned.use.measure.quantities[result.quantity]
                about = {"units": quantity.unit, "long_name": quantity.name, "definition": quantity.text}
                _, values, _ = variables.setdefault(key, (dims, np.full(shape, np.nan), about))
                values[index] = np.nan if result.value is None else result.value
    named = {dim: _texts(values) for dim, values in coordinates.items()}
    return xarray.Dataset(variables, named, {"study": plan.study.name, **provenance()})


def _texts(values: list[Any]) -> Any:
    """Values of a coordinate; texts as numpy's own, of any length, as zarr has no standard for others."""
    return np.array(values, np.dtypes.StringDType()) if any(isinstance(each, str) for each in values) else values


def _at(plan: Plan, name: str, group: str) -> tuple[Any, ...]:
    return tuple(value for _, value in plan.cells[name].at) if plan.cells else (group,)


def write_dataset(plan: Plan, found: Found, out: Path) -> None:
    """Write the dataset as zarr."""
    from zarr.errors import UnstableSpecificationWarning

    with explain_write_errors(out / DATASET), warnings.catch_warnings():
        # texts are stored as zarr and xarray both read them today, though not yet by a standard
        warnings.simplefilter("ignore", UnstableSpecificationWarning)
        dataset(plan, found).to_zarr(out / DATASET, mode="w", zarr_format=3, consolidated=False)


def numbers_json(plan: Plan, found: Found, compared: Compared, failures: Sequence[Failure]) -> dict[str, Any]:
    """All numbers with their definitions, as numbers.json has them."""
    entries, definitions = [], {}
    for planned, findings in found:
        numbers = {slot: result for slot, result in findings.items() if isinstance(result, Number)}
        entries.append(
            {
                "measure": planned.use.name,
                "subjects": [run.name for run in planned.task.runs],
                "between": list(planned.between) if planned.between else None,
                "numbers": to_parts(numbers)[0],
            }
        )
        definitions[planned.use.name] = {
            key: {**asdict(each), "text": each.text} for key, each in planned.use.measure.quantities.items()
        }
    return {
        "format": FORMAT,
        "study": plan.study.json(),
        "runs": {
            name: [{"name": run.name, "seed": run.seed, "folder": plan.folder(run)} for run in runs]
            for name, runs in plan.groups.items()
        },
        "results": entries,
        "groups": {name: _plainly(of) for name, of in compared.groups.items()},
        "between": {" | ".join(couple): _plainly(of) for couple, of in compared.between.items()},
        "differences": {" | ".join(couple): _plainly(of) for couple, of in compared.differences.items()},
        "improvements": {" | ".join(couple): _plainly(of) for couple, of in compared.improvements.items()},
        "correlations": _plainly(compared.correlations),
        "claims": [asdict(decision) for decision in compared.decisions],
        "failures": [asdict(failure) for failure in failures],
        "definitions": definitions,
        "made_by": provenance(),
    }


def _plainly(numbers: Mapping[str, Any] | Numbers) -> dict[str, Any]:
    return to_parts(numbers)[0]

"""A study's numbers as tables: a tidy table, a dataset with a dimension for each axis of the grid, and JSON."""

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.errors import UserError
from agents.files import explain_write_errors
from agents.reading import content_digest, one_line
from agents.replacement import replacing
from sim.provenance import provenance
from sim.statistics.results import Number, to_parts
from sim.study.comparison import Compared, Couple, Numbers
from sim.study.dataset_seal import NAME, seal_dataset
from sim.study.grouping import Results
from sim.study.json_seal import SEAL
from sim.study.plan import Plan
from sim.study.store import FORMAT
from sim.work.task import Failure

if TYPE_CHECKING:
    import pyarrow
    import xarray

TABLE, CSV, DATASET = "table.parquet", "table.csv", "dataset.zarr"
SCHEMA = b"ARROW:schema"


def rows(plan: Plan, results: Results) -> Iterator[dict[str, Any]]:
    """A row for every number of every run, pair and group."""
    for measurement, findings in results:
        first = measurement.task.runs[0]
        about = {
            "measure": measurement.use.name,
            "of": measurement.use.measure.of,
            "subjects": " | ".join(run.name for run in measurement.task.runs),
            "group": " | ".join(measurement.between or (first.group,)),
            "seed": first.seed,
            **(dict(plan.cells[first.name].at) if plan.cells else {}),
        }
        for slot, result in findings.items():
            if isinstance(result, Number):
                numbers = {"value": result.value, "low": result.low, "high": result.high, "sample": result.sample}
                texts = {"detail": result.detail, "note": result.note, "doubtful": result.doubtful}
                yield {**about, "slot": slot, "quantity": result.quantity, **numbers, **texts}


def write_table(plan: Plan, results: Results, out: Path, *, csv: bool = False) -> None:
    """Write the tidy table as Parquet, and as CSV if asked for."""
    import pyarrow
    import pyarrow.csv
    import pyarrow.parquet

    table = pyarrow.Table.from_pylist(list(rows(plan, results)))
    table = table.replace_schema_metadata({SEAL: _digest(table)})
    with replacing(out / TABLE, overwrite=True) as temporary:
        pyarrow.parquet.write_table(table, temporary, write_page_checksum=True)
    if csv:
        with replacing(out / CSV, overwrite=True) as temporary:
            pyarrow.csv.write_csv(table, temporary)


def read_table(path: Path) -> "pyarrow.Table":
    """The table of a Parquet file, after checking its seal, which older versions did not write. Raises UserError."""
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path, page_checksum_verification=True) as file:
            table, written = file.read(), file.metadata.metadata or {}
        problem = "its digest differs"
        whole = SCHEMA in written  # pyarrow writes it beside the seal, so that without it the seal may be lost
        if whole and (table.schema.metadata or {}).get(SEAL.encode(), found := _digest(table).encode()) == found:
            return table
    except (pyarrow.ArrowException, OSError, ValueError, TypeError) as error:
        problem = one_line(error)
    raise UserError(f"{path} is damaged ({problem}); conduct the study again")


def csv_bytes(table: "pyarrow.Table") -> bytes:
    """The bytes of the CSV file of a table."""
    import pyarrow
    import pyarrow.csv

    stream = pyarrow.BufferOutputStream()
    pyarrow.csv.write_csv(table, stream)
    return bytes(stream.getvalue())


def _digest(table: "pyarrow.Table") -> str:
    """The digest of the columns of a table and their names; Parquet's checksums leave the names out."""
    return content_digest(json.dumps([table.column_names, table.to_pydict()]).encode())


def dataset(plan: Plan, results: Results) -> "xarray.Dataset":
    """The numbers of runs: a variable for each "use.slot", with a dimension for each axis of the grid and for seeds.

    Given runs have the dimensions method and seed.
    """
    import xarray

    dims = [*(name for name, _ in plan.study.grid.axes), "seed"] if plan.study.grid else ["method", "seed"]
    places = {
        run.name: (*([value for _, value in plan.cells[run.name].at] if plan.cells else [run.group]), run.seed)
        for run in plan.runs
    }
    coordinates = {dim: list(dict.fromkeys(place[at] for place in places.values())) for at, dim in enumerate(dims)}
    shape = tuple(map(len, coordinates.values()))
    variables: dict[str, Any] = {}
    for measurement, findings in results:
        if measurement.use.measure.of == "run":
            place = places[measurement.task.runs[0].name]
            index = tuple(coordinates[dim].index(value) for dim, value in zip(dims, place, strict=True))
            for slot, result in findings.items():
                if isinstance(result, Number):
                    quantity = measurement.use.measure.quantities[result.quantity]
                    about = {"units": quantity.unit, "long_name": quantity.name, "definition": quantity.text}
                    new = (dims, np.full(shape, np.nan), about)
                    _, values, _ = variables.setdefault(f"{measurement.use.name}.{slot}", new)
                    values[index] = np.nan if result.value is None else result.value
    named = {dim: _texts(values) for dim, values in coordinates.items()}
    return xarray.Dataset(variables, named, {NAME: plan.study.name, **provenance()})


def _texts(values: list[Any]) -> Any:
    """The values of a coordinate; texts as numpy's variable-length strings, which zarr and xarray can store."""
    return np.array(values, np.dtypes.StringDType()) if any(isinstance(each, str) for each in values) else values


def write_dataset(plan: Plan, results: Results, out: Path) -> None:
    """Write the dataset as zarr."""
    from zarr.errors import UnstableSpecificationWarning
    from zarr.storage import LocalStore

    with explain_write_errors(out / DATASET), warnings.catch_warnings():
        # zarr and xarray can both read these texts, but zarr's specification does not include them yet
        warnings.simplefilter("ignore", UnstableSpecificationWarning)
        store = LocalStore(out / DATASET)  # xarray takes a path with :: in it for an address
        dataset(plan, results).to_zarr(store, mode="w", zarr_format=3, consolidated=False)
        seal_dataset(out / DATASET)


def numbers_json(plan: Plan, results: Results, compared: Compared, failures: Sequence[Failure]) -> dict[str, Any]:
    """All numbers with their definitions, as numbers.json contains them."""
    entries, definitions = [], {}
    for measurement, findings in results:
        numbers = {slot: result for slot, result in findings.items() if isinstance(result, Number)}
        use = measurement.use
        entries.append(
            {
                "measure": use.name,
                "subjects": [run.name for run in measurement.task.runs],
                "between": list(measurement.between) if measurement.between else None,
                "numbers": to_parts(numbers)[0],
            }
        )
        definitions[use.name] = {
            key: {**asdict(quantity), "text": quantity.text} for key, quantity in use.measure.quantities.items()
        }
    return {
        "format": FORMAT,
        "study": plan.study.json(),
        "runs": {
            name: [{"name": run.name, "seed": run.seed, "folder": plan.folder(run)} for run in runs]
            for name, runs in plan.groups.items()
        },
        "results": entries,
        "groups": {name: to_parts(numbers)[0] for name, numbers in compared.groups.items()},
        "between": _by_couple(compared.between),
        "differences": _by_couple(compared.differences),
        "improvements": _by_couple(compared.improvements),
        "correlations": to_parts(compared.correlations)[0],
        "correlations_over_runs": to_parts(compared.over_runs)[0],
        "claims": [decision.json() for decision in compared.decisions],
        "failures": [asdict(failure) for failure in failures],
        "definitions": definitions,
        "made_by": provenance(),
    }


def _by_couple(numbers: Mapping[Couple, Numbers]) -> dict[str, Any]:
    return {" | ".join(couple): to_parts(some)[0] for couple, some in numbers.items()}

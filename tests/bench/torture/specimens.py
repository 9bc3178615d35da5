"""A file of every kind that is read, with what reads it."""

import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import tomli_w

from agents.engine.kernel_cache import read_sealed, write_sealed
from agents.errors import UserError
from agents.reading import content_digest
from render.animation import write_png
from render.page.report_debate import report_debate
from render.window.explore.bookmarks import Bookmarks
from render.window.explore.journey_film import read_journey
from render.window.explore.painting import ColourSettings
from render.window.explore.sighting import Sighting, read_sighting
from sim.landscape.field import open_field
from sim.landscape.spec import plan
from sim.landscape.sweep import sweep
from sim.learning.run import Run
from sim.study.debate import plan_debate
from sim.study.study_file import parse_study, read_study
from sim.values import from_toml, to_toml
from sim.work.executor import Serial
from tests.bench.torture.writers import (
    FILMS,
    FRAMES,
    ONE,
    PLACE,
    SPEC,
    STUDY,
    bookmark,
    conduct_study,
    film,
    share,
    sweep_run,
)
from tests.deaths import content
from tests.learners import tiny

STORED = Path(__file__).parents[2] / "stored/2026-11-28.tar.xz"
Reader = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Specimen:
    """A file, and the command line or the function that reads it."""

    path: Path
    words: tuple[str, ...] = ()
    reader: Reader | None = None
    alike: tuple[Path, ...] = ()
    """Files of the same kind, one of which may be damaged in its place."""
    last: bool = False
    """True if it is written last, so that a folder without it is unfinished, as `info` says."""
    alone: bool = False
    """True if another whole file in its place is no damage."""
    unsealed: bool = False
    """True if a person may write such a file, or an older version wrote it without a digest: its changes count not."""


def specimens(folder: Path) -> dict[str, Specimen]:
    """All specimens, by their kinds; they are made in an empty folder."""
    found: dict[str, Specimen] = {}
    for make in (_runs, _fields, _pictures, _pages, _studies, _windows, _texts, _older, _kernels):
        found |= dict(make(folder))
    return found


def _runs(folder: Path) -> Iterator[tuple[str, Specimen]]:
    """The files of a run, as `info` and as `evaluate` read them, and a genome by itself."""
    sweep_run(folder)
    run = folder / "run"
    for mazes in (1, 2):
        Run.open(run).record_opening({"mazes": mazes})
    about, play = _info(run), ("evaluate", str(run), "--mazes", "2", "--json", "--threads", "1")
    for name in content(run):
        yield f"runs: {name}", Specimen(run / name, about)
    for name in ("config.toml", "champion.safetensors", "ledger.jsonl"):
        yield f"runs: evaluate {name}", Specimen(run / name, play)
    genome = Path(shutil.copy(run / "champion.safetensors", folder / "genome.safetensors"))
    yield "runs: a genome", Specimen(genome, _info(genome), alone=True)


def _fields(folder: Path) -> Iterator[tuple[str, Specimen]]:
    """The files of a field, as `info` reads them, and its chunks, by their heights; and shards of another field."""
    field = folder / "f.zarr"
    spec = replace(SPEC, tour="mazes", frames=3)
    layers = sweep(plan(Run.open(folder / "run"), spec, machine=ONE), folder / "layers.zarr", machine=ONE, tile=3)

    def heights(path: Path) -> str:
        return content_digest(open_field(path).heights.tobytes())

    files = [path for path in sorted(field.rglob("*")) if path.is_file()]
    first, *others = (path for path in files if "pellets/c" in str(path))
    yield "fields: a chunk of pellets", Specimen(first, reader=lambda _: heights(field), alike=tuple(others))
    shard, *shards = sorted(path for path in layers.glob("pellets/c/**/*") if path.is_file())
    yield "fields: a shard of pellets", Specimen(shard, reader=lambda _: heights(layers), alike=tuple(shards))
    for path in files:
        if path not in (first, *others):
            yield f"fields: {path.relative_to(field)}", Specimen(path, _info(field))


def _pictures(folder: Path) -> Iterator[tuple[str, Specimen]]:
    """Films, and pictures: one with the place of an explorer, and a frame of a folder of frames."""
    for name in (*FILMS, "f.frames"):
        film(name, folder)
    write_png(FRAMES[3], folder / "f.png", {"made_from": json.dumps(Sighting(PLACE, ColourSettings()).table())})
    for name in (*FILMS, "f.png"):
        yield f"films, pictures: {name}", Specimen(folder / name, _info(folder / name), alone=True)
    frame = folder / "f.frames" / "frame_00002.png"
    yield "films, pictures: frame", Specimen(frame, _info(frame.parent), alone=True)


def _pages(folder: Path) -> Iterator[tuple[str, Specimen]]:
    """A shared page and a gallery."""
    (folder / "shared").mkdir()
    share(folder / "shared")
    for name in ("page.html", "gallery.html"):
        path = folder / "shared" / name
        yield f"pages, tables: shared/{name}", Specimen(path, _info(path), alone=True)


def _studies(folder: Path) -> Iterator[tuple[str, Specimen]]:
    """The files of a study and of a debate: by the description of the folder, or by that of the file."""
    from contextlib import chdir

    with chdir(folder):
        conduct_study(folder)
    debated = plan_debate([parse_study("01-tiny", STUDY)], folder / "debate")
    report_debate(debated, executor=Serial(ONE), csv=True)
    for name in ("study", "debate/01-tiny"):
        study = folder / name
        for path in [study / "study.json", study / "numbers.json"]:
            yield f"studies: {name}/{path.name}", Specimen(path, _info(study), last=path.name == "numbers.json")
        for file in ("index.html", "figure.svg", "table.parquet", "table.csv"):
            if (study / file).exists():
                yield f"pages, tables: {name}/{file}", Specimen(study / file, _info(study / file), alone=True)
    results = sorted((folder / "study/results").iterdir())
    yield from ((f"studies: a result{path.suffix}", Specimen(path, _info(folder / "study"))) for path in results[:2])
    dataset = folder / "study/dataset.zarr"
    for path in sorted(dataset.rglob("*"))[:400]:
        if path.is_file() and path.relative_to(dataset).parts[0] in ("zarr.json", "genome_norm.norm", "seed"):
            yield f"studies: dataset {path.relative_to(dataset)}", Specimen(path, _info(dataset))
    for file in ("study.json", "debate.json"):
        path = folder / "debate" / file
        yield f"studies: debate/{file}", Specimen(path, _info(folder / "debate"), last=file == "debate.json")
    page = folder / "debate/index.html"
    yield "pages, tables: debate/index.html", Specimen(page, _info(page), alone=True)


def _windows(folder: Path) -> Iterator[tuple[str, Specimen]]:
    """What windows leave: bookmarks, journeys, and pictures that hold a place."""
    bookmark(folder)
    journey = folder / "journey.json"
    journey.write_text(json.dumps({"run": str(folder / "run"), "journey": [PLACE.table(), PLACE.table()]}))
    readers: dict[str, Reader] = {
        "bookmarks.json": lambda path: Bookmarks.read(path).places,
        "journey.json": read_journey,
        "f.png": read_sighting,
    }
    for name, reader in readers.items():
        free = name != "f.png"  # JSON that a person may write
        yield f"windows: {name}", Specimen(folder / name, reader=reader, alone=True, unsealed=free)
        if free:
            yield f"windows: info {name}", Specimen(folder / name, _info(folder / name), alone=True, unsealed=True)


def _texts(folder: Path) -> Iterator[tuple[str, Specimen]]:
    """Files of settings, which people write."""
    config = folder / "settings.toml"
    config.write_text(to_toml(tiny("genetic")))
    study = folder / "written.toml"
    study.write_text(
        tomli_w.dumps({**STUDY, "quick": {"seeds": 1, "learn": {"generations": 1}}, "film": {"frames": 2}})
    )
    yield "settings: of evolve", Specimen(config, reader=_config, alone=True, unsealed=True)
    yield "settings: of a study", Specimen(study, reader=read_study, alone=True, unsealed=True)


def _older(folder: Path) -> Iterator[tuple[str, Specimen]]:
    """Files of older versions, which had no digests."""
    old = folder / "older"
    with tarfile.open(STORED) as file:
        file.extractall(old, filter="data")
    for name in ("comparison/comparison.json", "comparison/manifest.json", "methods/methods.json"):
        yield f"older: {name}", Specimen(old / name, _info((old / name).parent), unsealed=True)
    for name in ("film.mp4", "film.gif"):
        yield f"older: {name}", Specimen(old / name, _info(old / name), unsealed=True)
    chunk = next(path for path in sorted((old / "fields/mazes.zarr").rglob("c/**/*")) if path.is_file())
    yield "older: a chunk", Specimen(chunk, _info(old / "fields/mazes.zarr"), unsealed=True)
    run = old / "runs/evolve-0"
    for path in sorted(run.iterdir()):
        if path.is_file() and path.name != "lock":
            yield f"older: run {path.name}", Specimen(path, _info(run), unsealed=True)


def _kernels(folder: Path) -> Iterator[tuple[str, Specimen]]:
    """A file of the cache, as large as that of a small kernel."""

    def read(path: Path) -> str:
        data = read_sealed(path)
        if data is None:
            raise UserError("it is compiled anew")
        return content_digest(data)

    path = folder / "kernel"
    write_sealed(path, bytes(range(256)) * 80)
    yield "kernels: a file", Specimen(path, reader=read)


def _config(path: Path) -> object:
    return from_toml(type(tiny("genetic")), path)


def _info(path: Path) -> tuple[str, ...]:
    return ("info", str(path), "--json")

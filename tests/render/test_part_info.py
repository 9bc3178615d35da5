"""Every file in the folders that commands write is described, and damaged ones are refused in one line."""

import json
import os
import shutil
from collections import Counter
from contextlib import suppress

import pytest

from agents.errors import UserError
from render.info import info
from render.page.report_study import report_study
from render.part_info import belongs_to
from render.window.explore.bookmarks import Bookmarks
from render.window.explore.place import Place, Terrain
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.rollout.machine import Machine
from sim.study.plan import plan_runs
from sim.study.store import FORMAT, write_sealed_json
from sim.study.study_file import parse_study
from sim.study.tables import read_table
from tests.learners import tiny

ONE = Machine(1)
STUDY = {
    "title": "norms", "together": True,
    "section": [{"title": "Norms", "measures": [{"measure": "genome_norm"}, {"measure": "half_radius", "mazes": 2}]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with two runs, a field and a study."""
    folder = tmp_path_factory.mktemp("parts")
    for name in ("genetic", "cma"):
        learn(tiny(name), folder / name, machine=ONE)
    Run.open(folder / "genetic").record_opening({"mazes": 3})
    runs = [Run.open(folder / name) for name in ("genetic", "cma")]
    report_study(plan_runs(parse_study("norms", STUDY), runs, folder / "study"), machine=ONE, csv=True)
    spec = LandscapeSpec(frames=2, width=8, height=6, mazes=2)
    sweep(plan(runs[0], spec), folder / "f.zarr", machine=ONE, tile=4)
    return folder


def kinds(folder):
    return {str(path.relative_to(folder)): info(path)["kind"] for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_file_of_a_run_is_described(folder):
    found = kinds(folder / "genetic")
    assert found.pop("config.toml") == "settings of a run"
    assert found.pop("history.jsonl") == "history of a run"
    assert found.pop("ledger.jsonl") == "ledger of a run"
    assert found.pop("seal.json") == "seal"
    assert found.pop("manifest.json") == "run"
    assert found.pop("state.safetensors") == "checkpoint of a run"
    assert found.pop("lock") == "part of a run"
    assert {*found.values()} == {"genome"}
    assert info(folder / "genetic/ledger.jsonl")["newest"]["mazes"] == 3


def test_every_file_of_a_study_is_described(folder):
    found = kinds(folder / "study")
    counted = Counter(found.values())
    assert counted["result of a measurement"] == 4
    wanted = {
        "index.html": "page of a study",
        "numbers.json": "numbers of a study",
        "study.json": "manifest of a study",
        "table.parquet": "table",
        "table.csv": "table",
    }
    assert {name: found[name] for name in wanted} == wanted
    others = {name: kind for name, kind in found.items() if name not in wanted and kind != "result of a measurement"}
    assert {*others.values()} == {"part of a study"}
    assert all(name.startswith(("dataset.zarr/", "results/")) or name == "lock" for name in others)
    assert info(folder / "study/dataset.zarr")["kind"] == "dataset of a study"
    assert info(folder / "study/index.html")["title"].endswith(": norms")
    table, text = (info(folder / "study" / name) for name in ("table.parquet", "table.csv"))
    assert (table["rows"], table["columns"]) == (text["rows"], text["columns"])


def test_every_file_of_a_field_is_a_part_of_it(folder):
    assert {*kinds(folder / "f.zarr").values()} == {"part of a field"}
    assert belongs_to(folder / "f.zarr/pellets/zarr.json") == ("field", folder / "f.zarr")
    assert belongs_to(folder) is None


def test_bookmarks_and_journeys_are_described(tmp_path):
    bookmarks = Bookmarks.read(tmp_path / "bookmarks.json")
    bookmarks.set(Place(Terrain()))
    assert info(tmp_path / "bookmarks.json")["slots"] == ["1"]
    (tmp_path / "j.json").write_text(json.dumps({"run": "runs/a", "journey": [Place(Terrain()).table()] * 3}))
    found = info(tmp_path / "j.json")
    assert (found["kind"], found["run"], found["places"]) == ("journey", "runs/a", 3)


@pytest.mark.parametrize("name", ["index.html", "numbers.json", "study.json", "table.parquet"])
def test_damaged_files_of_a_study_are_refused(folder, tmp_path, name):
    shutil.copytree(folder / "study", tmp_path / "study")
    path = tmp_path / "study" / name
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UserError, match="is damaged") as caught:
        info(path)
    assert "\n" not in str(caught.value)


def changed(path, old, new):
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("index.html", b"</h1>", b"</h2>"),
        ("index.html", b"</html>", b"</html>more"),
        ("table.csv", b"genome_norm", b"genome_nurm"),
        ("table.parquet", b"subjects", b"subjerts"),
        ("dataset.zarr/zarr.json", b'"norms"', b'"nurms"'),
        ("dataset.zarr/genome_norm.norm/zarr.json", b"float64", b"float32"),
    ],
)
def test_a_changed_byte_in_a_file_of_a_study_is_found(folder, tmp_path, name, old, new):
    study = shutil.copytree(folder / "study", tmp_path / "study")
    changed(study / name, old, new)
    with pytest.raises(UserError, match="is damaged") as caught:
        info(study / "dataset.zarr" if "zarr" in name else study / name)
    assert "\n" not in str(caught.value)


def test_a_table_whose_end_is_spoiled_is_refused_wherever(folder, tmp_path):
    """Bytes of zero end the lists of a Parquet file's last part, so that rows and the seal may be gone together."""
    path = tmp_path / "table.parquet"
    whole, data = read_table(folder / "study/table.parquet"), (folder / "study/table.parquet").read_bytes()
    body, size, end = data[:-8], int.from_bytes(data[-8:-4], "little"), data[-8:]
    for at in range(len(body) - size, len(body)):
        path.write_bytes(body[:at] + bytes(min(16, len(body) - at)) + body[at + 16 :] + end)
        with suppress(UserError):
            assert read_table(path).equals(whole)


@pytest.mark.parametrize("damage", ["missing", "added", "pipe"])
def test_a_dataset_with_other_files_is_refused(folder, tmp_path, damage):
    dataset = shutil.copytree(folder / "study/dataset.zarr", tmp_path / "study/dataset.zarr")
    (tmp_path / "study/study.json").write_bytes((folder / "study/study.json").read_bytes())
    path = dataset / "genome_norm.norm/zarr.json"
    if damage != "added":
        path.unlink()
    if damage == "pipe":
        os.mkfifo(path)
    elif damage == "added":
        (dataset / "more").touch()
    with pytest.raises(UserError, match=r"damaged|regular"):
        info(dataset)


def test_a_dataset_that_lost_its_digest_is_refused(folder, tmp_path):
    """Its key became another word, by an exchange of bytes; older versions wrote no digest, and are known by that."""
    dataset = shutil.copytree(folder / "study/dataset.zarr", tmp_path / "study/dataset.zarr")
    (tmp_path / "study/study.json").write_bytes((folder / "study/study.json").read_bytes())
    path = dataset / "zarr.json"
    assert "note" not in info(dataset)
    path.write_bytes(path.read_bytes().replace(b'"seal"', b'"sea1"'))
    with pytest.raises(UserError, match="damaged"):
        info(dataset)


@pytest.mark.parametrize("form", ["foragescape-comparison-1", "foragescape-methods-1"])
@pytest.mark.parametrize("results", ["debate.json", "numbers.json"])
def test_a_manifest_to_which_the_results_do_not_belong_is_refused(tmp_path, form, results):
    write_sealed_json(tmp_path / "study.json", {"format": form})
    (tmp_path / results).write_text("{}")
    with pytest.raises(UserError, match=f"to which {results} does not belong"):
        info(tmp_path)


@pytest.mark.parametrize("name", ["debate", "another"])
def test_the_manifest_of_another_study_is_refused(folder, tmp_path, name):
    study = shutil.copytree(folder / "study", tmp_path / "study")
    write_sealed_json(study / "study.json", {"format": FORMAT, "study": name})
    with pytest.raises(UserError, match="its manifest is that of "):
        info(study)


def test_a_run_with_the_manifest_of_a_study_is_damaged(folder, tmp_path):
    run = shutil.copytree(folder / "genetic", tmp_path / "run")
    shutil.copy(folder / "study/study.json", run / "manifest.json")
    with pytest.raises(UserError, match="digest differs"):
        info(run)


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", "{}"), ("a.json", "[1]"), ("a.json", "{"), ("a.toml", ""), ("a.html", "<html>")]
)
def test_files_of_others_are_refused(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    with pytest.raises(UserError, match=name):
        info(tmp_path / name)


def test_a_folder_that_holds_runs_names_them(folder):
    with pytest.raises(UserError, match=r"describe what is in it: .*cma.*genetic"):
        info(folder)
    with pytest.raises(UserError, match=r"name a run in it: .*cma or .*genetic"):
        Run.open(folder)


@pytest.mark.parametrize(("beside", "kind"), [([], "page of a study"), (["debate.json"], "page of a debate")])
def test_pages_of_older_versions_are_known_by_what_is_beside_them(tmp_path, beside, kind):
    for name in ["study.json", *beside]:
        (tmp_path / name).write_text("{}")
    (tmp_path / "index.html").write_text("<title>Old\npage</title></html>")
    found = info(tmp_path / "index.html")
    assert (found["kind"], found["title"]) == (kind, "Old page")

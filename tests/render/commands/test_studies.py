"""The commands study, compare, methods and measure."""

import json
import shlex
from pathlib import Path

import pytest

from agents.errors import UserError
from render.commands.parsing import parse
from render.studies import names, shipped
from sim.known_measures import listing
from sim.study.study_file import read_study

GRID = """
title = "does memory pay?"
seeds = [0, 1]
[learn]
learner = "es"
generations = 2
mazes = 2
es.population = 4
validation = 4
hidden = 2
world.lifetime = 10
world.maze.size = 4
[grid]
"world.sight" = [0, 1]
[[section]]
title = "Pellets"
measures = [{ measure = "pellets_eaten", mazes = 4, repetitions = 1 }]
[[claim]]
text = "Foragers that see one cell eat more."
rule = "difference"
of = "pellets_eaten.share"
groups = ["world.sight 1", "world.sight 0"]
"""
MEASURE = '''
"""A measure from a folder of the person."""
from dataclasses import dataclass
from typing import ClassVar

from sim.measures import Quantity, RunMeasure
from sim.statistics.results import number


@dataclass(frozen=True, slots=True)
class LargestWeight(RunMeasure):
    """The largest weight."""

    power: int = 1

    quantities: ClassVar = {"largest": Quantity("largest weight", "The largest absolute weight.", "", "weights")}

    def episodes(self):
        return 0.0

    def compute(self, subject, ground, machine):
        largest = float(abs(subject.genome).max())
        return {"largest": number("largest", largest**self.power, sample=subject.genome.size)}
'''


def test_the_shipped_studies_can_be_read():
    assert {"compare", "methods"} <= set(names())
    assert [read_study(shipped(name)).name for name in names()] == names()


def test_settings_are_toml_values_or_texts():
    words = ["uncertainty.radii=[0.1, 0.5]", "film.mazes=3", "uncertainty.others=false", "aligned_distance.unit=mean"]
    options = [part for word in words for part in ("--set", word)]
    found = dict(parse(["compare", "a", "b", "--out", "c", "--seed", "4", *options]).changed())
    assert found == {
        "seed": 4, "uncertainty.radii": [0.1, 0.5], "film.mazes": 3, "uncertainty.others": False,
        "aligned_distance.unit": "mean",
    }  # fmt: skip
    study = read_study(shipped("compare"), quick=True, changes=found)
    assert (study.seed, study.film.mazes) == (4, 3)
    assert study.use_of("uncertainty.x").measure.radii == (0.1, 0.5)


def test_a_setting_without_a_value_is_refused():
    with pytest.raises(UserError, match=r"--set takes KEY=VALUE, got 'film'"):
        dict(parse(["methods", "a", "--out", "c", "--set", "film"]).changed())


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "one run", "other"],
        ["compare", "one run", "other", "--quick"],
        ["methods", "one run", "other", "--seed", "0", "--config", "my study.toml"],
        ["study", "my study.toml", "--set", "a.b=[1, 2]", "--set", "c.d='x y'", "--quick"],
        ["study", "compare", "--runs", "one run", "--runs", "other"],
    ],
)
def test_the_command_on_a_page_repeats_the_study(words):
    command = parse([*words, "--out", "my out"])
    assert parse(shlex.split(shlex.join(command.words()))) == command


def test_a_study_learns_measures_and_decides_its_claim(here, door):
    Path("memory.toml").write_text(GRID)
    code, out, _ = door("study", "memory.toml", "--out", "s", "--dry-run", "--json")
    assert code == 0
    assert json.loads(out) | {"hours": 0} == {"runs": 4, "tasks": 8, "done": 0, "hours": 0}
    assert not Path("s").exists()
    code, out, _ = door("study", "memory.toml", "--out", "s", "--json", "--csv")
    assert code == 0
    made = json.loads(out)
    page = Path(made["page"]).read_text()
    assert "does memory pay?" in page.lower() or "Does memory pay?" in page
    assert "Foragers that see one cell eat more." in page
    numbers = json.loads(Path(made["numbers"]).read_text())
    assert {claim["verdict"] for claim in numbers["claims"]} <= {"supported", "contradicted", "not told apart"}
    assert len(Path("s/table.csv").read_text().splitlines()) > 8
    code, out, _ = door("info", "s", "--json")
    assert json.loads(out)["complete"] is True


def test_shards_share_a_study(here, door):
    Path("memory.toml").write_text(GRID)
    for index in (0, 1):
        assert door("study", "memory.toml", "--out", "s", "--shard", f"{index}/2")[0] == 0
    assert len(list(Path("s/runs").iterdir())) == 4
    assert json.loads(door("info", "s", "--json")[1])["complete"] is False
    assert json.loads(door("study", "memory.toml", "--out", "s", "--dry-run", "--json")[1])["done"] == 8
    assert door("study", "memory.toml", "--out", "s")[0] == 0
    assert door("study", "memory.toml", "--out", "whole")[0] == 0
    together, alone = (json.loads(Path(name, "numbers.json").read_text()) for name in ("s", "whole"))
    assert together["runs"] == alone["runs"]


def test_a_measure_from_another_folder_is_listed_and_used(here, door, monkeypatch):
    Path("mine").mkdir()
    Path("mine/largest_weight.py").write_text(MEASURE)
    monkeypatch.setenv("FORAGESCAPE_MEASURES", str(Path("mine").resolve()))
    code, out, _ = door("measure", "--list", "--json")
    assert code == 0
    assert json.loads(out)["largest_weight"] == "of a run: The largest weight"
    code, out, _ = door("measure", "run", "other", "--measure", "largest_weight", "--set", "power=2", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["measure"] == {"measure": "largest_weight", "power": 2}
    assert all(found[name]["largest"]["value"] > 0 for name in found if name != "measure")


def test_every_measure_says_what_it_is_in_one_line(door):
    for words in ((), *(("--measure", name) for name in listing())):
        code, out, _ = door("measure", "--list", *words)
        assert code == 0
        assert "\\n" not in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["study", "absent", "--out", "s"],
            "there is no study absent; name a TOML file, or one of compare, demo, methods",
        ),
        (["measure", "run"], "name runs or a field, and a measure with --measure"),
        (["measure", "run", "--measure", "pellets_eatn"], "did you mean pellets_eaten?"),
        (["measure", "run", "--measure", "pellets_difference"], "is of a pair, so name 2 runs or more, got 1"),
    ],
)
def test_wrong_studies_and_measures_are_refused_in_one_line(here, door, words, message):
    code, _, error = door(*words)
    assert code == 2
    assert message in error

"""A tiny study of three stored runs, really conducted; studies of groups and grids, with planted values."""

import shutil
import tarfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.learning.run import Run
from sim.rollout.machine import Machine
from sim.statistics import groups as statistics
from sim.statistics.results import Curve, Histogram, number
from sim.study.comparison import compare
from sim.study.conduct import Conducted, collect, conduct
from sim.study.grid import Cell
from sim.study.pairing import ring
from sim.study.plan import Measurement, Plan, plan_runs
from sim.study.study_file import parse_study
from sim.study.tasks import MeasureTask, RunReference
from sim.world.rules import World

STORED = Path(__file__).parents[2] / "stored/2026-11-28.tar.xz"
ONE = Machine(1)
TABLE = {
    "title": "where <they> learned", "text": "Single runs.", "seed": 5, "pairs": "first", "together": True,
    "highlights": [
        "pellets_eaten.share", "uncertainty.uncertainty_0.3", "learning_curves.nearly_steps",
        "pellets_difference.difference", "response_similarity.cka_outputs_1",
    ],
    "section": [
        {"title": "One by one", "text": "Each & every.", "measures": [
            {"measure": "learning_curves"}, {"measure": "pellets_eaten", "mazes": 8, "repetitions": 1},
            {"measure": "landscape_around", "side": 16, "mazes": 2},
            {"measure": "uncertainty", "radii": [0.3], "pairs": 1024, "mazes": 2, "lifetimes": [10]},
            {"measure": "half_radius", "directions": 10, "mazes": 2},
        ]},
        {"title": "Two by two", "measures": [
            {"measure": "pellets_difference", "mazes": 8, "repetitions": 1},
            {"measure": "learning_paths", "side": 16, "mazes": 2},
            {"measure": "response_similarity", "recorded": 1},
        ]},
    ],
    "film": {"frames": 3, "side": 16, "mazes": 2, "seconds": 0.4},
}  # fmt: skip
GRID = {
    "title": "what helps", "pairs": "ring", "target": "pellets_eaten.share",
    "highlights": ["pellets_eaten.share", "half_radius.half_radius", "line_barrier.barrier"],
    "section": [
        {"title": "Runs", "measures": [
            {"measure": "pellets_eaten"}, {"measure": "half_radius"}, {"measure": "learning_curves"}]},
        {"title": "Pairs", "measures": [{"measure": "line_barrier"}]},
    ],
}  # fmt: skip


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Three runs, one of each method; the first in a folder whose name is no HTML."""
    folder = tmp_path_factory.mktemp("page")
    with tarfile.open(STORED) as file:
        file.extractall(folder, filter="data")
    shutil.move(folder / "runs/evolve-0", folder / "runs/a <b> & c")
    return [Run.open(folder / "runs" / name) for name in ("a <b> & c", "imitate-0", "reinforce-0")]


@pytest.fixture(scope="session")
def plan(runs, tmp_path_factory):
    return plan_runs(parse_study("three", TABLE), runs, tmp_path_factory.mktemp("study") / "out")


@pytest.fixture(scope="session")
def made(plan):
    """The study of three runs, conducted."""
    return conduct(plan, executor=None, progress=None) and collect(plan, [])


@pytest.fixture(autouse=True, scope="module")
def few():
    """Fewer resamples."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics, "RESAMPLES", 400)
        yield


def planted(axes, *, seeds=6, shift=20.0, claims=(), **more):
    """A study of a grid whose cells eat `shift` more for each step along every axis, with noise of 1."""
    table = {**GRID, "grid": axes, "seeds": seeds, **more}
    study = parse_study("grid", table)
    runs, cells = [], {}
    for cell in study.grid.cells():
        axes_of_groups = study.design.group or dict(cell.at)
        group = Cell(tuple(each for each in cell.at if each[0] in axes_of_groups), cell.settings).name
        for seed in study.grid.seeds:
            name = f"{cell.name}, seed {seed}"
            runs.append(RunReference(Path("runs", name), name, group, seed, name, name))
            cells[name] = cell
    if claims:
        study = parse_study("grid", {**table, "claim": list(claims)})
    return invented(study, runs, cells, lambda name: shift * sum(axes[key].index(at) for key, at in cells[name].at))


def given(names, *, each=6, shift=20.0):
    """A study of several runs of some methods each; those of the first method eat `shift` more."""
    study = parse_study("given", {**GRID, "across": True})
    runs = [
        RunReference(Path("runs", f"{name} {at}"), f"{name} {at}", name, at, name, name)
        for name in names
        for at in range(each)
    ]
    return invented(study, runs, {}, lambda name: shift * name.startswith(names[0]))


def invented(study, runs, cells, more):
    """The results of such runs: random values, increased by what the function `more` returns for the run's name."""
    rng, evaluation_set, results = generator(4, "test/page"), EvaluationSet(World(), study.seed, 0), []
    plan = Plan(study, Path("out"), tuple(runs), cells, ())

    def measure(use, group, between=None):
        value = sum(more(run.name) for run in group) / len(group) + float(rng.standard_normal())
        bounds = (value - 1, value + 1)
        findings = {
            "pellets_eaten": {
                "share": number("share", 50 + value, bounds, sample=8),
                "by_maze": Histogram("by_maze", 50 + value + rng.standard_normal(8)),
            },
            "half_radius": {"half_radius": number("half_radius", float(rng.standard_normal()), bounds, sample=8)},
            "learning_curves": {"eaten": Curve("eaten", *(rng.random((2, 5)) + 1), detail="while learning")},
            "line_barrier": {"barrier": number("barrier", 100 - value, bounds, sample=8)},
        }[use.name]
        task = MeasureTask(Path("out"), use.measure, tuple(group), evaluation_set)
        results.append((Measurement(use, task, between), findings))

    for use in study.uses:
        for several in plan.groups.values():
            for group in ring(several) if use.measure.of == "pair" else [(run,) for run in several]:
                measure(use, group)
        if study.design.across and use.measure.of == "pair":
            (one, first), (other, second), *_ = plan.groups.items()
            for pair in zip(first, [*second[1:], second[0]], strict=True):
                measure(use, pair, (one, other))
    plan = replace(plan, measurements=tuple(measurement for measurement, _ in results))
    return Conducted(plan, tuple(results), compare(plan, results), ())


class Reader(HTMLParser):
    """Elements with their attributes and the text inside them; and how deep elements are left open."""

    VOID = ("meta", "img", "br", "link", "input")

    def __init__(self, html):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append({"tag": tag, "text": "", **dict(attributes)})
        if tag not in self.VOID:
            self.open.append((tag, self.elements[-1]))

    def handle_startendtag(self, tag, attributes):
        self.elements.append({"tag": tag, "text": "", **dict(attributes)})

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for _, element in self.open:
            element["text"] += data

    def all(self, tag):
        return [element for element in self.elements if element["tag"] == tag]

"""Learning runs: whatever stops them, they end in the same bits."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from agents.errors import UserError
from agents.optimisers.cma_es import CMAConfig
from agents.optimisers.genetic import GeneticConfig
from agents.optimisers.openai_es import OpenAIESConfig
from sim.learning.evolution import EvolutionConfig, evolve
from sim.learning.run import Run
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World
from tests.deaths import Killed, content, dies, kill_amid

OPTIMISERS = ("es", "genetic", "cma")
TINY = EvolutionConfig(
    seed=3,
    generations=6,
    mazes=2,
    validation=4,
    checkpoint=2,
    hidden=4,
    world=World(maze=MazeConfig(size=4), lifetime=20),
    es=OpenAIESConfig(population=8),
    genetic=GeneticConfig(population=8, parents=4, elites=2),
    cma=CMAConfig(population=8),
)


def tiny(optimiser, **settings):
    return replace(TINY, optimiser=optimiser, **settings)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The content of runs that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    return {name: content(evolve(tiny(name), folder / name, machine=Machine(1)).path) for name in OPTIMISERS}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_run_is_a_function_of_its_config(tmp_path, whole, name):
    assert content(evolve(tiny(name), tmp_path / "run", machine=Machine(2)).path) == whole[name]
    other = content(evolve(tiny(name, seed=4), tmp_path / "other", machine=Machine(2)).path)
    assert all(other[file] != whole[name][file] for file in ("history.jsonl", "champion.safetensors"))


@pytest.mark.parametrize("error", [Killed, KeyboardInterrupt, UserError])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_run_that_was_stopped_between_generations_ends_the_same(tmp_path, whole, name, error):
    def stop(record):
        if record["generation"] == stop_at:
            raise error

    for stop_at in range(1, 7):
        path = tmp_path / str(stop_at)
        with pytest.raises(error):
            evolve(tiny(name), path, machine=Machine(1), progress=stop)
        assert content(evolve(tiny(name), path, machine=Machine(1)).path) == whole[name]


@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_run_that_was_killed_in_any_write_ends_the_same(tmp_path, monkeypatch, whole, name, call):
    for deaths in range(100):
        path = tmp_path / str(deaths)
        if not dies(monkeypatch, call, deaths, partial(evolve, tiny(name), path, machine=Machine(1))):
            break
        assert any(part.suffix == ".part" for part in path.rglob("*"))
        assert content(evolve(tiny(name), path, machine=Machine(1)).path) == whole[name], deaths
    assert content(path) == whole[name]
    assert deaths >= 7


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_process_that_was_killed_ends_the_same(tmp_path, name):
    config, path = tiny(name, generations=40, checkpoint=1), tmp_path / "run"
    kill_amid(evolve, config, tmp_path, path)
    assert 1 <= len(Run.open(path).history()) <= 30
    evolve(config, path, machine=Machine(1))
    assert content(path) == content(evolve(config, tmp_path / "whole", machine=Machine(1)).path)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_finished_run_trains_on(tmp_path, whole, name):
    path = evolve(tiny(name, generations=4), tmp_path / "run", machine=Machine(1)).path
    with pytest.raises(UserError, match="generations is 2 now and 4 there") as caught:
        evolve(tiny(name, generations=2), path, machine=Machine(1))
    assert "\n" not in str(caught.value)
    assert content(evolve(tiny(name), path, machine=Machine(1)).path) == whole[name]


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_run_that_ended_between_checkpoints_trains_on(tmp_path, whole, name):
    path = evolve(tiny(name, generations=3), tmp_path / "run", machine=Machine(1)).path
    evolve(tiny(name), path, machine=Machine(1))
    straight = [json.loads(line) for line in whole[name]["history.jsonl"].splitlines()]
    for record, expected in zip(Run.open(path).history(), straight, strict=True):
        assert [record[key] for key in ("best", "mean", "worst")] == [
            expected[key] for key in ("best", "mean", "worst")
        ]


def test_a_run_that_is_finished_is_left_alone(tmp_path):
    path = evolve(TINY, tmp_path / "run", machine=Machine(1)).path
    before = {file: file.stat().st_mtime_ns for file in path.rglob("*.*")}
    evolve(TINY, path, machine=Machine(1), progress=lambda record: pytest.fail("nothing was left to do"))
    assert {file: file.stat().st_mtime_ns for file in path.rglob("*.*")} == before


@pytest.mark.parametrize("loss", [Path.unlink, lambda file: file.write_bytes(file.read_bytes()[:-9])])
@pytest.mark.parametrize("name", ["history.jsonl", "champion.safetensors", "champions"])
def test_what_is_lost_is_written_again_from_the_checkpoint(tmp_path, whole, name, loss):
    path = evolve(TINY, tmp_path / "run", machine=Machine(1)).path
    loss(path / name if name != "champions" else max((path / name).iterdir()))
    assert content(path) != whole["es"]
    assert content(evolve(TINY, path, machine=Machine(1)).path) == whole["es"]


def test_fresh_starts_over(tmp_path, whole):
    path = evolve(replace(TINY, seed=9, checkpoint=1), tmp_path / "run", machine=Machine(1)).path
    Run.open(path).record_opening({"opened": "once"})
    (path / "notes.txt").write_text("mine")
    evolve(TINY, path, fresh=True, machine=Machine(1))
    ledger = b'{"opened": "once"}\n'  # the test mazes were seen, and stay so
    assert content(path) == {**whole["es"], "notes.txt": b"mine", "ledger.jsonl": ledger}


def test_a_run_that_was_killed_while_it_is_cleared_can_be_started_over(tmp_path, monkeypatch, whole):
    unlink = Path.unlink
    for after in range(5):
        path = evolve(replace(TINY, seed=9), tmp_path / str(after), machine=Machine(1)).path
        left = iter(range(after))

        def fatal(file, missing_ok=False, left=left):
            if next(left, None) is None:
                raise Killed
            unlink(file, missing_ok)

        monkeypatch.setattr(Path, "unlink", fatal)
        with pytest.raises(Killed):
            evolve(TINY, path, fresh=True, machine=Machine(1))
        monkeypatch.undo()
        if after < 4:
            with pytest.raises(UserError):
                evolve(TINY, path, machine=Machine(1))
        assert content(evolve(TINY, path, fresh=after < 4, machine=Machine(1)).path) == whole["es"]


def test_the_champion_is_the_best_on_the_validation_mazes(tmp_path):
    run = evolve(replace(TINY, generations=12, optimiser="genetic"), tmp_path / "run", machine=Machine(1))
    mazes = carve(TINY.world.maze, TINY.validation, seed=TINY.seed, split="validation")
    values = [play(c.weights[None], c.layout, mazes, TINY.world).mean() for c in run.champions()]
    records = {record["generation"]: record for record in run.history()}
    assert len(values) > 1
    assert values == sorted(set(values))
    assert run.champion().weights.tobytes() == run.champions()[-1].weights.tobytes()
    for champion, value in zip(run.champions(), values, strict=True):
        assert champion.provenance["validation_pellets"] == value
        assert records[champion.provenance["generation"]]["validation"] == value
        assert champion.provenance["method"] == "evolve (genetic)"
    assert [g for g, record in records.items() if "validation" in record] == [2, 4, 6, 8, 10, 12]


def test_a_champion_falls_only_to_a_better_one(tmp_path):
    poor = World(maze=MazeConfig(size=4, pellets=0), lifetime=20)  # one pellet: nearly all is a draw
    run = evolve(
        replace(TINY, generations=12, checkpoint=1, validation=1, world=poor), tmp_path / "run", machine=Machine(1)
    )
    values = [champion.provenance["validation_pellets"] for champion in run.champions()]
    assert values in ([0], [1], [0, 1])


def test_the_history_tells_what_the_population_ate(tmp_path):
    records = []
    evolve(replace(TINY, generations=1), tmp_path / "run", machine=Machine(1), progress=records.append)
    mazes = carve(TINY.world.maze, TINY.mazes, seed=TINY.seed, split="train")
    fitness = play(TINY.start().ask(), TINY.layout, mazes, TINY.world).mean(axis=1)
    (record,) = records
    assert record == Run.open(tmp_path / "run").history()[0]
    assert (record["generation"], record["best"], record["worst"]) == (1, fitness.max(), fitness.min())
    assert record["mean"] == pytest.approx(fitness.mean())


def test_every_generation_meets_fresh_training_mazes(tmp_path, monkeypatch):
    met = []

    def spy(genomes, layout, mazes, world, **rest):
        met.append((mazes.split, *mazes.indices.tolist()))
        return play(genomes, layout, mazes, world, **rest)

    monkeypatch.setattr("sim.learning.evolution.play", spy)
    monkeypatch.setattr("sim.learning.champion.play", spy)
    evolve(replace(TINY, generations=3, checkpoint=3), tmp_path / "run", machine=Machine(1))
    assert met == [("train", 0, 1), ("train", 2, 3), ("train", 4, 5), ("validation", 0, 1, 2, 3)]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"generations": 0}, "generations must be from 1 to 1000000000, got 0"),
        ({"mazes": 10**9}, "mazes must be from 1 to 65536, got 1000000000"),
        ({"seed": -1}, r"seed must be from 0 to 2\^64 - 1, got -1"),
        ({"seed": 2**64}, "seed must be from 0"),
        ({"optimiser": "adam"}, "optimiser must be one of es, genetic, cma, got 'adam'"),
        ({"hidden": 1}, "hidden must be from 2"),
    ],
)
def test_impossible_settings_are_refused(settings, said):
    with pytest.raises(UserError, match=said):
        EvolutionConfig(**settings)

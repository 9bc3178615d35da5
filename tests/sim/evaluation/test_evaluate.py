"""What a champion is worth."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from agents import genome
from agents.errors import UserError
from agents.optimisers.openai_es import OpenAIESConfig
from sim.evaluation import evaluate as evaluation
from sim.evaluation.evaluate import evaluate
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.learning.writable_run import writable_run
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import interval
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World
from tests.deaths import without_seal

TINY = EvolutionConfig(
    seed=3,
    generations=2,
    mazes=2,
    validation=4,
    checkpoint=2,
    hidden=4,
    world=World(maze=MazeConfig(size=5, pellets=0.5), lifetime=20),
    es=OpenAIESConfig(population=8, sigma=1.0),
)


@pytest.fixture
def run(tmp_path):
    return learn(TINY, tmp_path / "run", machine=Machine(1))


@pytest.mark.parametrize(
    ("split", "policy"), [("train", "greedy"), ("validation", "greedy"), ("test", "greedy"), ("test", "sampled")]
)
def test_it_says_what_the_episodes_say(run, split, policy):
    """Ablated episodes are those of the plain oracle that forgets before each step."""
    found = evaluate(run, split=split, mazes=6, policy=policy, machine=Machine(1))
    champion, mazes = run.champion(), carve(TINY.world.maze, 6, seed=3, split=split)

    def pellets(ablate):
        lives = (
            play_episode(champion.weights, champion.layout, mazes, maze, TINY.world, ablate=ablate, policy=policy)
            for maze in range(6)
        )
        return np.array([life.pellets for life in lives])

    eaten, ablated = pellets(False), pellets(True)
    assert not np.array_equal(eaten, ablated)
    assert (found.split, found.policy, found.mazes) == (split, policy, 6)
    assert (found.pellets_mean, found.ablated_mean) == (eaten.mean(), ablated.mean())
    there = 6 * TINY.world.maze.laid_pellets
    assert (found.pellets_share, found.ablated_share) == (eaten.sum() / there, ablated.sum() / there)
    assert found.difference_mean == (eaten - ablated).mean()
    assert found.difference_ci95 == tuple(interval(eaten - ablated, seed=3))
    assert found.difference_ci95[0] <= found.difference_mean <= found.difference_ci95[1]
    again = evaluate(run, split=split, mazes=6, policy=policy, machine=Machine(2))
    assert again == replace(found, openings=found.openings + (split == "test"))


def test_a_champion_without_memory_loses_nothing_by_ablation(run):
    champion = run.champion()
    for name, block in champion.layout.split(champion.weights).items():
        if name != "output":
            block[:, 1 : 1 + champion.layout.hidden] = 0
    without_seal(run.path)
    genome.save(run.path / "champion.safetensors", champion.weights, champion.layout, {})
    found = evaluate(run, split="validation", mazes=20, machine=Machine(1))
    assert found.pellets_mean == found.ablated_mean > 0
    assert (found.difference_mean, found.difference_ci95) == (0, (0, 0))


def test_only_the_test_split_opens_the_ledger_once_each_time(run):
    for split in ("train", "validation"):
        assert evaluate(run, split=split, mazes=2, machine=Machine(1)).openings == 0
    assert run.openings() == []
    for count in (1, 2):
        assert evaluate(run, split="test", mazes=2 + count, machine=Machine(1)).openings == count
        assert len(run.openings()) == count
    assert evaluate(run, split="validation", mazes=2, machine=Machine(1)).openings == 2
    entries = run.openings()
    assert [entry["mazes"] for entry in entries] == [3, 4]
    assert {entry["champion"] for entry in entries} == {run.champion().provenance["generation"]}
    assert all(entry["opened"].endswith("+00:00") for entry in entries)


def test_the_ledger_is_written_before_the_mazes_are_seen(run, monkeypatch):
    def fail(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluation, "carve", fail)
    with pytest.raises(KeyboardInterrupt):
        evaluate(run, split="test", mazes=2)
    assert len(run.openings()) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"mazes": 0}, "mazes must be from 1 to 65536, got 0"),
        ({"mazes": 10**9}, "mazes must be from 1 to 65536"),
        ({"split": "exam"}, "split must be one of train, validation, test, got 'exam'"),
    ],
)
def test_nothing_is_opened_for_impossible_evaluations(run, settings, said):
    with pytest.raises(UserError, match=said):
        evaluate(run, **{"split": "test", "mazes": 2, **settings})
    assert run.openings() == []


def test_a_champion_of_another_run_is_refused(run):
    layout = TINY.world.layout(hidden=5)
    genome.save(run.path / "champion.safetensors", np.ones(layout.size, np.float32), layout, {})
    with pytest.raises(UserError, match=r"champion\.safetensors is not the file that belongs to this run"):
        evaluate(run, split="test", mazes=2)
    without_seal(run.path)
    with pytest.raises(UserError, match="is elman with 5 hidden units, 5 inputs, its run evolves elman with 4"):
        evaluate(run, split="test", mazes=2)
    assert run.openings() == []


def test_a_run_without_champion_is_refused(tmp_path):
    with writable_run(tmp_path / "run", TINY) as run:
        pass
    with pytest.raises(UserError, match="has no champion yet"):
        evaluate(run, split="test")


def test_it_is_ready_for_json(run):
    found = evaluate(run, split="validation", mazes=3, machine=Machine(1))
    table = json.loads(json.dumps(asdict(found)))
    assert table["difference_ci95"] == list(found.difference_ci95)
    assert {type(value) for value in table.values()} == {str, int, float, list}

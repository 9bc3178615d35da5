"""Runs along gradients: the same folders as evolution's, resumed to the same bits."""

import json
from dataclasses import replace
from functools import partial

import pytest
import torch

from agents.errors import UserError
from sim.learning.imitate_config import ImitateConfig
from sim.learning.reinforce_config import ReinforceConfig
from sim.learning.run import Run
from sim.learning.setting import Setting
from sim.learning.train import start, train
from sim.learning.train_config import TrainConfig
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.values import from_toml
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World
from tests.deaths import Killed, content, dies, kill_amid

METHODS = ("imitate", "reinforce")
TINY = TrainConfig(
    seed=3,
    generations=6,
    validation=4,
    checkpoint=2,
    hidden=4,
    world=World(maze=MazeConfig(size=4), lifetime=20),
    imitate=ImitateConfig(mazes=4, updates=2, kept=2, batch=3),
    reinforce=ReinforceConfig(mazes=2, episodes=2),
)
FIRST, SECOND = Machine(1), Machine(2)


def tiny(method, **settings):
    return replace(TINY, method=method, **settings)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The content of runs that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    return {method: content(train(tiny(method), folder / method, machine=FIRST).path) for method in METHODS}


@pytest.fixture
def two_threads():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("method", METHODS)
def test_a_run_is_a_function_of_its_config(tmp_path, whole, two_threads, method):
    assert content(train(tiny(method), tmp_path / "run", machine=SECOND).path) == whole[method]
    assert torch.get_num_threads() == 2
    assert not torch.are_deterministic_algorithms_enabled()
    other = content(train(tiny(method, seed=4), tmp_path / "other", machine=FIRST).path)
    assert all(other[file] != whole[method][file] for file in ("history.jsonl", "champion.safetensors"))


@pytest.mark.parametrize("method", METHODS)
def test_a_run_that_was_stopped_between_updates_ends_the_same(tmp_path, whole, method):
    def stop(record):
        if record["generation"] == stop_at:
            raise Killed

    for stop_at in (1, 2, 3, 6):
        path = tmp_path / str(stop_at)
        with pytest.raises(Killed):
            train(tiny(method), path, machine=FIRST, progress=stop)
        assert content(train(tiny(method), path, machine=FIRST).path) == whole[method]


@pytest.mark.parametrize("kept", [1, 2])
def test_imitation_resumes_wherever_a_round_stands(tmp_path, kept):
    config = replace(TINY, generations=8, checkpoint=1, imitate=replace(TINY.imitate, updates=3, kept=kept))
    straight = content(train(config, tmp_path / "straight", machine=FIRST).path)
    for grown in range(1, 8):
        path = train(replace(config, generations=grown), tmp_path / str(grown), machine=FIRST).path
        assert content(train(config, path, machine=FIRST).path) == straight


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_run_that_was_killed_in_any_write_ends_the_same(tmp_path, monkeypatch, whole, method, call):
    for deaths in range(100):
        path = tmp_path / str(deaths)
        if not dies(monkeypatch, call, deaths, partial(train, tiny(method), path, machine=FIRST)):
            break
        assert content(train(tiny(method), path, machine=FIRST).path) == whole[method], deaths
    assert content(path) == whole[method]
    assert deaths >= 7


@pytest.mark.parametrize("method", METHODS)
def test_a_process_that_was_killed_ends_the_same(tmp_path, method):
    config, path = tiny(method, generations=40, checkpoint=1), tmp_path / "run"
    kill_amid(train, config, tmp_path, path)
    assert 1 <= len(Run.open(path).history()) <= 30
    train(config, path, machine=FIRST)
    assert content(path) == content(train(config, tmp_path / "whole", machine=FIRST).path)


@pytest.mark.parametrize("method", METHODS)
def test_a_finished_run_trains_on(tmp_path, whole, method):
    path = train(tiny(method, generations=4), tmp_path / "run", machine=FIRST).path
    with pytest.raises(UserError, match="generations is 2 now and 4 there"):
        train(tiny(method, generations=2), path, machine=FIRST)
    with pytest.raises(UserError, match="method is"):
        train(tiny(METHODS[method == "imitate"]), path, machine=FIRST)
    assert content(train(tiny(method), path, machine=FIRST).path) == whole[method]


@pytest.mark.parametrize("method", METHODS)
def test_the_champion_is_the_best_on_the_validation_mazes(tmp_path, method):
    run = train(tiny(method, generations=30), tmp_path / "run", machine=FIRST)
    mazes = carve(TINY.world.maze, TINY.validation, seed=TINY.seed, split="validation")
    values = [play(c.weights[None], c.layout, mazes, TINY.world).mean() for c in run.champions()]
    records = {record["generation"]: record for record in run.history()}
    assert values == sorted(set(values))
    assert run.champion().weights.tobytes() == run.champions()[-1].weights.tobytes()
    for champion, value in zip(run.champions(), values, strict=True):
        assert champion.provenance["validation_pellets"] == value
        assert records[champion.provenance["generation"]]["validation"] == value
        assert champion.provenance["method"] == method
    assert [g for g, record in records.items() if "validation" in record] == list(range(2, 31, 2))
    assert list(records) == list(range(1, 31))
    assert all(json.dumps(record) and "loss" in record for record in records.values())


def test_whoever_only_looks_needs_no_more_than_the_setting(tmp_path):
    run = train(TINY, tmp_path / "run", machine=FIRST)
    setting = run.setting()
    assert type(setting) is Setting
    assert (setting.seed, setting.layout, setting.world) == (TINY.seed, TINY.layout, TINY.world)
    assert from_toml(TrainConfig, run.path / "config.toml") == TINY


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: TrainConfig(method="adam"), "method must be one of imitate, reinforce, got 'adam'"),
        (lambda: TrainConfig(generations=0), "generations must be from 1 to 1000000000, got 0"),
        (lambda: TrainConfig(hidden=1), "hidden must be from 2"),
        (lambda: TrainConfig(world=World(lifetime=10_000)), "keeps at most 50000000 steps, .* is 163840000; lower"),
    ],
)
def test_impossible_settings_are_refused(make, said):
    with pytest.raises(UserError, match=said):
        make()


@pytest.mark.parametrize(("asked", "used"), [("cpu", "cpu"), ("auto", "cpu"), ("cuda", "cuda")])
@pytest.mark.parametrize(("method", "learner"), [("imitate", "imitate.Imitate"), ("reinforce", "reinforce.Reinforce")])
def test_gradients_leave_the_cpu_only_where_cuda_is_named(monkeypatch, method, learner, asked, used):
    """As they round otherwise on a GPU, it must not depend on the machine what a command learns."""
    monkeypatch.setattr("sim.rollout.gpu.available", lambda: True)
    monkeypatch.setattr(f"sim.learning.{learner}", lambda *arguments: arguments[-1])
    assert start(TrainConfig(method=method), Machine(device=asked)) == used


def test_a_missing_gpu_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr("sim.rollout.gpu.available", lambda: False)
    with pytest.raises(UserError, match="device cuda needs an NVIDIA GPU"):
        start(TrainConfig(), Machine(device="cuda"))

"""The loop of all learners: a run that was stopped and goes on ends with the same bits as one that was not."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from agents.errors import UserError
from sim.learning.learn import learn
from sim.learning.run import Run
from sim.learning.sealed_files import read_seal
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import carve
from tests.deaths import Killed, content, dies, kill_amid
from tests.learners import LEARNERS, tiny

every_learner = pytest.mark.parametrize("name", LEARNERS)
ONE, TWO = Machine(1), Machine(2)
LABELS = {"es": "evolve (es)", "genetic": "evolve (genetic)", "cma": "evolve (cma)"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The files of a run of each learner that was not stopped."""
    folder = tmp_path_factory.mktemp("whole")
    return {name: content(learn(tiny(name), folder / name, machine=ONE).path) for name in LEARNERS}


@pytest.fixture
def two_threads():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(threads)


@every_learner
def test_the_bits_of_a_run_depend_on_its_config_alone(tmp_path, whole, two_threads, name):
    assert content(learn(tiny(name), tmp_path / "run", machine=TWO).path) == whole[name]
    assert torch.get_num_threads() == 2
    assert not torch.are_deterministic_algorithms_enabled()
    other = content(learn(tiny(name, seed=4), tmp_path / "other", machine=TWO).path)
    assert all(other[file] != whole[name][file] for file in ("history.jsonl", "champion.safetensors"))


@every_learner
def test_a_run_that_was_stopped_between_generations_ends_with_the_same_bits(tmp_path, whole, name):
    def stop(record):
        if record["generation"] == stop_at:
            raise error

    for stop_at, error in enumerate(2 * [Killed, KeyboardInterrupt, UserError], 1):
        path = tmp_path / str(stop_at)
        with pytest.raises(error):
            learn(tiny(name), path, machine=ONE, progress=stop)
        assert content(learn(tiny(name), path, machine=ONE).path) == whole[name]


@pytest.mark.parametrize(
    ("name", "call"), [*((name, "replace") for name in LEARNERS), ("es", "fsync"), ("imitate", "fsync")]
)
def test_a_run_that_was_killed_in_any_write_ends_with_the_same_bits(tmp_path, monkeypatch, whole, name, call):
    for deaths in range(100):
        path = tmp_path / str(deaths)
        if not dies(monkeypatch, call, deaths, partial(learn, tiny(name), path, machine=ONE)):
            break
        assert any(part.suffix == ".part" for part in path.rglob("*"))
        assert content(learn(tiny(name), path, machine=ONE).path) == whole[name], deaths
    assert content(path) == whole[name]
    assert deaths >= 7


@pytest.mark.parametrize("name", ["es", "imitate"])  # without and with torch; the others die in the tests above
def test_a_run_whose_process_was_killed_ends_with_the_same_bits(tmp_path, name):
    config, path = tiny(name, {"generations": 40, "checkpoint": 1}), tmp_path / "run"
    kill_amid(config, tmp_path, path)
    assert 1 <= len(Run.open(path).history()) <= 30
    learn(config, path, machine=ONE)
    assert content(path) == content(learn(config, tmp_path / "whole", machine=ONE).path)


@every_learner
def test_a_finished_run_goes_on_for_more_generations(tmp_path, whole, name):
    path = learn(tiny(name, {"generations": 4}), tmp_path / "run", machine=ONE).path
    with pytest.raises(UserError, match="generations is 2 now and 4 there") as caught:
        learn(tiny(name, {"generations": 2}), path, machine=ONE)
    assert "\n" not in str(caught.value)
    assert content(learn(tiny(name), path, machine=ONE).path) == whole[name]


@every_learner
@pytest.mark.parametrize("ends", [(1,), (3,), (5,), (1, 3, 5)])
def test_a_run_that_ended_between_checkpoints_goes_on_to_the_same_bits(tmp_path, whole, name, ends):
    for end in ends:
        path = learn(tiny(name, {"generations": end}), tmp_path / "run", machine=ONE).path
        assert "validation" in Run.open(path).history()[-1]
        assert Run.open(path).champion().layout == tiny(name).layout
        before = content(path)
        learn(tiny(name, {"generations": end}), path, machine=ONE)
        assert content(path) == before
    assert content(learn(tiny(name), path, machine=ONE).path) == whole[name]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_going_on_between_checkpoints_is_survived_at_any_moment(tmp_path, monkeypatch, whole, call):
    for deaths in range(100):
        path = learn(tiny("es", {"generations": 3}), tmp_path / str(deaths), machine=ONE).path
        if not dies(monkeypatch, call, deaths, partial(learn, tiny("es"), path, machine=ONE)):
            break
        Run.open(path).check()
        assert content(learn(tiny("es"), path, machine=ONE).path) == whole["es"]
    assert deaths > 5


def test_a_run_of_another_method_is_refused(tmp_path):
    path = learn(tiny("imitate"), tmp_path / "run", machine=ONE).path
    with pytest.raises(UserError, match="method is 'reinforce' now and 'imitate' there"):
        learn(replace(tiny("imitate"), method="reinforce"), path, machine=ONE)
    with pytest.raises(UserError, match=r"the learner of .*run is imitate"):
        learn(tiny("es"), path, machine=ONE)


@pytest.mark.parametrize("kept", [1, 2])
def test_imitation_goes_on_to_the_same_bits_in_the_middle_of_a_round(tmp_path, kept):
    config = tiny("imitate", {"generations": 8, "checkpoint": 1, "imitate.updates": 3, "imitate.kept": kept})
    straight = content(learn(config, tmp_path / "straight", machine=ONE).path)
    for grown in range(1, 8):
        path = learn(replace(config, generations=grown), tmp_path / str(grown), machine=ONE).path
        assert content(learn(config, path, machine=ONE).path) == straight


@every_learner
def test_a_finished_run_is_not_written_again(tmp_path, name):
    path = learn(tiny(name), tmp_path / "run", machine=ONE).path
    before = {file: file.stat().st_mtime_ns for file in path.rglob("*.*")}
    learn(tiny(name), path, machine=ONE, progress=lambda record: pytest.fail("nothing was left to do"))
    assert {file: file.stat().st_mtime_ns for file in path.rglob("*.*")} == before


@pytest.mark.parametrize("loss", [Path.unlink, lambda file: file.write_bytes(file.read_bytes()[:-9])])
@pytest.mark.parametrize("file", ["history.jsonl", "champion.safetensors", "champions"])
@pytest.mark.parametrize("name", ["es", "imitate"])
def test_lost_and_damaged_files_are_written_again_from_the_checkpoint(tmp_path, whole, name, file, loss):
    path = learn(tiny(name), tmp_path / "run", machine=ONE).path
    loss(path / file if file != "champions" else max((path / file).iterdir()))
    assert content(path) != whole[name]
    assert content(learn(tiny(name), path, machine=ONE).path) == whole[name]


def test_fresh_starts_over_and_keeps_the_ledger_and_foreign_files(tmp_path, whole):
    path = learn(tiny("es", {"checkpoint": 1}, seed=9), tmp_path / "run", machine=ONE).path
    Run.open(path).record_opening({"opened": "once"})
    (path / "notes.txt").write_text("mine")
    learn(tiny("es"), path, fresh=True, machine=ONE)
    ledger = b'{"opened": "once", "previous": ""}\n'  # the ledger stays, because the test mazes were seen
    found = content(path)
    assert read_seal(path).openings == 1
    assert {**found, "seal.json": b""} == {
        **whole["es"],
        "seal.json": b"",
        "notes.txt": b"mine",
        "ledger.jsonl": ledger,
    }


def test_a_run_that_was_killed_while_its_files_were_deleted_can_be_started_over(tmp_path, monkeypatch, whole):
    unlink = Path.unlink
    for after in range(5):
        path = learn(tiny("es", seed=9), tmp_path / str(after), machine=ONE).path
        left = iter(range(after))

        def fatal(file, missing_ok=False, left=left):
            if next(left, None) is None:
                raise Killed
            unlink(file, missing_ok)

        monkeypatch.setattr(Path, "unlink", fatal)
        with pytest.raises(Killed):
            learn(tiny("es"), path, fresh=True, machine=ONE)
        monkeypatch.undo()
        try:
            learn(tiny("es"), path, machine=ONE)  # what was begun is ended first
        except UserError:  # the run is there still
            learn(tiny("es"), path, fresh=True, machine=ONE)
        assert content(path) == whole["es"]


@every_learner
def test_the_champion_is_the_best_on_the_validation_mazes(tmp_path, name):
    config = tiny(name, {"generations": 30})
    run = learn(config, tmp_path / "run", machine=ONE)
    mazes = carve(config.world.maze, config.validation, seed=config.seed, split="validation")
    values = [play(c.weights[None], c.layout, mazes, config.world).mean() for c in run.champions()]
    records = {record["generation"]: record for record in run.history()}
    assert values == sorted(set(values))
    assert run.champion().weights.tobytes() == run.champions()[-1].weights.tobytes()
    for champion, value in zip(run.champions(), values, strict=True):
        assert champion.provenance["validation_pellets"] == value
        assert records[champion.provenance["generation"]]["validation"] == value
        assert champion.provenance["method"] == config.label == LABELS.get(name, name)
    assert [g for g, record in records.items() if "validation" in record] == list(range(2, 31, 2))
    assert list(records) == list(range(1, 31))
    assert all(json.dumps(record) and "mean" in record for record in records.values())


def test_a_champion_is_replaced_only_by_a_better_one(tmp_path):
    nearly_all_draws = {"generations": 12, "checkpoint": 1, "validation": 1, "world.maze.pellets": 0.0}  # one pellet
    run = learn(tiny("es", nearly_all_draws), tmp_path / "run", machine=ONE)
    values = [champion.provenance["validation_pellets"] for champion in run.champions()]
    assert values in ([0], [1], [0, 1])


@every_learner
def test_progress_is_called_with_every_record(tmp_path, name):
    records = []
    run = learn(tiny(name), tmp_path / "run", machine=ONE, progress=records.append)
    assert records == run.history()


@every_learner
def test_a_learner_begins_with_the_initial_genome_of_its_config(name):
    config = tiny(name)
    begun = config.start(ONE)
    candidates = begun.candidates()
    assert any(np.array_equal(config.initial_genome(), one) for one in (*candidates, *_population(begun)))
    assert begun.generation == 0
    begun.update()
    assert begun.generation == 1


def _population(learner):
    return learner.population() if hasattr(learner, "population") else []


@every_learner
def test_the_last_champion_is_the_first_candidate_of_the_last_checkpoint(tmp_path, name):
    config = tiny(name, {"choose": "last", "generations": 12})
    run = learn(config, tmp_path / "run", machine=ONE)
    learner = config.start(ONE)
    expected, values = [], {}
    mazes = carve(config.world.maze, config.validation, seed=config.seed, split="validation")
    while learner.generation < 12:
        learner.update()
        if learner.generation % 2 == 0:
            expected.append(learner.candidates()[0])
            values[learner.generation] = play(expected[-1][None], config.layout, mazes, config.world).mean()
    changed = [one for at, one in enumerate(expected) if at == 0 or not np.array_equal(one, expected[at - 1])]
    np.testing.assert_array_equal(np.stack([one.weights for one in run.champions()]), np.stack(changed))
    np.testing.assert_array_equal(run.champion().weights, expected[-1])
    assert {r["generation"]: r["validation"] for r in run.history() if "validation" in r} == values
    assert run.champion().provenance["validation_pellets"] == values[12]
    assert run.setting().choose == "last"


@every_learner
def test_a_run_that_takes_the_last_champion_ends_with_the_same_bits_after_a_stop(tmp_path, name):
    config = tiny(name, {"choose": "last", "checkpoint": 1})
    whole = content(learn(config, tmp_path / "whole", machine=ONE).path)

    def stop(record):
        if record["generation"] == 4:
            raise Killed

    with pytest.raises(Killed):
        learn(config, tmp_path / "run", machine=ONE, progress=stop)
    assert content(learn(config, tmp_path / "run", machine=ONE).path) == whole

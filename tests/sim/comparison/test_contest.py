"""Contestants begin where their learning began, and meet mazes that none was chosen on."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from agents import genome
from agents.errors import UserError
from sim.comparison.contest import eaten, gather, losses, mean
from sim.imitation.gradient import cross_entropy
from sim.learning.learn import learn
from sim.learning.run import RunFolder
from sim.rollout import play
from sim.rollout.machine import CPU, Machine


def test_contestants_are_their_runs_champions(contest, runs):
    for contestant, run in zip(contest.contestants, runs, strict=True):
        champion = run.champion()
        assert np.array_equal(contestant.genome, champion.weights)
        assert contestant.generation == champion.provenance["generation"] == contestant.generations[-1]
        assert np.array_equal(contestant.path[-1].astype(np.float32), contestant.genome)
    assert [each.name for each in contest.contestants] == ["a evolve (es)", "b imitate"]


def test_learning_began_at_initial(contest, evolved_config, trained_config):
    evolved, trained = contest.contestants
    assert np.array_equal(evolved.initial.astype(np.float32), evolved_config.start().candidates()[0])
    assert np.array_equal(trained.initial.astype(np.float32), trained_config.start().candidates()[1])


def test_steps_are_counted(contest):
    evolved, trained = contest.contestants
    assert evolved.steps == evolved.generation * 16 * 2 * 20
    assert trained.steps == trained.generation * (4 + 4 // 2) * 20


def test_mazes_that_were_met_are_counted(contest, trained_config):
    evolved, trained = contest.contestants
    assert (evolved.history.mazes, evolved.history.validation) == (evolved.generation * 2, 4)
    learner = trained_config.start()
    for _ in range(trained.generation):
        learner.update()
    rounds = [episodes.identity["mazes"]["range"] for episodes, _ in learner._rounds]
    assert (trained.history.mazes, trained.history.validation) == (sum(rounds[-1]), 6)


def test_no_champion_was_chosen_on_these_mazes(contest):
    mazes = contest.mazes(3)
    assert (mazes.split, mazes.indices.tolist()) == ("validation", [6, 7, 8])
    assert contest.mazes(2, skip=1).indices.tolist() == [7, 8]
    assert contest.mazes(2, skip=1, split="train").indices.tolist() == [1, 2]


def test_pellets_are_those_of_play(contest):
    mazes = contest.mazes(5)
    counts = play(contest.genomes, contest.layout, mazes, contest.world)
    assert np.array_equal(eaten(contest, mazes, CPU)(contest.genomes), counts)
    assert np.array_equal(mean(eaten(contest, mazes, CPU))(contest.genomes), counts.mean(axis=1))
    short = eaten(contest, mazes, CPU, 5)(contest.genomes)
    assert (short <= 5).all()
    assert (short < counts).any()


def test_a_mean_does_not_depend_on_the_batch(contest):
    objective = mean(losses(contest, contest.teacher(contest.mazes(9)), Machine(1)))
    genomes = np.repeat(contest.genomes, 20, axis=0)
    assert np.array_equal(objective(genomes)[:1], objective(contest.genomes[:1]))


def test_the_loss_is_torchs(contest):
    brief = replace(contest, world=replace(contest.world, lifetime=40))
    lessons = brief.teacher(brief.mazes(4))
    assert lessons.labelled < 4 * 40  # what has no label costs nothing
    found = mean(losses(brief, lessons, CPU))(brief.genomes)
    expected = [float(cross_entropy(brief.layout, lessons)(torch.tensor(genome))) for genome in brief.genomes]
    assert found == pytest.approx(expected, rel=1e-5)


def test_names_differ(runs, tmp_path, evolved_config):
    other = learn(replace(evolved_config, seed=9), tmp_path / "a")
    names = [each.name for each in gather([*runs, other], seed=0, ties="left").contestants]
    assert names == ["a evolve (es) 1", "b imitate", "a evolve (es) 2"]


def test_what_cannot_be_compared_is_refused(runs, tmp_path, evolved_config):
    with pytest.raises(UserError, match="two runs or more, got 1"):
        gather(runs[:1], seed=0, ties="left")
    with pytest.raises(UserError, match="same champion"):
        gather([runs[0], runs[0]], seed=0, ties="left")
    larger = learn(replace(evolved_config, hidden=5), tmp_path / "larger")
    with pytest.raises(UserError, match="other networks"):
        gather([runs[0], larger], seed=0, ties="left")
    longer = learn(replace(evolved_config, world=replace(evolved_config.world, lifetime=40)), tmp_path / "longer")
    with pytest.raises(UserError, match="other worlds"):
        gather([runs[0], longer], seed=0, ties="left")


@pytest.mark.parametrize("name", ["champion.safetensors", "champions/000004.safetensors"])
@pytest.mark.parametrize("generation", [{}, {"generation": "many"}, {"generation": 0}])
def test_a_champion_of_no_generation_is_refused(runs, tmp_path, name, generation):
    run = RunFolder(shutil.copytree(runs[1].path, tmp_path / "b"))
    champion = genome.load(run.path / name)
    genome.save(run.path / name, champion.weights, champion.layout, {"method": "imitate", **generation})
    with pytest.raises(UserError, match="is of no generation"):
        gather([runs[0], run], seed=0, ties="left")

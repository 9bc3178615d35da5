import shutil

import numpy as np
import pytest

from agents import genome
from agents.errors import UserError
from agents.layout import Layout
from render.window.watch.roster import champion_at, champions, population
from sim.learning.run import Run
from sim.rollout import play
from sim.world.maze import carve
from tests.deaths import reseal


def test_champions_are_the_runs_oldest_first(watched):
    found = champions(watched)
    assert [each.generation for each in found] == sorted(int(p.stem) for p in (watched.path / "champions").iterdir())
    assert np.array_equal(found[-1].weights, watched.champion().weights)
    assert found[-1].pellets == watched.champion().provenance["validation_pellets"]
    assert all(each.champion for each in found)


def test_the_champion_at_a_generation_is_the_newest_until_then(watched):
    found = champions(watched)
    assert len(found) > 1  # else this test shows nothing
    assert champion_at(found, None) is found[-1]
    assert champion_at(found, 10**6) is found[-1]
    assert champion_at(found, found[1].generation) is found[1]
    assert champion_at(found, found[1].generation - 1) is found[0]
    with pytest.raises(UserError, match="generation 0, the first is of 1; choose generation 1"):
        champion_at(found, 0)


def test_the_populations_best_are_best_in_their_own_mazes(watched):
    config = watched.config()
    best = population(watched, 5)
    assert len(best) == 5
    assert {each.generation for each in best} == {config.generations}
    first = config.generations * config.mazes
    mazes = carve(config.world.maze, config.mazes, seed=config.seed, split="train", first=first)
    genomes = np.stack([each.weights for each in best])
    pellets = play(genomes, config.layout, mazes, config.world).mean(axis=1)
    assert [each.pellets for each in best] == pellets.tolist() == sorted(pellets, reverse=True)
    everyone = population(watched, 1000)
    assert len(everyone) == config.es.population
    assert [each.key for each in everyone[:5]] == [each.key for each in best]


def test_missing_files_and_other_layouts_are_refused(watched, tmp_path):
    path = tmp_path / "copy"
    shutil.copytree(watched.path, path)
    run = Run.open(path)
    genome.save(path / "champions" / "000099.safetensors", np.zeros(Layout().size, np.float32), Layout(), {})
    reseal(path)
    with pytest.raises(UserError, match="its run evolves"):
        champions(run)
    shutil.rmtree(path / "champions")
    reseal(path)
    with pytest.raises(UserError, match="champions is empty"):
        champions(run)
    (path / "state.safetensors").unlink()
    with pytest.raises(UserError, match=r"\S"):
        population(run, 3)
    shutil.rmtree(path)
    with pytest.raises(UserError, match="there is no run"):
        champions(run)

"""What a notebook may pass: runs, genomes, settings."""

from pathlib import Path

import numpy as np
import pytest

from agents.errors import UserError
from agents.genome import Genome
from agents.layout import Layout
from render.film import FilmConfig
from render.notebook.inputs import as_table, config_of, genome_of, run_of, split_settings
from render.video import VideoConfig
from sim.landscape.spec import LandscapeSpec
from sim.world.rules import World

LAYOUT = Layout(hidden=2)


def test_a_run_is_itself_or_in_a_folder(run, folder):
    assert run_of(run) is run
    for path in (folder, str(folder)):
        assert run_of(path).champion().weights.tobytes() == run.champion().weights.tobytes()
    with pytest.raises(UserError, match="there is no run nowhere"):
        run_of("nowhere")
    with pytest.raises(UserError, match="a run, or the path of its folder, was expected, got a int"):
        run_of(3)


def test_a_genome_is_a_vector_or_a_genome_with_its_layout():
    weights = np.ones(LAYOUT.size, np.float32)
    assert genome_of([1, 2], None)[0].dtype == np.float32
    found, layout = genome_of(Genome(weights, LAYOUT, {}), None)
    assert (found.tolist(), layout) == (weights.tolist(), LAYOUT)
    assert genome_of(weights, LAYOUT)[1] == LAYOUT
    for genome, layout, says in (
        (None, None, "pass genome, one vector of weights"),
        (np.ones((2, 3)), None, r"must be one vector of weights, got an array of shape \[2, 3\]"),
        (Genome(weights, LAYOUT, {}), Layout(hidden=3), "has a layout of its own"),
    ):
        with pytest.raises(UserError, match=says):
            genome_of(genome, layout)


def test_values_become_what_toml_has():
    given = {"world": World(sight=3), "a": (1, np.float64(2.5)), "b": Path("x"), "c": None, "d": np.arange(2), "e": "t"}
    found = as_table(given)
    assert found["world"]["sight"] == 3
    assert found["world"]["maze"]["size"] == 10
    assert {name: found[name] for name in "abde"} == {"a": [1, 2.5], "b": "x", "d": [0, 1], "e": "t"}
    assert "c" not in found
    assert config_of(World, found["world"]) == World(sight=3)


def test_settings_are_shared_out():
    given = {"tour": "turn", "palette": "mako", "fps": 5, "mazes": 2}
    found = split_settings(given, LandscapeSpec, FilmConfig, VideoConfig)
    assert found == [{"tour": "turn", "mazes": 2}, {"palette": "mako"}, {"fps": 5}]
    with pytest.raises(UserError, match="there is no setting pallete; did you mean palette"):
        split_settings({"pallete": "mako"}, LandscapeSpec, FilmConfig, VideoConfig)
    with pytest.raises(UserError, match="there is no setting zzz; known are tour, "):
        split_settings({"zzz": 1}, LandscapeSpec, FilmConfig)

"""The commands of studies that ship: what changes them, and the words that repeat them."""

import shlex
from pathlib import Path

import pytest

import foragescape
from agents.errors import UserError
from render.studies import shipped
from sim.study.study_file import read_study


def parsed(*words):
    return foragescape.parse(words)


@pytest.mark.parametrize("name", ["compare", "methods"])
def test_there_is_a_study_for_each_command(name):
    assert read_study(shipped(name)).name == name


def test_settings_are_values_of_toml_or_else_texts():
    words = ["uncertainty.radii=[0.1, 0.5]", "film.mazes=3", "uncertainty.controls=false", "aligned_distance.unit=mean"]
    command = parsed(
        "compare", "a", "b", "--out", "c", "--seed", "4", *(part for word in words for part in ("--set", word))
    )
    found = dict(command._changes())
    assert found == {
        "seed": 4, "uncertainty.radii": [0.1, 0.5], "film.mazes": 3, "uncertainty.controls": False,
        "aligned_distance.unit": "mean",
    }  # fmt: skip
    study = read_study(shipped("compare"), quick=True, changes=found)
    assert (study.seed, study.film.mazes) == (4, 3)
    assert study.use_of("uncertainty.x").measure.radii == (0.1, 0.5)


def test_a_setting_without_a_value_is_refused():
    with pytest.raises(UserError, match=r"--set takes MEASURE.SETTING=VALUE, got 'film'"):
        dict(parsed("methods", "a", "--out", "c", "--set", "film")._changes())


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--quick"],
        ["--seed", "0", "--config", "my study.toml"],
        ["--set", "a.b=[1, 2]", "--set", "c.d='x y'", "--quick"],
    ],
)
def test_the_words_on_a_page_are_the_command_that_made_it(words):
    command = parsed("compare", "one run", "other", "--out", "my out", *words)
    again = foragescape.parse(shlex.split(command._words("compare"))[1:])
    assert again == command
    assert command.runs == (Path("one run"), Path("other"))

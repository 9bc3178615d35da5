"""Errors name the options and commands that fix them."""

from dataclasses import dataclass, field, fields
from pathlib import Path

import pytest

from agents.errors import Remedy, UserError
from render.commands import COMMANDS, advice, load
from render.commands.advice import advise

ALL = UserError("it is there", Remedy.ELSEWHERE, Remedy.OVERWRITE, Remedy.START_OVER)


@dataclass
class Settings:
    fresh: bool = False


@dataclass
class Full:
    out: str = ""
    overwrite: bool = False
    settings: Settings = field(default_factory=Settings)


@dataclass
class Empty:
    pass


def test_options_that_a_command_has_are_named():
    expected = "it is there; choose another --out, replace it with --overwrite, or start over with --fresh"
    assert advise(ALL, Full()) == expected


@pytest.mark.parametrize("command", [Empty(), None, lambda: None])
def test_options_that_a_command_lacks_are_not_named(command):
    assert advise(ALL, command) == "it is there; start over"
    assert advise(UserError("it is there", Remedy.ELSEWHERE), command) == "it is there"


def test_what_a_command_reads_is_not_started_over_by_what_it_makes():
    damaged = UserError("a/x is damaged", "take the folder from a backup", Remedy.START_OVER, path=Path("a"))
    assert advise(damaged, Full(out="b")) == "a/x is damaged; take the folder from a backup"
    assert advise(damaged, Full(out="a")).endswith("or start over with --fresh")


def test_other_commands_are_named_with_the_path():
    error = UserError("there is no run", Remedy.MAKE_RUN, path=Path("my runs/a"))
    assert advise(error, None) == "there is no run; make a run with: foragescape evolve --out 'my runs/a'"
    assert advise(UserError("no field", Remedy.MAKE_FIELD), None).endswith("foragescape sweep RUN --out FOLDER")


def test_every_remedy_has_words_and_names_options_that_exist():
    assert set(Remedy) == {*advice.OPTIONS, *advice.COMMANDS}
    options = {name: {field.name for field in fields(load(name))} for name in COMMANDS}
    for option, text in advice.OPTIONS.values():
        assert f"--{option}" in text
        assert any(option in names for names in options.values())
    for text in advice.COMMANDS.values():
        name, *words = text.partition("foragescape ")[2].split() or ["evolve"]
        assert {word[2:] for word in words if word.startswith("--")} <= options[name]

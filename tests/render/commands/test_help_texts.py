"""The help of a command breaks no sentence where its source does."""

from itertools import pairwise

import docstring_parser
import pytest

from foragescape import main
from render.commands import COMMANDS
from render.commands.help_texts import joined, unbroken_descriptions

WIDTH = 76  # of the words in a box of the help
COLUMN = " " * 22  # before the words about an option


@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_ends_while_the_next_word_has_room(capfd, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "80")
    assert main([name, "--help"]) == 0
    lines = [line[2:-2].rstrip() for line in capfd.readouterr().out.splitlines() if line.startswith("│ ")]
    for line, after in pairwise(lines):
        if after.startswith(COLUMN) and len(line) > len(COLUMN) and not line.startswith("-"):
            assert len(line) + 1 + len(after.split()[0]) > WIDTH, f"{line!r}, then {after!r}"


def test_paragraphs_stay_apart():
    assert joined("one\n    two\n three") == "one two three"
    assert joined("one\n\n    two\n    three") == "one\n\n    two three"
    assert joined("") == ""


def test_the_parser_of_docstrings_is_itself_again():
    parse = docstring_parser.parse_from_object
    with unbroken_descriptions():
        assert docstring_parser.parse_from_object is not parse
    assert docstring_parser.parse_from_object is parse

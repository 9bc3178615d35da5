"""No text in a room names an option, a command or a colour of the rooms above it; import-linter checks imports."""

import ast
import re
from pathlib import Path

import pytest

from render.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN = {
    "an option of the command line": re.compile(r"(?<![\w-])--[a-z]"),
    "a command": re.compile(rf"\bforagescape ({'|'.join(COMMANDS)})\b"),
    "a colour": re.compile(r"#[0-9a-fA-F]{6}\b"),
}


def texts(source):
    """The line and the text of every string in a module, except docstrings and the arguments of git."""
    tree = ast.parse(source)
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring of anything
            passed.add(node.value)
        if isinstance(node, ast.List) and node.elts and ast.unparse(node.elts[0]) == "'git'":
            passed.update(node.elts)
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [(node.lineno, node.value) for node in strings if node not in passed]


def faults(source):
    """The forbidden texts of a module, by line."""
    return [
        f"line {line}: {what} in {text!r}"
        for line, text in texts(source)
        for what, pattern in FORBIDDEN.items()
        if pattern.search(text)
    ]


@pytest.mark.parametrize("room", ["agents", "sim"])
def test_no_text_names_an_option_a_command_or_a_colour(room):
    modules = sorted((ROOT / room).rglob("*.py"))
    assert len(modules) > 20
    found = {path.relative_to(ROOT).as_posix(): faults(path.read_text(encoding="utf-8")) for path in modules}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_search_finds_what_is_forbidden_and_nothing_else():
    assert len(faults("raise UserError(f'{path} is there; choose another --out')")) == 1
    assert len(faults("fix = 'make one with: foragescape evolve'")) == 1
    assert len(faults("INK = '#1d1f24'")) == 1
    fine = '''"""Says --out in a docstring."""
command = ["git", "describe", "--dirty"]
text = "a file that foragescape saved -- or not"
class C:
    a: int
    """The option --a."""
'''
    assert faults(fine) == []

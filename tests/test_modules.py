"""Modules have different names, functions fit a screen, and classes are small."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = {"__init__.py", "conftest.py"}
LONGEST = 60  # lines of a function
FIELDS, METHODS = 10, 12
LARGER = {
    "LandscapeSpec": "a file and a command line name all settings of a landscape in one table",
    "ImitateConfig": "a file and a command line name all settings of imitation in one table",
    "Quantity": "the file of a measure says all of a result in one place",
    "RunFolder": "the interface of all runs, and what a folder needs beside it: a lock, a seal and a manifest",
    "Everything": "a test's config that has a setting of every type",
}
"""Classes that may have more fields or methods, and why."""


def modules():
    """Every module of the program and of the tests, with its syntax tree."""
    folders = ("agents", "sim", "render", "tests")
    paths = [ROOT / "foragescape.py", *(path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))]
    return [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


MODULES = modules()


def found(kind):
    """All definitions of a kind, with the names of their modules."""
    return [(name, node) for name, tree in MODULES for node in ast.walk(tree) if isinstance(node, kind)]


def fields(node):
    """The fields of a dataclass's definition."""
    annotated = [entry for entry in node.body if isinstance(entry, ast.AnnAssign)]
    return [entry for entry in annotated if "ClassVar" not in ast.unparse(entry.annotation)]


def methods(node):
    """The methods and properties of a class, except those with names like __init__."""
    functions = [entry for entry in node.body if isinstance(entry, ast.FunctionDef)]
    return [function for function in functions if not function.name.startswith("__")]


def test_no_two_modules_share_a_name():
    places = defaultdict(list)
    for name, _ in MODULES:
        if Path(name).name not in SHARED:
            places[Path(name).name].append(name)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_a_function_fits_a_screen():
    sizes = {f"{name}:{node.name}": node.end_lineno - node.lineno + 1 for name, node in found(ast.FunctionDef)}
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}


def test_a_class_is_small_or_has_a_reason():
    classes = {node.name: node for _, node in found(ast.ClassDef)}
    large = {name for name, node in classes.items() if len(fields(node)) > FIELDS or len(methods(node)) > METHODS}
    assert large == set(LARGER)

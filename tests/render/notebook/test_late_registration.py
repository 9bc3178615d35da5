"""Registration after gymnasium's import, shown on fresh processes: gymnasium itself stays what it was."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def alone(code):
    """What a fresh process prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_gymnasium_is_loaded_as_ever_and_once():
    pytest.importorskip("gymnasium")
    told = "import sys, gymnasium; print(type(gymnasium.__loader__), type(gymnasium.__spec__.loader))"
    told += "; import importlib; importlib.reload(gymnasium); print(len(sys.meta_path))"
    assert alone(f"import foragescape; {told}") == alone(told)


def test_asking_whether_gymnasium_is_there_changes_nothing():
    pytest.importorskip("gymnasium")
    code = """
import foragescape, importlib.util, sys
print(importlib.util.find_spec("gymnasium") is None, "gymnasium" in sys.modules)
import gymnasium
print("foragescape/Forage-v0" in gymnasium.registry)
"""
    assert alone(code) == "False False\nTrue\n"


def test_without_gymnasium_the_face_works_and_its_absence_is_told_as_ever():
    code = """
import importlib.machinery, sys
find = importlib.machinery.PathFinder.find_spec
importlib.machinery.PathFinder.find_spec = lambda name, *rest: None if name == "gymnasium" else find(name, *rest)
import foragescape
for _ in range(2):
    try:
        import gymnasium
    except ModuleNotFoundError as error:
        print(error)
"""
    assert alone(code) == "No module named 'gymnasium'\n" * 2

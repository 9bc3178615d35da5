"""The face: what `import foragescape` offers, lazily and with types."""

import ast
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import foragescape as fs
from render import notebook

ROOT = Path(__file__).parents[3]
FACE = Path(notebook.__file__)
HEAVY = (
    "numpy", "numba", "torch", "pygame", "tyro", "scipy", "matplotlib", "zarr", "xarray", "av", "PIL", "rich",
    "gymnasium", "dask", "distributed", "pyarrow",
)  # fmt: skip


def alone(code, *options):
    """What a fresh process prints."""
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_names_are_the_same_for_people_types_and_imports():
    tree = ast.parse(FACE.read_text(encoding="utf-8"))
    typed = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in block.body
        for alias in node.names
    }
    assert typed.pop("gym") == "sim"
    assert {name: place for name, place in notebook.PLACES.items() if name != "gym"} == typed
    assert sorted(notebook.PLACES) == sorted(notebook.__all__) == sorted(fs.__all__)
    listed = notebook.__doc__.split("\n\n")[1]
    assert {word.strip(",") for line in listed.splitlines() for word in line[:31].split()} == set(notebook.__all__)


@pytest.mark.parametrize("name", [name for name in notebook.__all__ if name != "gym"])
def test_a_name_is_what_its_module_has(name):
    assert getattr(fs, name) is getattr(import_module(notebook.PLACES[name]), name)
    assert getattr(fs, name).__doc__


def test_importing_it_imports_nothing_heavy_and_takes_a_moment():
    code = f"""
import sys, time
begin = time.perf_counter()
import foragescape
print(time.perf_counter() - begin)
print([name for name in {HEAVY!r} if name in sys.modules])
foragescape.World, foragescape.MazeConfig, foragescape.UserError
print("numba" in sys.modules, "torch" in sys.modules)
"""
    seconds, loaded, after = alone(code).splitlines()
    assert float(seconds) < 0.5  # 0.02 on an idle core
    assert (loaded, after) == ("[]", "False False")


def test_a_misspelt_name_is_answered_by_the_nearest():
    with pytest.raises(AttributeError, match="foragescape has no 'evlove'; did you mean evolve"):
        fs.evlove  # noqa: B018
    with pytest.raises(AttributeError, match="foragescape has no 'zzz'; it has Genome, "):
        fs.zzz  # noqa: B018
    assert not hasattr(fs, "__wrapped__")  # as inspect asks of every object


def test_completion_offers_the_face():
    assert dir(fs) == sorted([*notebook.__all__, "main"])
    space = {}
    exec("from foragescape import *", space)
    assert set(notebook.__all__) == set(space) - {"__builtins__"}


@pytest.mark.parametrize(
    "code",
    [
        'import gymnasium; gymnasium.make("foragescape:foragescape/Forage-v0", size=6).reset(seed=0)',
        'import gymnasium, foragescape; gymnasium.make("foragescape/Forage-v0").reset(seed=0)',
        'import foragescape, gymnasium; gymnasium.make("foragescape/Forage-v0").reset(seed=0)',
        'import foragescape, gymnasium; gymnasium.make("foragescape:foragescape/Forage-v0").reset(seed=0)',
        'import foragescape, gymnasium.vector; gymnasium.make_vec("foragescape/Forage-v0", num_envs=2).reset(seed=0)',
        "import foragescape as fs, gymnasium; gymnasium.make(fs.gym.ID).reset(seed=0)",
        'import foragescape, gymnasium; gymnasium.make("sim.gym:foragescape/Forage-v0").reset(seed=0)',
        'import gymnasium; gymnasium.make_vec("foragescape:foragescape/Forage-v0", num_envs=2).reset(seed=0)',
    ],
)
def test_gymnasium_finds_the_environment(code):
    pytest.importorskip("gymnasium")
    assert alone(f"{code}\nimport sys; print('torch' in sys.modules, 'render.notebook.mapping' in sys.modules)") == (
        "False False\n"
    )


USER = """
import foragescape as fs
from foragescape import measure
run = fs.evolve(generations=2)
reveal_type(run)
reveal_type(fs.landscape(run).heights)
reveal_type(measure(run, "half_radius"))
reveal_type(fs.gym.ID)
fs.evlove()
fs.evolve(seed="one")
"""


def test_type_checkers_see_the_face(tmp_path):
    (tmp_path / "user.py").write_text(USER)
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports", "silent", str(tmp_path / "user.py")]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout
    lines = [line.partition(": ")[2] for line in told.splitlines() if "user.py" in line]
    assert lines[0] == 'note: Revealed type is "sim.learning.run.Run"'
    assert lines[1].startswith('note: Revealed type is "numpy.ndarray[')
    assert lines[2] == 'note: Revealed type is "render.notebook.measurement.Measurement"'
    assert lines[3] == 'note: Revealed type is "str"'
    assert lines[4].startswith('error: Module has no attribute "evlove"')
    assert lines[5].startswith('error: Argument "seed" to "evolve" has incompatible type "str"')


def test_what_is_installed_says_that_it_is_typed():
    """The stub package has the names of the module; the rooms are marked."""
    stub = ROOT / "render/notebook/stubs/foragescape-stubs/__init__.pyi"
    assert "from render.notebook import *" in stub.read_text(encoding="utf-8")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert stub.parents[1].relative_to(ROOT).as_posix() in settings["packages"]["find"]["where"]
    assert {"py.typed", "*.pyi"} <= set(settings["package-data"]["*"])
    assert all((ROOT / room / "py.typed").is_file() for room in ("agents", "sim", "render"))

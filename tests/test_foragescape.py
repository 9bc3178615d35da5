"""The door: what a person types, sees and gets, and what becomes of files when all goes wrong."""

import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import agents
import foragescape
import render
import sim
from agents import genome
from foragescape import listening, main
from render.commands import COMMANDS
from sim.landscape.field import open_field
from sim.learning.evolution import EvolutionConfig
from sim.learning.run import Run

ROOT = Path(__file__).resolve().parent.parent
COMMON = "--validation 4 --checkpoint 2 --hidden 4 --world.lifetime 20 --world.maze.size 4"
SMALL = f"--mazes 2 --es.population 8 {COMMON}"
EVOLVE = ["evolve", "--generations", "4", *SMALL.split()]
IMITATION = ["--imitate.mazes", "4", "--imitate.updates", "2", "--imitate.batch", "4"]
REINFORCE = ["--reinforce.mazes", "2", "--reinforce.episodes", "2"]
TRAIN = ["train", "--generations", "2", *COMMON.split(), *IMITATION, *REINFORCE]
LEAST = """
together = true
pairs = "first"
highlights = ["pellets_eaten.share", "pellets_difference.difference"]
film = { frames = 2, side = 8, mazes = 1, seconds = 0.2 }
[[section]]
title = "Least"
measures = [
  { measure = "learning_curves" }, { measure = "pellets_eaten", mazes = 4, repetitions = 1 },
  { measure = "pellets_difference", mazes = 4, repetitions = 1 }, { measure = "landscape_around", side = 8, mazes = 2 },
  { measure = "learning_paths", side = 8, mazes = 2 },
]
"""
COMPARE = ["compare", "run", "other", "--config", "least.toml"]
PIXELS = ["--width", "16", "--height", "9", "--mazes", "2"]
SWEEP = ["sweep", "run", *PIXELS, "--frames", "3", "--tile", "8"]
FAST = ["-ql", "--resolution", "176", "128", "--fps", "5", "--seconds", "0.4"]
FILM, PICTURE = ["film", "f.zarr", *FAST], ["picture", "f.zarr", *FAST[:4]]
HEAVY = ("numba", "llvmlite", "zarr", "PIL", "av", "cma", "torch", "matplotlib", "rich", "scipy", "cmap", "pygame")
VERSIONS = {"foragescape", "numpy", "numba", "cma", "torch", "python", "machine", "revision"}
PROBED = {"kind", "path", "width", "height", "frames", "fps", "duration", "format", "made_from"} | VERSIONS
MADE = {"layout", "mazes", "lifetime", "sight", "every", "champion"}
FIELD = {"kind", "path", "tour", "frames", "pixels", "radius", "centre", "complete", "note"} | MADE


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a run, a field, a film and a picture of it, and another run."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for words in ([*EVOLVE, "--out", "run"], [*SWEEP, "--out", "f.zarr"], [*FILM, "--out", "f.mp4"]):
            assert main(words) == 0
        assert main([*EVOLVE, "--seed", "1", "--out", "other"]) == 0
        assert main([*PICTURE, "--out", "f.png"]) == 0
    (folder / "least.toml").write_text(LEAST)
    return folder


@pytest.fixture
def here(made, tmp_path, monkeypatch):
    """A copy of it, as the working directory; films of comparisons are short."""
    monkeypatch.setattr("render.page.slide.SIZE", (240, 480))
    folder = tmp_path / "here"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def door(capsys):
    """A function from words to exit code, stdout, and the one line that tells an error, or None."""

    def call(*words):
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, told(code, err)

    return call


def told(code, err):
    """The line that tells why a command ended with `code`, of which there must be one, and none where all is well."""
    lines = err.splitlines()
    complaints = [line for line in lines if line.startswith("foragescape: ")]
    talk = [line for line in lines if line not in complaints]
    assert all(
        line.startswith(("evolving", "training", "comparing", "sweeping", "filming: ", "next: ", "kernels "))
        for line in talk
    ), err
    assert len(complaints) == (code != 0), err
    return complaints[0].removeprefix("foragescape: ") if complaints else None


def start(*words, **options):
    """Start a second process, which hears signals even where this one ignores them."""

    def hear():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)

    command = [sys.executable, str(ROOT / "foragescape.py"), *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, preexec_fn=hear, **{**pipes, **options})


def contents(folder):
    """All files below a folder, but locks: path -> bytes."""
    files = (path for path in folder.rglob("*") if path.is_file() and "lock" not in path.name)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def stray(folder):
    """Files that are half done, or were meant to be temporary."""
    return [path.name for path in folder.rglob("*") if path.suffix in (".part", ".old", ".partial")]


# what is printed


def keys(*names):
    return set(" ".join(names).split())


JSON = [
    (
        ["evaluate", "run", "--mazes", "8"],
        keys("split policy mazes pellets_mean pellets_share ablated_mean ablated_share difference_mean")
        | keys("difference_ci95 openings"),
    ),
    ([*EVOLVE, "--out", "run"], keys("run generation best mean worst validation")),
    (
        [*TRAIN, "--out", "trained"],
        keys("run generation loss mean validation validation_loss validation_teacher_loss"),
    ),
    (
        [*TRAIN, "--method", "reinforce", "--out", "trained"],
        keys("run generation loss mean entropy critic_loss validation"),
    ),
    ([*COMPARE, "--out", "c"], keys("page numbers table film")),
    ([*SWEEP, "--out", "g.zarr"], FIELD),
    ([*SWEEP, "--out", "g.zarr", "--dry-run"], keys("evaluations bytes seconds")),
    ([*FILM, "--out", "g.gif"], PROBED),
    ([*PICTURE, "--out", "g.png"], PROBED),
    (
        ["info", "run"],
        keys("kind path network method seed generations validation_pellets newest champions test_openings made_by"),
    ),
    (["info", "f.zarr"], FIELD),
    (["info", "f.png"], PROBED),
    (["info", "f.mp4"], PROBED),
    (
        ["info", "run/champion.safetensors"],
        keys("kind path network weights dtype method seed generation validation_pellets made_by"),
    ),
]


@pytest.mark.parametrize(("words", "expected"), JSON)
def test_json_is_one_object_with_its_keys_and_nothing_else(here, door, words, expected):
    code, out, _ = door(*words, "--json")
    result = json.loads(out)
    assert (code, out.count("\n"), set(result)) == (0, 1, expected)
    if words[0] == "info":  # the table for people tells the same
        _, out, _ = door(*words)
        assert all(key.replace("_", " ") in out for key in expected)


def test_evaluate_counts_pellets(here, door):
    result = json.loads(door("evaluate", "run", "--mazes", "8", "--json")[1])
    low, high = result["difference_ci95"]
    assert low <= result["difference_mean"] <= high
    assert result["difference_mean"] == pytest.approx(result["pellets_mean"] - result["ablated_mean"])
    assert result["pellets_share"] == pytest.approx(result["pellets_mean"] / 15)  # 4 x 4 cells but the start
    assert [json.loads(door("evaluate", "run", "--split", "test", "--json")[1])["openings"] for _ in "12"] == [1, 2]


def test_bench_and_demo_print_json_without_nan(door, monkeypatch):
    monkeypatch.setattr(
        "render.benchmark.bench", lambda seconds: {"fma": float("nan"), "rollouts": [{"speed": float("inf")}]}
    )
    monkeypatch.setattr("render.demo.demo", lambda config: {"film": "film.mp4", "ci": (0.5, float("-inf"))})
    assert json.loads(door("bench", "--json")[1]) == {"fma": None, "rollouts": [{"speed": None}]}
    assert json.loads(door("demo", "--json")[1]) == {"film": "film.mp4", "ci": [0.5, None]}
    assert "NaN" not in door("bench", "--json")[1]


def test_help_is_complete_and_light():
    """Help imports nothing heavy, which keeps it fast without a clock in the test."""
    code = f"""
import io, sys, contextlib
import foragescape
for words in (["--help"], *([name, "--help"] for name in {list(COMMANDS)!r}), ["evolve", "--hiden", "4"], ["nosuch"]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = foragescape.main(words)
    print(words[0], code, len(out.getvalue().splitlines()) > 5, [name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    expected = [f"{name} 0 True []" for name in ("--help", *COMMANDS)] + ["evolve 2 False []", "nosuch 2 False []"]
    assert done.stdout.splitlines() == expected


def test_the_list_of_commands_names_all(door):
    code, out, _ = door("--help")
    assert code == 0
    assert all(f"\n  {name} " in out for name in COMMANDS)


def test_these_rooms_are_this_checkouts():
    places = [Path(module.__file__).resolve() for module in (foragescape, agents, sim, render)]
    assert places == [ROOT / "foragescape.py", *(ROOT / room / "__init__.py" for room in ("agents", "sim", "render"))]


def test_it_runs_as_a_script_from_any_folder(made, tmp_path):
    script = start("info", made / "run", "--json", cwd=tmp_path)
    out, err = script.communicate()
    assert (script.returncode, err) == (0, "")
    assert json.loads(out)["kind"] == "run"


# words that are wrong


WRONG = [
    ([], "a command is missing; choose from demo, evolve"),
    (["evolv"], "there is no command 'evolv'; did you mean evolve?"),
    (["dance"], "there is no command 'dance'; choose from demo, evolve"),
    (["evolve"], "missing --out PATH; see foragescape evolve --help"),
    (["evaluate"], "missing PATH"),
    (["evolve", "--out", "new", "--hiden", "5"], "unrecognized options: --hiden, 5; perhaps you meant --hidden"),
    (["evolve", "--out", "new", "--hidden", "1"], "hidden must be from 2 to 256 units, got 1"),
    (["evolve", "--out", "new", "--hidden", "many"], "--hidden: invalid literal for int() with base 10: 'many'"),
    (["evolve", "--out", "new", "--hidden"], "missing value for argument '--hidden'"),
    (["evolve", "--out", "new", "--es.population", "3"], "population must be even"),
    (["evolve", "--out", "new", "--es.population", str(2**64)], "population must be from 2 to"),
    (["evolve", "--out", "new", "--cma.sigma", "1e-320"], "sigma must be from 1e-06 to 1e+06"),
    (["sweep", "run", "--out", "new.zarr", "--frames", "1000000000"], "frames must be from 1 to 65536"),
    (["sweep", "run", "--out", "new.zarr", "--directions", "-1"], "directions must be from 0 to"),
    (["sweep", "run", "--out", "new.zarr", "--between", str(2**63)], "between must be from 0 to 65536"),
    (["evolve", "--out", "new", "--world.maze.size", "65"], "size must be a whole number from 4 to 64, got 65"),
    (["evolve", "--out", "new", "--seed", "-1"], "seed must be from 0 to 2^64 - 1, got -1"),
    (["evolve", "--out", "new", "--threads", "0"], "threads must be from 1 to 1024, got 0"),
    (["evolve", "--out", "new", "extra"], "unrecognized options: extra"),
    (["evolve", "--out", "f.zarr"], "f.zarr exists and is not a run folder; choose another --out"),
    (["evolve", "--out", "f.png"], "f.png exists and is not a run folder; choose another --out"),
    (["evolve", "--out", "f.png/new"], "cannot write f.png/new: Not a directory"),
    (["evolve", "--out", "run"], "is of other settings"),
    (["train", "--out", "new", "--method", "guess"], "invalid choice 'guess'"),
    (["train", "--out", "new", "--imitate.ties", "right"], "invalid choice 'right'"),
    (["train", "--out", "run"], "run learned by another command, or is damaged: run/config.toml: there is no setting"),
    (["train", "--out", "f.zarr"], "f.zarr exists and is not a run folder; choose another --out"),
    (["train", "--out", "new", "--generations", "0"], "generations must be from 1 to"),
    (["train", "--out", "new", "--reinforce.rate", "1e38"], "rate must be above 0 and at most 1e+06, got 1e+38"),
    (["compare", "--out", "c"], "a study of runs takes two or more, got 0"),
    (["compare", "run", "--out", "c"], "a study of runs takes two or more, got 1"),
    (["compare", "run", "run", "--out", "c"], "run and run have the same champion"),
    (["compare", "run", "absent", "--out", "c"], "there is no run absent"),
    (["compare", "run", "f.zarr", "--out", "c"], "f.zarr is not a run folder"),
    (["compare", "run", "other"], "missing --out PATH"),
    (["compare", "run", "other", "--out", "f.png"], "f.png exists and is not the folder of a study"),
    (["compare", "run", "other", "--out", "run"], "run exists and is not the folder of a study"),
    (["compare", "run", "other", "--out", "f.png/c"], "cannot write f.png/c: Not a directory"),
    (["compare", "run", "other", "--out", "c", "--config", "run/config.toml"], "run/config.toml: there is no setting"),
    (["compare", "run", "other", "--out", "c", "--config", "absent"], "cannot read the study absent"),
    (["compare", "run", "other", "--out", "c", "--set", "uncertainty"], "--set takes MEASURE.SETTING=VALUE"),
    (
        ["compare", "run", "other", "--out", "c", "--set", "as_learned.points=6"],
        "one more than a multiple of 4, from 5",
    ),
    (
        ["compare", "run", "other", "--out", "c", "--set", "uncertainty.radii=[]"],
        "radii must name one distance or more",
    ),
    (
        ["compare", "run", "other", "--out", "c", "--set", "landscape_around.radius=nan"],
        "radius must be a number above 0",
    ),
    (["compare", "run", "other", "--out", "c", "--set", "half_radius.direction=3"], "did you mean directions?"),
    (["methods", "run", "other", "--out", "c", "--seed", "-1"], "seed must be from 0 to"),
    (["evaluate", "run", "--device", "tpu"], "invalid choice 'tpu'"),
    (["evaluate", "absent"], "there is no run absent; make one with: foragescape evolve --out absent"),
    (["evaluate", "f.zarr"], "f.zarr"),
    (["evaluate", "run", "--split", "last"], "invalid choice 'last' for argument '--split'. Expected one of ('train',"),
    (["evaluate", "run", "--mazes", "0"], "mazes must be from 1 to 65536, got 0"),
    (["sweep", "absent", "--out", "g.zarr"], "there is no run absent"),
    (["sweep", "run", "--out", "g.zarr", "--tour", "zom"], "invalid choice 'zom'"),
    (
        ["sweep", "run", "--out", "g.zarr", "--radius", "nan"],
        "the radius of a window must be a number of norms above 0",
    ),
    (["sweep", "run", "--out", "g.zarr", "--width", "0"], "width must be from 1 to 16384, got 0"),
    (["sweep", "run", "--out", "f.png"], "f.png is not a field"),
    (["sweep", "run", "--out", "run"], "run is not a field"),
    (["sweep", "run", "--out", ""], "--out should name a field"),
    (["sweep", "run", "--out", "f.zarr"], "f.zarr holds another sweep"),
    (["film", "absent", "--out", "g.mp4"], "absent does not exist; make a run with foragescape evolve"),
    (["film", "f.png", "--out", "g.mp4"], "f.png is neither a run nor a field"),
    (["film", "run", "--out", "g.avi"], "--out should end in .mp4 .webm .gif .apng .frames, got g.avi"),
    (["film", "run", "--out", "f.mp4"], "f.mp4 exists; choose another --out, or replace it with --overwrite"),
    (["film", "run", "--out", "absent/g.mp4"], "there is no folder"),
    (["film", "run", "--out", "f.zarr/zarr.json/g.mp4"], "there is no folder"),
    (["film", "run", "--out", "g.mp4", "--palette", "infreno"], "no palette is named 'infreno'; did you mean inferno"),
    (["film", "run", "--out", "g.gif", "--fps", "60"], "a .gif has at most 50 frames a second, got 60"),
    (["film", "run", "--out", "g.mp4", "--resolution", "9", "9"], "a picture is at least 160 x 120 pixels, got 9 x 9"),
    (["film", "run", "--out", "g.mp4", "--resolution", "99999", "200"], "at most 16384 pixels a side"),
    (["film", "run", "--out", "g.mp4", "--resolution", "4"], "error parsing --resolution"),
    (["film", "run", "--out", "f.gif", "-ql", "--mazes", "3"], "f.zarr holds another sweep"),
    (["picture", "run", "--out", "g.jpg"], "--out should end in .png, got g.jpg"),
    (["picture", "run", "--out", "f.png"], "f.png exists"),
    (
        ["picture", "run", "--out", "g.png", "--tour", "zoom"],
        "is one window, where --tour changes nothing",
    ),
    (
        ["picture", "run", "--out", "g.png", "--frame", "0"],
        "is one window, where --frame changes nothing",
    ),
    (["picture", "f.zarr", "--out", "g.png", "--frame", "3"], "f.zarr has frames 0 to 2, got 3"),
    (["picture", "f.zarr", "--out", "g.png", "--frame", "-4"], "f.zarr has frames 0 to 2, got -4"),
    (["info", "absent"], "there is no absent; check the path"),
    (["info", "x" * 300], "File name too long"),
    (["info", "."], "holds no frames"),
    (["bench", "--seconds", "inf"], "seconds must be above 0 and at most 3600, got inf"),
    (["demo", "--out", "f.png"], "cannot write f.png: File exists"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words)[:70] for words, _ in WRONG])
def test_wrong_words_are_told_in_one_line_and_harm_nothing(here, door, words, said):
    before = contents(here)
    code, out, line = door(*words)
    assert (code, out) == (2, "")
    assert said in line
    assert contents(here) == before
    assert not (here / "g.zarr").exists()  # nothing was swept for a film that cannot be


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_complaints_do_not_depend_on_the_letters_of_the_terminal(encoding, monkeypatch):
    words = ["evolve", "--oot", "x"]
    streams = [io.TextIOWrapper(io.BytesIO(), encoding) for _ in "12"]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    assert main(words) == 2
    text = streams[1].buffer.getvalue().decode()
    assert text == "foragescape: missing --out PATH; unrecognized options: --oot x; see foragescape evolve --help\n"


def test_results_that_a_terminal_has_no_letters_for_are_spelt(here, monkeypatch):
    shutil.copytree("run", "rün")
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["info", "rün"]) == 0
    assert rb"r\xfcn" in stream.buffer.getvalue()


@pytest.mark.parametrize("seed", range(3))
def test_any_words_end_well(here, door, monkeypatch, seed):
    """Exit code 0 or 2, never a traceback, whatever is asked."""
    monkeypatch.setattr("render.demo.demo", lambda config: {})
    monkeypatch.setattr("render.benchmark.bench", lambda seconds: {})
    rng = random.Random(seed)
    starts = [
        EVOLVE,
        TRAIN,
        COMPARE,
        SWEEP,
        FILM,
        PICTURE,
        ["evaluate", "run", "--mazes", "2"],
        ["info"],
        ["demo"],
        ["bench"],
        [],
    ]
    words = """
        --out --json --fresh --overwrite --dry-run --tour --plane --frame --config --split --view --palette --help
        --seed --hidden --title --genomes --radius --precision --no-relief --no-captions -- -ql --crf --first
        --depth --factor --every --cell --optimiser --genetic.elites run f.zarr f.mp4 f.png new.zarr new.mp4
        x.png run/config.toml other --quick --set pellets_eaten.mazes=2 --method reinforce --set film.frames=1
        run/champion.safetensors . / /dev/null 0 1 -1 4 1e9 nan inf zoom turn horizon mazes line gru generations cma
        test validation float64 land viridis = ü \udcff
    """
    for _ in range(60):
        asked = [*rng.choice(starts), *rng.choices(words.split(), k=rng.randint(1, 4))]
        code, _, _ = door(*asked)
        assert code in (0, 2), asked
    assert not stray(here)


# the config file


def test_flags_win_over_the_config_file(here, door):
    Path("e.toml").write_text("generations = 3\nhidden = 5\n[world]\nlifetime = 30\n[es]\npopulation = 6\n")
    small = [word for word in SMALL.split() if word not in ("--es.population", "8")]
    code, _, _ = door("evolve", "--config", "e.toml", *small, "--out", "new")
    assert code == 0
    config = Run.open(Path("new")).config(EvolutionConfig)
    assert (config.generations, config.es.population) == (3, 6)
    assert (config.hidden, config.world.lifetime, config.mazes) == (4, 20, 2)

    Path("s.toml").write_text('tour = "turn"\nframes = 2\nwidth = 12\n')
    assert door("sweep", "run", "--config=s.toml", *PIXELS, "--out", "s.zarr")[0] == 0
    told_of = json.loads(door("info", "s.zarr", "--json")[1])
    assert told_of.items() >= {"tour": "turn", "frames": 2, "pixels": "16 x 9"}.items()

    Path("f.toml").write_text('[video]\nquality = "low"\nfps = 9.0\n[film]\nseconds = 0.4\n')
    code, out, _ = door("film", "f.zarr", "--config", "f.toml", "--fps", "5", "--out", "g.gif", "--json")
    assert (json.loads(out)["width"], json.loads(out)["fps"]) == (640, 5.0)


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (["evolve", "--out", "new"], "hiden = 3", "there is no setting hiden; did you mean hidden?"),
        (["evolve", "--out", "new"], "[world.maze]\nsise = 3", "there is no setting world.maze.sise; did you mean"),
        (["evolve", "--out", "new"], "hidden = 1", "hidden must be from 2 to 256 units, got 1"),
        (["evolve", "--out", "new"], "hidden = 4.5", "hidden should be a whole number, got 4.5"),
        (["evolve", "--out", "new"], "hidden = ", "is not TOML"),
        (["sweep", "run", "--out", "g.zarr"], "radios = 1.0", "there is no setting radios; did you mean radius?"),
        (["film", "run", "--out", "g.mp4"], "[video]\nqualty = 1", "there is no setting video.qualty; did you mean"),
        (
            ["film", "run", "--out", "g.mp4"],
            "seconds = 3.0",
            "there is no setting seconds; known are survey",
        ),
        (["picture", "run", "--out", "g.png"], "[film]\npallete = 1", "there is no setting film.pallete"),
    ],
)
def test_wrong_config_files_are_told_in_one_line(here, door, words, text, said):
    Path("c.toml").write_text(text)
    code, out, line = door(*words, "--config", "c.toml")
    assert (code, out) == (2, "")
    assert line.startswith("c.toml: " if said != "is not TOML" else "c.toml ")
    assert said in line
    assert not Path(words[-1]).exists()
    Path("c.toml").write_bytes(b"\xff")
    assert "is not TOML" in door(*words, "--config", "c.toml")[2]
    assert "cannot read the config absent" in door(*words, "--config", "absent")[2]


# films and pictures of fields


def test_a_field_is_filmed_as_it_was_swept(here, door):
    said = "--tour slide --frames 3 --width 16 --height 9 --mazes 2 --radius 0.7 --split validation --first 0"
    assert door(*FILM, *said.split(), "--out", "g.gif")[0] == 0
    for words in ("--tour zoom", "--radius 0.5", "--mazes 16", "--width 640", "--frames 120", "--directions 0"):
        code, _, line = door(*FILM, *words.split(), "--out", "h.gif")
        assert code == 2
        assert words.split()[0] in line
        assert "leave" in line
        assert "or give the run" in line
    assert (
        "has mazes 2, not 16" in door(*PICTURE, "--mazes", "16", "--out", "h.png")[2]
    )  # its default, but it was named
    Path("f.toml").write_text("[survey]\nradius = 0.3\n")
    assert "has radius 0.7, not 0.3" in door(*FILM, "--config", "f.toml", "--out", "h.gif")[2]


def test_a_film_of_a_run_keeps_its_field_and_goes_on_from_it(here, door):
    words = ["film", "run", *FAST, *PIXELS, "--frames", "2", "--out", "g.gif"]
    assert door(*words)[0] == 0
    assert open_field("g.zarr").heights.shape == (2, 9, 16)
    film, before = Path("g.gif").read_bytes(), contents(here / "g.zarr")
    assert "exists" in door(*words)[2]
    assert door(*words, "--overwrite")[0] == 0
    assert (Path("g.gif").read_bytes(), contents(here / "g.zarr")) == (film, before)
    other = [*words, "--overwrite", "--radius", "0.2"]
    assert "--fresh" in door(*other)[2]
    assert Path("g.gif").read_bytes() == film
    assert door(*other, "--fresh")[0] == 0
    assert Path("g.gif").read_bytes() != film


@pytest.mark.parametrize("out", ["g.frames", "g.apng", "g.webm"])
def test_films_of_all_kinds_are_told_of(here, door, out):
    code, text, _ = door(*FILM, "--out", out, "--json")
    result = json.loads(text)
    assert (code, result["kind"], result["width"], result["height"]) == (0, "film", 176, 128)
    assert result["format"] == out.split(".")[1]
    assert result["made_from"]["field"]["champion"]["seed"] == 0
    assert json.loads(door("info", out, "--json")[1]) == result


def test_a_dry_run_tells_the_cost_and_writes_nothing(here, door):
    before = contents(here)
    code, out, _ = door("sweep", "run", "--out", "g.zarr", "--frames", "7", *PIXELS, "--dry-run", "--json")
    cost = json.loads(out)
    assert (code, cost["evaluations"], cost["bytes"]) == (0, 7 * 16 * 9, 4 * 7 * 16 * 9)
    assert 0 < cost["seconds"] < 10
    assert contents(here) == before


# files that are damaged


TARGETS = {
    "run/champion.safetensors": [
        ["info", "run/champion.safetensors"],
        ["evaluate", "run", "--mazes", "2"],
        [*COMPARE, "--out", "n.c"],
    ],
    "run/config.toml": [["info", "run"], ["evaluate", "run", "--mazes", "2"], [*SWEEP, "--out", "n.zarr"]],
    "run/manifest.json": [["info", "run"], ["evaluate", "run", "--mazes", "2"]],
    "run/history.jsonl": [["info", "run"]],
    "run/state.safetensors": [["info", "run/state.safetensors"], [*EVOLVE, "--out", "run"]],
    "f.zarr/zarr.json": [["info", "f.zarr"], [*FILM, "--out", "n.gif"]],
    "f.zarr/pellets/zarr.json": [["info", "f.zarr"], [*PICTURE, "--out", "n.png"]],
    "f.zarr/origin/c/0": [["info", "f.zarr"], [*FILM, "--out", "n.gif"]],
    "f.zarr/pellets/c/1/0/0": [[*FILM, "--out", "n.gif"]],
    "f.png": [["info", "f.png"]],
    "f.mp4": [["info", "f.mp4"]],
}


def damages(data, rng):
    """Ways to damage a file."""
    yield b""
    yield data[: len(data) // 2]
    yield data[:-1]
    yield bytes(len(data))
    for _ in range(4):
        at = rng.randrange(len(data))
        yield data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_files_are_told_in_one_line(here, door, name):
    """Or it was harmless: a letter of a text that is free, a bit of a film's picture."""
    path, refused = here / name, []
    whole = path.read_bytes()
    for changed in damages(whole, random.Random(name)):
        for words in TARGETS[name]:
            path.write_bytes(changed)
            code, out, _ = door(*words)
            assert code in (0, 2)
            assert (out == "") == (code == 2)
            refused.append(code == 2)
            if words[0] in ("info", "evaluate"):
                assert path.read_bytes() == changed
            for new in here.glob("n.*"):
                shutil.rmtree(new) if new.is_dir() else new.unlink()
    assert any(refused)
    assert name in ("f.png", "f.mp4") or sum(refused) >= len(refused) / 3
    assert not stray(here)


def test_a_genome_is_damaged_wherever_a_bit_is_flipped(here, door):
    path = here / "run" / "champion.safetensors"
    whole = path.read_bytes()
    for at in np.random.default_rng(0).integers(0, 8 * len(whole), 40):
        changed = bytearray(whole)
        changed[at // 8] ^= 1 << at % 8
        path.write_bytes(changed)
        assert door("info", str(path))[0] == 2


def test_weights_that_are_not_finite_are_refused(here, door, monkeypatch):
    path = here / "run" / "champion.safetensors"
    champion = genome.load(path)
    weights = champion.weights.copy()
    weights[3] = np.nan
    monkeypatch.setattr(genome, "check", lambda weights, layout: None)
    genome.save(path, weights, champion.layout, champion.provenance)
    monkeypatch.undo()
    monkeypatch.chdir(here)
    for words in (
        ["info", str(path)],
        ["evaluate", "run"],
        [*SWEEP, "--out", "n.zarr"],
        ["film", "run", "--out", "n.gif"],
    ):
        code, _, line = door(*words)
        assert code == 2
        assert "NaN or infinite" in line


def test_file_names_do_not_write_to_the_terminal(here, door):
    assert door("info", "\x1b[31mred\nline")[2] == r"there is no \x1b[31mred line; check the path"


def test_what_is_renamed_is_known_or_refused(here, door):
    os.rename("run/champion.safetensors", "genome.bin")
    os.rename("f.png", "f.gif")
    os.rename("f.mp4", "f.safetensors")
    assert json.loads(door("info", "genome.bin", "--json")[1])["kind"] == "genome"
    assert "is not a genome" in door("info", "f.safetensors")[2]
    assert "has no champion yet" in door("evaluate", "run")[2]
    os.rename("run", "f2.zarr")
    assert json.loads(door("info", "f2.zarr", "--json")[1])["kind"] == "run"


def test_an_unfinished_field_is_told_of_and_not_filmed(here, door):
    (here / "f.zarr" / "pellets" / "c" / "2" / "1" / "1").unlink()
    assert "is not finished, 1 of 12 tiles are missing" in door(*FILM, "--out", "g.gif")[2]
    assert door(*SWEEP, "--out", "f.zarr")[0] == 0
    assert door(*FILM, "--out", "g.gif")[0] == 0


# where nothing can be written, and nobody reads


@pytest.fixture
def full(tmp_path):
    """A function that makes a small disk with so many bytes left."""
    disks = []

    def mount(left):
        disk = Path(tempfile.mkdtemp(dir=tmp_path))
        command = ["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(disk)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"no small disk can be mounted here: {error}")
        disks.append(disk)
        fill(disk, left)
        return disk

    yield mount
    for disk in disks:
        subprocess.run(["umount", str(disk)], check=True)


def fill(disk, left):
    space = os.statvfs(disk)
    (disk / "filler").write_bytes(bytes(max(0, space.f_bavail * space.f_bsize - left)))


@pytest.mark.parametrize(
    "words",
    [
        [*EVOLVE, "--out", "run"],
        [*TRAIN, "--out", "trained"],
        [*COMPARE, "--out", "c"],
        [*SWEEP, "--out", "n.zarr"],
        [*FILM, "--out", "n.apng"],
        [*PICTURE, "--out", "n.png"],
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("left", [0, 4096])
def test_a_full_disk_is_told_in_one_line(here, full, door, words, left):
    disk = full(left)
    code, out, line = door(*words[:-1], str(disk / words[-1]))
    assert (code, out) == (2, "")
    assert "No space left on device" in line
    assert not stray(disk)
    assert not (disk / "n.apng").exists()
    assert not (disk / "n.png").exists()


@pytest.mark.parametrize("kind", ["evolve", "sweep"])
def test_finished_work_outlives_a_full_disk(here, full, door, kind):
    disk = full(400_000)
    out = str(disk / "out")
    words, more = {
        "evolve": ([*EVOLVE, "--out", out], [*EVOLVE, "--out", out, "--generations", "40"]),
        "sweep": ([*SWEEP, "--out", out], [*SWEEP, "--out", out]),
    }[kind]
    assert door(*words)[0] == 0
    if kind == "sweep":
        for frame in "02":
            shutil.rmtree(disk / "out" / "pellets" / "c" / frame)
    before = contents(disk)
    fill(disk, 0)
    code, _, line = door(*more)
    assert (code, "No space left on device" in line) == (2, True)
    assert door("info", out)[0] == 0
    assert all(contents(disk)[name] == before[name] for name in before if "/c/1/" in name)
    (disk / "filler").unlink()
    assert door(*more)[0] == 0
    reference = str(here / "reference")
    assert door(*[reference if word == out else word for word in more])[0] == 0
    if kind == "sweep":
        assert open_field(out).heights.tobytes() == open_field(reference).heights.tobytes()
    else:
        same = ("state.safetensors", "history.jsonl", "config.toml")
        assert all(Path(out, name).read_bytes() == Path(reference, name).read_bytes() for name in same)


def test_memory_and_disks_that_fail_are_told_in_one_line(here, door, monkeypatch):
    def fail(error):
        def play(*_, **__):
            raise error

        monkeypatch.setattr("sim.evaluation.evaluate.play", play)
        return door("evaluate", "run")

    assert fail(MemoryError())[2].startswith("out of memory; ask for fewer")
    assert fail(OSError(5, "Input/output error", "x"))[2].startswith("cannot use x: Input/output error")
    with pytest.raises(RuntimeError):  # a fault of ours is not dressed as the person's
        fail(RuntimeError())


def test_who_stops_reading_is_not_scolded(made):
    process = start("info", made / "run")
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() == 0
    process.stderr.close()
    with open("/dev/full", "w") as nowhere:
        process = start("info", made / "run", stdout=nowhere)
        _, err = process.communicate()
    assert told(process.returncode, err).startswith("cannot use the output: No space left on device")


def test_work_goes_on_where_nobody_reads_the_talk(here):
    process = start(*EVOLVE, "--out", "new", "--json")
    process.stderr.close()
    assert json.loads(process.stdout.read())["generation"] == 4
    assert process.wait() == 0
    process.stdout.close()
    command = f"{sys.executable} {ROOT / 'foragescape.py'} {' '.join(EVOLVE)} --out newer --json 2>&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["generation"] == 4


def test_a_second_process_is_sent_away(here):
    with Run(Path("run")).locked():
        process = start(*EVOLVE, "--out", "run")
        _, err = process.communicate()
    assert "another process is writing to run" in told(process.returncode, err)
    import filelock

    with filelock.FileLock(".f.zarr.lock"):
        process = start(*SWEEP, "--out", "f.zarr")
        _, err = process.communicate()
    assert "another sweep is writing f.zarr" in told(process.returncode, err)


# signals


def test_a_signal_waits_for_the_end_of_an_import(tmp_path, monkeypatch):
    (tmp_path / "halfway.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\nwhole = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    heard = []

    def load():
        import halfway

        assert halfway.whole
        assert not heard
        time.sleep(10)

    with pytest.raises(KeyboardInterrupt), listening(heard):
        load()
    assert heard == [signal.SIGTERM]


def test_a_signal_in_a_destructor_is_not_lost(capsys):
    class Doomed:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)

    heard, passed = [], []

    def drop():
        Doomed()
        passed.append(True)
        time.sleep(10)

    with pytest.raises(KeyboardInterrupt), listening(heard):
        drop()
    assert passed
    assert heard == [signal.SIGINT]
    assert capsys.readouterr().err == ""


def test_only_the_first_signal_counts_and_the_old_handlers_return():
    before = {number: signal.getsignal(number) for number in foragescape.STOPS}
    heard = []
    with listening(heard):
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        for number in before:
            os.kill(os.getpid(), number)
    assert heard == [signal.SIGINT]
    assert {number: signal.getsignal(number) for number in before} == before


def test_a_signal_that_is_ignored_stays_ignored(monkeypatch):
    old = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        heard = []
        with listening(heard):
            os.kill(os.getpid(), signal.SIGHUP)
        assert not heard
    finally:
        signal.signal(signal.SIGHUP, old)


def test_errors_that_a_signal_brings_about_are_the_signals(door, monkeypatch):
    def broken(seconds):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except KeyboardInterrupt as error:
            raise RuntimeError("in pieces") from error

    monkeypatch.setattr("render.benchmark.bench", broken)
    code, _, line = door("bench")
    assert (code, line) == (2, "terminated; what was finished is kept, and the same command goes on from there")


LONG = {
    "evolve": [*EVOLVE, "--generations", "500", "--out", "out"],
    "train": [*TRAIN, "--generations", "300", "--out", "out"],
    "sweep": [
        "sweep",
        "run",
        "--width",
        "64",
        "--height",
        "48",
        "--mazes",
        "16",
        "--frames",
        "40",
        "--tile",
        "16",
        "--out",
        "out",
    ],
    "film": ["film", "f.zarr", "-ql", "--resolution", "320", "180", "--seconds", "5", "--out", "out.apng"],
}
BEGUN = {
    "evolve": "out/state.safetensors",
    "train": "out/state.safetensors",
    "sweep": "out/pellets/c/*/*/*",
    "film": ".*.part",
}


def seen(folder, pattern):
    """What a process writes, and when."""
    found = {}
    for path in folder.glob(pattern):
        with suppress(FileNotFoundError):
            found[path] = path.stat().st_mtime_ns
    return found


def stop(words, number, begun, delay, folder):
    """Stop a second process by a signal `delay` seconds after it began to write files of that pattern."""
    before = seen(folder, begun)
    process = start(*words)
    end = time.monotonic() + 60
    while seen(folder, begun) == before and time.monotonic() < end and process.poll() is None:
        time.sleep(0.005)
    time.sleep(delay)
    process.send_signal(number)
    begin = time.monotonic()
    out, err = process.communicate()
    assert time.monotonic() - begin < 5  # 2 s on a machine of one's own
    assert (process.returncode, out) == (130 if number == signal.SIGINT else 2, "")
    line = told(process.returncode, err)
    how = "interrupted" if number == signal.SIGINT else "terminated"
    assert line == f"{how}; what was finished is kept, and the same command goes on from there"


@pytest.mark.parametrize("kind", LONG)
def test_a_stopped_command_goes_on_to_the_same_bits(here, door, kind):
    rng = random.Random(kind)
    before = contents(here)
    for number in (signal.SIGINT, signal.SIGTERM):
        stop(LONG[kind], number, BEGUN[kind], rng.uniform(0, 0.15), here)
        assert not stray(here)
        assert {name: data for name, data in contents(here).items() if not name.startswith("out")} == before
        assert not (here / "out.apng").exists()
    assert door(*LONG[kind])[0] == 0
    shutil.move("out.apng" if kind == "film" else "out", "kept")
    assert door(*LONG[kind])[0] == 0
    if kind == "film":
        assert Path("kept").read_bytes() == Path("out.apng").read_bytes()
    elif kind == "sweep":
        assert open_field("kept").heights.tobytes() == open_field("out").heights.tobytes()
    else:
        same = ("state.safetensors", "history.jsonl", "champion.safetensors", "config.toml")
        assert all(Path("kept", name).read_bytes() == Path("out", name).read_bytes() for name in same)


def listens(process):
    """Whether a process has a handler for SIGTERM."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("SigCgt:")[2].split()[0], 16) >> signal.SIGTERM - 1 & 1


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells which signals a process hears")
@pytest.mark.parametrize("delay", [0, 0.05, 0.1, 0.2, 0.3, 0.5])
def test_a_signal_while_it_starts_is_told_in_one_line(here, delay):
    """From the first moment on, through imports, locks and the first frames."""
    before = contents(here)
    number = signal.SIGTERM if delay in (0.05, 0.2, 0.5) else signal.SIGINT
    process = start(*LONG["film"])
    while process.poll() is None and not listens(process):
        time.sleep(0.001)
    time.sleep(delay)
    process.send_signal(number)
    _, err = process.communicate()
    assert process.returncode == (130 if number == signal.SIGINT else 2)
    told(process.returncode, err)
    assert contents(here) == before

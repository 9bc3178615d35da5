"""Wrong command lines are refused in one line."""

import io
import sys

import pytest

from foragescape import main
from tests.render.commands.example_commands import contents

WRONG = [
    ([], "a command is missing; choose from demo, evolve"),
    (["evolv"], "there is no command 'evolv'; did you mean evolve?"),
    (["dance"], "there is no command 'dance'; choose from demo, evolve"),
    (["evolve"], "missing --out PATH; see foragescape evolve --help"),
    (["evaluate"], "missing PATH"),
    (["evolve", "--out", "new", "--hiden", "5"], "unrecognized options: --hiden, 5; perhaps you meant --hidden"),
    (["evolve", "--out", "new", "--hidden", "1"], "hidden must be from 2 to 256 units, got 1"),
    (["evolve", "--out", "new", "--hidden", "many"], "--hidden: expected a whole number, got 'many'"),
    (["evolve", "--out", "new", "--seed", "1e3"], "--seed: expected a whole number, got '1e3'; write 1000; see"),
    (["evolve", "--out", "new", "--seed", "1.5"], "--seed: expected a whole number, got '1.5'; see"),
    (["evolve", "--out", "new", "--es.sigma", "wide"], "--es.sigma: expected a number, got 'wide'"),
    (["evolve", "--out", "new", "--es.sigma", "1e38"], "sigma must be at most 1e+06, got 1e+38"),
    (["evolve", "--out", "new", "--es.learning-rate", "1e38"], "learning_rate must be at most 1e+06, got 1e+38"),
    (
        ["evolve", "--out", "new", "--es.learning-rate", "1000"],
        "learning_rate times weight_decay must be at most 1, got 1000 and 0.005; lower one of them",
    ),
    (["evolve", "--out", "new", "--genetic.sigma", "1e38"], "sigma must be at most 1e+06, got 1e+38"),
    (["evolve", "--out", "s3://bucket/new"], "is an address, not a path"),
    (
        ["picture", "run", "--out", "new.png", "--radius", "1e300"],
        "radius of a window must be at most 1e+06, got 1e+300",
    ),
    (["picture", "run", "--out", "new.png", "--x", "1e300"], "x must be from -1e+06 to 1e+06, got 1e+300"),
    (["picture", "run", "--out", "new.png", "--radius", "1e-30"], "float64 resolves"),
    (["sweep", "run", "--out", "new.zarr", "--radius", "1e-9", "--precision", "float32"], "float32 resolves"),
    (["sweep", "run", "--out", "new.zarr", "--depth", "1e300"], "depth must be at most 1e+06"),
    (["evolve", "--out", "new", "--hidden"], "--hidden needs a value"),
    (["evolve", "--out", "new", "--es.population", "3"], "population must be even"),
    (["evolve", "--out", "new", "--es.population", str(2**64)], "population must be from 2 to"),
    (["evolve", "--out", "new", "--cma.sigma", "1e-320"], "sigma must be from 1e-06 to 1e+06"),
    (["sweep", "run", "--out", "new.zarr", "--frames", "1000000000"], "frames must be from 1 to 65536"),
    (["sweep", "run", "--out", "new.zarr", "--directions", "-1"], "directions must be from 0 to"),
    (["sweep", "run", "--out", "new.zarr", "--between", str(2**63)], "between must be from 0 to 65536"),
    (["evolve", "--out", "new", "--world.maze.size", "65"], "size must be from 4 to 64, got 65"),
    (["evolve", "--out", "new", "--seed", "-1"], "seed must be from 0 to 2^64 - 1, got -1"),
    (["evolve", "--out", "new", "--threads", "0"], "threads must be from 1 to 1024, got 0"),
    (["evolve", "--out", "new", "extra"], "unrecognized options: extra"),
    (["evolve", "--out", "f.zarr"], "f.zarr exists and is not a run folder (it holds centre); choose another --out"),
    (["evolve", "--out", "f.png"], "f.png exists and is not a run folder; choose another --out"),
    (["evolve", "--out", "f.png/new"], "cannot write f.png/new: Not a directory"),
    (["evolve", "--out", "run"], "; repeat its settings to go on, choose another --out, or start over with --fresh"),
    (["train", "--out", "new", "--method", "guess"], "--method: 'guess' is none of"),
    (["train", "--out", "new", "--imitate.ties", "right"], "--imitate.ties: 'right' is none of left, ahead, shared"),
    (["train", "--out", "run"], "the learner of run is es; choose another --out, or start over with --fresh"),
    (["train", "--out", "f.zarr"], "f.zarr exists and is not a run folder (it holds centre); choose another --out"),
    (["train", "--out", "new", "--generations", "0"], "generations must be from 1 to"),
    (["train", "--out", "new", "--reinforce.rate", "1e38"], "rate must be at most 1e+06, got 1e+38"),
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
    (["compare", "run", "other", "--out", "c", "--set", "uncertainty"], "--set takes KEY=VALUE"),
    (
        ["compare", "run", "other", "--out", "c", "--set", "as_learned.points=6"],
        "points must be 5, 9, 13 or so on, got 6",
    ),
    (
        ["compare", "run", "other", "--out", "c", "--set", "uncertainty.radii=[]"],
        "radii must be one value or more, got none",
    ),
    (
        ["compare", "run", "other", "--out", "c", "--set", "landscape_around.radius=nan"],
        "radius must be a number above 0",
    ),
    (["compare", "run", "other", "--out", "c", "--set", "half_radius.direction=3"], "did you mean directions?"),
    (["methods", "run", "other", "--out", "c", "--seed", "-1"], "seed must be from 0 to"),
    (["sweep", "run", "--out", "g.zarr", "--cells", "x"], "--cells: expected a whole number, got 'x'"),
    (["sweep", "run", "--out", "g.zarr", "--cells", "1e1"], "--cells: expected a whole number, got '1e1'; write 10"),
    (["explore", "run", "--size", "800x600"], "--size: expected two whole numbers, got '800x600'"),
    (["evaluate", "run", "--device", "tpu"], "--device: 'tpu' is none of"),
    (["evaluate", "absent"], "there is no run absent; make a run with: foragescape evolve --out absent"),
    (["evaluate", "f.zarr"], "f.zarr"),
    (["evaluate", "run", "--split", "last"], "--split: 'last' is none of train,"),
    (["evaluate", "run", "--mazes", "0"], "mazes must be from 1 to 65536, got 0"),
    (["sweep", "absent", "--out", "g.zarr"], "there is no run absent"),
    (["sweep", "run", "--out", "g.zarr", "--tour", "zom"], "--tour: 'zom' is none of"),
    (
        ["sweep", "run", "--out", "g.zarr", "--radius", "nan"],
        "the radius of a window must be a number above 0",
    ),
    (["sweep", "run", "--out", "g.zarr", "--width", "0"], "width must be from 1 to 16384, got 0"),
    (["sweep", "run", "--out", "f.png"], "f.png is not a field"),
    (["sweep", "run", "--out", "run"], "run is not a field"),
    (["sweep", "run", "--out", ""], "--out should name a field"),
    (["sweep", "run", "--out", "f.zarr"], "; choose another --out, or start over with --fresh"),
    (
        ["film", "absent", "--out", "g.mp4"],
        "; make a run with: foragescape evolve --out absent, or sweep a field with: foragescape sweep RUN --out absent",
    ),
    (["film", "f.png", "--out", "g.mp4"], "f.png is neither a run nor a field"),
    (["film", "run", "--out", "g.avi"], "the name should end in .mp4 .webm .gif .apng .webp .frames, got g.avi"),
    (["film", "run", "--out", "f.mp4"], "f.mp4 exists already; choose another --out, or replace it with --overwrite"),
    (["film", "run", "--out", "absent/g.mp4"], "there is no folder"),
    (["film", "run", "--out", "f.zarr/zarr.json/g.mp4"], "there is no folder"),
    (["film", "run", "--out", "g.mp4", "--palette", "infreno"], "no palette is named 'infreno'; did you mean inferno"),
    (["film", "run", "--out", "g.gif", "--fps", "60"], "a .gif has at most 50 frames a second, got 60"),
    (["film", "run", "--out", "g.mp4", "--resolution", "9", "9"], "a picture is at least 160 x 120 pixels, got 9 x 9"),
    (["film", "run", "--out", "g.mp4", "--resolution", "99999", "200"], "at most 16384 pixels a side"),
    (["film", "run", "--out", "g.mp4", "--resolution", "4"], "--resolution: expected two whole numbers, got '4'"),
    (["film", "run", "--out", "f.gif", "-ql", "--mazes", "3"], "; name the film otherwise, or start over with --fresh"),
    (["picture", "run", "--out", "g.jpg"], "the name should end in .png, got g.jpg"),
    (["picture", "run", "--out", "f.png"], "f.png exists"),
    (
        ["picture", "run", "--out", "g.png", "--tour", "zoom"],
        "shows one window: tour has no effect",
    ),
    (
        ["picture", "run", "--out", "g.png", "--frame", "0"],
        "shows one window: frame has no effect",
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
def test_wrong_words_give_one_line_and_change_no_file(here, door, words, said):
    before = contents(here)
    code, out, line = door(*words)
    assert (code, out) == (2, "")
    assert said in line
    assert contents(here) == before
    assert not (here / "g.zarr").exists()  # nothing was swept for a film that cannot be


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_errors_are_the_same_in_every_encoding(encoding, monkeypatch):
    words = ["evolve", "--oot", "x"]
    streams = [io.TextIOWrapper(io.BytesIO(), encoding) for _ in "12"]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    assert main(words) == 2
    text = streams[1].buffer.getvalue().decode()
    assert text == "foragescape: missing --out PATH; unrecognized options: --oot x; see foragescape evolve --help\n"

"""The results of commands as JSON and as tables."""

import json
import re

import pytest

from foragescape import main
from tests.render.commands.example_commands import COMPARE, EVOLVE, FILM, PICTURE, SWEEP, TRAIN

VERSIONS = {"arithmetic", "foragescape", "numpy", "numba", "cma", "torch", "python", "machine", "revision"}
PROBED = {"kind", "path", "width", "height", "frames", "fps", "duration", "format", "made_from"} | VERSIONS
MADE = {"layout", "mazes", "lifetime", "sight", "every", "champion"}
FIELD = {"kind", "path", "tour", "frames", "pixels", "radius", "centre", "complete", "note"} | MADE


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
    ([*FILM, "--out", "g.gif"], PROBED | {"sealed"}),
    ([*PICTURE, "--out", "g.png"], PROBED),
    (
        ["info", "run"],
        keys(
            "kind path network method seed generations validation_pellets newest champions test_openings sealed made_by"
        ),
    ),
    (["info", "f.zarr"], FIELD),
    (["info", "f.png"], PROBED),
    (["info", "f.mp4"], PROBED | {"sealed"}),
    (
        ["info", "run/champion.safetensors"],
        keys("kind path network weights dtype method seed generation validation_pellets made_by"),
    ),
]


@pytest.mark.parametrize(("words", "expected"), JSON)
def test_json_is_one_object_with_the_expected_keys(here, door, words, expected):
    code, out, _ = door(*words, "--json")
    result = json.loads(out)
    assert (code, out.count("\n"), set(result)) == (0, 1, expected)
    if words[0] == "info":  # the table for people has the same entries
        _, out, _ = door(*words)
        assert all(key.replace("_", " ") in out for key in expected)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([*SWEEP, "--out", "g.zarr"], r"g\.zarr: field, 3 frames of \d+ x \d+"),
        ([*FILM, "--out", "g.mp4"], r"g\.mp4: film, 176 x 128, \d+ frames in \d+\.\d s, [\d.]+ MB"),
        ([*FILM, "--out", "g.frames"], r"g\.frames: film, 176 x 128, \d+ frames in \d+\.\d s"),
        ([*PICTURE, "--out", "g.png"], r"g\.png: picture, 176 x 128, [\d.]+ MB"),
    ],
)
def test_what_was_made_is_said_in_one_line(here, door, words, line):
    code, out, _ = door(*words)
    assert code == 0
    assert re.fullmatch(f"{line}\n", out)


def test_a_run_suggests_to_explore_it_and_to_evaluate_it(here, capsys):
    assert main([*EVOLVE, "--out", "my run"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert "next: foragescape explore 'my run'" in lines
    assert "or:   foragescape evaluate 'my run' --split validation" in lines


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

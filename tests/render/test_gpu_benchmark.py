"""The benchmark of a GPU runs every row in a child process, and none can stop the others."""

import json
import os
import time

import pytest

from foragescape import main
from render import gpu_benchmark
from render.gpu_benchmark import Call, bench_gpu, calls
from sim.gpu_speed import LEARNERS, PLAYED, Network, Sizes
from sim.rollout import devices
from tests.learners import COMMON, OWN

pytest.importorskip("torch")
TINY = Sizes(side=3, mazes=2, generations=2, calls=1, settings={name: {**COMMON, **OWN[name]} for name in LEARNERS})
NETWORK = Network(hidden=3)


def fail():
    raise ValueError("no such kernel")


def hang():
    time.sleep(60)


def die():
    os._exit(1)


def fine():
    return {"name": "fine", "value": 1.0}


def test_a_row_that_fails_says_so_and_the_rest_goes_on():
    rows = [Call("rows", {"name": call.__name__}, call, ()) for call in (fail, die, fine)]
    rows += [Call("alone", {}, hang, ())]
    found = bench_gpu("cpu", compiled=(), rows=rows[:3], seconds=1000)
    assert found["rows"] == [
        {"name": "fail", "failed": "ValueError: no such kernel"},
        {"name": "die", "failed": "its process died with exit code 1"},
        {"name": "fine", "value": 1.0},
    ]
    assert bench_gpu("cpu", compiled=(), rows=rows[3:], seconds=1)["alone"] == {"failed": "took longer than 0 s"}
    assert bench_gpu("cpu", compiled=(), rows=rows[3:], seconds=0)["alone"] == {"failed": "no time was left"}


def test_compile_times_that_take_too_long_say_so():
    assert bench_gpu("cpu", compiled=(NETWORK,), rows=[], seconds=0)["compile"] == [
        {**NETWORK.row, "failed": "took longer than 0 s"}
    ]


def test_all_that_is_owed_is_measured(monkeypatch):
    owed = calls("cuda", Sizes())
    assert [call.arguments[1] for call in owed if call.entry == "rollouts"] == list(PLAYED)
    assert {(network.cell, network.hidden, network.dtype) for network in PLAYED} == {
        *(("elman", hidden, "float32") for hidden in (8, 16, 32, 64)),
        ("elman", 16, "float64"), ("gru", 16, "float32"), ("lstm", 16, "float32"),
    }  # fmt: skip
    rows = [call for call in calls("cpu", TINY, (NETWORK,)) if call.entry != "check"]
    found = bench_gpu("cpu", compiled=(NETWORK,), rows=rows, seconds=1000)
    assert "failed" not in json.dumps(found)
    assert [row["learner"] for row in found["learning"]] == ["es", "imitate", "reinforce"]
    assert found["explorer"]["first_picture_ms"] > 0
    assert found["compile"][0]["seconds"] > 0
    assert found["rollouts"][0]["steps_per_s"] > 0


def test_the_command_needs_a_gpu(monkeypatch, capsys):
    monkeypatch.setattr(devices, "available", lambda: False)
    assert main(["bench", "--device", "cuda"]) == 2
    assert "device cuda needs an NVIDIA GPU" in capsys.readouterr().err


def test_the_command_prints_a_table_or_json(monkeypatch, capsys):
    monkeypatch.setattr(devices, "available", lambda: True)
    found = {"check": {"episodes": 4096, "differ": 0}, "rollouts": [{"cell": "gru", "failed": "took longer than 9 s"}]}
    monkeypatch.setattr(
        gpu_benchmark, "bench_gpu", lambda device, seconds: {"device": device, "seconds": seconds, **found}
    )
    assert main(["bench", "--device", "cuda", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"device": "cuda", "seconds": 60, **found}
    assert main(["bench", "--device", "cuda"]) == 0
    assert "took longer than 9 s" in capsys.readouterr().out

"""Commands on files that are damaged, renamed or have strange names."""

import json
import os
import random
import shutil

import numpy as np
import pytest

from agents import genome
from tests.deaths import reseal
from tests.render.commands.example_commands import COMPARE, EVOLVE, FILM, PICTURE, SWEEP, stray

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
def test_damaged_files_give_one_line(here, door, name):
    """Or are accepted, if the damage is harmless: a letter of a free text, a bit of a film's picture."""
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


def test_any_flipped_bit_damages_a_genome(here, door):
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
    reseal(here / "run")
    for words in (
        ["info", str(path)],
        ["evaluate", "run"],
        [*SWEEP, "--out", "n.zarr"],
        ["film", "run", "--out", "n.gif"],
    ):
        code, _, line = door(*words)
        assert code == 2
        assert "NaN or infinite" in line


def test_control_characters_in_file_names_are_escaped(here, door):
    assert door("info", "\x1b[31mred\nline")[2] == r"there is no \x1b[31mred line; check the path"


def test_renamed_files_are_recognised_or_refused(here, door):
    os.rename("run/champion.safetensors", "genome.bin")
    os.rename("f.png", "f.gif")
    os.rename("f.mp4", "f.safetensors")
    assert json.loads(door("info", "genome.bin", "--json")[1])["kind"] == "genome"
    assert "is not a genome" in door("info", "f.safetensors")[2]
    assert "champion.safetensors is missing" in door("evaluate", "run")[2]
    os.rename("genome.bin", "run/champion.safetensors")
    os.rename("run", "f2.zarr")
    assert json.loads(door("info", "f2.zarr", "--json")[1])["kind"] == "run"

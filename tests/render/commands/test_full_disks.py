"""Commands when a disk is full or fails, or memory runs out."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from sim.landscape.field import open_field
from tests.render.commands.example_commands import COMPARE, EVOLVE, FILM, PICTURE, SWEEP, TRAIN, contents, stray


@pytest.fixture
def full(tmp_path):
    """A function that mounts a small disk on which so many bytes are free."""
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
def test_a_full_disk_gives_one_line(here, full, door, words, left):
    disk = full(left)
    code, out, line = door(*words[:-1], str(disk / words[-1]))
    assert (code, out) == (2, "")
    assert "No space left on device" in line
    assert not stray(disk)
    assert not (disk / "n.apng").exists()
    assert not (disk / "n.png").exists()


@pytest.mark.parametrize("kind", ["evolve", "sweep"])
def test_finished_work_survives_a_full_disk(here, full, door, kind):
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


def test_failing_memory_and_disks_give_one_line(here, door, monkeypatch):
    def fail(error):
        def play(*_, **__):
            raise error

        monkeypatch.setattr("sim.evaluation.evaluate.play", play)
        return door("evaluate", "run")

    assert fail(MemoryError())[2].startswith("out of memory; ask for fewer")
    assert fail(OSError(5, "Input/output error", "x"))[2].startswith("cannot use x: Input/output error")
    with pytest.raises(RuntimeError):  # an unexpected error is raised
        fail(RuntimeError())

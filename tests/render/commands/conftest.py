"""Fixtures: small runs, a field, a film and a picture, made by commands, and a function that runs a command."""

import shutil

import pytest

from foragescape import main
from tests.render.commands.example_commands import EVOLVE, FILM, LEAST, PICTURE, SWEEP, complaint


@pytest.fixture(scope="session")
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
    """A copy of `made` as the working directory; films of comparisons are small."""
    monkeypatch.setattr("render.page.slide.SIZE", (240, 480))
    folder = tmp_path / "here"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def door(capsys):
    """A function that runs a command and returns its exit code, its stdout, and its error line or None."""

    def call(*words):
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, complaint(code, err)

    return call

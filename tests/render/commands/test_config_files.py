"""Settings in TOML files, which options override."""

import json
from pathlib import Path

import pytest

from sim.learning.run import Run
from tests.render.commands.example_commands import PIXELS, SMALL


def test_options_override_the_config_file(here, door):
    Path("e.toml").write_text("generations = 3\nhidden = 5\n[world]\nlifetime = 30\n[es]\npopulation = 6\n")
    small = [word for word in SMALL.split() if word not in ("--es.population", "8")]
    code, _, _ = door("evolve", "--config", "e.toml", *small, "--out", "new")
    assert code == 0
    config = Run.open(Path("new")).config()
    assert (config.generations, config.es.population) == (3, 6)
    assert (config.hidden, config.world.lifetime, config.mazes) == (4, 20, 2)

    Path("s.toml").write_text('tour = "turn"\nframes = 2\nwidth = 12\n')
    assert door("sweep", "run", "--config=s.toml", *PIXELS, "--out", "s.zarr")[0] == 0
    found = json.loads(door("info", "s.zarr", "--json")[1])
    assert found.items() >= {"tour": "turn", "frames": 2, "pixels": "16 x 9"}.items()

    Path("f.toml").write_text('[video]\nquality = "low"\nfps = 9.0\n[film]\nseconds = 0.4\n')
    code, out, _ = door("film", "f.zarr", "--config", "f.toml", "--fps", "5", "--out", "g.gif", "--json")
    assert (json.loads(out)["width"], json.loads(out)["fps"]) == (640, 5.0)


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (["evolve", "--out", "new"], "hiden = 3", "there is no setting hiden; did you mean hidden?"),
        (["evolve", "--out", "new"], "[world.maze]\nsise = 3", "there is no setting world.maze.sise; did you mean"),
        (["evolve", "--out", "new"], "hidden = 1", "hidden must be from 2 to 256 units, got 1"),
        (["evolve", "--out", "new"], "hidden = 4.5", "hidden must be a whole number, got 4.5"),
        (["evolve", "--out", "new"], "hidden = ", "is not TOML"),
        (["sweep", "run", "--out", "g.zarr"], "radios = 1.0", "there is no setting radios; did you mean radius?"),
        (["film", "run", "--out", "g.mp4"], "[video]\nqualty = 1", "there is no setting video.qualty; did you mean"),
        (
            ["film", "run", "--out", "g.mp4"],
            "seconds = 3.0",
            "there is no setting seconds; known are landscape",
        ),
        (["film", "run", "--out", "g.mp4"], "[survey]\nradius = 1", "survey is now called landscape; rename it"),
        (["picture", "run", "--out", "g.png"], "[film]\npallete = 1", "there is no setting film.pallete"),
    ],
)
def test_wrong_config_files_give_one_line(here, door, words, text, said):
    Path("c.toml").write_text(text)
    code, out, line = door(*words, "--config", "c.toml")
    assert (code, out) == (2, "")
    assert line.startswith("c.toml: " if said != "is not TOML" else "c.toml ")
    assert said in line
    assert not Path(words[-1]).exists()
    Path("c.toml").write_bytes(b"\xff")
    assert "is not TOML" in door(*words, "--config", "c.toml")[2]
    assert "cannot read the config absent" in door(*words, "--config", "absent")[2]

"""Info describes every kind of file that we write, films of other programs, and refuses all else."""

import json
import shutil

import numpy as np
import pytest

from agents import genome
from agents.errors import UserError
from agents.layout import initial
from agents.optimisers.openai_es import OpenAIESConfig
from agents.randomness import generator
from render.animation import write_png
from render.info import info
from render.video import write
from sim.landscape.spec import LandscapeSpec, plan
from sim.landscape.sweep import sweep
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.learning.writable_run import writable_run
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig
from sim.world.rules import World
from tests.deaths import without_seal

WORLD = World(maze=MazeConfig(size=4), lifetime=20)
CONFIG = EvolutionConfig(
    seed=3, generations=2, mazes=2, validation=4, hidden=4, world=WORLD, es=OpenAIESConfig(population=8)
)
FRAME = np.zeros((120, 160, 3), np.uint8)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return learn(CONFIG, tmp_path_factory.mktemp("info") / "run", machine=Machine(1))


@pytest.fixture
def field(run, tmp_path):
    spec = LandscapeSpec(tour="zoom", frames=3, width=8, height=6, mazes=2, x=0.5, seek=False)
    return sweep(plan(run, spec), tmp_path / "field.zarr", machine=Machine(1), tile=4)


def test_a_run(run):
    found = info(run.path)
    assert found["kind"] == "run"
    assert found["network"] == "elman with 4 hidden units, 5 inputs"
    assert (found["generations"], found["seed"], found["method"], found["test_openings"]) == (
        "2 of 2",
        3,
        "evolve (es)",
        0,
    )
    assert found["validation_pellets"] == run.history()[-1]["validation"]
    assert found["newest"] == {name: run.history()[-1][name] for name in ("best", "mean", "worst")}
    assert found["made_by"]["numpy"] == np.__version__


def test_a_run_that_has_just_begun(run, tmp_path):
    with writable_run(tmp_path / "young", CONFIG):
        pass
    found = info(tmp_path / "young")
    assert (found["generations"], found["champions"], found["validation_pellets"]) == ("0 of 2", 0, None)


def test_a_run_says_whether_it_is_sealed(run, tmp_path):
    shutil.copytree(run.path, tmp_path / "run")
    assert info(tmp_path / "run")["sealed"] is True
    without_seal(tmp_path / "run")
    assert info(tmp_path / "run")["sealed"].startswith("no: an older version wrote it")


@pytest.mark.parametrize("name", ["state.safetensors", "champions/000002.safetensors", "config.toml", "history.jsonl"])
def test_a_run_of_which_a_part_was_changed(run, tmp_path, name):
    shutil.copytree(run.path, tmp_path / "run")
    (tmp_path / "run" / name).write_bytes((run.path / name).read_bytes()[:-1])
    with pytest.raises(UserError, match=f"{name} is not the file that belongs to this run"):
        info(tmp_path / "run")
    (tmp_path / "run" / name).unlink()
    with pytest.raises(UserError, match=f"{name} is missing"):
        info(tmp_path / "run")


def test_a_field(field):
    found = info(field)
    assert (found["kind"], found["tour"], found["frames"], found["pixels"]) == ("field", "zoom", 3, "8 x 6")
    assert found["radius"] == (0.7, 0.175)
    assert found["centre"] == [0.5, 0.0]
    assert (found["complete"], found["lifetime"], found["mazes"]["range"]) == (True, 20, [0, 2])


def test_a_field_that_is_not_finished(run, tmp_path):
    def stop(done, total):
        if done > total / 2:
            raise KeyboardInterrupt

    landscape = plan(run, LandscapeSpec(frames=2, width=8, height=6, mazes=2))
    with pytest.raises(KeyboardInterrupt):
        sweep(landscape, tmp_path / "half.zarr", machine=Machine(1), tile=4, progress=stop)
    assert info(tmp_path / "half.zarr")["complete"] is False


@pytest.mark.parametrize("name", ["origin", "directions", "mix", "centre", "radius", "y"])
def test_a_field_whose_geometry_is_damaged(field, name):
    chunk = next(path for path in (field / name / "c").rglob("*") if path.is_file())
    chunk.write_bytes(chunk.read_bytes()[:-2])
    with pytest.raises(UserError, match="is damaged") as caught:
        info(field)
    assert "\n" not in str(caught.value)
    chunk.unlink()
    with pytest.raises(UserError, match=f"lacks the file .*{name}.*; copy the field again"):
        info(field)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_genome_and_a_population_under_any_name(tmp_path, dtype):
    weights = initial(CONFIG.layout, 3, generator(0, "test")).astype(dtype)
    for name in ("g.safetensors", "g.old"):
        genome.save(tmp_path / name, weights[0], CONFIG.layout, {"found": "here"})
        found = info(tmp_path / name)
        assert (found["kind"], found["weights"], found["found"]) == ("genome", CONFIG.layout.size, "here")
        assert found["dtype"] == np.dtype(dtype).name


@pytest.mark.parametrize("name", ["f.mp4", "f.gif", "f.apng", "f.frames"])
def test_a_film(tmp_path, name):
    about = {"made_from": json.dumps({"tour": "zoom"}), "numpy": "2"}
    write([FRAME] * 4, tmp_path / name, fps=10, metadata=about)
    found = info(tmp_path / name)
    assert (found["kind"], found["frames"], found["width"], found["height"]) == ("film", 4, 160, 120)
    assert (found["made_from"], found["numpy"]) == ({"tour": "zoom"}, "2")


@pytest.mark.parametrize("count", [0, 2**31 + 1])
def test_a_film_of_an_impossible_length_is_refused_without_the_words_of_a_library(tmp_path, recwarn, count):
    path = tmp_path / "f.apng"
    write([FRAME] * 4, path, fps=10, metadata={})
    data = path.read_bytes()
    at = data.index(b"acTL") + 4
    path.write_bytes(data[:at] + count.to_bytes(4, "big") + data[at + 4 :])
    with pytest.raises(UserError, match=r"cannot read .*apng|apng is damaged"):
        info(path)
    assert not recwarn.list


def test_a_picture(tmp_path):
    write_png(FRAME, tmp_path / "p.png", {"made_from": '{"frame": 3}'})
    found = info(tmp_path / "p.png")
    assert (found["kind"], found["frames"], found["made_from"]) == ("picture", 1, {"frame": 3})


@pytest.mark.parametrize("name", ["notes.txt", "notes", "script.sh"])
def test_a_file_that_is_nothing_of_ours_is_not_called_an_unreadable_film(tmp_path, name):
    (tmp_path / name).write_text("words\n" * 99)
    with pytest.raises(
        UserError, match="is no file of ours; give a run, study, field, genome, film, picture or shared"
    ):
        info(tmp_path / name)


def test_a_film_of_ours_may_have_another_name(tmp_path):
    write([FRAME] * 2, tmp_path / "f.mp4", fps=10, metadata={"foragescape": "0.1.0"})
    assert info((tmp_path / "f.mp4").rename(tmp_path / "film"))["frames"] == 2


def test_a_damaged_film_is_called_a_film_that_cannot_be_read(tmp_path):
    (tmp_path / "f.mp4").write_text("words")
    with pytest.raises(UserError, match=r"cannot read .*f\.mp4"):
        info(tmp_path / "f.mp4")


def test_pictures_and_films_of_other_programs(tmp_path):
    from PIL import Image

    Image.fromarray(FRAME).save(tmp_path / "p.png")
    assert info(tmp_path / "p.png").keys() == {"kind", "path", "width", "height", "frames", "fps", "duration", "format"}
    write([FRAME] * 2, tmp_path / "f.mp4", fps=10, metadata={"made_from": "{half", "width": "wide"})
    found = info(tmp_path / "f.mp4")
    assert (found["made_from"], found["width"]) == ("{half", 160)  # its metadata do not replace the size


@pytest.mark.parametrize("content", [b"", b"plain words", b"\x08\0\0\0\0\0\0\0{}      ", b"\x89PNG\r\n\x1a\n"])
@pytest.mark.parametrize("name", ["x", "x.mp4", "x.png", "x.safetensors", "x.gif"])
def test_files_of_no_known_kind_are_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=name) as caught:
        info(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_missing_files_are_refused(tmp_path):
    with pytest.raises(UserError, match=r"there is no .*absent; check the path"):
        info(tmp_path / "absent")
    with pytest.raises(UserError, match="holds no frames"):
        info(tmp_path)


def test_a_history_of_another_program(run, tmp_path):
    shutil.copytree(run.path, tmp_path / "run")
    without_seal(tmp_path / "run")
    (tmp_path / "run" / "history.jsonl").write_text('{"other": 1}\n')
    assert info(tmp_path / "run")["generations"] == "0 of 2"
    (tmp_path / "run" / "history.jsonl").write_text("[1]\n")
    with pytest.raises(UserError, match="is damaged"):
        info(tmp_path / "run")

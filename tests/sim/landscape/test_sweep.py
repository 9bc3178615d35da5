import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.field import open_field
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import ChampionStory, Landscape
from sim.landscape.plane import Plane, Window, directions
from sim.landscape.sampling import sample
from sim.landscape.sweep import finish, prepare, sweep
from sim.landscape.tour import mazes, slide, zoom

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, np.random.default_rng(1))[0]
U, V, W = directions(GENOME, LAYOUT, 3, 0)
PLANE = Plane(GENOME, U, V)
WINDOW = Window(0.1, -0.2, 0.5, (4, 5))
TOUR = slide(PLANE, WINDOW, W, 3, 0.3)
LAYERS = mazes(PLANE, WINDOW, 3)
TILES = 12  # of TOUR in tiles of 3 pixels
SEED = {"seed": 7}


def pellets(genomes):
    words = genomes.view(np.uint32 if genomes.dtype == np.float32 else np.uint64)
    return (words >> 3).sum(axis=1, dtype=np.uint64) % 97


def layered(genomes):
    return np.stack([pellets(genomes), pellets(genomes) + 1, pellets(-genomes)], axis=1)


class Counted:
    """A function that counts the genomes it is asked for, and stops before call number `stop`."""

    def __init__(self, function=pellets, stop=None, error=KeyboardInterrupt):
        self.function, self.stop, self.error = function, stop, error
        self.calls = self.genomes = 0

    def __call__(self, genomes):
        if self.calls == self.stop:
            raise self.error
        self.calls += 1
        self.genomes += len(genomes)
        return self.function(genomes)


def landscape(function, tour=TOUR, story=SEED, quantity="pellets"):
    """The landscape of a function under one name, whichever function it is."""
    objective = FunctionObjective("tests:pellets", quantity, "pellets", function)
    return Landscape(tour, objective, ChampionStory.from_json(story))


def run(function, path, tour=TOUR, tile=3, **more):
    about = {name: more.pop(name) for name in ("story", "quantity") if name in more}
    return sweep(landscape(function, tour, **about), path, tile=tile, **more)


def contents(path):
    return {str(file.relative_to(path)): file.read_bytes() for file in Path(path).rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return run(pellets, tmp_path_factory.mktemp("sweep") / "whole.zarr")


def test_every_pixel_is_the_objective_of_its_own_point(whole):
    heights = open_field(whole).heights
    for t, row, column in np.ndindex(heights.shape):
        x, y = WINDOW.points()[row, column]
        genome = TOUR.plane(t).at([[x, y]])
        assert heights[t, row, column] == pellets(genome)[0]


@pytest.mark.parametrize("tile", [1, 2, 4, 128])
@pytest.mark.parametrize(("tour", "objective"), [(TOUR, pellets), (LAYERS, layered)], ids=["frames", "layers"])
def test_the_tile_size_changes_no_bit(tile, tour, objective, tmp_path):
    heights = open_field(run(objective, tmp_path / "field.zarr", tour, tile)).heights
    function = FunctionObjective.of(objective)
    views = [sample(function, tour.plane(view), window) for view, window in enumerate(tour.windows)]
    assert heights.dtype == np.int32
    assert heights.tobytes() == b"".join(view.tobytes() for view in views)


def test_a_finished_sweep_is_not_swept_again(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "field.zarr")
    counted, seen = Counted(), []
    run(counted, tmp_path / "field.zarr", progress=lambda done, total: seen.append((done, total)))
    assert counted.genomes == 0
    assert seen == [(60, 60)]
    assert contents(tmp_path / "field.zarr") == contents(whole)


def test_tiles_of_zeros_are_finished_too(tmp_path):
    def nothing(genomes):
        return np.zeros(len(genomes), int)

    run(nothing, tmp_path / "field.zarr")
    counted = Counted(nothing)
    run(counted, tmp_path / "field.zarr")
    assert counted.genomes == 0
    assert not open_field(tmp_path / "field.zarr").heights.any()


@pytest.mark.parametrize(("error", "told"), [(KeyboardInterrupt, KeyboardInterrupt), (ZeroDivisionError, UserError)])
@pytest.mark.parametrize("stop", [0, 1, 6, TILES - 1])
def test_a_stopped_sweep_goes_on_to_the_same_bits(stop, error, told, whole, tmp_path):
    path = tmp_path / "field.zarr"
    with pytest.raises(told):
        run(Counted(stop=stop, error=error), path)
    with pytest.raises(UserError, match=r"again|no field"):
        open_field(path)
    assert not path.exists() or not finish(path)
    rest, seen = Counted(), []
    run(rest, path, progress=lambda done, total: seen.append((done, total)))
    assert rest.calls == (TILES + 1 if stop == 0 else TILES - stop + 1)  # the first genome tells the type
    assert seen[-1] == (60, 60)
    assert seen == sorted(seen)
    assert contents(path) == contents(whole)


@pytest.mark.parametrize("how", ["truncated", "empty", "zeros", "flipped", "gone"])
@pytest.mark.parametrize("finished", [False, True])
def test_only_a_damaged_tile_is_computed_again(how, finished, whole, tmp_path):
    path = tmp_path / "field.zarr"
    if finished:
        shutil.copytree(whole, path)
    else:
        with pytest.raises(KeyboardInterrupt):
            run(Counted(stop=9), path)
    chunk = path / "pellets" / "c" / "1" / "0" / "0"
    good = chunk.read_bytes()
    bad = {"truncated": good[:-1], "empty": b"", "zeros": bytes(4), "flipped": bytes([good[0] ^ 1]) + good[1:]}
    if how == "gone":
        chunk.unlink()
    else:
        chunk.write_bytes(bad[how])
    rest = Counted()
    run(rest, path)
    assert rest.calls == (1 if finished else 5)
    assert contents(path) == contents(whole)


@pytest.mark.parametrize("how", ["gone", "truncated", "flipped", "zeros"])
def test_a_damaged_tile_of_layers_is_computed_again_in_one_call(how, tmp_path):
    path = run(layered, tmp_path / "field.zarr", LAYERS, 3)
    before = contents(path)
    tile = path / "pellets" / "c" / "0" / "1" / "0"
    good = tile.read_bytes()
    flipped = good[:7] + bytes([good[7] ^ 1]) + good[8:]
    tile.write_bytes({"gone": b"", "truncated": good[:-9], "flipped": flipped, "zeros": bytes(99)}[how])
    if how == "gone":
        tile.unlink()
    counted = Counted(layered)
    run(counted, path, LAYERS, 3)
    assert counted.genomes == 3
    assert contents(path) == before


def test_a_tile_that_was_stored_is_there_before_it_is_reported(tmp_path):
    path, seen = tmp_path / "field.zarr", []

    def look(done, total):
        seen.append((done, sum(field.pixels(tile) for tile in field.tiles() if field.is_intact(tile))))

    field = prepare(landscape(pellets), path, tile=3)
    run(pellets, path, progress=look)
    assert all(reported <= stored for reported, stored in seen)
    assert seen[-1][0] == 60


def test_a_sweep_that_goes_on_keeps_its_tiles(whole, tmp_path):
    path = tmp_path / "field.zarr"
    with pytest.raises(KeyboardInterrupt):
        run(Counted(stop=4), path)
    run(pellets, path, tile=2)
    assert contents(path) == contents(whole)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"story": {"seed": 8}}, r"provenance.champion.seed is 8 now and 7 there"),
        ({"story": {"seed": 7, "run": {"name": "a"}}}, r"provenance.champion.run.name is 'a' now and None there"),
        ({"tour": slide(PLANE, WINDOW, W, 3, 0.4)}, "z differs"),
        ({"tour": slide(PLANE, replace(WINDOW, radius=0.6), W, 3, 0.3)}, "y differs"),
        ({"tour": slide(PLANE, replace(WINDOW, shape=(5, 5)), W, 3, 0.3)}, "tour.shape"),
        ({"tour": slide(PLANE, WINDOW, -W, 3, 0.3)}, "directions differs"),
        ({"tour": zoom(PLANE, WINDOW, 3)}, "tour.axis"),
        ({"tour": replace(TOUR, precision="float64")}, "tour.precision"),
        ({"quantity": "steps"}, "quantity"),
    ],
)
def test_another_sweep_is_refused_by_the_key_that_differs(change, message, whole):
    before = contents(whole)
    counted = Counted()
    with pytest.raises(UserError, match=message) as error:
        run(counted, whole, **change)
    assert "start over" in str(error.value)
    assert "choose another place" in str(error.value)
    assert "\n" not in str(error.value)
    assert counted.calls == 0
    assert contents(whole) == before


def test_fresh_starts_over(whole, tmp_path):
    path = tmp_path / "field.zarr"
    shutil.copytree(whole, path)
    run(Counted(lambda genomes: pellets(genomes) + 1), path, story={"seed": 8}, fresh=True)
    field = open_field(path)
    assert field.champion == ChampionStory(seed=8)
    assert (field.heights == open_field(whole).heights + 1).all()
    (path / "zarr.json").write_text("{")
    with pytest.raises(UserError, match="sweep it anew"):
        run(pellets, path)
    run(pellets, path, fresh=True)
    assert contents(path) == contents(whole)


def test_fresh_deletes_nothing_but_fields(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError, match="not deleted"):
        run(pellets, tmp_path, fresh=True)
    assert (tmp_path / "thesis.txt").exists()


def test_fresh_deletes_no_file_of_others_in_a_field(whole, tmp_path):
    path = shutil.copytree(whole, tmp_path / "field.zarr")
    (path / "notes.txt").write_text("mine")
    before = contents(path)
    with pytest.raises(UserError, match=r"holds notes.txt, which is not of a field"):
        run(pellets, path, fresh=True)
    assert contents(path) == before
    (tmp_path / "link.zarr").symlink_to(path)
    with pytest.raises(UserError, match="is not of a field"):
        run(pellets, tmp_path / "link.zarr", fresh=True)
    assert contents(path) == before


@pytest.mark.parametrize("fresh", [False, True])
def test_a_sweep_that_was_killed_while_it_started_over_stands_in_nobodys_way(whole, tmp_path, monkeypatch, fresh):
    path = shutil.copytree(whole, tmp_path / "field.zarr")
    (path / "zarr.json").write_text("{")  # it is damaged, so it must start over

    class Killed(BaseException):
        pass

    def die(folder, *args, **options):
        (folder / "origin" / "zarr.json").unlink()
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", die)
        with pytest.raises(Killed):
            run(pellets, path, fresh=True)
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix == ".erased"] == [".field.zarr.erased"]
    run(pellets, path, fresh=fresh)
    assert contents(path) == contents(whole)
    assert {entry.name for entry in tmp_path.iterdir()} == {"field.zarr", ".field.zarr.lock"}


@pytest.mark.parametrize("lost", ["zarr.json", "origin", "pellets"])
def test_a_field_of_which_a_part_was_deleted_can_start_over(whole, tmp_path, lost):
    path = shutil.copytree(whole, tmp_path / "field.zarr")
    shutil.rmtree(path / lost) if (path / lost).is_dir() else (path / lost).unlink()
    with pytest.raises(UserError):
        run(pellets, path)
    run(pellets, path, fresh=True)
    assert contents(path) == contents(whole)


def test_an_empty_folder_becomes_a_field(whole, tmp_path):
    (tmp_path / "field.zarr").mkdir()
    assert contents(run(pellets, tmp_path / "field.zarr")) == contents(whole)


def test_what_a_desktop_leaves_in_an_empty_folder_stays_in_the_field(whole, tmp_path):
    path = tmp_path / "field.zarr"
    path.mkdir()
    (path / ".DS_Store").write_bytes(b"view")
    assert contents(run(pellets, path)) == {**contents(whole), ".DS_Store": b"view"}


def test_a_field_that_is_moved_while_it_is_swept_leaves_nothing_behind(whole, tmp_path):
    path = tmp_path / "field.zarr"

    def moving(genomes):
        if counted.calls == 4:
            path.rename(tmp_path / "moved.zarr")
        return pellets(genomes)

    counted = Counted(moving)
    with pytest.raises(UserError, match="was moved or deleted while it was swept"):
        run(counted, path)
    assert not path.exists()
    for place in (path, tmp_path / "moved.zarr"):
        assert contents(run(pellets, place)) == contents(whole)


def test_a_link_in_place_of_a_draft_is_not_followed(whole, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / ".field.zarr.draft").symlink_to(tmp_path / "mine")
    run(pellets, tmp_path / "field.zarr")
    assert not (tmp_path / "field.zarr").is_symlink()
    assert list((tmp_path / "mine").iterdir()) == []


def test_leftovers_of_killed_writers_are_removed(whole, tmp_path):
    path = tmp_path / "field.zarr"
    with pytest.raises(KeyboardInterrupt):
        run(Counted(stop=4), path)
    for name in ("pellets/c/0/0/0.abc.partial", ".0123456789abcdef.part"):
        (path / name).write_bytes(b"half")
    run(pellets, path)
    assert contents(path) == contents(whole)


def test_two_sweeps_do_not_write_one_field(tmp_path):
    def rival(genomes):
        with pytest.raises(UserError, match="another sweep is writing"):
            run(pellets, tmp_path / "field.zarr")
        return pellets(genomes)

    counted = Counted(rival)
    run(counted, tmp_path / "field.zarr")
    assert counted.calls == TILES + 1
    run(Counted(stop=0), tmp_path / "field.zarr")


def test_a_folder_that_cannot_be_written_is_a_plain_message(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match=r"cannot write .*free the disk and run .*, or choose another place"):
        run(pellets, tmp_path / "file" / "field.zarr")


def test_a_disk_that_fails_midway_is_a_plain_message_and_a_field_to_continue(whole, tmp_path):
    path = tmp_path / "field.zarr"
    block = path / "pellets" / "c" / "1"

    def failing(genomes):
        if counted.calls == 6:
            block.write_text("in the way of a folder")
        return pellets(genomes)

    counted = Counted(failing)
    with pytest.raises(UserError, match=r"cannot write .*again") as error:
        run(counted, path)
    assert "\n" not in str(error.value)
    block.unlink()
    run(Counted(), path)
    assert contents(path) == contents(whole)


def test_deep_frames_reach_the_objective_as_float64(tmp_path):
    def spy(genomes):
        seen.append(genomes.dtype.name)
        return pellets(genomes)

    seen = []
    tour = zoom(PLANE, WINDOW, 3, factor=1e6)
    heights = open_field(run(spy, tmp_path / "a.zarr", tour, 5)).heights
    assert set(seen) == {"float64"}  # one arithmetic throughout
    assert len(np.unique(heights[2])) > 10
    assert heights[2].tobytes() == sample(FunctionObjective.of(pellets), PLANE, tour.windows[2]).tobytes()
    seen.clear()
    run(spy, tmp_path / "b.zarr", replace(tour, precision="float32"), 5)
    assert set(seen) == {"float32"}


@pytest.mark.parametrize(
    ("objective", "tour", "message"),
    [
        (lambda genomes: genomes, TOUR, "layers"),
        (lambda genomes: pellets(genomes)[:-1], TOUR, "returned values"),
        (lambda genomes: pellets(genomes).astype(np.int64) << 40, TOUR, "32 bits"),
        (lambda genomes: pellets(genomes).astype(complex), TOUR, "integers or floats"),
        (pellets, LAYERS, "1 layers, the tour has 3"),
        (layered, TOUR, "3 layers, the tour has 1"),
    ],
)
def test_an_objective_of_the_wrong_kind_is_refused_before_anything_is_written(objective, tour, message, tmp_path):
    with pytest.raises(UserError, match=message):
        run(objective, tmp_path / "field.zarr", tour)
    assert not (tmp_path / "field.zarr").exists()


def test_an_objective_that_changes_its_type_is_refused(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(Counted(stop=2), tmp_path / "field.zarr")
    with pytest.raises(UserError, match=r"1 layers of float64 values for a field of 3 frames of int32"):
        run(lambda genomes: pellets(genomes) / 2, tmp_path / "field.zarr")


def test_a_tile_has_a_size(tmp_path):
    with pytest.raises(UserError, match="tile"):
        run(pellets, tmp_path / "field.zarr", tile=0)


def test_the_store_says_how_it_was_made(whole):
    attributes = json.loads((whole / "zarr.json").read_text())["attributes"]
    named = {"function": "tests:pellets", "quantity": "pellets", "unit": "pellets"}
    assert attributes["provenance"] == {**named, "champion": {"seed": 7}}
    assert attributes["tour"]["shape"] == [4, 5]
    assert {"format", "version", "quantity", "unit", "complete", "digest"} < set(attributes)

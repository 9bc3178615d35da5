"""Landscapes of quantities: each pixel is what the definitions say of its lives, in one sweep for all of them."""

import json
from dataclasses import replace
from functools import reduce

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import initial
from agents.randomness import generator
from sim.landscape import objective as module
from sim.landscape.attributes import read_attributes, write_attributes
from sim.landscape.cost import cost
from sim.landscape.field import open_field, open_frames
from sim.landscape.filling import fill_tile, open_unfinished
from sim.landscape.landscape import Landscape
from sim.landscape.objective import Objective
from sim.landscape.over_mazes import hashes, layered
from sim.landscape.plane import Window
from sim.landscape.sampling import sample, sample_fields
from sim.landscape.score import ByMaze, ByStep, Imitation, Observed, Pellets, score_from_json, score_json
from sim.landscape.several import only, separate
from sim.landscape.spec import LandscapeSpec
from sim.landscape.surroundings import around
from sim.landscape.sweep import prepare, sweep
from sim.landscape.tour import horizon, mazes, slide
from sim.rollout.machine import Machine
from sim.rollout.quantities import NAMES, QUANTITIES, Life, mixed, signed
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, MazeSet
from sim.world.rules import World

ONE = Machine(1)
WORLD = World(maze=MazeConfig(size=6), lifetime=20)
LAYOUT = WORLD.layout(hidden=3)
GENOME = 3 * initial(LAYOUT, 1, generator(1, "test"))[0]
NEAR, WINDOW = around(GENOME, LAYOUT, 0), Window(0.1, -0.2, 0.5, (4, 5))
SET = MazeSet(WORLD.maze, 3, "train", range(3))
ALL = Objective(Observed(NAMES), LAYOUT, WORLD, SET)
SLIDE = Landscape(slide(NEAR.plane, WINDOW, NEAR.third, 3, 0.3), ALL)
ONE_VIEW = slide(NEAR.plane, WINDOW, None, 1, 0.3)


def life(genome, maze, steps=WORLD.lifetime):
    """A life of so many steps in one of the mazes, with that of the genome in the centre."""
    batch = SET.carve()
    one, centre = (play_episode(each, LAYOUT, batch, maze, WORLD) for each in (genome, GENOME))
    return Life(one.places[: steps + 1].tolist(), one.eaten[:steps].tolist(), centre.places[: steps + 1].tolist())


def over_mazes(name, values):
    """One value for those of several mazes."""
    if not QUANTITIES[name].categorical:
        return sum(values)
    return signed(reduce(lambda one, other: mixed(one & 0xFFFFFFFF, other & 0xFFFFFFFF), values))


def test_a_pixel_of_every_frame_is_what_the_definitions_say(tmp_path):
    sweep(SLIDE, tmp_path / "f.zarr", machine=ONE, tile=3)
    for name in NAMES:
        heights = open_field(tmp_path / "f.zarr", name).heights
        assert (heights.shape, heights.dtype) == ((3, 4, 5), np.int32)
        for frame, row, column in ((0, 0, 0), (1, 3, 4), (2, 2, 1), (1, 1, 2)):
            genome = SLIDE.tour.genome(frame, row, column)
            values = [QUANTITIES[name].of(life(genome, maze)) for maze in range(3)]
            assert heights[frame, row, column] == over_mazes(name, values), name
    assert len(np.unique(open_field(tmp_path / "f.zarr", "path").heights)) > 10


def test_layers_by_maze_and_by_step_are_lives_in_fewer_mazes_and_of_fewer_steps():
    by_maze = Landscape(mazes(NEAR.plane, WINDOW, 3), replace(ALL, layers=ByMaze()))
    by_step = Landscape(horizon(NEAR.plane, WINDOW, 20, 5), replace(ALL, layers=ByStep(5)))
    genome = by_maze.tour.genome(0, 2, 3)
    steps, few = sample_fields(by_step, ONE), sample_fields(by_maze, ONE)
    for name in NAMES:
        for count in (1, 2, 3):
            values = [QUANTITIES[name].of(life(genome, maze)) for maze in range(count)]
            assert few[name].heights[count - 1, 2, 3] == over_mazes(name, values), name
        for layer, until in enumerate((5, 10, 15, 20)):
            values = [QUANTITIES[name].of(life(genome, maze, until)) for maze in range(3)]
            assert steps[name].heights[layer, 2, 3] == over_mazes(name, values), name
    alone = Landscape(ONE_VIEW, replace(ALL, mazes=replace(SET, numbers=range(1))))
    np.testing.assert_array_equal(few["end"].heights[0], sample_fields(alone, ONE)["end"].heights[0])
    assert few["end"].heights[0].max() < 36  # in one maze it is the cell itself


def test_quantities_alone_in_parts_and_in_a_sweep_are_the_same_bits(tmp_path, monkeypatch):
    together = sample_fields(Landscape(ONE_VIEW, ALL), ONE)
    monkeypatch.setattr(module, "MOST_COUNTS", 3 * 8 * 2)  # a few genomes a part
    for name, objective in separate(ALL).items():
        np.testing.assert_array_equal(sample(objective, NEAR.plane, WINDOW, ONE), together[name].heights[0])
        assert objective.quantity == name
    assert isinstance(separate(ALL)["pellets"].score, Pellets)
    sweep(Landscape(ONE_VIEW, ALL), tmp_path / "f.zarr", machine=ONE, tile=2)
    for name in NAMES:
        np.testing.assert_array_equal(open_field(tmp_path / "f.zarr", name).heights, together[name].heights)


def test_the_centre_stays_the_genome_when_its_plane_is_moved_away():
    centred, moved = NEAR.plane, NEAR.moved(0.2)
    assert np.array_equal(centred.centre, moved.centre)
    assert (sample(replace(ALL, score=Observed(("divergence",))), centred, Window(shape=(1, 1)), ONE) == 63).all()
    apart = sample(replace(ALL, score=Observed(("divergence",))), moved, WINDOW, ONE)
    assert (apart < 63).any()


def test_outcomes_are_the_values_in_each_maze():
    for name in ("tempo", "end", "path"):
        alone = replace(ALL, score=Observed((name,)))
        outcomes = alone.outcomes(GENOME[None])
        assert outcomes.tolist() == [[QUANTITIES[name].of(life(GENOME, maze)) for maze in range(3)]]
        assert alone.evaluate(GENOME[None])[0] == over_mazes(name, outcomes[0].tolist())
    with pytest.raises(UserError, match="its centre"):
        replace(ALL, score=Observed(("divergence",))).evaluate(GENOME[None])


def test_one_tile_of_a_quantity_that_is_lost_is_computed_again(tmp_path):
    path = tmp_path / "f.zarr"
    sweep(SLIDE, path, machine=ONE, tile=3)
    files = {file: file.read_bytes() for name in NAMES for file in (path / name).rglob("c/*/*/*")}
    assert len(files) == 3 * 4 * len(NAMES)
    lost, damaged = path / "tempo/c/1/0/1", path / "end/c/0/1/0"
    lost.unlink()
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    field = open_unfinished(path)
    missing = [tile for tile in field.tiles() if not field.is_intact(tile)]
    assert missing == [(0, 1, 0), (1, 0, 1)]
    with pytest.raises(UserError, match="1 of 12 tiles are missing"):
        open_frames(path, "tempo")
    assert all(fill_tile(path, tile, ONE) for tile in missing)
    assert {file: file.read_bytes() for file in files} == files


def test_a_field_names_its_quantities_and_refuses_others(tmp_path):
    path = tmp_path / "f.zarr"
    few = replace(SLIDE, objective=replace(ALL, score=Observed(("tempo", "path"))))
    sweep(few, path, machine=ONE)
    attributes = read_attributes(path)
    assert attributes.objective == few.objective
    assert (attributes.quantity, attributes.unit) == ("tempo", "pellet steps")
    assert open_field(path).objective.score == Observed(("tempo",))
    with pytest.raises(UserError, match="has tempo, path, got pellets"):
        open_frames(path, "pellets")
    with pytest.raises(UserError, match="have no mean"):
        _ = open_field(path, "path").per_maze
    with pytest.raises(UserError, match="holds another sweep"):
        prepare(SLIDE, path, machine=ONE)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table["provenance"]["objective"].update(quantities=["tempo", "hunger"]), "hunger"),
        (lambda table: table["provenance"]["objective"].update(quantities=[]), "got none"),
        (lambda table: table["provenance"]["objective"].update(quantities=["tempo", "tempo"]), "name each once"),
        (lambda table: table["provenance"]["objective"].update(quantities="tempo"), "must be a list"),
        (lambda table: table.update(quantities=["path", "tempo"]), "are damaged"),
        (lambda table: table.pop("quantities"), "are damaged"),
    ],
)
def test_names_of_quantities_are_validated_when_a_field_is_read(tmp_path, change, message):
    path = tmp_path / "f.zarr"
    sweep(replace(SLIDE, objective=replace(ALL, score=Observed(("tempo", "path")))), path, machine=ONE)
    attributes = json.loads((path / "zarr.json").read_text())["attributes"]
    del attributes["digest"]
    change(attributes)
    write_attributes(path, attributes)
    with pytest.raises(UserError, match=message):
        read_attributes(path)


def test_plain_pellets_are_stored_as_before(tmp_path):
    pellets = replace(SLIDE, objective=replace(ALL, score=Pellets()))
    sweep(pellets, tmp_path / "f.zarr", machine=ONE)
    attributes = json.loads((tmp_path / "f.zarr/zarr.json").read_text())["attributes"]
    assert attributes["quantity"] == "pellets"
    assert "quantities" not in attributes
    assert "objective" not in attributes["provenance"]
    assert LandscapeSpec().score == Pellets()
    assert LandscapeSpec(quantity=("pellets", "end")).score == Observed(("pellets", "end"))


def test_hashes_over_mazes_start_with_the_category_itself():
    values = np.array([[3, 5, -7], [3, 5, 7]], np.int32)
    chained = hashes(values)
    assert chained[:, 0].tolist() == [3, 3]
    assert chained[0].tolist() == [over_mazes("path", [3, 5, -7][: count + 1]) for count in range(3)]
    assert chained[0, 1] == chained[1, 1]
    assert chained[0, 2] != chained[1, 2]
    assert layered(values[..., None], None, categorical=True).tolist() == chained[:, 2].tolist()


def test_the_cost_counts_the_bytes_of_all_arrays():
    assert cost(SLIDE, ONE, 0.01).bytes == 3 * 4 * 5 * 4 * len(NAMES)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LandscapeSpec(quantity=("tempo",), objective="return"), "the objective return has one quantity"),
        (lambda: LandscapeSpec(quantity=()), "got none"),
        (lambda: Observed(("end", "end")), "name each once"),
        (lambda: replace(ALL, mazes=replace(SET, numbers=range(10**8))), "more than a field holds"),
        (lambda: only(replace(SLIDE, objective=replace(ALL, score=Imitation())), "path"), "has cross_entropy"),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(UserError, match=message):
        make()


def test_a_score_of_quantities_is_written_as_json():
    score = Observed(("tempo", "end"))
    assert score_json(score) == {"name": "observed", "quantities": ["tempo", "end"]}
    assert score_from_json(json.loads(json.dumps(score_json(score)))) == score
    assert Objective.from_json(ALL.json()) == ALL

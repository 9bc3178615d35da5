import numpy as np
import pytest

from agents.errors import UserError
from render.forager import PELLET
from render.maze_picture import draw_maze
from render.picture import EDGE
from render.window.watch.forage_grid import COUNT, grid_page, put_grid, tile_at
from render.window.watch.replays import Replay
from render.window.watch.roster import champions
from sim.world.life import play_episode
from sim.world.maze import carve

SIZES = [(600, 1000), (1000, 600), (700, 700)]


@pytest.fixture
def replay(watched):
    config, forager = watched.config(), champions(watched)[-1]
    mazes = carve(config.world.maze, 1, seed=config.seed, split="validation")
    return Replay(mazes, play_episode(forager.weights, forager.layout, mazes, 0, config.world))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("n", [4, 10, 20])
def test_tiles_and_panel_are_apart_and_inside(n, size):
    page = grid_page(n, size)
    assert len(page.tiles) == COUNT
    taken = np.zeros(size, np.int32)
    assert page.panel[2], "a frame of this size has room for the panel"
    for x, y, width, height in (*page.tiles, page.panel):
        assert x >= 0
        assert y >= 0
        assert min(width, height) > 0
        assert x + width <= size[1]
        assert y + height <= size[0]
        taken[y : y + height, x : x + width] += 1
    assert taken.max() == 1


@pytest.mark.parametrize("size", SIZES)
def test_tiles_are_found_by_their_places(size):
    for place, (x, y, width, height) in enumerate(grid_page(5, size).tiles):
        assert tile_at(5, size, x, y) == tile_at(5, size, x + width - 1, y + height - 1) == place
    assert tile_at(5, size, 0, 0) == tile_at(5, size, -1, -1) == -1


@pytest.mark.parametrize("size", SIZES)
def test_a_tile_shows_its_episode(replay, size):
    frame = np.zeros((*size, 3), np.uint8)
    put_grid(frame, 5, [replay, None, replay], ["a", "b", "c"], 13.5, title="Three", caption="of them")
    page = grid_page(5, size)
    side = page.canvas.side
    shown = [frame[y : y + side, x : x + side] for x, y, _, _ in page.tiles]
    life = draw_maze(replay.mazes, 0, replay.episode, 13.5, page.canvas)
    assert np.array_equal(shown[0], life)
    assert np.array_equal(shown[2], life)
    assert not np.array_equal(shown[1], life)
    assert len(np.unique(shown[3].reshape(-1, 3), axis=0)) == 1  # nobody is there


@pytest.mark.parametrize("time", [8.0, 24.0])
def test_the_curve_ends_at_the_eaten_pellets(replay, time):
    frame = np.zeros((600, 1000, 3), np.uint8)
    put_grid(frame, 5, [replay], ["a"], time)
    eaten, total = int(replay.episode.eaten[: int(time)].sum()), int(replay.mazes.pellet_counts[0])
    assert 0 < eaten < total
    x, y, width, height = grid_page(5, (600, 1000)).panel
    text = grid_page(5, (600, 1000)).text
    floor = y + height - round(1.8 * text) - 1
    head = np.nonzero((frame[:, x + width - 1] == EDGE).all(-1))[0].min()
    near = np.abs(frame.astype(int) - PELLET).max(-1) < 12
    rows, columns = np.nonzero(near[head - 4 : floor + 4, x : x + width + 4])
    dot = head - 4 + rows[columns > columns.max() - 4].mean()
    assert columns.max() == pytest.approx(time / 24 * (width - 1), abs=5)
    assert dot == pytest.approx(floor - eaten / total * (floor - head), abs=2)


def test_a_hovered_tile_is_framed(replay):
    frames = []
    for hovered in (-1, 0):
        frames.append(np.zeros((600, 1000, 3), np.uint8))
        put_grid(frames[-1], 5, [replay, replay], ["a", "b"], 3.0, hovered=hovered)
    x, y, _, _ = grid_page(5, (600, 1000)).tiles[0]
    assert frames[1][y - 3, x].min() > 200
    assert frames[0][y - 3, x].max() < 100


def test_frames_that_are_too_small_are_refused():
    with pytest.raises(UserError, match="enlarge it"):
        grid_page(64, (240, 320))
    assert tile_at(64, (240, 320), 100, 100) == -1


@pytest.mark.parametrize("size", [(720, 1280), (720, 1600), (1080, 1920), (2160, 3840)])
def test_wide_frames_are_used_to_their_sides(size):
    page = grid_page(10, size)
    left = min(x for x, *_ in page.tiles)
    right = page.panel[0] + page.panel[2]
    assert left + size[1] - right < 0.16 * size[1]
    # With four tiles in a row, as in a square, the mazes are no larger.
    gap, line, margin = round(0.8 * page.text), round(1.5 * page.text), round(min(2.3 * page.text, 0.045 * min(size)))
    square = ((size[0] - 2 * margin - 3 * gap) // 4 - line - 2) // 10
    assert page.canvas.cell >= square


def test_the_smallest_window_shows_all_sixteen_without_the_panel(replay):
    page = grid_page(10, (300 - 12, 400))
    assert page.panel[2] == 0
    assert len({box[:2] for box in page.tiles}) == COUNT
    for x, y, width, height in page.tiles:
        assert x >= 0
        assert y >= 0
        assert x + width <= 400
        assert y + height <= 288
    frame = np.zeros((288, 400, 3), np.uint8)
    put_grid(frame, 5, [replay] * 16, [f"#{k}" for k in range(16)], 5.0, title="Sixteen", caption="of them")
    assert (frame.max(-1) > 200).sum() > 100

from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from render.maze_picture import maze_picture
from render.window.watch.replays import Replay
from render.window.watch.roster import champions
from render.window.watch.watch_picture import (
    caption_of,
    grid,
    life,
    name_of,
    paint_or_say,
    put_waiting,
    short_name,
    shots,
)
from sim.world.life import play_episode
from sim.world.maze import carve

SIZE = (500, 700)


@pytest.fixture(scope="module")
def forager(watched):
    return champions(watched)[-1]


@pytest.fixture(scope="module")
def replay(watched, forager):
    config = watched.config()
    mazes = carve(config.world.maze, 1, seed=config.seed, split="validation")
    return Replay(mazes, play_episode(forager.weights, forager.layout, mazes, 0, config.world))


def painted(painter, size=SIZE, time=3.0):
    frame = np.zeros((*size, 3), np.uint8)
    paint_or_say(painter, frame, time, "inferno")
    return frame


def test_names_say_who(forager):
    assert name_of(forager) == f"The champion of generation {forager.generation}"
    assert short_name(forager, 4) == f"gen. {forager.generation}"
    assert short_name(replace(forager, champion=False), 4) == "#5"


def test_the_caption_says_the_senses_and_a_known_score(forager, watched):
    world = watched.config().world
    place, worth, senses = caption_of(forager, world, "Validation maze 3")
    assert place == "Validation maze 3."
    assert f"{forager.pellets:.1f} pellets" in worth
    assert "never sees" in senses
    seeing = caption_of(replace(forager, pellets=float("nan")), replace(world, sight=4), "x")
    assert len(seeing) == 2
    assert "sees pellets 4 cells" in seeing[1]


def test_one_episode_is_the_maze_picture_of_its_moment(replay):
    frame = painted(life(replay, "A title", ("One.", "Two.", "Three.")))
    expected = maze_picture(
        replay.mazes, 0, replay.episode, 3.0, SIZE, title="A title", caption="One. Two. Three.", palette="inferno"
    )
    assert np.array_equal(frame, expected)


def test_a_small_frame_ends_with_a_whole_sentence(replay):
    size = (300, 500)
    long, short = (life(replay, "T", sentences) for sentences in (("One.", "Two.", "Three " * 30), ("One.", "Two.")))
    assert np.array_equal(painted(long, size), painted(short, size))
    assert not np.array_equal(painted(long), painted(short))


def test_the_grid_shows_the_hovered_tile_and_a_missing_population(replay, forager):
    team = [forager] * 3
    plain, hovered, standing_in = (
        painted(grid(5, [replay] * 3, team, place, "Here", standing_in))
        for place, standing_in in ((-1, False), (1, False), (-1, True))
    )
    assert not np.array_equal(plain, hovered)
    assert not np.array_equal(plain, standing_in)


def test_a_frame_without_room_says_so_in_lines_that_fit():
    words = "sixteen mazes of 64 x 64 cells do not fit a picture of 320 x 228; enlarge it, or watch one"

    def refuse(frame, time, palette):
        raise UserError(words)

    ink = painted(refuse, (228, 200)).max(-1) > 100
    assert ink.any()
    assert not ink[:, [0, -1]].any()
    assert np.flatnonzero(ink.any(1)).size > 14, "more than a line"


def test_waiting_darkens_the_frame():
    frame = np.full((200, 300, 3), 200, np.uint8)
    put_waiting(frame, "computing ...")
    assert (frame[:60] < 100).all()
    assert frame[90:110].max() > 100, "the words are missing"


def test_shots_are_the_frames_of_their_times(replay):
    painter = life(replay, "T", ())
    frames = list(shots(painter, [0.0, 5.0], SIZE, "inferno"))
    assert all(
        np.array_equal(frame, painted(painter, time=time)) for frame, time in zip(frames, (0.0, 5.0), strict=True)
    )
    assert not np.array_equal(*frames)

"""Pictures of foragers in mazes: walls, pellets, the forager, its trail and the panel."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.randomness import words
from render import lifeline
from render.forager import BODY, NUDGE, PELLET, Canvas, drop, event_steps, passages, pose
from render.lifeline import DIVERGING, EMPTY, SPAN, tally
from render.maze_picture import WALL, draw_maze, forager_times, lay_out_maze, maze_picture
from render.palette import MISSING, colour
from render.picture import BACKGROUND, EDGE
from sim.world import rules
from sim.world.life import Episode
from sim.world.maze import MazeConfig, carve

LIFE = 60


def batch(size=6, pellets=0.6, first=0):
    return carve(MazeConfig(size=size, pellets=pellets), 1, seed=1, split="train", first=first)


def live(mazes, life=LIFE, sight=0, hidden=4):
    """An episode of random actions by the rules of the world; with sight, pellets are seen in the next cell."""
    n, opened, pellets = mazes.size, mazes.open[0].ravel(), mazes.pellets[0].ravel().copy()
    place, heading = int(mazes.start[0]), int(mazes.heading[0])
    places, headings, eaten, senses = [place], [heading], [], []
    actions = [int(word) % 4 if int(word) % 16 > 3 else 0 for word in words(life, 7, "life")]
    for action in actions:
        cell = int(opened[place])
        ways = [rules.turned(heading, relative) for relative in range(4)]
        sees = [rules.passable(cell, d) and int(pellets[place + rules.stride(d, n)]) for d in ways]
        senses.append([*rules.walls(cell, heading), 0, *(sees if sight else [])])
        heading = rules.turned(heading, action)
        place += rules.stride(heading, n) * rules.passable(cell, heading)
        eaten.append(bool(pellets[place]))
        pellets[place] = False
        places.append(place)
        headings.append(heading)
    mind = np.sin(np.arange(life)[:, None] * 0.3 + np.arange(hidden)).astype(np.float32)
    whole = (np.array(numbers, np.int32) for numbers in (places, headings, actions))
    return Episode(*whole, np.array(eaten, np.bool_), np.array(senses, np.float32), mind)


MAZES = batch()
EPISODE = live(MAZES)
CANVAS = Canvas(6, 60)


def far(pixel, target):
    return np.abs(pixel.astype(int) - target).max(-1)


def pixel(frame, x, y, canvas=CANVAS):
    across, down = canvas.at(x, y)
    return frame[int(down), int(across)]


def test_the_example_life_has_bumps_pellets_turns_and_revisits():
    steps = np.diff(EPISODE.places)
    assert (steps == 0).any()
    assert 5 < EPISODE.pellets < MAZES.pellet_counts[0]
    assert set(EPISODE.actions.tolist()) == {0, 1, 2, 3}
    assert tally(EPISODE, LIFE)[2] > 0.1


@pytest.mark.parametrize(("size", "cell"), [(4, 41), (6, 60), (11, 30)])
def test_walls_are_drawn_where_the_maze_has_them(size, cell):
    mazes, canvas = batch(size), Canvas(size, cell)
    frame = draw_maze(mazes, 0, live(mazes), 0.0, canvas)
    start = divmod(int(mazes.start[0]), size)
    for y in range(size):
        for x in range(size):
            if math.dist((y, x), start) < 2:  # the forager's light lies on the walls beside it
                continue
            for direction, (dx, dy) in enumerate([(0, -0.5), (0.5, 0), (0, 0.5), (-0.5, 0)]):
                there = pixel(frame, x + dx, y + dy, canvas)
                if rules.passable(int(mazes.open[0, y, x]), direction):
                    assert there.max() < 60
                else:
                    assert far(there, WALL) <= 6


@pytest.mark.parametrize("time", [0.0, 7.0, 21.5, 40.0, float(LIFE)])
def test_pellets_are_drawn_until_they_are_eaten(time):
    frame = draw_maze(MAZES, 0, EPISODE, time, CANVAS)
    left = MAZES.pellets[0].copy().ravel()
    left[EPISODE.places[: math.floor(time) + 1]] = False
    here = pose(MAZES, 0, EPISODE, time)
    for place, lies in enumerate(left):
        y, x = divmod(place, 6)
        if math.dist((x, y), (here.x, here.y)) >= 1:
            assert (far(pixel(frame, x, y), PELLET) < 45) == lies


def test_a_pellet_disappears_in_the_step_that_eats_it():
    step = int(np.flatnonzero(EPISODE.eaten)[3])
    y, x = divmod(int(EPISODE.places[step + 1]), 6)
    before = draw_maze(MAZES, 0, EPISODE, float(step), CANVAS)
    after = draw_maze(MAZES, 0, EPISODE, step + 1 + 3 * event_steps(EPISODE), CANVAS)
    assert far(pixel(before, x, y), PELLET) < 45
    assert far(pixel(after, x, y), PELLET) > 60


@pytest.mark.parametrize("time", [0, 1, 13, 30, LIFE])
def test_at_whole_times_the_forager_is_drawn_in_its_cell(time):
    y, x = divmod(int(EPISODE.places[time]), 6)
    here = pose(MAZES, 0, EPISODE, float(time))
    assert (here.x, here.y) == pytest.approx((x, y))
    assert math.cos(here.angle - math.pi / 2 * EPISODE.headings[time]) == pytest.approx(1)
    frame = draw_maze(MAZES, 0, EPISODE, float(time), CANVAS)
    rows, columns = np.nonzero(far(frame, BODY) < 4)
    middle = CANVAS.at(x, y)
    assert len(rows) > 200
    assert math.dist((columns.mean(), rows.mean()), middle) < 0.2 * CANVAS.cell
    assert max(np.abs(columns - middle[0]).max(), np.abs(rows - middle[1]).max()) < 0.5 * CANVAS.cell


@pytest.mark.parametrize(("heading", "ahead"), [(0, (0, -1)), (1, (1, 0)), (2, (0, 1)), (3, (-1, 0))])
def test_the_drop_points_where_the_forager_faces(heading, ahead):
    tip = max(drop(heading * math.pi / 2, 2.0, 5.0, 1.0), key=lambda point: math.hypot(*point))
    assert tip == pytest.approx((4 * ahead[0], 4 * ahead[1]), abs=1e-9)


@given(st.floats(0, LIFE - 0.01))
def test_motion_is_continuous_and_stays_between_the_cells_of_the_step(time):
    here, soon = pose(MAZES, 0, EPISODE, time), pose(MAZES, 0, EPISODE, time + 0.01)
    assert math.dist((here.x, here.y), (soon.x, soon.y)) < 0.02
    turned = math.remainder(soon.angle - here.angle, math.tau)
    assert abs(turned) < 0.1
    (ya, xa), (yb, xb) = (divmod(int(place), 6) for place in EPISODE.places[int(time) : int(time) + 2])
    slack = NUDGE + 1e-9 if (xa, ya) == (xb, yb) else 1e-9
    assert min(xa, xb) - slack <= here.x <= max(xa, xb) + slack
    assert min(ya, yb) - slack <= here.y <= max(ya, yb) + slack


def test_a_bump_moves_the_forager_towards_the_wall_and_back():
    step = int(np.flatnonzero(np.diff(EPISODE.places) == 0)[0])
    rest, hit = (pose(MAZES, 0, EPISODE, step + part) for part in (0.0, 0.5))
    facing = [(0, -1), (1, 0), (0, 1), (-1, 0)][EPISODE.headings[step + 1]]
    assert (hit.x - rest.x, hit.y - rest.y) == pytest.approx((NUDGE * facing[0], NUDGE * facing[1]))


@pytest.mark.parametrize("sight", [0, 2])
def test_ticks_are_lit_by_the_senses(sight):
    episode = live(MAZES, sight=sight)
    shown = set()
    for time in range(0, LIFE, 3):
        here, heading = pose(MAZES, 0, episode, float(time)), int(episode.headings[time])
        frame = draw_maze(MAZES, 0, episode, float(time), CANVAS)
        for relative in range(4):
            d = (heading + relative) % 4
            wall = episode.senses[time, relative]
            seen = episode.senses[time, 5 + relative] if sight else 0
            assert (here.walls[d], here.seen[d]) == (wall, seen)
            side = 0.395 * np.array([(0, -1), (1, 0), (0, 1), (-1, 0)][d])
            tick = pixel(frame, here.x + side[0], here.y + side[1])
            assert (far(tick, BODY) < 12) == (wall == 1)
            assert (far(tick, PELLET) < 12) == (seen == 1)
            shown.add((wall, seen))
    assert shown == ({(0, 0), (1, 0), (0, 1)} if sight else {(0, 0), (1, 0)})


def test_the_trail_runs_through_the_passages_walked_and_fades():
    frame = draw_maze(MAZES, 0, EPISODE, float(LIFE), CANVAS).astype(int)
    walked = passages(EPISODE, 6, LIFE)
    light = []
    for before, after, step in walked:
        (ya, xa), (yb, xb) = divmod(before, 6), divmod(after, 6)
        shown = pixel(frame, (xa + xb) / 2, (ya + yb) / 2)
        light.append((step, shown.sum()))
    assert all(level > 110 for _, level in light)
    ages = [level for step, level in light if step < LIFE - 4]
    assert all(older <= newer + 25 for older, newer in pairwise(ages))
    assert ages[-1] > ages[0] + 60
    pairs = {frozenset(pair) for pair in pairwise(EPISODE.places.tolist()) if pair[0] != pair[1]}
    assert pairs == {frozenset(pair[:2]) for pair in walked}


def test_each_passage_has_the_step_of_its_last_use():
    for before, after, step in passages(EPISODE, 6, 40):
        uses = [
            at
            for at, pair in enumerate(pairwise(EPISODE.places[:41].tolist()))
            if set(pair) == {before, after} and before != after
        ]
        assert step == uses[-1]


@pytest.mark.parametrize("time", [0.0, 1.0, 17.9, 33.0, float(LIFE)])
def test_the_panel_states_steps_pellets_and_revisits(time, monkeypatch):
    said = []
    monkeypatch.setattr(lifeline, "put_text", lambda frame, text, *rest: said.append(text))
    maze_picture(MAZES, 0, EPISODE, time)
    step, known, again, eaten = int(time), {int(EPISODE.places[0])}, 0, 0
    for place, ate in zip(EPISODE.places[1 : step + 1].tolist(), EPISODE.eaten, strict=False):
        again += place in known
        known.add(place)
        eaten += bool(ate)
    share = 100 * again / step if step else 0
    assert [str(step), f"of {LIFE}"] == said[1:3]
    assert [str(eaten), f"of {MAZES.pellet_counts[0]}"] == said[4:6]
    assert f"{share:.0f} %" == said[7]


@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_the_strip_fills_with_time_blue_below_zero_red_above(share):
    mind = np.repeat(np.array([[-1.0, 1.0, 0.0, np.nan]], np.float32), LIFE, 0)
    frame = maze_picture(MAZES, 0, replace(EPISODE, hidden=mind), share * LIFE)
    x, y, width, height = lay_out_maze(6, (720, 1280)).panel
    strip = frame[y + height // 2 + 160 :, x : x + width]
    rows = []
    for value in (1.0, 0.0, -1.0, math.nan):
        ink = MISSING if math.isnan(value) else colour(np.array([[value]]), DIVERGING, (-SPAN, SPAN))[0, 0]
        down, across = np.nonzero((strip == ink).all(-1))
        assert across.min() == 0
        assert abs(across.max() - share * width) <= 2
        rows.append(down.mean())
    assert rows == sorted(rows)
    assert (strip == EMPTY).all(-1).any() == (share < 1)
    red, blue = (colour(np.array([[sign]]), DIVERGING, (-SPAN, SPAN))[0, 0].astype(int) for sign in (1.0, -1.0))
    assert red[0] > red[2] + 50
    assert blue[2] > blue[0] + 50


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_the_curve_ends_at_the_time_and_the_pellets_eaten(share):
    everything = replace(EPISODE, eaten=np.arange(LIFE) < MAZES.pellet_counts[0])
    x, y, width, height = lay_out_maze(6, (720, 1280)).panel
    box = (slice(y, y + height // 2 + 160), slice(x - 8, x + width + 8))
    empty = maze_picture(MAZES, 0, everything, 0.0)[box]
    top, bottom = np.flatnonzero((empty == EDGE).all(-1).sum(1) > 0.9 * width)
    assert bottom - top > 100
    down, across = np.nonzero(far(maze_picture(MAZES, 0, everything, share * LIFE)[box], PELLET) < 10)
    assert abs(across.max() - 8 - share * width) < 6
    part = min(1, share * LIFE / MAZES.pellet_counts[0])
    assert abs(down.min() - (bottom - part * (bottom - top))) < 6


@pytest.mark.parametrize(
    ("size", "n"),
    [((360, 640), 6), ((360, 640), 64), ((720, 1280), 64), ((1080, 1920), 10), ((1280, 720), 4), ((1280, 720), 64)],
)
def test_maze_and_panel_fit_into_frames_of_every_size(size, n):
    mazes = batch(n)
    frame = maze_picture(mazes, 0, live(mazes), 30.5, size, title="A forager", caption="It feels its way.")
    assert frame.shape == (*size, 3)
    assert frame.dtype == np.uint8
    layout = lay_out_maze(n, size)
    side, (x, y, width, height) = layout.canvas.n * layout.canvas.cell, layout.panel
    assert side >= 0.4 * min(size)
    assert layout.canvas.pad <= min(layout.left, layout.top)
    assert max(layout.left + side, x + width) < size[1]
    assert max(layout.top + side, y + height) < size[0]
    assert x >= layout.left + side or y >= layout.top + side
    border = np.concatenate([frame[:8].reshape(-1, 3), frame[-8:].reshape(-1, 3), frame[:, -6:].reshape(-1, 3)])
    assert (border == BACKGROUND).all()


def test_a_life_of_one_step_is_shown():
    mazes = batch(4)
    episode = live(mazes, 1)
    first, last = (maze_picture(mazes, 0, episode, time, (360, 640)) for time in (0.0, 1.0))
    assert not np.array_equal(first, last)


def test_a_long_life_with_many_hidden_units_is_shown():
    frame = maze_picture(MAZES, 0, live(MAZES, 5000, hidden=256), 2500.0)
    x, y, width, height = lay_out_maze(6, (720, 1280)).panel
    future = (frame[y + height - 100, x : x + width] == EMPTY).all(-1)
    assert future.sum() == pytest.approx(width / 2, abs=3)
    assert not future[: width // 2 - 1].any()


def test_pictures_depend_on_their_arguments_alone():
    copies = [array.copy() for array in (MAZES.pellets, MAZES.open, EPISODE.places, EPISODE.hidden)]
    first = maze_picture(MAZES, 0, EPISODE, 20.3, title="A")
    other = batch(6, 0.2)
    maze_picture(other, 0, live(other), 20.3, title="B")
    assert np.array_equal(first, maze_picture(MAZES, 0, EPISODE, 20.3, title="A"))
    now = (MAZES.pellets, MAZES.open, EPISODE.places, EPISODE.hidden)
    assert all(np.array_equal(old, new) for old, new in zip(copies, now, strict=True))


def test_later_steps_do_not_change_an_earlier_picture():
    arrays = {name: getattr(EPISODE, name) for name in Episode.__slots__}
    cut = Episode(**{name: array[: 30 + (name in ("places", "headings"))] for name, array in arrays.items()})
    assert tally(cut, 30.0) == tally(EPISODE, 30.0)
    assert pose(MAZES, 0, cut, 12.25) == pose(MAZES, 0, EPISODE, 12.25)
    assert passages(cut, 6, 20) == passages(EPISODE, 6, 20)


def test_the_last_eighth_of_a_scene_holds_the_end_of_the_life():
    times = forager_times(LIFE, 10, 3)
    assert times == sorted(times)
    assert (len(times), times[0], times[-1], times.count(float(LIFE))) == (30, 0, LIFE, 4)


@given(st.integers(1, 10_000), st.floats(0.5, 240), st.floats(0.01, 60))
def test_times_lie_in_the_life_and_end_with_it(life, fps, seconds):
    times = forager_times(life, fps, seconds)
    assert len(times) == max(1, round(fps * seconds))
    assert times[-1] == life
    assert min(times) >= 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"maze": 1}, "maze must be from 0 to 0"),
        ({"time": -0.1}, "time must be from 0"),
        ({"time": LIFE + 0.5}, "time must be from 0"),
        ({"time": math.nan}, "time must be from 0"),
        ({"size": (90, 160)}, "does not fit"),
        ({"size": (100, 4000)}, "does not fit"),
        ({"mazes": batch(64), "episode": live(batch(64)), "size": (240, 320)}, "64 x 64 cells does not fit"),
        ({"mazes": batch(6, first=5)}, "not played in maze 0"),
        ({"mazes": batch(4)}, "not played in maze 0"),
        ({"palette": "infern"}, "no palette"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line(change, message):
    given = {"mazes": MAZES, "maze": 0, "episode": EPISODE, "time": 0.0, **change}
    with pytest.raises(UserError, match=message) as caught:
        maze_picture(**given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("fps", "seconds"), [(0, 8), (30, 0), (30, -1), (math.nan, 8), (30, math.inf)])
def test_scenes_without_length_are_refused(fps, seconds):
    with pytest.raises(UserError, match="seconds and frames per second must be above 0"):
        forager_times(LIFE, fps, seconds)

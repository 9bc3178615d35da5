"""Films: the order of their frames, dissolves, and what is drawn ahead."""

import threading
import time
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.errors import UserError
from render.film import FADE, WORDS_FADE, WORKERS, FilmConfig, Scene, excerpt, length, play, to_and_fro

MOST_AHEAD = 2 * WORKERS + 1


def plain(colour):
    return np.full((2, 3, 3), colour, np.uint8)


def numbered(count, scene=0):
    """A scene whose frames hold the number of the scene and of the frame, which `read` reads."""
    return Scene(count, lambda number: plain((scene, number // 256, number % 256)))


def read(frame):
    scene, high, low = frame[0, 0].tolist()
    return scene, 256 * high + low


def drawing():
    return [thread for thread in threading.enumerate() if thread.name.startswith("film")]


class Watched:
    """A scene of `count` frames that counts how many it was asked for, and fails at number `bad`."""

    def __init__(self, count, bad=None):
        self.scene, self.bad, self.started = Scene(count, self.draw), bad, 0
        self.lock = threading.Lock()

    def draw(self, number):
        with self.lock:
            self.started += 1
        if number == self.bad:
            raise UserError(f"frame {number} is damaged")
        return plain((0, 0, number))


def test_frames_come_in_order_whatever_time_they_take():
    def draw(number):
        time.sleep(0.004 * (number % 2 == 0))
        return plain((1, 0, number))

    assert [read(frame) for frame in play([Scene(20, draw)], 30)] == [(1, number) for number in range(20)]


@settings(max_examples=30)
@given(st.lists(st.integers(1, 9), max_size=4), st.sampled_from([0.5, 1.0, 3.0, 7.5, 30.0]))
def test_films_are_as_long_as_they_say_and_dissolve_only_between_scenes(counts, fps):
    scenes = [numbered(count, scene) for scene, count in enumerate(counts)]
    frames = list(play(scenes, fps))
    assert len(frames) == length(scenes, fps)
    overlaps = [min(round(FADE * fps), a // 2, b // 2) for a, b in pairwise(counts)]
    assert len(frames) == sum(counts) - sum(overlaps)
    at = 0
    for scene, (count, before, after) in enumerate(zip(counts, [0, *overlaps], [*overlaps, 0], strict=False)):
        alone = [read(frame) for frame in frames[at + before : at + count - after]]
        assert alone == [(scene, number) for number in range(before, count - after)]
        at += count - after


def test_a_dissolve_is_the_weighted_mean_of_two_colours():
    one, two = np.array([10, 200, 0]), np.array([255, 0, 101])
    scenes = [Scene(8, lambda _: plain(one)), Scene(9, lambda _: plain(two))]
    frames = np.array([frame[0, 0] for frame in play(scenes, 6)])
    shares = np.array([0] * 5 + [0.25, 0.5, 0.75] + [1] * 6)[:, None]
    assert np.array_equal(frames, np.floor(one * (1 - shares) + two * shares + 0.5))


def test_both_scenes_move_while_they_dissolve():
    one, two = (Scene(10, lambda number, first=first: plain((0, 0, first + number))) for first in (0, 100))
    levels = [int(frame[0, 0, 2]) for frame in play([one, two], 6)]
    assert levels[:7] == list(range(7))
    mixed = [(1 - share) * (7 + n) + share * (100 + n) for n, share in enumerate((0.25, 0.5, 0.75))]
    assert levels[7:10] == [int(level + 0.5) for level in mixed]
    assert levels[10:] == list(range(103, 110))


def worded(count, scene):
    """A scene of black frames; its words are one pixel of full brightness, at a place of its own."""

    def put(frame, number):
        frame[0, scene] = 255

    return Scene(count, lambda number: plain(0), put)


@settings(max_examples=30)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=3), st.just(20.0))
def test_words_of_two_scenes_are_never_seen_together_nor_in_a_dissolve(counts, fps):
    scenes = [worded(count, scene) for scene, count in enumerate(counts)]
    seen = np.array([frame[0, :, 0] for frame in play(scenes, fps)])
    assert ((seen > 0).sum(axis=1) <= 1).all()
    overlaps = [min(round(FADE * fps), a // 2, b // 2) for a, b in pairwise(counts)]
    at = 0
    for scene, (count, over) in enumerate(zip(counts, [*overlaps, 0], strict=True)):
        at += count - (overlaps[scene - 1] if scene else 0) - over
        assert (seen[at : at + over] == 0).all()
        at += over


def test_words_fade_out_before_a_dissolve_and_in_after_it():
    seen = np.array([frame[0, :2, 0].astype(int) for frame in play([worded(60, 0), worded(60, 1)], 20)])
    dissolve, fade = round(FADE * 20), round(WORDS_FADE * 20)
    end = 60 - dissolve
    assert (seen[: end - fade, 0] == 255).all()
    assert (np.diff(seen[end - fade - 1 : end + 1, 0]) < 0).all()
    assert (seen[end : end + dissolve] == 0).all()
    assert (np.diff(seen[end + dissolve - 1 : end + dissolve + fade + 1, 1]) > 0).all()
    assert (seen[end + dissolve + fade :, 1] == 255).all()
    assert (seen[0, 0], seen[-1, 1]) == (255, 255)  # nothing fades where no scene is before or after


def test_words_are_drawn_into_a_copy_and_as_opaque_as_asked():
    once = plain(100)
    scene = Scene(2, lambda number: once, lambda frame, number: frame.__setitem__((0, 0), 200))
    assert [int(scene.draw(0, ink)[0, 0, 0]) for ink in (0.0, 0.25, 1.0)] == [100, 125, 200]
    assert (once == 100).all()
    shown = scene.showing([1, 0, 1])
    assert (shown.count, int(shown.draw(2)[0, 0, 0])) == (3, 200)


def test_scenes_of_one_frame_do_not_dissolve():
    assert [read(frame) for frame in play([numbered(1, 0), numbered(1, 1), numbered(4, 2)], 30)] == [
        (0, 0),
        (1, 0),
        *((2, number) for number in range(4)),
    ]
    assert list(play([], 30)) == []


def test_a_film_that_is_played_twice_has_the_same_frames():
    scenes = [numbered(7), to_and_fro(numbered(5, 9), 2)]
    first, second = (np.stack(list(play(scenes, 4))) for _ in "ab")
    assert np.array_equal(first, second)


def test_a_few_frames_are_drawn_ahead_at_the_same_time():
    both = threading.Barrier(WORKERS, timeout=20)

    def together(number):
        both.wait()
        return plain((0, 0, number))

    assert len(list(play([Scene(4 * WORKERS, together)], 30))) == 4 * WORKERS
    watched = Watched(40)
    for taken, _ in enumerate(play([watched.scene], 30), 1):
        assert watched.started < taken + MOST_AHEAD
    assert watched.started == 40


def test_nothing_is_drawn_before_the_first_frame_is_asked_for():
    watched = Watched(5)
    frames = play([watched.scene], 30)
    assert watched.started == 0
    next(frames)
    assert watched.started > 0
    frames.close()


def test_a_frame_that_fails_ends_the_film():
    watched = Watched(60, bad=7)
    frames = play([watched.scene], 30)
    assert [read(next(frames))[1] for _ in range(7)] == list(range(7))
    with pytest.raises(UserError, match="frame 7 is damaged"):
        next(frames)
    assert list(frames) == []
    assert not drawing()
    assert watched.started <= 7 + MOST_AHEAD


def test_no_frame_is_drawn_after_a_film_was_closed():
    watched = Watched(60)
    frames = play([watched.scene], 30)
    next(frames)
    assert drawing()
    frames.close()
    assert not drawing()
    assert watched.started <= 1 + MOST_AHEAD


def test_waiting_frames_are_dropped_when_a_film_is_closed():
    started, let_go = [], threading.Event()

    def draw(number):
        started.append(number)
        assert number == 0 or let_go.wait(20)
        return plain(number)

    frames = play([Scene(60, draw)], 30)
    next(frames)
    threading.Timer(0.05, let_go.set).start()
    frames.close()
    assert len(started) <= 1 + WORKERS


@given(st.integers(1, 12), st.integers(0, 5))
def test_to_and_fro_is_a_loop_without_jumps(count, stay):
    scene = to_and_fro(numbered(count), stay)
    shown = [read(scene.draw(number))[1] for number in range(scene.count)]
    assert shown[:count] == list(range(count))
    assert shown.count(count - 1) == (1 if count == 1 else 2) + stay
    assert np.abs(np.diff([*shown, shown[0]])).max(initial=0) <= 1
    assert all(shown.count(number) == 2 for number in range(1, count - 1))


@pytest.mark.parametrize("seconds", [0.0, -1.0, 3601.0, float("nan"), float("inf")])
def test_lengths_out_of_range_are_refused(seconds):
    with pytest.raises(UserError, match="seconds must be above 0 and at most 3600"):
        FilmConfig(seconds=seconds)


def test_unknown_views_are_refused():
    with pytest.raises(UserError, match="view must be one of auto, flat, land, got 'sideways'"):
        FilmConfig(view="sideways")
    assert [FilmConfig(view=view, seconds=3600).view for view in ("auto", "flat", "land")] == ["auto", "flat", "land"]


def test_draw_gets_the_number_of_the_frame():
    asked = []
    scene = Scene(3, partial(lambda log, number: log.append(number) or plain(number), asked))
    assert [int(frame[0, 0, 0]) for frame in play([scene, scene], 0.5)] == [0, 1, 2] * 2
    assert sorted(asked) == [0, 0, 1, 1, 2, 2]


def test_a_sample_has_runs_of_successive_frames_from_all_of_a_scene():
    shown = []
    long, short = (Scene(count, lambda number: shown.append(number) or plain((9, 9, 9))) for count in (200, 12))
    sample = excerpt([long, short], 8)
    assert [scene.count for scene in sample] == [16, 12]
    for number in range(16):
        sample[0].draw(number)
    assert shown == [start + n for start in (23, 73, 123, 173) for n in range(4)]

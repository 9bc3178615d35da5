"""Words of films: headlines and cards are whole, legible and in place in frames of every shape."""

import numpy as np
import pytest

from render.film import Scene
from render.film_words import DIM, dimmed, head_room, put_headline, still_scene, titled, with_headline

SIZES = [(360, 640), (720, 1280), (1080, 1080), (1920, 1080), (240, 426)]
SENTENCE = "Every pixel is another brain: the same one, slightly changed. The higher and brighter, the more it eats."


def inked(frame, ground):
    """The rows and columns that differ from the ground: first and last of each."""
    rows, columns = np.nonzero((frame != ground).any(-1))
    return rows.min(), rows.max(), columns.min(), columns.max()


@pytest.mark.parametrize("size", SIZES)
def test_a_headline_is_whole_and_within_its_room(size):
    frame = np.zeros((*size, 3), np.uint8)
    put_headline(frame, SENTENCE, shaded=False)
    top, bottom, left, right = inked(frame, 0)
    assert top > 0
    assert bottom < head_room(size, SENTENCE)
    assert left > 5
    assert right < size[1] - 5
    if size[0] > 1.5 * size[1]:
        assert top >= 0.06 * size[0]  # below what apps write over upright films


def test_a_headline_can_be_read_on_a_bright_picture():
    frame = np.full((360, 640, 3), 240, np.uint8)
    put_headline(frame, SENTENCE)
    room = frame[: head_room((360, 640), SENTENCE)]
    assert np.median(room[:12]) < 60
    assert (frame[-60:] == 240).all()


@pytest.mark.parametrize("size", SIZES)
def test_a_card_is_dim_and_its_words_are_in_the_middle(size):
    bright = Scene(3, lambda number: np.full((*size, 3), 200, np.uint8))
    card = titled(bright, "Foragescape", ("one line", "and a second one that is longer"))
    ground = card.picture(0)
    assert (ground == int(200 * DIM)).all()
    top, bottom, left, right = inked(card.draw(0), ground)
    assert abs((left + right) / 2 - size[1] / 2) < 0.02 * size[1]
    assert abs((top + bottom) / 2 - size[0] / 2) < 0.08 * size[0]
    assert left > 0.03 * size[1]


@pytest.mark.parametrize("size", SIZES)
def test_a_card_does_not_cut_a_long_path(size):
    path = "/home/somebody/experiments/" + "with-a-long-name/" * 3 + "demo/run"
    card = titled(Scene(1, lambda number: np.zeros((*size, 3), np.uint8)), "Foragescape", (f"explore {path}",))
    _, _, left, right = inked(card.draw(0), 0)
    assert 0.03 * size[1] < left < right < 0.97 * size[1]


def test_a_still_scene_is_drawn_once():
    drawn = []
    scene = still_scene(5, lambda: drawn.append(1) or np.zeros((4, 4, 3), np.uint8))
    assert [scene.draw(number).sum() for number in range(scene.count)] == [0] * 5
    assert drawn == [1]


def test_a_headline_replaces_words_and_a_dimmed_frame_is_a_copy():
    frame = np.full((240, 426, 3), 100, np.uint8)
    scene = with_headline(Scene(1, lambda number: frame, lambda frame, number: frame.fill(0)), "Hello")
    assert scene.draw(0)[-1, -1, 0] == 100
    assert dimmed(frame).max() == int(100 * DIM)
    assert frame.min() == 100

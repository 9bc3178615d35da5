from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from render.legend import scale_letters
from render.maze_picture import draw_maze
from render.picture import BACKGROUND
from render.window.watch.driver import Driver
from render.window.watch.duel import OTHER, YOU, Side, duel_page, put_duel
from render.window.watch.roster import champions
from render.window.watch.watch_picture import result, standing
from sim.world.life import play_episode
from sim.world.maze import carve
from sim.world.rules import World


@pytest.fixture
def duel(watched):
    """Mazes and two sides: the champion's life, and one that stands still after three steps."""
    config, forager = watched.config(), champions(watched)[-1]
    mazes = carve(config.world.maze, 1, seed=config.seed, split="validation")
    episode = play_episode(forager.weights, forager.layout, mazes, 0, config.world)
    driver = Driver(mazes, 0, config.world)
    for action in episode.actions[:3].tolist():
        driver.step(action)
    return mazes, (Side("You", driver.episode(config.world.lifetime), YOU), Side("It", episode, OTHER))


@pytest.mark.parametrize("size", [(600, 1000), (1000, 600)])
def test_both_mazes_show_their_episodes(duel, size):
    mazes, sides = duel
    frame = np.zeros((*size, 3), np.uint8)
    put_duel(frame, mazes, sides, 3.0, "three steps")
    page = duel_page(5, size)
    side = page.canvas.side
    for (x, y), each in zip(page.corners, sides, strict=True):
        shown = frame[y : y + side, x : x + side]
        assert np.array_equal(shown, draw_maze(mazes, 0, each.life, 3.0, page.canvas))
    (x, y), _ = page.corners
    assert y + side <= page.foot[1] or x + side <= page.foot[0]


def test_equal_steps_give_equal_frames(duel):
    mazes, (you, it) = duel
    canvas = duel_page(5, (600, 1000)).canvas
    same = replace(you, life=replace(you.life, senses=it.life.senses))
    assert np.array_equal(draw_maze(mazes, 0, same.life, 2.5, canvas), draw_maze(mazes, 0, it.life, 2.5, canvas))


def test_words(duel):
    mazes, (_, champion) = duel
    idle = Side("You", Driver(mazes, 0, World(mazes.config, lifetime=24)).episode(24), YOU)
    eaten = champion.life.pellets
    assert eaten > 5  # else this test shows nothing
    assert "Arrow keys" in standing((idle, champion), 0, 0)
    assert standing((idle, champion), 0, 3) == "Step 0 of 24: level."
    assert standing((idle, champion), 24, 24) == f"Step 24 of 24: you are {eaten} behind."
    assert standing((champion, idle), 24, 24) == f"Step 24 of 24: you lead by {eaten}."
    assert "you win by 2" in result(5, 3, 24)
    assert "it wins by 2" in result(3, 5, 24)
    assert "a draw" in result(3, 3, 24)


def test_frames_that_are_too_small_are_refused():
    with pytest.raises(UserError, match="enlarge it"):
        duel_page(64, (240, 320))


def test_tall_pages_give_their_words_all_the_width():
    page = duel_page(5, (700, 460))
    assert page.foot[2] > 1.5 * page.canvas.side
    assert page.foot[0] + page.foot[2] < 460
    assert page.foot[1] + page.foot[3] <= 700


@pytest.mark.parametrize("size", [(300, 180), (700, 512), (228, 320)])
def test_a_long_name_does_not_touch_the_score(duel, size):
    mazes, (you, it) = duel
    frames = []
    for name in ("", "The champion of generation 1234567"):
        frame = np.zeros((*size, 3), np.uint8)
        put_duel(frame, mazes, (you, replace(it, name=name)), 3.0, "")
        frames.append(frame)
    page = duel_page(5, size)
    (x, y), text = page.corners[1], page.text
    score = np.s_[y - 2 * text : y - text // 2, x + page.canvas.side - 4 * text : x + page.canvas.side]
    assert np.array_equal(frames[0][score], frames[1][score])
    assert not np.array_equal(frames[0], frames[1]) or page.canvas.side < 8 * text


def test_a_name_that_is_too_wide_has_a_short_form(duel, monkeypatch):
    said = []
    monkeypatch.setattr("render.window.watch.duel.put_text", lambda frame, text, *rest: said.append(text))
    mazes, (you, it) = duel
    named = replace(it, name="The champion of generation 300", short="Champion 300")
    for size in ((600, 1000), (288, 400)):
        put_duel(np.zeros((*size, 3), np.uint8), mazes, (you, named), 3.0, "words")
    assert "The champion of generation 300" in said
    assert "Champion 300" in said
    assert not any("..." in text for text in said)


def test_in_small_panes_the_mazes_take_the_room_of_the_curves():
    assert duel_page(10, (270, 160)).canvas.cell >= 6
    assert duel_page(10, (288, 400)).canvas.cell >= 14
    assert duel_page(10, (600, 1000)).foot[3] > 6 * duel_page(10, (600, 1000)).text, "large panes keep their curves"


@pytest.mark.parametrize("size", [(288, 400), (600, 1000), (270, 160)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_words_under_a_duel_are_whole(duel, size, scale):
    """No line is cut off at the foot, and the last word is there."""
    words = result(18, 85, 200)
    scale_letters(scale)
    try:
        frames = []
        for text in (words, words.rpartition(" ")[0]):
            frames.append(np.zeros((*size, 3), np.uint8))
            put_duel(frames[-1], *duel, 3.0, text)
        assert (frames[0][-1] == BACKGROUND).all()
        assert not np.array_equal(*frames)
    except UserError:
        assert scale == 2.0
        assert min(size) < 300
    finally:
        scale_letters(1.0)

"""Mazes drawn by hand."""

import numpy as np
import pytest

from sim.world.maze import MazeConfig, Mazes


@pytest.fixture
def drawn():
    """A function that turns the picture of a maze into a batch of this one maze.

    Cells are one character wide: `.` holds a pellet, `^>v<` is the start with its heading; `+`, `-`, `|` are walls.
    """

    def draw(picture: str) -> Mazes:
        lines = picture.strip("\n").splitlines()
        size = len(lines) // 2
        rows = [line.ljust(2 * size + 1) for line in lines]
        cells = [(row, column, rows[2 * row + 1][2 * column + 1]) for row in range(size) for column in range(size)]
        passages = np.zeros((1, size, size), np.uint8)
        pellets = np.zeros((1, size, size), np.bool_)
        for row, column, content in cells:
            around = [(2 * row, 2 * column + 1), (2 * row + 1, 2 * column + 2)]
            around += [(2 * row + 2, 2 * column + 1), (2 * row + 1, 2 * column)]
            for direction, (line, character) in enumerate(around):
                passages[0, row, column] |= (rows[line][character] == " ") << direction
            pellets[0, row, column] = content == "."
        (start, arrow), *more = [(row * size + column, content) for row, column, content in cells if content in "^>v<"]
        assert not more
        starts, headings = np.array([[start], ["^>v<".index(arrow)]], np.int32)
        return Mazes(MazeConfig(size), 0, "test", np.zeros(1, np.int64), passages, pellets, starts, headings)

    return draw

"""A maze as text is the picture that the maze was drawn from."""

from sim.gym.ansi import draw

PICTURE = """
+-+-+-+-+
|. . .|.|
+ +-+-+ +
|.|  >  |
+ + +-+-+
|. .|. .|
+-+-+-+ +
|. . . .|
+-+-+-+-+
"""


def test_the_text_is_the_picture(drawn):
    mazes = drawn(PICTURE)
    place, heading = int(mazes.start[0]), int(mazes.heading[0])
    assert draw(mazes.open[0].ravel(), mazes.pellets[0].ravel(), 4, place, heading) == PICTURE.strip("\n")


def test_the_forager_hides_what_lies_under_it(drawn):
    mazes = drawn(PICTURE)
    text = draw(mazes.open[0].ravel(), mazes.pellets[0].ravel(), 4, 0, 2)
    assert text.splitlines()[1] == "|v . .|.|"
    assert text.splitlines()[3] == "|.|     |"

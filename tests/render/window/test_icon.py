import numpy as np

from render.window.icon import SIDE, icon


def test_the_icon_is_a_square_with_round_corners_and_several_colours():
    picture = icon()
    assert picture.shape == (SIDE, SIDE, 4)
    assert picture.dtype == np.uint8
    assert (picture[[0, 0, -1, -1], [0, -1, 0, -1], 3] == 0).all()
    assert (picture[SIDE // 2, SIDE // 2, 3]) == 255
    assert picture[..., :3].std() > 30

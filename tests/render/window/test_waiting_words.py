import numpy as np
import pytest

from agents.engine import compiling
from render.window.waiting_words import compiling_words, put_waiting_words, waiting_words


def test_a_window_says_that_kernels_are_compiled_and_for_how_long(monkeypatch):
    for seconds, words in ((0.0, ""), (0.3, ""), (7.9, "compiling kernels, once; 7 s so far")):
        monkeypatch.setattr(compiling, "seconds", lambda seconds=seconds: seconds)
        assert compiling_words() == words
        said = waiting_words("playing ...")
        assert said == ("playing ..." if not words else f"{words}, about 15 s on an idle processor")


@pytest.mark.parametrize("size", [(240, 320), (720, 1280), (1000, 300)])
def test_the_words_stand_in_the_middle_of_a_frame(size):
    frame = np.zeros((*size, 3), np.uint8)
    put_waiting_words(frame, "compiling kernels, once; 7 s so far, about 10 s on an idle processor", 1.6)
    for side, written in ((size[0], frame.any((1, 2))), (size[1], frame.any((0, 2)))):
        places = np.flatnonzero(written)
        assert 0 < places[0] <= places[-1] < side - 1
        assert abs(places[0] + places[-1] - side) < 0.06 * side + 8

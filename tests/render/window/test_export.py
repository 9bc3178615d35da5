import numpy as np
import pytest

from render.views import OCTAVE
from render.window.play.export import FASTEST, FPS, rate, scene
from render.window.play.growing import Growing
from render.window.play.stage import Look, Stage

SIZE = (90, 160)


def test_a_zoom_takes_as_long_for_each_octave(dive):
    tour = Growing(dive).tour
    octaves = float(tour.values[-1])
    assert (len(tour) - 1) / rate(tour) == pytest.approx(OCTAVE * octaves)


def test_other_tours_are_never_faster_than_films(slide):
    assert 0 < rate(Growing(slide).tour) <= FASTEST


@pytest.mark.parametrize("mode", ["off", "loop"])
def test_a_film_goes_from_the_first_frame_to_the_last(slide, mode):
    stage = Stage(Growing(slide))
    look, viewport = Look("flat"), stage.viewport(SIZE)
    film = scene(stage, look, viewport, SIZE, mode, 5)
    for number, position in ((0, 0.0), (film.count - 1, 4.0)):
        assert np.array_equal(film.draw(number), stage.draw(look, position, SIZE, viewport))
    assert film.count / FPS == pytest.approx(4 / rate(stage.field.tour), rel=0.2)


def test_there_and_back_takes_twice_as_long_and_shows_each_moment_twice(slide):
    stage = Stage(Growing(slide))
    look, viewport = Look("flat"), stage.viewport(SIZE)
    once, both = (scene(stage, look, viewport, SIZE, mode, 5) for mode in ("off", "ping-pong"))
    assert both.count > 1.9 * once.count
    frames = [both.draw(number).tobytes() for number in range(both.count)]
    assert set(frames) == {once.draw(number).tobytes() for number in range(once.count)}

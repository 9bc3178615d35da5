from dataclasses import replace

import numpy as np
import pytest

from render.film_zoom import OCTAVE
from render.window.play.field_renderer import FieldRenderer, Shot, ViewSettings
from render.window.play.growing_field import GrowingField
from render.window.play.tour_film import FASTEST, FPS, TourRecorder, rate, scene
from render.window.playback import Playback
from tests.render.window.waiting import wait_until

SIZE = (90, 160)


def test_each_octave_of_a_zoom_takes_the_same_time(dive):
    tour = GrowingField(dive).tour
    octaves = float(tour.axis.values[-1])
    assert (len(tour) - 1) / rate(tour) == pytest.approx(OCTAVE * octaves)


def test_other_tours_are_never_faster_than_films(slide):
    assert 0 < rate(GrowingField(slide).tour) <= FASTEST


@pytest.mark.parametrize("mode", ["off", "loop"])
def test_a_film_goes_from_the_first_frame_to_the_last(slide, mode):
    renderer = FieldRenderer(GrowingField(slide))
    shot = Shot(ViewSettings("flat"), 0.0, SIZE, renderer.whole(SIZE), renderer.field.version)
    film = scene(renderer, shot, mode, 5)
    for number, position in ((0, 0.0), (film.count - 1, 4.0)):
        assert np.array_equal(film.draw(number), renderer.draw(replace(shot, position=position)))
    assert film.count / FPS == pytest.approx(4 / rate(renderer.field.tour), rel=0.2)


def test_a_film_there_and_back_is_twice_as_long_and_shows_each_frame_twice(slide):
    renderer = FieldRenderer(GrowingField(slide))
    shot = Shot(ViewSettings("flat"), 0.0, SIZE, renderer.whole(SIZE), renderer.field.version)
    once, both = (scene(renderer, shot, mode, 5) for mode in ("off", "ping-pong"))
    assert both.count > 1.9 * once.count
    frames = [both.draw(number).tobytes() for number in range(both.count)]
    assert set(frames) == {once.draw(number).tobytes() for number in range(once.count)}


def test_a_second_call_ends_the_film_and_closing_deletes_an_unfinished_one(slide, folder):
    renderer = FieldRenderer(GrowingField(slide))
    shot = Shot(ViewSettings("flat"), 0.0, SIZE, renderer.whole(SIZE), renderer.field.version)
    recorder, tour = TourRecorder(), Playback(5)
    recorder.toggle(renderer, shot, tour, {})
    assert "recording" in recorder.status
    recorder.toggle(renderer, shot, tour, {})
    wait_until(lambda: recorder.film.done)
    assert "slide-play-001.mp4" in recorder.finished()
    assert recorder.status == ""
    for path in folder.iterdir():
        path.unlink()
    recorder.toggle(renderer, shot, tour, {})
    recorder.close()
    assert list(folder.iterdir()) == []

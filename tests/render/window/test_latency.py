import time

import pytest

from render.window.explore.explorer_latency import measure_explorer
from render.window.explore.pace import COARSEST
from render.window.play.field_renderer import FieldRenderer
from render.window.play.player_latency import FPS, measure_land


def test_the_explorer_is_measured(watched, monkeypatch):
    monkeypatch.setattr("render.window.explore.explorer_latency.SECONDS", 0.3)
    found = measure_explorer(watched.path, mazes=2)
    assert set(found) == {"glimpse_ms", "glimpse_stride", "first_picture_ms", "events_per_s"}
    assert 1 <= found["glimpse_stride"] <= COARSEST
    assert 0 < found["glimpse_ms"] <= found["first_picture_ms"]
    assert found["events_per_s"] > 0


def test_events_are_handled_more_often_than_slow_land_is_drawn(slide, monkeypatch):
    draw = FieldRenderer.draw

    def slow(*given):
        time.sleep(0.2)
        return draw(*given)

    monkeypatch.setattr(FieldRenderer, "draw", slow)
    monkeypatch.setattr("render.window.play.player_latency.SECONDS", 1.0)
    found = measure_land(slide)
    assert found["land_fps"] == pytest.approx(4, abs=3)
    assert found["land_fps"] < 5.1
    assert 2 * found["land_fps"] < found["land_events_per_s"] <= 1.05 * FPS

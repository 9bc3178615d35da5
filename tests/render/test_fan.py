"""The fan: its compiled kernels are the plain ones, and the land that it draws has no gaps."""

import math

import numpy as np

from render import bend
from render import fan as module
from render.camera import Camera

HELPERS = ("_plane", "_crossing", "_pixel_at", "_weight", "_rounded", "_colour_at", "_packed")
BENDERS = ("_angle", "_light", "_grain")


def hills(shape=(16, 24)):
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return 20 + 8 * np.sin(columns / 6) * np.cos(rows / 7) + columns / 6


def paint(shape=(16, 24)):
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return np.stack([255 * columns / shape[1], 255 * rows / shape[0], 120 + 0 * rows], -1).astype(np.uint8)


def test_compiled_and_plain_kernels_agree(monkeypatch):
    land, colours = hills(), module.lanes(paint())
    stand = Camera().stand(land.shape)
    lens = (60.0, math.sin(0.6), math.cos(0.6), -0.3, 0.6 / 24, 50.0)
    fog = (20.0, 60.0, 0.3, np.uint64(module.lanes((14, 15, 20))))
    compiled, plain = np.zeros((2, 24, 80), np.uint32)
    module.draw_fan(land, colours, stand, lens, 2.0, fog, compiled, 0, 24)
    with monkeypatch.context() as patch:
        for name in HELPERS:
            patch.setattr(module, name, getattr(module, name).py_func)
        module.draw_fan.py_func(land, colours, stand, lens, 2.0, fog, plain, 0, 24)
    assert compiled.any()
    difference = compiled.view(np.uint8).astype(int) - plain.view(np.uint8)
    assert np.abs(difference).max() <= 1
    box = (-12.0, 12.0, -8.0, 8.0)
    pictures = np.zeros((2, 16, 24, 3), np.uint8)
    view = (stand, lens, 80.0, 2.0, (14, 15, 20), land.shape, box)
    bend.bend_fan(compiled, *view, pictures[0], 0, 16)
    for name in BENDERS:
        monkeypatch.setattr(bend, name, getattr(bend, name).py_func)
    bend.bend_fan.py_func(compiled, *view, pictures[1], 0, 16)
    assert np.ptp(pictures[0]) > 50
    assert np.abs(pictures[0].astype(int) - pictures[1]).max() <= 1


def test_land_has_no_holes():
    spikes = np.random.default_rng(1).integers(0, 2, (30, 30)) * 50
    stand = Camera().stand(spikes.shape)
    lens = (200.0, math.sin(0.6), math.cos(0.6), -0.3, 0.6 / 90, 180.0)
    fan = np.zeros((90, 500), np.uint32)
    land, white = spikes.astype(np.float32) / 4, module.lanes(np.full((30, 30, 3), 255))
    module.draw_fan(land, white, stand, lens, 3.0, (40.0, 90.0, 0.0, np.uint64(0)), fan, 0, 90)
    drawn = fan > 0
    assert drawn.any(1).sum() > 45
    assert np.all(np.abs(np.diff(drawn.astype(int), axis=1, prepend=0, append=0)).sum(1) <= 2)


def test_lanes_are_mixed_like_channels():
    rng = np.random.default_rng(2)
    colours = rng.integers(0, 256, (2, 2, 3))
    for y, x in rng.random((200, 2)):
        packed = int(module._packed(module._colour_at(module.lanes(colours), 0, 0, y, x)))
        mixed = (1 - y) * ((1 - x) * colours[0, 0] + x * colours[0, 1]) + y * (
            (1 - x) * colours[1, 0] + x * colours[1, 1]
        )
        assert packed >> 24 == 255
        assert np.abs([packed & 255, packed >> 8 & 255, packed >> 16 & 255] - mixed).max() <= 0.6


def test_angles_are_those_of_the_library():
    for aside, ahead in np.random.default_rng(3).normal(0, 500, (1000, 2)):
        assert abs(bend._angle(aside, ahead) - math.atan2(aside, ahead)) < 1.2e-5

import numpy as np
import pytest
from PIL import Image

from render.bicubic import enlarged

SIZES = [
    ((1, 1), (1, 1)),
    ((1, 1), (3, 5)),
    ((2, 3), (7, 4)),
    ((5, 4), (5, 9)),
    ((4, 5), (11, 5)),
    ((36, 64), (72, 128)),
    ((37, 53), (90, 160)),
    ((108, 192), (361, 640)),
]


@pytest.mark.parametrize(("shape", "size"), SIZES)
@pytest.mark.parametrize("kind", ["noise", "edges", "ramp"])
def test_every_bit_is_pillows(shape, size, kind):
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    ramp = np.linspace(0, 255, shape[0] * shape[1] * 3).astype(np.uint8).reshape(*shape, 3)
    rgb = {"noise": noise, "edges": noise // 128 * np.uint8(255), "ramp": ramp}[kind]
    wanted = np.asarray(Image.fromarray(rgb).resize(size[::-1], Image.Resampling.BICUBIC))
    assert np.array_equal(enlarged(rgb, size), wanted)


def test_a_picture_in_any_order_of_memory_is_enlarged():
    rgb = np.random.default_rng(1).integers(0, 256, (6, 5, 3)).astype(np.uint8)
    assert np.array_equal(enlarged(rgb[::-1], (9, 9)), enlarged(rgb[::-1].copy(), (9, 9)))

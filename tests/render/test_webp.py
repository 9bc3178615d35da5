"""Animated WebP: frames, loop and metadata, as another program (Pillow) reads them."""

import numpy as np
import pytest
from PIL import Image

from agents.errors import UserError
from render.probe import probe, read_metadata
from render.video import write
from render.webp import dimensions, read_comment


def squares(count, height=48, width=65):
    """Frames of one grey each, with a bright square that moves."""
    for number in range(count):
        frame = np.full((height, width, 3), 40, np.uint8)
        frame[8:24, 4 * number : 4 * number + 12] = (250, 180, 60)
        yield frame


@pytest.mark.parametrize(("fps", "loop"), [(10, True), (30, False)])
def test_another_program_reads_the_frames(tmp_path, fps, loop):
    path = tmp_path / "a.webp"
    assert write(squares(9), path, fps=fps, crf=1, loop=loop, metadata={"a": "<b> & c"}) == 9
    with Image.open(path) as image:
        assert (image.size, image.n_frames, image.info["loop"]) == ((65, 48), 9, 0 if loop else 1)
        for number, wanted in enumerate(squares(9)):
            image.seek(number)
            image.load()
            assert np.abs(np.asarray(image.convert("RGB"), int) - wanted).mean() < 4
            if number < 8:
                assert image.info["duration"] == pytest.approx(1000 / fps, abs=1)
    assert read_metadata(path) == {"a": "<b> & c"}
    about = probe(path)
    assert (about["width"], about["height"], about["frames"], about["format"]) == (65, 48, 9, "webp")
    assert about["fps"] == pytest.approx(fps, rel=0.02)


def test_a_film_of_one_frame_is_a_still_with_metadata(tmp_path):
    path = tmp_path / "a.webp"
    write(squares(1), path, fps=10, metadata={"seed": "7"})
    assert dimensions(path) == (65, 48, 1, 0.0)
    assert read_metadata(path) == {"seed": "7"}
    with Image.open(path) as image:
        assert image.size == (65, 48)


def test_smaller_quality_makes_smaller_files(tmp_path):
    rng, sizes = np.random.default_rng(0), []
    frames = [rng.integers(0, 255, (48, 64, 3), np.uint8) for _ in range(4)]
    for crf in (10, 25, 40):
        write(frames, tmp_path / f"{crf}.webp", fps=10, crf=crf, metadata={})
        sizes.append((tmp_path / f"{crf}.webp").stat().st_size)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 1.3 * sizes[2]


def test_files_that_are_no_webp_are_refused(tmp_path):
    path = tmp_path / "a.webp"
    path.write_bytes(b"RIFF\0\0\0\0WAVE")
    with pytest.raises(UserError, match="no WebP"):
        read_comment(path)
    write(squares(3), path, fps=10, metadata={}, overwrite=True)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UserError, match="its end is missing"):
        dimensions(path)
    Image.fromarray(next(squares(1))).save(path)
    assert (read_metadata(path), probe(path)["frames"]) == ({}, 1)

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
            assert image.info["duration"] == pytest.approx(1000 / fps, abs=1)
    assert read_metadata(path) == {"a": "<b> & c"}
    about = probe(path)
    assert (about["width"], about["height"], about["frames"], about["format"]) == (65, 48, 9, "webp")
    assert about["fps"] == pytest.approx(fps, rel=0.02)


def test_a_dissolve_leaves_nothing_behind(tmp_path):
    """Every frame differs from the one before by one level; the last must be the last, and not one of before."""
    path, levels = tmp_path / "a.webp", range(40, 80)
    write((np.full((32, 32, 3), level, np.uint8) for level in levels), path, fps=20, crf=24, metadata={})
    with Image.open(path) as image:
        assert image.n_frames == len(levels)
        for number in (10, 20, 39):
            image.seek(number)
            assert np.abs(np.asarray(image.convert("RGB"), int) - levels[number]).max() <= 2


def test_frames_that_do_not_change_are_longer_and_stored_once(tmp_path):
    path, frame = tmp_path / "a.webp", next(squares(1))
    write([*squares(3), *[frame] * 7], path, fps=10, metadata={})
    with Image.open(path) as image:
        assert image.n_frames == 4
    assert dimensions(path) == (65, 48, 10, 10.0)


def test_only_the_box_that_changes_is_stored(tmp_path):
    ground = np.repeat(np.random.default_rng(0).integers(0, 200, (64, 64, 1), np.uint8), 3, axis=2)
    frames = []
    for number in range(5):
        frames.append(ground.copy())
        frames[-1][31:33, 5 + number : 9 + number] = 255
    write(frames, tmp_path / "a.webp", fps=10, crf=1, metadata={})
    write(frames[:1], tmp_path / "b.webp", fps=10, crf=1, metadata={})
    assert (tmp_path / "a.webp").stat().st_size < 1.5 * (tmp_path / "b.webp").stat().st_size
    with Image.open(tmp_path / "a.webp") as image:
        image.seek(4)
        seen = np.asarray(image.convert("RGB"), int)
    assert np.abs(seen - frames[4])[:28].mean() < 12
    assert seen[31:33, 9:13].mean() > 200


def test_a_film_of_one_frame_has_metadata(tmp_path):
    path = tmp_path / "a.webp"
    write(squares(1), path, fps=10, metadata={"seed": "7"})
    assert dimensions(path) == (65, 48, 1, 10.0)
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

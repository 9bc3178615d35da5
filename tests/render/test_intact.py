"""Pictures and films that were cut off or damaged are refused; complete ones pass."""

import struct
import zlib

import numpy as np
import pytest

from agents.errors import UserError
from render.animation import write_png
from render.info import info
from render.intact import check_whole
from render.video import FORMATS, write

FRAMES = [np.random.default_rng(seed).integers(0, 255, (48, 64, 3), dtype=np.uint8) for seed in range(8)]
FILES = [".mp4", ".webm", ".gif", ".apng", ".webp", ".png"]


@pytest.fixture(params=FILES)
def film(request, tmp_path):
    path = tmp_path / f"film{request.param}"
    if request.param == ".png":
        write_png(FRAMES[0], path, {"made": "here"})
    else:
        write(FRAMES, path, fps=10, metadata={"made": "here"})
    return path


def test_every_file_that_we_write_passes(film):
    check_whole(film)
    assert info(film)["made"] == "here"


@pytest.mark.parametrize("share", [0.5, 0.9, 0.98])
def test_a_film_that_was_cut_off_is_refused(film, share):
    data = film.read_bytes()
    film.write_bytes(data[: int(share * len(data))])
    with pytest.raises(UserError, match="is damaged") as caught:
        info(film)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("fps", [1, 23.976, 29.97, 240])
def test_a_webm_has_as_many_packets_as_its_length_and_rate_give(tmp_path, fps):
    write(FRAMES, tmp_path / "film.webm", fps=fps, metadata={"made": "here"})
    check_whole(tmp_path / "film.webm")


@pytest.mark.parametrize("name", ["film.png", "film.apng"])
def test_a_flipped_bit_in_a_png_is_refused(tmp_path, name):
    path = tmp_path / name
    write_png(FRAMES[0], path, {}) if name == "film.png" else write(FRAMES, path, fps=10, metadata={})
    data = bytearray(path.read_bytes())
    data[-200] ^= 4
    path.write_bytes(data)
    with pytest.raises(UserError, match="is damaged"):
        check_whole(path)


@pytest.mark.parametrize("left", range(0, 800, 40))
def test_the_beginning_of_a_film_is_refused(tmp_path, left):
    path = tmp_path / "film.mp4"
    write(FRAMES, path, fps=10, metadata={"made": "here"})
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(UserError, match="is damaged"):
        check_whole(path)


@pytest.mark.parametrize("number", [0, 3])
def test_a_folder_that_lacks_a_picture_is_refused(tmp_path, number):
    path = tmp_path / "film.frames"
    write(FRAMES, path, fps=10, metadata={"made": "here"})
    (path / f"frame_{number:05}.png").unlink()
    with pytest.raises(UserError, match=rf"film\.frames is damaged \(frame {number} is missing\)"):
        check_whole(path)


def test_every_picture_of_a_folder_is_checked(tmp_path):
    path = tmp_path / "film.frames"
    write(FRAMES, path, fps=10, metadata={})
    check_whole(path)
    last = path / "frame_00007.png"
    last.write_bytes(last.read_bytes()[:-30])
    with pytest.raises(UserError, match=r"frame_00007\.png is damaged"):
        info(path)
    assert set(FORMATS) == {*FILES, ".frames"} - {".png"}


@pytest.mark.parametrize("name", ["film.png", "film.apng"])
@pytest.mark.parametrize("more", [b"\0", b"after the end", b"\0\0\0\0IEND\xaeB`\x82"])
def test_bytes_after_the_end_of_a_png_are_refused(tmp_path, name, more):
    path = tmp_path / name
    write_png(FRAMES[0], path, {}) if name == "film.png" else write(FRAMES, path, fps=10, metadata={})
    path.write_bytes(path.read_bytes() + more)
    with pytest.raises(UserError, match="something follows its end"):
        check_whole(path)


def test_a_chunk_of_an_apng_that_is_not_the_first_picture_is_checked(tmp_path):
    path = tmp_path / "film.apng"
    write(FRAMES, path, fps=10, metadata={})
    data = bytearray(path.read_bytes())
    data[data.rindex(b"fdAT") + 9] ^= 1
    path.write_bytes(data)
    with pytest.raises(UserError, match="a checksum differs"):
        check_whole(path)


@pytest.mark.parametrize("kind", [b"acTL", b"fcTL", b"fdAT"])
def test_a_whole_chunk_of_an_apng_that_is_lost_is_noticed(tmp_path, kind):
    path = tmp_path / "film.apng"
    write(FRAMES, path, fps=10, metadata={})
    data = path.read_bytes()
    for place in (data.index(kind) - 4, data.rindex(kind) - 4):
        size = 12 + int.from_bytes(data[place : place + 4], "big")
        path.write_bytes(data[:place] + data[place + size :])
        with pytest.raises(UserError, match="a part of its pictures is missing"):
            check_whole(path)


@pytest.mark.parametrize("kind", ["zTXt", "iTXt"])
def test_a_comment_that_unpacks_to_far_more_is_refused(tmp_path, kind):
    """A bomb: 100 MB of text in 100 kB. Also many small ones, which together are as large."""
    bomb = zlib.compress(b"0" * 100_000_000, 9)
    head = {"zTXt": b"Comment\0\0", "iTXt": b"Comment\0\1\0\0\0"}[kind]
    for count, packed in ((1, bomb), (200, zlib.compress(b"0" * 1_000_000, 9))):
        path = tmp_path / f"{count}.png"
        write_png(FRAMES[0], path, {})
        data = path.read_bytes()
        chunk = chunk_of(kind.encode(), head + packed)
        path.write_bytes(data[:33] + chunk * count + data[33:])
        with pytest.raises(UserError, match=r"\d\.png") as caught:
            info(path)
        assert "\n" not in str(caught.value)


def chunk_of(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_an_mp4_without_a_size_is_refused_in_one_line(tmp_path):
    """Its headers say 0 x 0, in the track and in the description of its pictures."""
    path = tmp_path / "film.mp4"
    write(FRAMES, path, fps=10, metadata={})
    data = bytearray(path.read_bytes())
    sizes = struct.pack(">II", 64 << 16, 48 << 16), struct.pack(">HH", 64, 48)
    for size in sizes:
        at = data.index(size, data.index(b"tkhd") if len(size) == 8 else data.index(b"avc1"))
        data[at : at + len(size)] = bytes(len(size))
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"film\.mp4") as caught:
        info(path)
    assert "\n" not in str(caught.value)

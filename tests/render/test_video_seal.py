"""A film is sealed by a digest in its last bytes: any change is found, players and readers see the same film."""

import struct

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

from agents.errors import UserError
from render.info import info
from render.intact import check_whole
from render.probe import promises_seal, read_metadata
from render.video import write
from render.video_seal import ENTRY, FORMS, MARK, PROMISE, check_seal, gif_pictures, promising_seal, write_seal

FRAMES = [np.random.default_rng(seed).integers(0, 255, (48, 64, 3), dtype=np.uint8) for seed in range(6)]
BARE = b"GIF89a" + bytes(7) + b"\x2c" + bytes(10) + b"\0\x3b"  # a gif of one picture
ABOUT = {"made_from": "{}", "made": "here"}


@pytest.fixture(params=[*FORMS])
def film(request, tmp_path):
    path = tmp_path / f"film{request.param}"
    write(FRAMES, path, fps=10, metadata=ABOUT)
    return path


def frames_of(path):
    if path.suffix == ".webp":  # FFmpeg reads none with several pictures
        with Image.open(path) as image:
            return [np.array(each.convert("RGB")) for each in ImageSequence.Iterator(image)]
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_a_film_that_we_write_is_sealed_and_info_says_so(film):
    assert check_seal(film, promised=True)
    assert promises_seal(film)
    assert read_metadata(film) == ABOUT
    found = info(film)
    assert (found["sealed"], found["made"], found["frames"]) == (True, "here", len(FRAMES))
    assert ENTRY not in found


def bare(film):
    """The film without its seal; its metadata promise one."""
    data = film.read_bytes()
    end = data.rindex(MARK) + len(MARK) + 16 + (film.suffix == ".gif")
    rest = data[: end - len(FORMS[film.suffix])] + data[end:]
    return rest[:4] + struct.pack("<I", len(rest) - 8) + rest[8:] if film.suffix == ".webp" else rest


def test_the_seal_changes_no_frame(film):
    without = film.with_name(f"bare{film.suffix}")
    without.write_bytes(bare(film))
    shown = frames_of(film)
    assert len(shown) == len(FRAMES)
    assert all((one == other).all() for one, other in zip(shown, frames_of(without), strict=True))
    write_seal(without, film.suffix)
    assert without.read_bytes() == film.read_bytes()


def test_a_seal_whose_mark_is_half_destroyed_is_noticed_without_a_promise(film):
    """As where the metadata, which promise it, are destroyed too."""
    data = film.read_bytes()
    at = data.rindex(MARK)
    film.write_bytes(data[:at] + bytes(8) + data[at + 8 :])
    with pytest.raises(UserError, match="digest differs"):
        check_seal(film, promised=False)


def test_a_flip_of_any_bit_is_refused(film):
    data, rng = film.read_bytes(), np.random.default_rng(1)
    seal = data.rindex(MARK)
    places = {*rng.integers(0, len(data), 60).tolist(), *range(seal - 20, min(seal + 40, len(data)))}
    for at in sorted(places):
        film.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        with pytest.raises(UserError):
            check_whole(film)


@pytest.mark.parametrize("change", ["cut", "end", "hole", "twice"])
def test_other_damage_is_refused(film, change):
    data, rng = film.read_bytes(), np.random.default_rng(2)
    for at in rng.integers(1, len(data), 20).tolist():
        changed = {
            "cut": data[:at],
            "end": data + data[:at],
            "hole": data[:at] + bytes(16) + data[at + 16 :],
            "twice": data[:at] + data[max(0, at - 30) :],
        }[change]
        if changed == data:
            continue
        film.write_bytes(changed)
        with pytest.raises(UserError):
            check_whole(film)


def test_a_film_without_a_seal_is_described_with_a_note(film):
    film.write_bytes(bare(film))
    with pytest.raises(UserError, match="its digest differs"):
        info(film)  # its metadata promise one
    film.write_bytes(film.read_bytes().replace(PROMISE.encode(), b"none at all"))
    assert not check_seal(film, promised=False)


def test_two_exchanged_pieces_do_not_take_away_the_seal_and_its_promise(film):
    """As where the eight bytes before the promise are exchanged for eight of the mark."""
    data = bytearray(film.read_bytes())
    promise, mark = data.index(b'{"'), data.rindex(MARK) + 7
    data[promise - 7 : promise + 1], data[mark : mark + 8] = data[mark : mark + 8], data[promise - 7 : promise + 1]
    film.write_bytes(data)
    with pytest.raises(UserError):
        check_seal(film, promised=False)


def test_no_two_exchanged_pieces_of_eight_bytes_take_away_all_traces(film):
    """Wherever in the mark and in the promise they lie."""
    data = film.read_bytes()
    promise, mark = data.index(PROMISE.encode()), data.rindex(MARK)
    for first in range(promise - 8, promise + len(PROMISE) + 1):
        for second in range(mark - 8, mark + len(MARK) + 1):
            changed = bytearray(data)
            changed[first : first + 8], changed[second : second + 8] = (
                data[second : second + 8],
                data[first : first + 8],
            )
            film.write_bytes(changed)
            with pytest.raises(UserError):
                check_seal(film, promised=False)


def test_the_pictures_of_a_gif_are_found(tmp_path):
    write(FRAMES, tmp_path / "f.gif", fps=10, metadata=ABOUT)
    data = (tmp_path / "f.gif").read_bytes()
    places = list(gif_pictures(data))
    assert len(places) == len(FRAMES)
    assert all(data[at : at + 2] == b"\x21\xf9" for at in places)
    assert list(gif_pictures(BARE)) == [13]


def test_only_some_kinds_of_films_have_a_seal(tmp_path):
    assert promising_seal({"a": "b"}, ".apng") == {"a": "b"}
    assert set(promising_seal({"a": "b"}, ".gif")) == {"a", ENTRY}
    (tmp_path / "f.apng").write_bytes(b"x")
    write_seal(tmp_path / "f.apng", ".apng")
    assert (tmp_path / "f.apng").read_bytes() == b"x"
    assert not check_seal(tmp_path / "f.apng", promised=True)

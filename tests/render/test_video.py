"""Films and pictures in every format, decoded by FFmpeg and Pillow."""

import json
import os
import signal
import weakref

import av
import numpy as np
import pytest
from av.video.frame import PictureType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from agents.errors import UserError
from render.animation import read_png_metadata, write_png
from render.probe import Probe, probe, read_metadata
from render.video import PRESETS, VideoConfig, write
from render.video_seal import promising_seal

FILMS = ("a.mp4", "a.webm", "a.gif", "a.apng", "a.frames")
LOSSLESS = ("a.apng", "a.frames")
META = {"seed": "7", "config": 'hidden = 16\ncell = "elman"', "version": "0.1.0", "by": "Zoë ☃ 漢", "empty": ""}
COLOURS = np.array([[200, 40, 40], [40, 180, 60], [30, 60, 200], [230, 220, 90]], np.uint8)


def quarters(turn=0, height=48, width=64):
    """A frame [H, W, 3] of four quarters of one colour each; `turn` moves the colours to the next quarters."""
    down, right = np.mgrid[:height, :width] >= np.array([height // 2, width // 2])[:, None, None]
    return COLOURS[(2 * down + right + turn) % 4]


def noise(count, height=48, width=64):
    """Yield `count` frames of random colours, more than a palette holds."""
    rng = np.random.Generator(np.random.Philox(5))
    for _ in range(count):
        yield rng.integers(0, 256, (height, width, 3), np.uint8)


def decode(path):
    """All frames of a film, uint8 [T, H, W, 3]."""
    if path.is_dir():
        return np.stack([np.asarray(Image.open(file)) for file in sorted(path.iterdir())])
    if path.suffix == ".apng":
        image, frames = Image.open(path), []
        for index in range(image.n_frames):
            image.seek(index)
            frames.append(np.asarray(image.convert("RGB")))
        return np.stack(frames)
    with av.open(str(path)) as film:
        lossy = path.suffix != ".gif"
        return np.stack(
            [bt709(f.to_ndarray()) if lossy else f.to_ndarray(format="rgb24") for f in film.decode(video=0)]
        )


def bt709(planes):
    """RGB uint8 [H, W, 3] of studio-range 4:2:0 planes [3H/2, W] (ITU-R BT.709, section 3)."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    luma = (planes[:height] - 16.0) / 219
    blue, red = ((planes[height:].reshape(2, height // 2, width // 2) - 128.0) / 224).repeat(2, 1).repeat(2, 2)
    r, b = luma + 1.5748 * red, luma + 1.8556 * blue
    return (255 * np.stack([r, (luma - 0.2126 * r - 0.0722 * b) / 0.7152, b], -1)).round().clip(0, 255).astype(np.uint8)


def same_bytes(one, two):
    if one.is_dir():
        return [p.read_bytes() for p in sorted(one.iterdir())] == [p.read_bytes() for p in sorted(two.iterdir())]
    return one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("name", FILMS)
def test_a_film_shows_its_frames_at_its_rate(tmp_path, name):
    path = tmp_path / name
    counts = []
    assert write((quarters(i // 4) for i in range(12)), path, fps=25, metadata=META, progress=counts.append) == 12
    assert counts == list(range(1, 13))
    facts = probe(path)
    assert facts["fps"] == pytest.approx(25)
    assert facts["duration"] == pytest.approx(12 / 25)
    assert (facts["width"], facts["height"], facts["frames"], facts["format"]) == (64, 48, 12, name[2:])
    assert read_metadata(path) == META
    shown = decode(path)
    assert shown.shape == (12, 48, 64, 3)
    for index in (0, 5, 11):
        for y, x in ((12, 16), (12, 48), (36, 16), (36, 48)):
            wrong = np.abs(shown[index, y, x].astype(int) - quarters(index // 4)[y, x])
            assert wrong.max() <= (0 if name in LOSSLESS else 6), (index, y, x)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_formats_keep_every_bit(tmp_path, name):
    write(noise(5), tmp_path / name, fps=30, metadata={})
    assert np.array_equal(decode(tmp_path / name), np.stack(list(noise(5))))


def test_a_gif_of_few_colours_keeps_every_bit(tmp_path):
    frames = [quarters(i) for i in range(6)]
    write(frames, tmp_path / "a.gif", fps=30, metadata={})
    assert np.array_equal(decode(tmp_path / "a.gif"), np.stack(frames))


def test_a_gif_adapts_its_palette_to_each_frame(tmp_path):
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    frames = []
    for channel in range(3):
        frame = np.zeros((48, 64, 3), np.uint8)
        frame[..., channel] = ramp
        frame[..., (channel + 1) % 3] = ramp[:48, None]
        frames.append(frame)
    write(frames, tmp_path / "a.gif", fps=30, metadata={})
    assert np.abs(decode(tmp_path / "a.gif").astype(int) - np.stack(frames)).mean() < 6


@pytest.mark.parametrize("name", FILMS)
def test_one_frame_is_a_film(tmp_path, name):
    write([quarters()], tmp_path / name, fps=10, metadata=META)
    assert (probe(tmp_path / name)["frames"], len(decode(tmp_path / name))) == (1, 1)
    assert read_metadata(tmp_path / name) == META


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize(("height", "width"), [(47, 63), (33, 64), (1, 1)])
def test_odd_sizes_repeat_the_edge_where_sizes_must_be_even(tmp_path, name, height, width):
    write([quarters(0, height, width)] * 3, tmp_path / name, fps=30, metadata={})
    even = name in ("a.mp4", "a.webm")
    shape = (height + height % 2, width + width % 2) if even else (height, width)
    shown = decode(tmp_path / name)
    assert shown.shape == (3, *shape, 3)
    assert (probe(tmp_path / name)["height"], probe(tmp_path / name)["width"]) == shape
    assert np.abs(shown[1, -1, -1].astype(int) - COLOURS[3]).max() <= (8 if even else 0)


@pytest.mark.parametrize("name", FILMS)
def test_the_same_frames_give_the_same_bytes(tmp_path, name):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(noise(20), tmp_path / folder / name, fps=30, metadata=META)
    assert same_bytes(tmp_path / "one" / name, tmp_path / "two" / name)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores can be hidden on Linux only")
@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif"])
def test_the_number_of_cores_changes_nothing(tmp_path, name):
    cores = os.sched_getaffinity(0)
    for folder, usable in (("one", {min(cores)}), ("all", cores)):
        (tmp_path / folder).mkdir()
        try:
            os.sched_setaffinity(0, usable)
            write(
                (np.roll(quarters(0, 288, 320), 3 * i, 1) for i in range(12)),
                tmp_path / folder / name,
                fps=30,
                metadata={},
            )
        finally:
            os.sched_setaffinity(0, cores)
    assert same_bytes(tmp_path / "one" / name, tmp_path / "all" / name)


def test_arrays_of_any_strides_are_encoded(tmp_path):
    frame = next(noise(1))
    write([frame[::-1, ::-1]], tmp_path / "a.apng", fps=30, metadata={})
    write_png(frame.transpose(1, 0, 2), tmp_path / "a.png", {})
    assert np.array_equal(decode(tmp_path / "a.apng")[0], frame[::-1, ::-1])
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), frame.transpose(1, 0, 2))


def test_an_mp4_has_its_index_first_and_names_its_colours(tmp_path):
    write([quarters()] * 3, tmp_path / "a.mp4", fps=30, metadata={})
    data = (tmp_path / "a.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")
    with av.open(str(tmp_path / "a.mp4")) as film:
        codec = film.streams.video[0].codec_context
        assert (codec.name, codec.pix_fmt, codec.profile) == ("h264", "yuv420p", "High")
        assert (codec.colorspace, codec.color_primaries, codec.color_trc, codec.color_range) == (1, 1, 1, 1)


def test_a_better_crf_makes_a_larger_and_closer_film(tmp_path):
    frames = list(noise(5))
    for suffix in ("mp4", "webm"):
        error, size = [], []
        for crf in (10, 45):
            path = tmp_path / f"{crf}.{suffix}"
            write(frames, path, fps=30, crf=crf, metadata={})
            error.append(np.abs(decode(path).astype(int) - np.stack(frames)).mean())
            size.append(path.stat().st_size)
        assert error[0] < error[1]
        assert size[0] > size[1]


@pytest.mark.parametrize("loop", [True, False])
def test_a_film_says_whether_it_loops(tmp_path, loop):
    for name in ("a.gif", "a.apng"):
        write([quarters(0), quarters(1)], tmp_path / name, fps=30, loop=loop, metadata=META)
    assert Image.open(tmp_path / "a.apng").info["loop"] == (0 if loop else 1)
    assert Image.open(tmp_path / "a.gif").info.get("loop") == (0 if loop else None)


@pytest.mark.parametrize("fps", [7, 23.976, 30, 50])
def test_a_gif_keeps_time_over_many_frames(tmp_path, fps):
    write([quarters(i) for i in range(40)], tmp_path / "a.gif", fps=fps, metadata={})
    assert probe(tmp_path / "a.gif")["fps"] == pytest.approx(fps, rel=0.01)
    image = Image.open(tmp_path / "a.gif")
    total = 0
    for index in range(image.n_frames):
        image.seek(index)
        total += image.info["duration"]
    assert total == pytest.approx(40_000 / fps, abs=10)


@pytest.mark.parametrize("fps", [7, 23.976, 59.94, 240])
def test_uneven_rates_are_kept(tmp_path, fps):
    for name in ("a.mp4", "a.webm", "a.apng", "a.frames"):
        write([quarters()] * 4, tmp_path / name, fps=fps, metadata={})
        assert probe(tmp_path / name)["fps"] == pytest.approx(fps, rel=1e-3), name


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(metadata=st.dictionaries(st.text(max_size=20), st.text(max_size=600), max_size=5))
def test_any_metadata_can_be_read_again(tmp_path, metadata):
    frame = quarters(0, 16, 16)
    for name in FILMS:
        write([frame], tmp_path / name, fps=30, metadata=metadata, overwrite=True)
        assert read_metadata(tmp_path / name) == metadata, name
    write_png(frame, tmp_path / "a.png", metadata, overwrite=True)
    assert read_png_metadata(tmp_path / "a.png") == read_metadata(tmp_path / "a.png") == metadata


def test_long_metadata_can_be_read_again_also_by_other_programs(tmp_path):
    metadata = {"config": "x = 1\n" * 20_000}
    for name in FILMS:
        write([quarters()] * 2, tmp_path / name, fps=30, metadata=metadata)
        assert read_metadata(tmp_path / name) == metadata, name
    assert json.loads(Image.open(tmp_path / "a.gif").info["comment"]) == promising_seal(metadata, ".gif")
    assert json.loads(Image.open(tmp_path / "a.apng").info["Comment"]) == metadata


def test_every_numbered_frame_holds_the_metadata(tmp_path):
    write(noise(3), f"{tmp_path}/out/", fps=30, metadata=META)
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == ["frame_00000.png", "frame_00001.png", "frame_00002.png"]
    assert all(read_png_metadata(file) == META for file in files)


def test_files_of_other_programs_have_no_metadata(tmp_path):
    Image.fromarray(quarters()).save(tmp_path / "a.png")
    Image.fromarray(quarters()).save(tmp_path / "a.gif", comment=b"holiday")
    Image.fromarray(quarters()).save(tmp_path / "b.gif", comment=b"[1, 2]")
    assert [read_metadata(tmp_path / name) for name in ("a.png", "a.gif", "b.gif")] == [{}, {}, {}]
    assert probe(tmp_path / "a.png") == Probe(width=64, height=48, frames=1, fps=0, duration=0, format="png")


@pytest.mark.parametrize("name", FILMS)
def test_frames_do_not_stay_in_memory(tmp_path, name):
    alive, most = weakref.WeakSet(), 0

    class Tracked(np.ndarray):
        __hash__ = object.__hash__
        __eq__ = object.__eq__

    def frames():
        nonlocal most
        for index in range(300):
            frame = quarters(index, 16, 16).view(Tracked)
            alive.add(frame)
            most = max(most, len(alive))
            yield frame
            del frame

    assert write(frames(), tmp_path / name, fps=30, metadata={}) == 300
    assert most <= 4


@pytest.mark.parametrize("name", ["a.gif", "a.apng", "a.mp4", "a.webm"])
def test_a_film_grows_on_the_disk_while_frames_come(tmp_path, name):
    sizes = []

    def frames():
        for frame in noise(60, 96, 128):
            sizes.append(sum(path.stat().st_size for path in tmp_path.iterdir()))
            yield frame

    write(frames(), tmp_path / name, fps=2, metadata={})
    assert sizes[-1] > 0.2 * (tmp_path / name).stat().st_size


def film_that_fails(error):
    yield from noise(8)
    raise error


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("error", [RuntimeError("bad"), KeyboardInterrupt(), GeneratorExit(), OSError(5, "mine")])
@pytest.mark.parametrize("old", [True, False])
def test_a_film_that_fails_changes_no_file(tmp_path, name, error, old):
    path = tmp_path / name
    if old:
        write([quarters()], path, fps=30, metadata=META)
    before = decode(path) if old else None
    with pytest.raises(type(error)):
        write(film_that_fails(error), path, fps=30, metadata={}, overwrite=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ([name] if old else [])
    if old:
        assert np.array_equal(decode(path), before)
        assert read_metadata(path) == META


@pytest.mark.parametrize("name", FILMS)
def test_an_existing_film_is_replaced_only_when_asked(tmp_path, name):
    path = tmp_path / name
    write(noise(9), path, fps=30, metadata=META)
    pulled = []
    with pytest.raises(UserError, match="exists already"):
        write((pulled.append(frame) or frame for frame in noise(1)), path, fps=30, metadata={})
    assert pulled == []
    assert read_metadata(path) == META
    write(noise(2), path, fps=30, metadata={"seed": "8"}, overwrite=True)
    assert read_metadata(path) == {"seed": "8"}
    assert probe(path)["frames"] == 2
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_folder_with_other_files_is_never_replaced(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"")
    with pytest.raises(UserError, match="holds other files"):
        write(noise(1), f"{tmp_path}/photos/", fps=30, metadata={}, overwrite=True)
    assert [entry.name for entry in (tmp_path / "photos").iterdir()] == ["cat.png"]
    (tmp_path / "empty.frames").mkdir()
    assert write(noise(1), tmp_path / "empty.frames", fps=30, metadata={}) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.avi", r"\.mp4, \.webm, \.gif, \.apng"),
        ("a", r"\.mp4, \.webm, \.gif, \.apng"),
        ("absent/a.mp4", "there is no folder"),
        ("file/a.mp4", "there is no folder"),
        ("folder.mp4", "is a folder"),
        ("file.frames", "is a file"),
        ("x" * 300 + ".mp4", "cannot write .* too long"),
    ],
)
def test_impossible_paths_are_refused_before_any_frame_is_made(tmp_path, name, said):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "file.frames").write_bytes(b"")
    (tmp_path / "folder.mp4").mkdir()
    pulled = []
    with pytest.raises(UserError, match=said) as caught:
        write((pulled.append(1) or frame for frame in noise(1)), tmp_path / name, fps=30, metadata={}, overwrite=True)
    assert "\n" not in str(caught.value)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "file.frames", "folder.mp4"}


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ([], "no frames"),
        ([quarters(), quarters(0, 48, 62)], r"\[48, 64, 3\].*got \[48, 62, 3\]"),
        ([quarters().astype(np.float32)], r"uint8 \[H, W, 3\], got float32 \[48, 64, 3\]"),
        ([quarters(), quarters()[..., :1]], r"uint8 \[H, W, 3\], got uint8 \[48, 64, 1\]"),
        ([quarters()[:0]], "at least one pixel"),
        ([[[[1, 2, 3]]]], "got list"),
    ],
)
def test_wrong_frames_are_refused(tmp_path, name, frames, said):
    with pytest.raises(UserError, match=said):
        write(iter(frames), tmp_path / name, fps=30, metadata={})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FILMS)
def test_the_error_of_a_full_disk_is_one_line(tmp_path, name):
    resource = pytest.importorskip("resource")
    write([quarters()], tmp_path / name, fps=30, metadata=META)
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, limits[1]))
        with pytest.raises(UserError, match=r"cannot write .*; free some space") as caught:
            write(noise(40), tmp_path / name, fps=30, metadata={}, overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert "\n" not in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]
    assert read_metadata(tmp_path / name) == META


@pytest.mark.parametrize("settings", [{"fps": 0}, {"fps": 241}, {"fps": float("nan")}, {"crf": 0}, {"crf": 52}])
def test_impossible_settings_are_refused(tmp_path, settings):
    with pytest.raises(UserError, match=f"{next(iter(settings))} must be from 1"):
        VideoConfig(**settings)
    with pytest.raises(UserError, match=f"{next(iter(settings))} must be from 1"):
        write(noise(1), tmp_path / "a.mp4", metadata={}, **{"fps": 30, **settings})
    with pytest.raises(UserError, match="fps must be from 1 to 50"):
        write(noise(1), tmp_path / "a.gif", fps=60, metadata={})


def test_a_config_replaces_parts_of_its_preset():
    assert VideoConfig().preset == PRESETS["medium"]
    assert VideoConfig("4k", crf=30).preset == (3840, 2160, 30, 30)
    assert VideoConfig(resolution=(200, 100), fps=12.5).preset == (200, 100, 12.5, PRESETS["medium"].crf)
    with pytest.raises(UserError, match="low, medium, high, 4k, 4k60, shorts, square, got 'best'"):
        VideoConfig("best")
    with pytest.raises(UserError, match="resolution"):
        VideoConfig(resolution=(0, 100))


def test_presets_of_one_shape_grow():
    wide = [PRESETS[name] for name in ("low", "medium", "high", "4k")]
    sizes = [preset.width * preset.height for preset in wide]
    assert sizes == sorted(sizes)
    assert all(preset.width * 9 == preset.height * 16 for preset in [*wide, PRESETS["4k60"]])
    assert PRESETS["shorts"][:3] == (1080, 1920, 60)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("9MB", 9_000_000),
        ("2.5 MB", 2_500_000),
        ("500kB", 500_000),
        ("500KB", 500_000),
        ("3mb", 3_000_000),
        ("1200", 1200),
    ],
)
def test_a_largest_size_is_read(text, size):
    assert VideoConfig(max_size=text).most_bytes == size
    assert VideoConfig().most_bytes is None


@pytest.mark.parametrize("text", ["0MB", "9XB", "-1MB", "much", "1e9999", "9" * 40])
def test_a_text_that_is_no_size_is_refused(text):
    with pytest.raises(UserError, match="max-size is a number with kB, MB or GB"):
        VideoConfig(max_size=text)


@pytest.mark.parametrize(("text", "size"), [("9", 9), ("0.5kB", 500), ("999", 999)])
def test_a_size_that_lacks_its_unit_is_refused_before_the_film_is_made(text, size):
    with pytest.raises(UserError, match=f"no film fits into {size} bytes; max-size is a number with kB, MB or GB"):
        VideoConfig(max_size=text)


def test_an_mp4_has_closed_groups_of_half_a_second(tmp_path):
    write(noise(24), tmp_path / "a.mp4", fps=16, metadata={})
    with av.open(str(tmp_path / "a.mp4")) as film:
        frames = list(film.decode(video=0))
    assert [at for at, frame in enumerate(frames) if frame.key_frame] == [0, 8, 16]
    kinds = "".join(PictureType(frame.pict_type).name for frame in frames)
    assert kinds.startswith("IBBP")
    assert "BBB" not in kinds
    assert all(kinds[at - 1] != "B" for at in (8, 16))


@pytest.mark.parametrize("name", ["a.mp4", "a.gif", "a.png", "a.apng", "folder"])
def test_the_error_for_unreadable_files_is_one_line(tmp_path, name):
    (tmp_path / "folder").mkdir()
    ask = [probe, read_metadata]
    if name != "folder":
        for look in ask:
            with pytest.raises(UserError, match=r"cannot read .*No such file"):
                look(tmp_path / name)
        (tmp_path / name).write_bytes(b"no film at all" * 9)
    for look in ask:
        with pytest.raises(UserError, match=f"{name}.*; give a|{name}: it is not a PNG") as caught:
            look(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_a_still_is_written_completely_or_not_at_all(tmp_path):
    path = tmp_path / "a.png"
    write_png(quarters(), path, META)
    with pytest.raises(UserError, match="exists already"):
        write_png(quarters(1), path, {})
    with pytest.raises(UserError, match=r"saved as \.png"):
        write_png(quarters(1), tmp_path / "a.jpg", {})
    with pytest.raises(UserError, match="uint8"):
        write_png(quarters() / 255, path, {}, overwrite=True)
    assert np.array_equal(np.asarray(Image.open(path)), quarters())
    write_png(quarters(1), path, {}, overwrite=True)
    assert np.array_equal(np.asarray(Image.open(path)), quarters(1))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]

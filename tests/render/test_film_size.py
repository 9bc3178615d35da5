"""The size of films: what is swept for them, and files that fit a limit."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from agents.errors import UserError
from render.film import FilmConfig
from render.film_size import FEWEST_COLOURS, LEAST, SLOWEST, WORST, fit, smaller, smallest, swept_for
from render.video import VideoConfig, write
from render.views import SWING, camera_on
from sim.landscape.spec import LandscapeSpec

FLAT, SPEC = FilmConfig(view="flat"), LandscapeSpec()


def test_a_quality_that_is_asked_for_sets_what_is_swept():
    spec = swept_for(SPEC, FLAT, VideoConfig("4k"), {"quality"})
    assert (spec.width, spec.height) == (3840, 2160)
    spec = swept_for(SPEC, FLAT, VideoConfig(resolution=(300, 501)), {"resolution"})
    assert (spec.width, spec.height) == (300, 501)
    spec = swept_for(SPEC, FilmConfig(), VideoConfig("shorts"), {"quality"})
    assert (spec.width, spec.height) == (540, 960)
    assert swept_for(SPEC, FLAT, VideoConfig(), {"tour"}) is SPEC


def test_a_width_is_kept_and_a_coarse_one_is_said(capsys):
    narrow = replace(SPEC, width=100, height=56)
    assert swept_for(narrow, FLAT, VideoConfig("high"), {"width", "height", "quality"}) is narrow
    assert "sweeping 100 x 56 pixels for frames of 1920 x 1080" in capsys.readouterr().err
    fine = replace(SPEC, width=1920, height=1080)
    assert swept_for(fine, FLAT, VideoConfig("high"), {"width", "height", "quality"}) is fine
    assert capsys.readouterr().err == ""


def test_a_picture_is_swept_at_its_true_size_unless_it_was_sized():
    spec = swept_for(SPEC, FLAT, VideoConfig(), set(), picture=True)
    assert (spec.width, spec.height) == (1280, 720)
    small = replace(SPEC, width=240, height=135)
    assert swept_for(small, FLAT, VideoConfig(), {"width", "height"}, picture=True) is small
    assert swept_for(small, FLAT, VideoConfig(), set(), picture=True) is small  # sized by a file of settings


@pytest.mark.parametrize(
    ("spec", "film", "picture", "says"),
    [
        (replace(SPEC, width=240, height=135), FLAT, True, "240 x 135 pixels for a picture of 1280 x 720, 5.3 times"),
        (SPEC, FLAT, False, "sweeping 640 x 360 pixels for frames of 1280 x 720, 2 times enlarged"),
        (SPEC, FilmConfig(), False, ""),  # land, whose pixels are averaged
        (replace(SPEC, tour="zoom"), FilmConfig(), False, "2 times enlarged; with a quality"),
        (replace(SPEC, width=1280, height=720), FLAT, False, ""),
    ],
)
def test_it_is_said_once_where_pixels_are_enlarged(spec, film, picture, says, capsys):
    assert swept_for(spec, film, VideoConfig(), set(), picture=picture) is spec
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == bool(says)


def noisy(path, video, overwrite):
    """A film of noise, which takes many bytes."""
    rng, preset = np.random.default_rng(0), video.preset
    frames = (rng.integers(0, 255, (preset.height, preset.width, 3), np.uint8) for _ in range(round(preset.fps)))
    return write(frames, path, fps=preset.fps, crf=preset.crf, metadata={}, overwrite=overwrite)


@pytest.mark.parametrize(
    ("name", "most"),
    [("a.mp4", "300kB"), ("a.webm", "300kB"), ("a.webp", "300kB"), ("a.gif", "1MB"), ("a.apng", "2MB")],
)
def test_a_film_is_made_smaller_until_it_fits(tmp_path, name, most):
    video = VideoConfig("low", resolution=(320, 240), max_size=most)
    noisy(tmp_path / name, video, False)
    assert (tmp_path / name).stat().st_size > video.most_bytes
    frames = fit(tmp_path / name, video, noisy, overwrite=True)
    assert 0 < (tmp_path / name).stat().st_size <= video.most_bytes
    assert frames >= SLOWEST
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_film_that_cannot_fit_leaves_the_old_one(tmp_path):
    (tmp_path / "a.gif").write_bytes(b"old")
    video = VideoConfig("low", resolution=(320, 240), max_size="1kB")
    with pytest.raises(UserError, match=r"no such film fits into 1kB: the smallest, of 214 x 160, .* MB; choose fewer"):
        fit(tmp_path / "a.gif", video, noisy, overwrite=True)
    assert (tmp_path / "a.gif").read_bytes() == b"old"
    with pytest.raises(UserError, match="leave max-size out"):
        fit(tmp_path / "a.frames", video, noisy)


def test_quality_falls_before_size():
    video = VideoConfig("high")
    assert smaller(video, ".mp4", 2.0).preset == (1920, 1080, 30, 25)
    assert smaller(video, ".mp4", 6.0).preset == (1920, 1080, 30, WORST)
    worst = replace(video, crf=WORST)
    assert smaller(worst, ".mp4", 4.4).preset[:2] == (872, 490)
    assert smaller(video, ".gif", 1.5).preset == (1920, 1080, pytest.approx(30 / 1.575), 18)
    slow = replace(video, fps=SLOWEST)
    assert smaller(video, ".gif", 3.5).colours == FEWEST_COLOURS
    assert (smaller(slow, ".gif", 1.4).colours, smaller(slow, ".gif", 1.4).preset) == (FEWEST_COLOURS, slow.preset)
    few = replace(slow, colours=FEWEST_COLOURS)
    assert smaller(few, ".gif", 2.0).colours == FEWEST_COLOURS
    assert smaller(few, ".gif", 2.0).preset.width < few.preset.width
    assert smaller(slow, ".apng", 2.0).preset.width < slow.preset.width
    assert min(smaller(worst, ".mp4", 40.0).preset[:2]) >= LEAST


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".webp", ".gif", ".apng"])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (320, 240), (128, 72)])
def test_a_film_that_is_much_too_large_becomes_the_smallest_at_once(suffix, size):
    video = VideoConfig("low", resolution=size)
    least = smallest(video, suffix)
    assert smaller(video, suffix, 1e6) == least
    assert smaller(least, suffix, 2.0) == least == smallest(least, suffix)
    assert min(least.preset[:2]) == min(LEAST, *size)


def tried(tmp_path, size_of, most, name="a.gif"):
    """The settings of the samples and of the whole films that are made, of sizes that size_of(settings) tells."""
    samples, films = [], []

    def trial(path, video):
        samples.append(video)
        path.write_bytes(bytes(size_of(video) // 10))
        return 0.1

    def make(path, video, overwrite):
        films.append(video)
        path.write_bytes(bytes(size_of(video)))
        return 1

    error = None
    try:
        fit(tmp_path / name, VideoConfig("low", max_size=most), make, trial)
    except UserError as raised:
        error = str(raised)
    return samples, films, error


def by_settings(video):
    """Bytes as they are about: in proportion to pixels, frames and colours."""
    preset = video.preset
    return round(preset.width * preset.height * preset.fps * (1 if video.colours > 64 else 0.6))


def test_one_whole_film_is_made_where_samples_foretell_its_size(tmp_path, capsys):
    whole = by_settings(VideoConfig("low"))
    samples, films, error = tried(tmp_path, by_settings, f"{whole // 1000 + 1}kB")
    assert (len(samples), len(films), error) == (2, 1, None)
    (tmp_path / "a.gif").unlink()
    samples, films, error = tried(tmp_path, by_settings, f"{whole // 6000}kB")
    assert (len(samples), len(films), error) == (2, 1, None)
    assert films[0].preset.fps == SLOWEST
    assert films[0].colours == FEWEST_COLOURS
    assert LEAST < films[0].preset.height < 360
    assert "it would have about 3.5 MB, more than 576kB: " in capsys.readouterr().err


def test_a_film_that_is_too_large_in_any_size_is_refused_after_one_sample(tmp_path):
    least = by_settings(smallest(VideoConfig("low"), ".gif"))
    samples, films, error = tried(tmp_path, by_settings, "100kB")
    assert (samples, films) == ([smallest(VideoConfig("low", max_size="100kB"), ".gif")], [])
    assert f"286 x 160, 12 frames/s, 64 colours, has about {least / 1e6:.2g} MB" in error
    assert "as .mp4, or a larger max-size" in error
    assert not (tmp_path / "a.gif").exists()


@pytest.mark.parametrize("size", [(960, 540), (540, 540), (600, 450), (360, 640)])
@pytest.mark.parametrize("shape", [(90, 160), (160, 90), (120, 120)])
@pytest.mark.parametrize("swing", [-SWING, 0.0, SWING])
def test_no_corner_of_the_land_is_cut(size, shape, swing):
    camera = camera_on(shape, size, swing)
    left, right, low, high = camera.covered(shape, (size[0] * 9, size[1] * 9), 0.0, 0.0)
    scale = camera.focal(size[0]) / camera.focal(size[0] * 9)
    assert left * scale > -0.5 * size[1]
    assert right * scale < 0.5 * size[1]
    assert low * scale > -0.5 * size[0]
    assert high * scale < 0.5 * size[0]


def test_a_gif_of_fewer_colours_has_fewer_bytes(tmp_path):
    ramp = np.linspace(0, 255, 96 * 128).reshape(96, 128)
    frames = [np.stack([ramp, np.roll(ramp, 9 * n, 1), 255 - ramp], -1).astype(np.uint8) for n in range(6)]
    sizes = []
    for colours in (256, 64, 16):
        path = tmp_path / f"{colours}.gif"
        write(frames, path, fps=10, colours=colours, metadata={})
        sizes.append(path.stat().st_size)
        with Image.open(path) as image:
            assert len(np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)) <= colours
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 1.3 * sizes[1] > 1.7 * sizes[2]

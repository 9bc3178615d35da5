"""The legend over the foot of a frame; colour bars and scale bars alone are tested in test_picture."""

import numpy as np
import pytest

from render import legend
from render.legend import BRIGHT, QUIET, foot, print_size, put_foot, put_words
from render.palette import equaliser, table
from render.scrim import scrim
from render.ticks import percent, ticks

RANKS = equaliser(np.random.default_rng(3).geometric(0.05, 900))
SIZES = [(360, 640), (720, 1280), (640, 360), (120, 160)]


def grey(size, level=200):
    return np.full((*size, 3), level, np.uint8)


@pytest.fixture
def said(monkeypatch):
    """All texts that are drawn, in order."""
    texts, put = [], legend.put_text

    def put_text(frame, text, *rest):
        texts.append(text)
        put(frame, text, *rest)

    monkeypatch.setattr(legend, "put_text", put_text)
    return texts


def strip(frame, palette):
    """The row of a frame with most colours of a palette, their columns, and their places in the palette."""
    index = {tuple(colour): number for number, colour in enumerate(table(palette).tolist())}
    found = [[index.get(tuple(pixel), -1) for pixel in row] for row in frame.tolist()]
    row = int(np.argmax([sum(number >= 0 for number in numbers) for numbers in found]))
    columns = np.nonzero(np.array(found[row]) >= 0)[0]
    return row, columns, np.array(found[row])[columns]


def is_ink(pixels, ink):
    return (pixels == ink).all(-1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("ranks", [None, RANKS], ids=["linear", "ranked"])
def test_the_foot_shows_the_whole_palette_in_order(size, ranks):
    frame = grey(size)
    put_foot(frame, (0, 10), "viridis", ranks, "", "")
    row, columns, indices = strip(frame, "viridis")
    x, y, room, depth = foot(size)
    assert np.all(np.diff(columns) == 1)
    assert np.all(np.diff(indices) >= 0)
    assert (indices[0], indices[-1]) == (0, len(table("viridis")) - 1)
    assert x <= columns[0] <= columns[-1] < x + room
    assert y <= row < y + depth


def test_ticks_stand_under_their_colours(said):
    frame = np.zeros((360, 640, 3), np.uint8)
    put_foot(frame, (0, 10), "viridis", None, "", "")
    row, columns, _ = strip(frame, "viridis")
    below = next(r for r in range(row, 360) if not is_ink(frame[r], tuple(table("viridis")[-1])).any())
    marks = np.nonzero(is_ink(frame[below], QUIET))[0]
    assert marks.tolist() == [columns[0] + round(share * (len(columns) - 1)) for share in (0, 0.2, 0.4, 0.6, 0.8, 1)]
    assert [text for text in said if text[0].isdigit()] == ["0", "2", "4", "6", "8", "10"]


def test_crowded_ticks_are_left_out_not_overprinted(said):
    put_foot(grey((120, 160)), (0, 1e6), "viridis", None, "", "")
    named = [float(text) for text in said if text[0].isdigit()]
    assert named[0] == 0
    assert 1 < len(named) < len(ticks((0, 1e6)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("spacing", [3e-9, 0.0004, 0.0021, 7.0])
def test_the_scale_bar_is_as_long_as_it_says(size, spacing, said):
    frame = np.zeros((*size, 3), np.uint8)
    put_foot(frame, (0, 10), "viridis", None, "", "", spacing)
    lines = [np.nonzero(is_ink(row, BRIGHT))[0] for row in frame]
    line = max(lines, key=len)
    (says,) = [float(text.split()[0]) / 100 for text in said if text.endswith("%")]
    assert len(line) == line[-1] - line[0] + 1
    assert len(line) == max(1, round(says / spacing))
    assert f"{says:e}"[0] in "125"


def test_there_is_no_scale_bar_without_a_scale(said):
    put_foot(grey((360, 640)), (0, 10), "viridis", None, "Title", "Caption")
    assert not any("%" in text for text in said)


@pytest.mark.parametrize(("ranks", "label"), [(None, "pellets"), (RANKS, "pellets, colours by rank")])
def test_the_label_says_that_colours_go_by_rank(ranks, label, said):
    put_foot(grey((360, 640)), (0, 10), "viridis", ranks, "", "", unit="pellets")
    assert said[0] == label
    assert sum("rank" in text for text in said) == (ranks is not None)


def test_a_legend_at_the_foot_leaves_the_upper_part_as_it_is():
    frame = grey((360, 640))
    put_foot(frame, (0, 10), "viridis", None, "Title", "A caption", 0.01)
    _, top, _, tall = foot((360, 640))
    assert np.all(frame[: 360 - round(1.5 * tall) - print_size((360, 640)) * 2] == 200)
    assert np.all(frame[-1].max(-1) < 100)
    assert frame[top:].max() > 200


def test_words_stand_at_the_head_if_the_foot_is_too_narrow(said):
    wide, tall = grey((360, 640)), grey((640, 360))
    for frame in (wide, tall):
        put_foot(frame, (0, 10), "viridis", None, "Title", "A caption", 0.01)
    assert np.all(wide[:100] == 200)
    assert is_ink(tall[:100], BRIGHT).any()
    assert said.count("Title") == said.count("A caption") == 2


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (300, 5), (16, 16), (40, 30), (72, 72), (72, 900), (900, 72)])
@pytest.mark.parametrize("ranks", [None, RANKS], ids=["linear", "ranked"])
def test_small_frames_have_a_complete_legend_or_none(size, ranks):
    frame = grey(size)
    put_foot(frame, (0, 10), "viridis", ranks, "A title", "A caption of some words", 0.01)
    if min(size) < 72:
        assert np.all(frame == 200)
    else:
        _, _, indices = strip(frame, "viridis")
        assert (indices[0], indices[-1]) == (0, len(table("viridis")) - 1)


@pytest.mark.parametrize("limits", [(3, 3), (0, 0), (-2, 1e-9)])
def test_a_field_of_one_height_has_a_legend(limits, said):
    put_foot(grey((360, 640)), limits, "viridis", None, "", "")
    assert any(text == f"{limits[0]:g}" for text in said)


@pytest.mark.parametrize("height", [0, 20, 30, 45, 60, 90, 400])
def test_words_that_do_not_fit_are_left_out(height, said):
    title, caption = (
        "Down into the maze",
        "the mean of all these mazes and each of them a new one to whoever is sent in there",
    )
    frame = np.zeros((420, 400, 3), np.uint8)
    put_words(frame, title, caption, (10, 5, 200, height), 14)
    inked = np.nonzero(frame.any((1, 2)))[0]
    assert " ".join(said) == f"{title} {caption}"[: len(" ".join(said))]
    if height == 0:
        assert not len(inked)
    elif height == 400:
        assert " ".join(said) == f"{title} {caption}"
    else:
        assert len(said) < 5
        assert inked.max(initial=0) < 5 + height


def test_without_words_nothing_is_drawn():
    frame = np.zeros((200, 400, 3), np.uint8)
    put_words(frame, "", "", (10, 5, 300, 150), 14)
    assert not frame.any()


def test_the_scrim_darkens_its_rows_towards_the_foot():
    frame = grey((50, 4))
    scrim(frame, 20)
    levels = frame[:, 0, 0].astype(int)
    assert np.all(levels[:30] == 200)
    assert np.all(np.diff(levels[29:]) <= 0)
    assert levels[-1] < 60
    scrim(frame[:10], 99)
    assert frame.shape == (50, 4, 3)


@pytest.mark.parametrize(
    ("width", "label"), [(640, "pellets, colours by rank"), (110, "pellets, by rank"), (60, "pellets")]
)
def test_the_label_of_a_colour_bar_is_shorter_where_the_frame_is_narrow(said, width, label):
    frame = grey((100, width), 0)
    legend.put_colour_bar(frame, (6, 50), width - 12, (0.0, 90.0), "inferno", RANKS, "pellets", 12)
    assert said[0] == label
    assert legend.text_width(said[0], 12) <= width - 6


def test_a_percentage_is_short_and_a_scale_bar_has_one(said):
    assert [percent(share) for share in (0.7, 0.0123, 3e-9, -0.05)] == ["70 %", "1.2 %", "3e-7 %", "-5 %"]
    frame = grey((100, 300), 0)
    legend.put_scale_bar(frame, (20, 60), 100, 0.001, 12)
    assert said == ["10 %"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", [1, 12, 30])
def test_words_and_labels_keep_off_the_edges_of_the_frame(size, words):
    frame = np.zeros((*size, 3), np.uint8)
    put_foot(frame, (0, 10), "viridis", RANKS, "A title", " ".join(["caption"] * words), 0.01, "steps into known cells")
    inked = np.nonzero((frame == QUIET).all(-1) | (frame == BRIGHT).all(-1))
    x, y, room, depth = foot(size)
    assert inked[0].max() < y + depth + 2
    assert inked[1].max() < x + room + 2


def test_a_second_line_of_a_caption_ends_no_lower_than_the_numbers_of_the_bar():
    rows = []
    for words, part in ((" ".join(["caption"] * 10), slice(0, 300)), ("", slice(340, 640))):
        frame = np.zeros((360, 640, 3), np.uint8)
        put_foot(frame, (0, 10), "viridis", RANKS, "A title", words)
        rows.append(np.nonzero((frame[:, part] > 60).any((1, 2)))[0].max())
    assert rows[0] <= rows[1] + 2


def test_the_labels_of_two_bars_are_within_them_and_of_one_size(monkeypatch):
    drawn = []
    monkeypatch.setattr(legend, "put_text", lambda frame, text, at, size, *rest: drawn.append((text, at, size)))
    long = legend.ColourBar((0, 9), "viridis", RANKS, "first step apart from the middle forager")
    short = legend.ColourBar((0, 9), "viridis", RANKS, "pellets")
    for size in ((360, 640), (720, 1280), (960, 540), (480, 480)):
        drawn.clear()
        legend.put_bars(grey(size), (long, short), "", "", 0.01)
        labels = [(text, at, letters) for text, at, letters in drawn if text[:5] in ("first", "pelle")]
        (first, at, letters), (_, other, same) = labels
        assert letters == same >= 0.8 * print_size(size)
        assert at[0] + legend.text_width(first, letters) < other[0]


def test_no_word_of_a_caption_is_left_alone_on_a_line(said):
    caption = "every pixel is a forager; mean of 16 mazes, after 200 steps"
    width = legend.text_width(caption, 15) - 20
    put_words(np.zeros((200, 500, 3), np.uint8), "", caption, (0, 0, width, 200), 14)
    assert " ".join(said) == caption
    assert len(said) == 2
    assert len(said[1].split()) > 2

"""Text: where its ink lies, and how it is broken into lines."""

import numpy as np
import pytest

from render.text import BOX, plain, put_text, text_width, wrap


def ink(frame):
    rows, columns = np.nonzero(frame.any(-1))
    return columns.min(), rows.min(), columns.max(), rows.max()


def blank(height=60, width=200):
    return np.zeros((height, width, 3), np.uint8)


def drawn(text, position, *rest, height=60, width=200, **options):
    """A black frame with a line of text."""
    frame = blank(height, width)
    put_text(frame, text, position, *rest, **options)
    return frame


def test_the_same_text_is_drawn_the_same():
    frame = drawn("maze", (10, 10))
    assert frame.any()
    assert np.array_equal(frame, drawn("maze", (10, 10)))


@pytest.mark.parametrize(("anchor", "left", "right"), [("ls", 100, 160), ("ms", 70, 130), ("rs", 40, 100)])
def test_the_anchor_places_the_line(anchor, left, right):
    first, top, last, bottom = ink(drawn("HHHHH", (100, 40), 16, anchor=anchor))
    width = text_width("HHHHH", 16)
    assert left <= first <= last <= right
    assert abs((last - first) - width) <= 4
    assert abs(bottom - 39) <= 1
    assert 9 <= bottom - top <= 14


def test_text_has_the_colour_and_the_opacity_that_are_asked_for():
    assert drawn("H", (20, 5), 40, (200, 100, 50)).reshape(-1, 3).max(0).tolist() == [200, 100, 50]
    assert drawn("H", (20, 5), 40, (200, 100, 50), alpha=0.5).reshape(-1, 3).max(0).tolist() == [100, 50, 25]
    assert not drawn("H", (20, 5), 40, alpha=0).any()


@pytest.mark.parametrize("position", [(-8, 10), (195, 10), (50, -8), (50, 55), (500, 500), (-500, -500)])
def test_text_is_cut_at_the_edges(position):
    whole = drawn("pellets", (position[0] + 600, position[1] + 600), height=1200, width=1400)
    assert np.array_equal(drawn("pellets", position), whole[600:660, 600:800])


def test_letters_that_the_typeface_lacks_are_replaced():
    assert plain("0.1 ‖g‖ 3×2 −1") == ("0.1 ||g|| 3x2 -1", False)
    assert np.array_equal(drawn("‖g‖", (9, 9)), drawn("||g||", (9, 9)))


LETTERS = [
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ",  # Latin-1
    "ĀāĂăĄąĆćČčĎďĐđĒēĘęĚěĞğĢģĪīİıĶķĹĺĽľŁłŃńŅņŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŹźŻżŽžȘșȚț",  # Latin of Europe
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψωάέήίόύώϊϋ",
    "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяЄєІіЇїҐґЎўЂђЈјЉљЊњЋћЏџ",
]


@pytest.mark.parametrize("letters", LETTERS)
def test_letters_of_europe_are_drawn_each_in_its_own_form(letters, capsys):
    frames = {letter: drawn(letter, (9, 9), 40).tobytes() for letter in letters}
    assert len(set(frames.values())) == len(letters)
    assert drawn(BOX, (9, 9), 40).tobytes() not in frames.values()
    assert plain(f"a {letters} ’") == (f"a {letters} ’", True)
    assert plain(f"e{chr(0x301)} {letters[:3]}") == (f"é {letters[:3]}", True)
    assert capsys.readouterr().err == ""


def test_what_no_typeface_has_becomes_a_box_and_is_said_once(capsys):
    for _ in range(2):
        assert plain("two 漢字 and \x1b") == (f"two {BOX}{BOX} and {BOX}", True)
        assert drawn("漢", (9, 9)).any()
    assert capsys.readouterr().err.count("漢 字 \\x1b") == 1


def test_a_blank_text_draws_nothing():
    assert not drawn("  ", (9, 9)).any()


def test_wrapped_lines_fit_and_keep_all_words():
    words = "one plane of genomes around an evolved forager in the same sixteen mazes"
    lines = wrap(words, 14, 150)
    assert " ".join(lines) == words
    assert len(lines) > 2
    assert all(text_width(line, 14) <= 150 for line in lines)
    assert wrap("two\nlines", 14, 500) == ["two", "lines"]
    assert wrap("unbreakable", 14, 5) == ["unbreakable"]

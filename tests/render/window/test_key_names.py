"""Names of keys do not depend on Caps Lock, nor on the alphabet of the layout."""

import pytest

from render.window.key_names import US, key_name


def test_the_places_are_those_of_sdl():
    pygame = pytest.importorskip("pygame")
    letters = {getattr(pygame, f"KSCAN_{letter.upper()}"): letter for letter in "abcdefghijklmnopqrstuvwxyz1234567890"}
    signs = {"MINUS": "-", "EQUALS": "=", "LEFTBRACKET": "[", "RIGHTBRACKET": "]", "BACKSLASH": "\\", "SEMICOLON": ";"}
    signs |= {"APOSTROPHE": "'", "GRAVE": "`", "COMMA": ",", "PERIOD": ".", "SLASH": "/"}
    places = letters | {getattr(pygame, f"KSCAN_{name}"): sign for name, sign in signs.items()}
    assert places == {place: sign for place, (sign, _) in US.items()}


@pytest.mark.parametrize("shift", [False, True])
@pytest.mark.parametrize("typed", ["p", "P", "з", "З", "π"])
def test_only_shift_decides_about_capitals(typed, shift):
    assert key_name(typed, "p", 19, shift=shift) == ("P" if shift else "p")


@pytest.mark.parametrize(
    ("typed", "name", "scancode", "expected"),
    [
        (" ", "space", 44, "space"),
        ("\r", "return", 40, "return"),
        ("", "left", 80, "left"),
        ("+", "[+]", 87, "+"),
        ("?", "/", 56, "?"),
        ("", "з", 19, "p"),  # an input method takes the letter
        ("漢", "k", 14, "k"),
        ("ß", "ß", 500, "ß"),
    ],
)
def test_other_keys_keep_what_they_type_or_their_name(typed, name, scancode, expected):
    assert key_name(typed, name, scancode, shift=False) == expected

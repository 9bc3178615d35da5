"""Names of keys that are the same on every keyboard layout, with Caps Lock on or off."""

# Which characters a key of a US keyboard types, without and with Shift, by the key's place: SDL's scancode, which is
# the usage of the USB standard.
LETTERS = {4 + place: (letter, letter.upper()) for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
DIGITS = {30 + place: (digit, sign) for place, (digit, sign) in enumerate(zip("1234567890", "!@#$%^&*()", strict=True))}
SIGNS = {45: "-_", 46: "=+", 47: "[{", 48: "]}", 49: "\\|", 51: ";:", 52: "'\"", 53: "`~", 54: ",<", 55: ".>", 56: "/?"}
US = {**LETTERS, **DIGITS, **{place: (signs[0], signs[1]) for place, signs in SIGNS.items()}}


def key_name(typed: str, name: str, scancode: int, *, shift: bool) -> str:
    """The character that a key types, or else its `name`.

    Only Shift decides between "a" and "A". Where the layout types a letter that is not of the Latin alphabet, or an
    accented one, the key counts as the one at the same place of a US keyboard.
    """
    sign = typed if typed.strip() and typed.isprintable() else name
    if len(sign) != 1:
        return name
    if not sign.isascii() and scancode in US:
        return US[scancode][shift]
    return sign.upper() if shift else sign.lower()

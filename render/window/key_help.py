"""Key help: the list of a window's keys, drawn over the window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from render.legend import BRIGHT, QUIET, Frame
from render.text import put_text, text_width
from render.window.controls import ACCENT, put_sheet, text_size

Keys = Sequence[tuple[str, str]]  # the keys, and what they do
LEAST = 7  # pixels: smaller text cannot be read


@dataclass(frozen=True, slots=True)
class HelpPage:
    """Where each line goes, in text of a size.

    A line is a key, what it does ("" for a heading), its x, and its row. `step` is the height of a row, `names` the
    width of the keys, `wide` and `tall` the size of the whole page.
    """

    size: int
    step: int
    names: int
    lines: tuple[tuple[str, str, int, float], ...]
    wide: int
    tall: int


def put_help(frame: Frame, title: str, sections: Mapping[str, Keys]) -> None:
    """Darken a frame and draw keys under headings, in the largest text that fits; else draw as many as fit."""
    height, width = frame.shape[:2]
    put_sheet(frame, (0, 0, width, height), 0.9)
    pages = (_help_page(sections, size, most) for size in range(text_size(frame), LEAST - 1, -1) for most in (1, 2, 3))
    page = next((page for page in pages if page.tall <= height and page.wide <= width), None)
    whole, page = page is not None, page or _help_page(sections, LEAST, 1)
    size, step = page.size, page.step
    left, top = max(size, (width - page.wide) // 2 + size), max(size, (height - page.tall) // 2 + size)
    put_text(frame, title, (left, top), round(1.7 * size), BRIGHT, "la")
    if not whole:
        put_text(frame, "enlarge the window to see all", (width - size, top), size, QUIET, "ra")
    for name, does, x, row in page.lines:
        at, y = left + x, top + round(2.2 * step + row * step)
        if not does:
            put_text(frame, name, (at, y), size, QUIET, "la")
            continue
        put_text(frame, name, (at, y), size, ACCENT, "la")
        put_text(frame, does, (at + page.names, y), size, BRIGHT, "la")


def _help_page(sections: Mapping[str, Keys], size: int, most: int) -> HelpPage:
    """Arrange sections in at most `most` columns of about the same height; a section is never split."""
    step = round(1.7 * size)
    lines = [line for keys in sections.values() for line in keys]
    names = max((text_width(name, size) for name, _ in lines), default=0) + round(1.5 * size)
    widest = max((text_width(does, size) for _, does in lines), default=0)
    talls = [len(keys) + bool(heading) + 0.6 for heading, keys in sections.items()]
    room = max(max(talls, default=0.0), sum(talls) / most)
    while _columns(talls, room) > most:
        room += 0.2
    column, row, placed = 0, 0.0, []
    for (heading, keys), tall in zip(sections.items(), talls, strict=True):
        if row and row + tall > room + 1e-9:
            column, row = column + 1, 0.0
        x = column * (names + widest + 3 * size)
        for offset, (name, does) in enumerate([(heading, "")] * bool(heading) + list(keys)):
            placed.append((name, does, x, row + offset))
        row += tall
    deep = max((row for *_, row in placed), default=0.0) + 1
    wide = (column + 1) * (names + widest + 3 * size) - size
    return HelpPage(size, step, names, tuple(placed), wide, round((deep + 2.2) * step) + 2 * size)


def _columns(talls: Sequence[float], room: float) -> int:
    """The number of columns of height `room` that sections of these heights need, in their order."""
    count, row = 1, 0.0
    for tall in talls:
        if row and row + tall > room + 1e-9:
            count, row = count + 1, 0.0
        row += tall
    return count

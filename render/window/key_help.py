"""Help: the list of a window's keys, laid over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from render.legend import BRIGHT, QUIET, Frame
from render.text import put_text, text_width
from render.window.controls import ACCENT, put_sheet, text_size

Keys = Sequence[tuple[str, str]]  # each with what it does
WINDOW: Keys = (
    ("h ?", "this list"),
    ("F11", "full screen"),
    ("Esc", "close what is open, at last the window"),
    ("q", "close the window"),
)
LEAST = 7  # pixels high: smaller print cannot be read


@dataclass(frozen=True, slots=True)
class HelpPage:
    """Keys and headings (which do nothing) with their x and row, the width of the keys, and all that they cover."""

    size: int
    step: int
    names: int
    lines: tuple[tuple[str, str, int, float], ...]
    wide: int
    tall: int


def put_help(frame: Frame, title: str, sections: Mapping[str, Keys]) -> None:
    """The list of keys, under headings, over a darkened frame, in print and columns that hold it, or what fits."""
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
    """Sections one below another, in at most so many columns of about the same height."""
    step = round(1.7 * size)
    lines = [line for keys in sections.values() for line in keys]
    names = max((text_width(name, size) for name, _ in lines), default=0) + round(1.5 * size)
    does = max((text_width(each, size) for _, each in lines), default=0)
    talls = [len(keys) + bool(heading) + 0.6 for heading, keys in sections.items()]
    room = max(max(talls, default=0.0), sum(talls) / most)
    while _columns(talls, room) > most:
        room += 0.2
    column, row, placed = 0, 0.0, []
    for (heading, keys), tall in zip(sections.items(), talls, strict=True):
        if row and row + tall > room + 1e-9:
            column, row = column + 1, 0.0
        x = column * (names + does + 3 * size)
        for offset, (name, each) in enumerate([(heading, "")] * bool(heading) + list(keys)):
            placed.append((name, each, x, row + offset))
        row += tall
    deep = max((row for *_, row in placed), default=0.0) + 1
    wide = (column + 1) * (names + does + 3 * size) - size
    return HelpPage(size, step, names, tuple(placed), wide, round((deep + 2.2) * step) + 2 * size)


def _columns(talls: Sequence[float], room: float) -> int:
    """How many columns of a height sections need, in their order."""
    count, row = 1, 0.0
    for tall in talls:
        if row and row + tall > room + 1e-9:
            count, row = count + 1, 0.0
        row += tall
    return count

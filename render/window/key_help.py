"""Key help: the list of a window's keys, drawn over the window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from render.legend import BRIGHT, QUIET, Frame, print_size
from render.text import put_text, text_width
from render.window.controls import ACCENT, put_sheet

Keys = Sequence[tuple[str, str]]  # the keys, and what they do
LEAST = 7  # pixels: smaller text cannot be read
DARKNESS = 0.97  # of the sheet under the keys: at 0.9 the window's own title still shows through theirs


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


def help_pages(sections: Mapping[str, Keys], size: tuple[int, int]) -> tuple[list[dict[str, Keys]], int]:
    """The sections on as few pages as a window of `size` H, W needs, and the size of their letters, the largest.

    Where one page is too small, one more than necessary may be used for larger letters. Pages have letters of one size,
    and a section that fits nowhere has a page to itself.
    """
    fewest, _ = _pages(sections, size, LEAST)
    for text in range(print_size(size), LEAST, -1):
        pages, fit = _pages(sections, size, text)
        if fit and len(pages) <= len(fewest) + (len(fewest) > 1):
            return pages, text
    return fewest, LEAST


def _pages(sections: Mapping[str, Keys], size: tuple[int, int], text: int) -> tuple[list[dict[str, Keys]], bool]:
    """The sections on as few pages as letters of a size need, and whether each page fits a window of `size` H, W."""
    pages: list[dict[str, Keys]] = [{}]
    for heading, keys in sections.items():
        if pages[-1] and _best({**pages[-1], heading: keys}, size, text) is None:
            pages.append({})
        pages[-1][heading] = keys
    return pages, all(_best(page, size, text) is not None for page in pages)


def next_help(shown: int, sections: Mapping[str, Keys], size: tuple[int, int]) -> int:
    """The page of the help, from 1, that follows the shown one; 0, which means closed, after the last."""
    return 0 if shown >= len(help_pages(sections, size)[0]) else shown + 1


def put_help(frame: Frame, title: str, sections: Mapping[str, Keys], shown: int = 1) -> None:
    """Darken a frame and draw a page of keys under headings, in the largest letters that fit on all pages."""
    height, width = frame.shape[:2]
    put_sheet(frame, (0, 0, width, height), DARKNESS)
    pages, text = help_pages(sections, (height, width))
    shown = min(max(1, shown), len(pages))
    page = _best(pages[shown - 1], (height, width), text) or _help_page(pages[shown - 1], LEAST, 1)
    size, step = page.size, page.step
    left, top = max(size, (width - page.wide) // 2 + size), max(size, (height - page.tall) // 2 + size)
    large, side = round(1.7 * size), left
    if len(pages) > 1:
        more = "h: next page" if shown < len(pages) else "h closes"
        words = f"{shown} of {len(pages)}, {more}"
        put_text(frame, words, (width - 2 * size, top), size, QUIET, "ra")
        side = max(size, min(left, width - 4 * size - text_width(words, size) - text_width(title, large)))
    put_text(frame, title, (side, top), large, BRIGHT, "la")
    for name, does, x, row in page.lines:
        at, y = left + x, top + round(2.2 * step + row * step)
        if not does:
            put_text(frame, name, (at, y), size, QUIET, "la")
            continue
        put_text(frame, name, (at, y), size, ACCENT, "la")
        put_text(frame, does, (at + page.names, y), size, BRIGHT, "la")


def _best(sections: Mapping[str, Keys], size: tuple[int, int], text: int) -> HelpPage | None:
    """The page of sections with the fewest columns that fits a window of `size` H, W; None where none fits."""
    pages = (_help_page(sections, text, most) for most in (1, 2, 3))
    return next((page for page in pages if page.tall <= size[0] and page.wide <= size[1]), None)


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

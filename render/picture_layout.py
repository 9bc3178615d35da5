"""Where a picture has its field and its legend; the legend is as deep as its colour bars and its words need.

h, w are rows and columns of a field, H, W those of the frame.
"""

from dataclasses import dataclass

from render.legend import Box, foot, print_size, words_depth

ALIKE = 0.02  # a field fills the frame if the ratio of their sides differs by less than this
NUMBERS = 2.4  # from the top of a colour bar to the end of its numbers, where the height of a letter is 1
BARS = 4.8  # from the top of a colour bar to the top of the next one
RULER = 3.6  # from the scale bar to the top of the first colour bar
WORDS = 3.0  # from the words to the scale bar
BAR = 24  # the width of a colour bar
USUAL = 5.0  # the depth of words that are not known
COLUMN = 19  # the width of a legend beside a field


@dataclass(frozen=True, slots=True)
class Told:
    """What a legend says: its number of colour bars, and the titles and captions that its words must have room for.

    A film has several, of which each frame shows one: its picture must not move when a caption gets another line.
    """

    bars: int = 1
    words: tuple[tuple[str, str], ...] | None = None

    def depth(self, width: int, text: int) -> int:
        """The rows that a legend of `width` columns needs for letters of the size `text`."""
        if self.words is None:
            words = round(USUAL * text)
        else:
            words = max((words_depth(*told, width, text) for told in self.words), default=0)
        return words + self.below_words(width, text)

    def below_words(self, width: int, text: int) -> int:
        """The rows of scale bar and colour bars."""
        rows = 1 if self.side_by_side(width, text) else self.bars
        return round(WORDS * text) + round(RULER * text) + (rows - 1) * round(BARS * text) + round(NUMBERS * text)

    def side_by_side(self, width: int, text: int) -> bool:
        """True if all colour bars fit into one row of `width` columns."""
        return self.bars == 1 or self.bars * (BAR + 2) * text <= width


@dataclass(frozen=True, slots=True)
class PictureLayout:
    """Where a picture has its field and its legend: boxes x, y, width, height in pixels of the frame."""

    field: Box
    legend: Box
    text: int
    """The size of small letters."""
    overlaid: bool
    """True if the field fills the frame, and the legend is drawn over its foot."""


def picture_layout(shape: tuple[int, int], size: tuple[int, int], legend: Told | None = Told()) -> PictureLayout:
    """The layout of a field of `shape` h, w in a frame of `size` H, W.

    The legend is beside a field that is narrower than the frame, below a field that is wider, and over a field of the
    same shape. Without a `legend`, the field is in the middle.
    """
    (h, w), (height, width) = shape, size
    text = print_size(size)
    if abs(w / h * height / width - 1) < ALIKE:
        return PictureLayout((0, 0, width, height), foot(size), text, True)
    if legend is not None and w / h < width / height:
        return _beside(shape, size, legend)
    margin = round(min(2.3 * text, 0.045 * height)) if legend else 0
    room = width - 2 * margin
    below = 0
    if legend is not None:
        spare = height - 2 * margin - round(room * h / w)  # what a field of the whole width leaves
        below = min(legend.depth(room, text) + text, max(height // 2, spare))
    scale = min((height - 2 * margin - below) / h, room / w)
    fw, fh = max(1, round(w * scale)), max(1, round(h * scale))
    top, left = (height - fh - below) // 2, (width - fw) // 2
    return PictureLayout((left, top, fw, fh), (margin, top + fh + text, room, max(0, below - text)), text, False)


def _beside(shape: tuple[int, int], size: tuple[int, int], legend: Told) -> PictureLayout:
    """The layout of a field that is narrower than its frame, with the legend at its left."""
    (h, w), (height, width) = shape, size
    text = print_size(size)
    margin = round(min(2.3 * text, 0.045 * height))
    column = min(COLUMN * text, width // 2)
    scale = min((height - 2 * margin) / h, (width - 3 * margin - column) / w)
    fw, fh = max(1, round(w * scale)), max(1, round(h * scale))
    left, top = width - margin - fw, (height - fh) // 2
    room = left - 2 * margin
    tall = max(fh, min(height - 2 * margin, legend.depth(room, text)))
    return PictureLayout((left, top, fw, fh), (margin, (height - tall) // 2, room, tall), text, False)

"""Player overlay: all that the player draws over the landscape: status, scrub bar, note, help and messages.

H and W rows and columns of the window.
"""

from dataclasses import dataclass

from render.legend import Box, Frame
from render.window.controls import Toast, put_note, put_scrub_bar
from render.window.key_help import put_help
from render.window.key_table import help_of
from render.window.play.caption import put_status
from render.window.play.growing_field import GrowingField
from render.window.play.player_layout import PlayerLayout


@dataclass(frozen=True, slots=True)
class Overlay:
    """The words of the overlay, and the state of the scrub bar: its position, 0 to 1, and whether it plays."""

    status: tuple[str, ...]
    label: str
    position: float
    playing: bool
    note: tuple[str, ...]
    cursor: tuple[int, int] | None  # where the note stands; None without one
    help: int  # the page of the help; 0 without
    head: int = 0  # rows at the top that words of the picture fill
    field: Box | None = None  # the part of the picture without words, where it is not all of it


def put_overlay(frame: Frame, overlay: Overlay, layout: PlayerLayout, field: GrowingField, toast: Toast) -> None:
    """Draw the overlay into a frame [H, W, 3]; the scrub bar of a tour shows how much of `field` is swept."""
    known = None if layout.replaying or field.coverage.complete else field.coverage.by_frame
    box = put_status(frame, overlay.status, overlay.head, overlay.field)
    put_scrub_bar(frame, layout.bar, overlay.position, overlay.playing, overlay.label, known)
    if overlay.cursor is not None and not overlay.help:
        put_note(frame, overlay.note, overlay.cursor, layout.size[0] - layout.area[0])
    if overlay.help:
        put_help(frame, "Playing a landscape", help_of("play"), overlay.help)
    else:
        past = (0, 0, frame.shape[1], overlay.head) if overlay.head and not box[3] else box
        toast.put(frame, past=past, over=overlay.field)

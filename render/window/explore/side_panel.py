"""Side panel: shows the picked foragers at work, beside the landscape, and seeks in their episodes.

H and W rows and columns of the panel. Places are x, y in its pixels.
"""

from render.legend import Frame, print_size
from render.window.background_renderer import BackgroundRenderer, Rendered, fitted
from render.window.controls import button_box, share_at, within
from render.window.explore.picked_foragers import PickedForagers
from render.window.explore.side_panel_picture import SidePanelPicture, seek_bar

OF_WIDTH, OF_HEIGHT = 0.4, 0.78  # the panel is at most so wide, as fractions of the window


def panel_width(size: tuple[int, int]) -> int:
    """The width of the panel in a window of H, W."""
    return min(round(OF_WIDTH * size[1]), round(OF_HEIGHT * size[0]))


class SidePanel:
    """Draws the picked foragers in a thread; the window shows the newest finished picture."""

    def __init__(self, foragers: PickedForagers) -> None:
        """Show these foragers."""
        self._foragers = foragers
        self.renderer: BackgroundRenderer[SidePanelPicture] = BackgroundRenderer()

    def on_bar(self, size: tuple[int, int], x: int, y: int) -> bool:
        """Whether a place of a panel of H, W is on the seek bar."""
        return self._foragers.ready and within(seek_bar(size), x, y, print_size(size))

    def on_button(self, size: tuple[int, int], x: int, y: int) -> bool:
        """Whether a place of a panel of H, W is on the play button."""
        return self._foragers.ready and within(button_box(seek_bar(size), print_size(size)), x, y)

    def seek(self, size: tuple[int, int], x: int) -> None:
        """Go to the step that the seek bar of a panel of H, W has at x."""
        self._foragers.playback.seek(share_at(seek_bar(size), x) * self._foragers.lifetime)

    def request(self, size: tuple[int, int], palette: str) -> Rendered[SidePanelPicture] | None:
        """The newest picture, after asking for one of this moment; None without foragers or before the first one."""
        picture = self.picture(size, palette)
        return None if picture is None else self.renderer.request(picture, picture.draw)

    def picture(self, size: tuple[int, int], palette: str) -> SidePanelPicture | None:
        """What a panel of H, W shows at this moment; None without foragers."""
        foragers = self._foragers
        if not foragers.shown:
            return None
        playback = foragers.playback
        time = playback.position if foragers.ready else 0.0
        pace = f"step {int(time)}   {playback.speed}" + f"   {playback.mode}" * (playback.mode != "off")
        return SidePanelPicture(
            tuple(pick.name for pick in foragers.picks),
            foragers.episodes,
            foragers.picks[0].sampler,
            foragers.maze,
            foragers.divergence,
            time,
            playback.playing,
            pace,
            size,
            palette,
        )

    def put(self, frame: Frame, picture: Rendered[SidePanelPicture] | None) -> None:
        """Draw a finished picture into a frame [H, W, 3], resized to fit."""
        frame[:] = 0 if picture is None else fitted(picture.frame, (frame.shape[0], frame.shape[1]))

    def close(self) -> None:
        """Stop drawing."""
        self.renderer.close()

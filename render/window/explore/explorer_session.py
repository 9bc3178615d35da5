"""Explorer session: all that the explorer's keys and mouse act on.

H and W rows and columns of the view.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from agents.errors import UserError
from render.looks import looked
from render.window.controls import STAY, Toast
from render.window.explore.autopilot import Autopilot
from render.window.explore.bookmarks import Bookmarks
from render.window.explore.clip_recorder import ClipRecorder
from render.window.explore.journey_recorder import MESSAGE_SECONDS, JourneyRecorder
from render.window.explore.landscape_pipeline import LandscapePipeline
from render.window.explore.lens import Lens
from render.window.explore.navigation import Navigation
from render.window.explore.origin import Origin
from render.window.explore.painting import ColourSettings
from render.window.explore.picked_foragers import PickedForagers
from render.window.explore.place import Place, Terrain
from render.window.explore.side_panel import SidePanel
from render.window.explore.sighting import Sighting, read_text
from render.window.explore.still import StillSaver
from render.window.explore.view import View
from render.window.explore.warm_up import warm_up


class ExplorerSession:
    """Navigation, the threads that compute and paint, the picked foragers, autopilot, recorder and messages."""

    def __init__(
        self, origin: Origin, place: Place, shape: tuple[int, int], colours: ColourSettings | None = None
    ) -> None:
        """Start at a place, seen in H, W pixels."""
        self.origin = origin
        self.navigation = Navigation(origin, place, shape)
        self.bookmarks = Bookmarks.read(origin.path / "bookmarks.json")
        self.pipeline = LandscapePipeline()
        self.pipeline.painter.prepare(partial(warm_up, self.navigation.sampler, self.navigation.view))
        self.foragers = PickedForagers(self.pipeline.worker)
        self.side_panel = SidePanel(self.foragers)
        self.autopilot = Autopilot(self.pipeline.worker)
        self.recorder = JourneyRecorder(origin, self.pipeline.tiles)
        self.stills = StillSaver(self.pipeline.tiles)
        self.clips = ClipRecorder()
        self.toast, self.colours = Toast(), colours or ColourSettings()

    def say(self, message: str, seconds: float = STAY) -> None:
        """Show a message for some seconds, unless it is empty."""
        if message:
            self.toast.say(message, seconds)

    def go(self, terrain: Terrain, lens: Lens, kind: str = "") -> None:
        """Look at another place, or say why not. Quick moves of the same `kind` are undone together."""
        self._step(partial(self.navigation.go, terrain, lens, kind))

    def move(self, lens: Lens, kind: str = "") -> None:
        """Look at another part of the same terrain; as `go`."""
        self.go(self.navigation.terrain, lens, kind)

    def undo(self) -> None:
        """Go back to the place before."""
        self._step(self.navigation.undo)

    def return_to(self, place: Place) -> None:
        """Look at a place from a file, or say why not."""
        try:
            self.go(place.terrain, Lens.of(place.x, place.y, place.radius, self.navigation.lens.shape))
        except UserError as error:
            self.say(str(error))

    def change_terrain(self, kind: str, **changes: float | str) -> bool:
        """Look at the same view of a changed terrain. Returns False, and says why, where that is impossible."""
        try:
            terrain = replace(self.navigation.terrain, **changes)  # type: ignore[arg-type]
            self.go(terrain, self.navigation.lens, kind)
        except UserError as error:
            self.say(str(error))
            return False
        return True

    def copy(self) -> str:
        """The visible place and its colours as a line of text, and a message that it was copied."""
        self.say("this place is copied as text; paste it here, or after --at")
        return Sighting(self.navigation.place, self.colours).text()

    def paste(self, text: str) -> None:
        """Look at a place and its colours as a text names them, or say why not."""
        try:
            seen = read_text(text, self.origin.home())
        except UserError as error:
            self.say(str(error))
            return
        self.colours = replace(seen.colours, tint=self.colours.tint)
        self.return_to(seen.place)

    def tick(self, seconds: float) -> None:
        """Let time pass."""
        self.toast.tick(seconds)
        self.navigation.tick(seconds)
        self.say(self.foragers.tick(seconds))
        self.say(self.stills.tick(), MESSAGE_SECONDS)
        news = self.recorder.tick(seconds, self.navigation.place)
        lens = self.navigation.lens
        view = View.of(*lens.centre, lens.radius, lens.shape)
        there = self.autopilot.tick(seconds, self.navigation.sampler, view, fine=is_fine(self))
        if there is not None:
            self.move(Lens.on(there.resized(lens.shape)), "autopilot")
        self.say(news or self.clips.finished(), MESSAGE_SECONDS)

    def refresh(self) -> None:
        """Have the current view computed and painted; returns at once."""
        if not self.navigation.animated:
            self.pipeline.drop_background()
        sampler = self.navigation.sampler
        self.pipeline.refresh(sampler, self.navigation.view, looked(sampler.objective, self.colours))

    def close(self) -> None:
        """Stop all threads. Of an unfinished film the places are saved."""
        self.pipeline.close()
        self.side_panel.close()
        self.stills.close()
        self.recorder.close()
        self.clips.close()

    def _step(self, change: Callable[[], str]) -> None:
        """Let the navigation change the place; then update the parts that depend on the place."""
        before = self.navigation.terrain, self.navigation.lens
        self.say(change())
        if (self.navigation.terrain, self.navigation.lens) != before:
            self.pipeline.keep_background()
            self.recorder.moved()


def is_fine(session: ExplorerSession) -> bool:
    """Whether the frame shows its place with at least every second row and column computed."""
    navigation, painting, worker = session.navigation, session.pipeline.painting, session.pipeline.worker
    if painting is None or (painting.terrain, painting.view) != (navigation.terrain, navigation.view):
        return False
    return not worker.busy or worker.stride == 1

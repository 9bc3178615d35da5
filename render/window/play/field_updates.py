"""Field updates: looks for new tiles of a field from time to time, and watches the sweep that makes them."""

from render.window.play.background_sweep import BackgroundSweep
from render.window.play.growing_field import GrowingField

EVERY = 0.5  # seconds between two looks for new tiles


class FieldUpdates:
    """A field, and its sweep unless that is unknown or has failed."""

    def __init__(self, field: GrowingField, sweep: BackgroundSweep | None) -> None:
        """`sweep` is stopped by `close`."""
        self._field, self.sweep = field, sweep
        self._waited = 0.0

    @property
    def sweeping(self) -> bool:
        """Whether the field is being swept by this program."""
        return self.sweep is not None and self.sweep.alive

    def tick(self, seconds: float) -> str:
        """Let time pass; returns a message where the sweep has failed, or ""."""
        if self.sweep is not None and self.sweep.preview is not None:
            self._field.expect(self.sweep.preview)
        self._waited += seconds
        if self._waited < EVERY:
            return ""
        self._waited = 0.0
        self._field.refresh()
        if self.sweep is None or not self.sweep.failure:
            return ""
        message, self.sweep = self.sweep.failure, None
        return message

    def close(self) -> None:
        """Stop the sweep; it can be continued later."""
        if self.sweep is not None:
            self.sweep.stop()

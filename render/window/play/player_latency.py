"""Player latency: how many events the player handles, and how many pictures it draws, while it shows 3-D land."""

import time
from pathlib import Path

from render.window.event import Key, Pointer, Resize, Tick
from render.window.play.growing_field import GrowingField
from render.window.play.player import Player

SIZE = (720, 1280)
FPS = 60.0
SECONDS = 3.0


def measure_land(field: Path) -> dict[str, float]:
    """Play a field as land, in frames of 1280 x 720, without a window, and move the mouse over it.

    land_events_per_s is the number of events handled each second, at most FPS, with a frame drawn after each; land_fps
    is the number of frames each second that show a new picture of the land.
    """
    player = Player(GrowingField(field))
    try:
        player.update(Resize(SIZE[1], SIZE[0]))
        while player.view.settings.view != "land":
            player.update(Key("v"))
        player.panes.picture(player.view.shot(0.0))  # compiles code, and loads modules that are imported late
        begin = last = time.perf_counter()
        events = pictures = 0
        while (now := time.perf_counter()) - begin < SECONDS:
            before = player.panes.landscape.newest
            player.update(Pointer("move", 300 + events % 50, 200))
            player.update(Tick(now - last))
            player.draw()
            pictures += player.panes.landscape.newest is not before
            events, last = events + 1, now
            time.sleep(max(0.0, 1 / FPS - (time.perf_counter() - now)))
        spent = time.perf_counter() - begin
        return {"land_events_per_s": events / spent, "land_fps": pictures / spent}
    finally:
        player.close()

"""Measure the player: how many events it handles, and frames it draws, while it plays a tour as land."""

import time
from pathlib import Path

from render.window.event import Key, Pointer, Resize, Tick
from render.window.play.growing import Growing
from render.window.play.player import Player

SIZE = (720, 1280)
FPS = 60.0


def measure_land(field: Path, *, seconds: float = 3.0) -> dict[str, float]:
    """Play a field as land for some seconds, in frames of 1280 x 720, without a window, and move the mouse over it.

    land_events_per_s is the number of events handled each second, with a frame drawn after each, at most FPS; land_fps
    is how many of those frames show a new picture of the land.
    """
    player = Player(Growing(field))
    try:
        player.update(Resize(SIZE[1], SIZE[0]))
        while player.viewpoint.look.view != "land":
            player.update(Key("v"))
        player.picture()  # compiles, and loads what is loaded late
        begin = last = time.perf_counter()
        heard = lands = 0
        while (now := time.perf_counter()) - begin < seconds:
            before = player.panes.land.newest
            player.update(Pointer("move", 300 + heard % 50, 200))
            player.update(Tick(now - last))
            player.draw()
            heard, lands, last = heard + 1, lands + (player.panes.land.newest is not before), now
            time.sleep(max(0.0, 1 / FPS - (time.perf_counter() - now)))
        spent = time.perf_counter() - begin
        return {"land_events_per_s": heard / spent, "land_fps": lands / spent}
    finally:
        player.close()

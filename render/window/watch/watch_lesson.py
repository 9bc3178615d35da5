"""Watch lesson: the steps of the tour of the window on foragers. Its model is a `WatchSession`."""

from render.window.lesson import Step, changed

MOVES = 3  # steps of the person's forager

STEPS = (
    Step(
        "This forager feels only the walls beside it. Press the space bar, or the button below, to pause.",
        lambda session: session.playhead.playing,
        changed,
    ),
    Step("Press . to let it take a single step.", lambda session: session.playhead.clock.time, changed),
    Step("Press n: it runs in the next maze, where it has never been.", lambda session: session.maze, changed),
    Step(
        "Press v to see sixteen at once, and click one of them.",
        lambda session: session.enlarged,
        lambda before, now: now,
    ),
    Step(
        f"Press V, with Shift, and drive yourself with the arrow keys: take {MOVES} steps against it.",
        lambda session: 0 if session.playhead.driver is None else session.playhead.driver.steps,
        lambda before, now: now >= MOVES,
    ),
)

"""Explorer lesson: the steps of the tour of the explorer. Its model is an `ExplorerSession`."""

from render.window.lesson import Step, changed

DEEPER = 1.0  # octaves of the first step

STEPS = (
    Step(
        "Every pixel is a brain: the champion's, changed a little. Turn the wheel over an edge of colours to zoom in.",
        lambda session: session.navigation.lens.zoom,
        lambda before, now: now >= before + DEEPER,
    ),
    Step(
        "Drag the picture, or use the arrow keys, to look beside.",
        lambda session: (session.navigation.lens.zoom, session.navigation.lens.centre),
        lambda before, now: before[0] == now[0] and before[1] != now[1],
    ),
    Step(
        "Click a pixel. At the right, its forager runs in a maze; the colour is how much it eats there.",
        lambda session: (session.foragers.picks, session.foragers.ready),
        lambda before, now: now[1] and now[0] != before[0],
    ),
    Step(
        "Hold Shift and click a pixel of another colour. Both foragers run until their ways part.",
        lambda session: session.foragers.ready and len(session.foragers.picks) == 2,
        lambda before, now: now,
    ),
    Step(
        "Press s. The picture that you save knows its place: explore --at FILE returns here.",
        lambda session: session.stills.count,
        changed,
    ),
)

"""Player lesson: the steps of the tour of the window that plays landscapes. Its model is a `Player`."""

from render.window.lesson import Step, changed

STEPS = (
    Step("Press the space bar, or the button below, to pause.", lambda model: model.tour.playing, changed),
    Step("Drag the bar below to another moment.", lambda model: model.tour.position, changed),
    Step("Press v for another view: from above, or as land.", lambda model: model.view.settings.view, changed),
    Step(
        "Turn the wheel to zoom, and drag to look around.",
        lambda model: (model.view.viewport, model.view.settings, model.tour.position),
        changed,
    ),
    Step(
        "Click a pixel: it is a brain, and the forager that has it runs beside the landscape. Esc closes it.",
        lambda model: model.replay is not None and model.replay.episode is not None,
        lambda before, now: now,
    ),
)

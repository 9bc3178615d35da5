"""Panel contents: what the explorer's landscape panel shows at this moment, read off the session."""

import numpy as np

from render import objective_labels as labels
from render.window.explore.explorer_session import ExplorerSession
from render.window.explore.landscape_panel import FootText, LandscapePanel, Layers, Overlay
from render.window.explore.picked_foragers import Pick
from render.window.explore.terrain_caption import view_caption
from render.window.explore.view import deepest
from sim.landscape.objective import Objective

FAR = 1e6  # pixels: a place that is never visible


def panel_contents(session: ExplorerSession, cursor: tuple[int, int], with_note: bool) -> LandscapePanel:
    """The landscape panel of a session; `with_note` adds the note about the pixel under the cursor."""
    navigation, pipeline, recorder = session.navigation, session.pipeline, session.recorder
    background = pipeline.background if navigation.animated else None
    return LandscapePanel(
        Layers(pipeline.painting, background, navigation.view, navigation.shift),
        session.colours,
        _foot_text(session),
        Overlay(
            status_lines(session),
            recorder.places is not None,
            tuple(_pixel(session, pick) for pick in session.foragers.picks),
            _note(session, cursor) if with_note else (),
            cursor,
        ),
    )


def _foot_text(session: ExplorerSession) -> FootText:
    navigation, objective = session.navigation, session.navigation.sampler.objective
    terrain = navigation.terrain
    title = f"Around the {'champion' if isinstance(objective, Objective) else 'genome'}"
    return FootText(
        f"{title}, plane {terrain.seed}" if terrain.seed else title,
        view_caption(navigation.view, terrain, objective, session.origin.machine.target_name),
        labels.bar(objective),
    )


def status_lines(session: ExplorerSession) -> tuple[str, ...]:
    """What is going on, in a few lines: recording, autopilot, a film in the making, float64."""
    navigation, recorder, lines = session.navigation, session.recorder, []
    if recorder.places is not None:
        lines.append(f"recording, {len(recorder.places)} places; r films them")
    if session.autopilot.on:
        lines.append("autopilot, coming up" if session.autopilot.rising else "autopilot, diving")
    if recorder.film is not None:
        lines.append(recorder.film.message)
    if navigation.view.window.dtype == "float64":
        floor = navigation.view.level >= deepest(navigation.sampler.plane, navigation.view)
        lines.append("float64's floor: no pixels are closer than these" if floor else "float64")
    return tuple(lines)


def _pixel(session: ExplorerSession, pick: Pick) -> tuple[int, int]:
    """Where a picked pixel lies in the view; far outside where it belongs to another terrain."""
    view = session.navigation.view
    if pick.sampler.terrain != session.navigation.terrain:
        return round(-FAR), round(-FAR)
    x, y = pick.x / view.pixel - view.left, -pick.y / view.pixel - view.top
    return round(min(FAR, max(-FAR, x))), round(min(FAR, max(-FAR, y)))


def _note(session: ExplorerSession, cursor: tuple[int, int]) -> tuple[str, ...]:
    """The value, the coordinates and the distance from the origin of the pixel under the cursor, a line each."""
    navigation, painting, (x, y) = session.navigation, session.pipeline.painting, cursor
    view, sampler = navigation.view, navigation.sampler
    if painting is None or not view.contains(x, y):
        return ()
    if (painting.view, painting.terrain) != (view, navigation.terrain) or np.isnan(painting.heights[y, x]):
        return ()
    value = labels.value(sampler.objective, float(painting.heights[y, x]), navigation.terrain.mazes)
    point = view.point(x, y)
    genome = session.origin.genome.astype(np.float64)
    distance = np.linalg.norm(sampler.plane.at(point, np.float64) - genome) / np.linalg.norm(genome)
    digits = max(3, 2 + view.level // 3)
    return (
        value if painting.known[y, x] else f"about {value}, guessed",
        f"x {point[0]:.{digits}f}, y {point[1]:.{digits}f}",
        f"{distance:.3g} ‖g‖ from the {'champion' if session.origin.layout else 'genome'}",
    )

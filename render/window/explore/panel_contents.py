"""Panel contents: what the explorer's landscape panel shows at this moment, read off the session."""

from dataclasses import replace
from math import hypot

import numpy as np

from render import objective_labels as labels
from render.ticks import percent
from render.window.explore.explorer_session import ExplorerSession
from render.window.explore.landscape_panel import FootText, LandscapePanel, Layers, Overlay
from render.window.explore.picked_foragers import Pick
from render.window.explore.sighting import Sighting
from render.window.explore.still import Still
from render.window.explore.terrain_caption import terrain_caption, view_caption
from render.window.explore.view import deepest
from render.window.waiting_words import compiling_words, waiting_words
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
            waiting_words("playing the first foragers ...") if pipeline.painting is None else "",
        ),
    )


def window_title(session: ExplorerSession) -> str:
    """The run and what is seen of its landscape."""
    navigation, foot = session.navigation, _foot_text(session)
    place, objective = navigation.place, navigation.sampler.objective
    seen = terrain_caption(place.radius, (place.x, place.y), navigation.terrain, objective)
    return f"{session.origin.path.resolve().name}: {foot.title[0].lower()}{foot.title[1:]}, {seen}"


def still_contents(session: ExplorerSession, size: tuple[int, int]) -> Still:
    """The picture that is saved of a session in a window of H, W: its place and foragers, without what passes."""
    navigation, path = session.navigation, session.origin.path
    panel = panel_contents(session, (-1, -1), with_note=False)
    layers = Layers(session.pipeline.painting, None, navigation.view, navigation.lens.shift)
    about = {"window": "explore", "run": str(path), **Sighting(navigation.place, session.colours).table()}
    return Still(
        navigation.sampler,
        replace(panel, layers=layers, overlay=replace(panel.overlay, status=(), recording=False)),
        session.side_panel.picture((size[0], size[1] - navigation.lens.shape[1]), session.colours.palette),
        size,
        f"{path.resolve().name}-explore",
        about,
    )


def counted(count: int, thing: str) -> str:
    """A number of things in words: 1 place, 2 places."""
    return f"{count} {thing}{'s' * (count != 1)}"


def _foot_text(session: ExplorerSession) -> FootText:
    navigation, objective = session.navigation, session.navigation.sampler.objective
    terrain = navigation.terrain
    where = "Around" if hypot(*navigation.lens.centre) <= navigation.lens.radius else "Away from"
    title = f"{where} the {'champion' if isinstance(objective, Objective) else 'genome'}"
    return FootText(
        f"{title}, plane {terrain.seed}" if terrain.seed else title,
        view_caption(navigation.lens, terrain, objective, session.origin.machine.target_name),
        labels.bar(objective),
    )


def status_lines(session: ExplorerSession) -> tuple[str, ...]:
    """What is going on, in a few lines: recording, autopilot, a film in the making, float64."""
    navigation, recorder, lines = session.navigation, session.recorder, []
    if recorder.places is not None:
        lines.append(f"recording, {counted(len(recorder.places), 'place')}; r films them")
    if session.autopilot.on:
        lines.append("autopilot, coming up" if session.autopilot.rising else "autopilot, diving")
    if recorder.film is not None:
        lines.append(recorder.film.message)
    if navigation.view.window.dtype == "float64":
        floor = navigation.view.level >= deepest(navigation.sampler.plane, navigation.view)
        lines.append("float64's floor: no pixels are closer than these" if floor else "float64")
    words = compiling_words() if session.pipeline.painting is not None else ""  # else the middle of the frame says so
    return (*lines, *(words,) * bool(words))


def _pixel(session: ExplorerSession, pick: Pick) -> tuple[int, int]:
    """Where a picked pixel lies in the view; far outside where it belongs to another terrain."""
    if pick.sampler.terrain != session.navigation.terrain:
        return round(-FAR), round(-FAR)
    x, y = session.navigation.lens.place_of(pick.x, pick.y)
    return round(min(FAR, max(-FAR, x))), round(min(FAR, max(-FAR, y)))


def _note(session: ExplorerSession, cursor: tuple[int, int]) -> tuple[str, ...]:
    """The value, the coordinates and the distance from the origin of the pixel under the cursor, a line each."""
    navigation, painting, (x, y) = session.navigation, session.pipeline.painting, cursor
    view, sampler = navigation.view, navigation.sampler
    if painting is None or not navigation.lens.contains(x, y):
        return ()
    x, y = navigation.lens.point_at(x, y)
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
        f"{percent(float(distance))} from the {'champion' if session.origin.layout else 'genome'}",
    )

"""Camera path: the way of a journey's film through its places, as one moment for each frame.

K places.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from agents.errors import UserError
from render.window.explore.place import Place

OCTAVE = 0.7  # seconds to double or halve the radius
ACROSS = 1.2  # seconds to move by the radius of the view
SHORTEST, STAY = 0.5, 0.6  # least seconds between two places, and seconds of rest at both ends of the film
RAMP = 0.9  # seconds to speed up, and to slow down
FARTHEST = 8.0  # radii: a longer way takes no more time


@dataclass(frozen=True, slots=True)
class Moment:
    """What one frame shows: a place, and during a dissolve the place `towards` with the weight `share`."""

    place: Place
    share: float = 0.0
    towards: Place | None = None


def camera_path(places: Sequence[Place], fps: float) -> list[Moment]:
    """The moments of a film through K places; raises UserError where there are none.

    The camera zooms evenly in the logarithm of the radius. It rests at both ends. In between it stops where it turns
    from zooming in to zooming out or back, and where the terrain changes; it passes the other places without a stop.
    """
    if not places:
        raise UserError("a journey needs at least one place, got none; visit some before it is filmed")
    rest = max(1, round(STAY * fps))
    moments = [Moment(places[0])] * rest
    begin = 0
    for end in range(1, len(places)):
        if end == len(places) - 1 or _stops(*places[end - 1 : end + 2]):
            moments += _stretch(places[begin : end + 1], fps)
            begin = end
    return [*moments, *[Moment(places[-1])] * rest]


def _stops(a: Place, b: Place, c: Place) -> bool:
    """Whether a camera that comes from a stops in b before it goes on to c."""
    return not (a.terrain == b.terrain == c.terrain and (b.radius / a.radius - 1) * (c.radius / b.radius - 1) > 0)


def _stretch(places: Sequence[Place], fps: float) -> list[Moment]:
    """The moments between two stops, without that of the first stop: speeding up, steady, slowing down."""
    ends = np.cumsum([_seconds(a, b) for a, b in pairwise(places)])
    count = max(1, round(float(ends[-1]) * fps))
    ramp = min(0.5, RAMP / float(ends[-1]))  # fraction of the whole time
    moments = []
    for frame in range(1, count + 1):
        gone = frame / count
        from_end = min(gone, 1 - gone)
        share = (from_end - ramp / 2 if from_end > ramp else from_end**2 / (2 * ramp)) / (1 - ramp)
        at = float(ends[-1]) * (share if gone <= 0.5 else 1 - share)
        leg = min(int(np.searchsorted(ends, at)), len(ends) - 1)
        a, b, start = places[leg], places[leg + 1], float(ends[leg - 1]) if leg else 0.0
        share = 1.0 if frame == count else min(1.0, (at - start) / float(ends[leg] - start))
        dissolves = a.terrain != b.terrain and share < 1
        moments.append(Moment(a, share, b) if dissolves else Moment(_between(a, b, share)))
    return moments


def _seconds(a: Place, b: Place) -> float:
    """How long the way from one place to the next takes."""
    if a.terrain != b.terrain:
        return SHORTEST
    octaves, apart = abs(math.log2(b.radius / a.radius)), math.hypot(b.x - a.x, b.y - a.y)
    return SHORTEST + OCTAVE * octaves + ACROSS * min(FARTHEST, apart / max(a.radius, b.radius))


def _between(a: Place, b: Place, share: float) -> Place:
    """The place after a `share` of the way. One point of the plane stays at the same point of the frame."""
    if share >= 1:
        return b
    radius = a.radius * (b.radius / a.radius) ** share
    if abs(b.radius / a.radius - 1) > 1e-9:
        share = (radius - a.radius) / (b.radius - a.radius)
    return Place(b.terrain, a.x + share * (b.x - a.x), a.y + share * (b.y - a.y), radius)

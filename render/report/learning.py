"""Figures of how the champions were learned: pellets against agent-steps, and the losses of runs along gradients.

K records of a quantity, B bins.
"""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from render.report.chart import NARROW, WIDE, Axis, Chart
from render.report.figures import key, line_key, names
from render.report.maps import figure
from sim.comparison.comparison import Comparison

BINS = 120  # points that a long curve is drawn with
TRAINING = "thin"
IMITATION = {
    "loss": ("in training", TRAINING),
    "validation_loss": ("on validation mazes, its own lives", ""),
    "validation_teacher_loss": ("on validation mazes, the teacher's lives", "dashed"),
}
GRADIENTS = {
    "entropy": "Entropy of the policy, nats",
    "critic_loss": "Loss of the critic, pellets²",
    "loss": "Loss of the policy",
}
Curve = NDArray[np.float64]
"""[K, 2]: places along x, which rise, and values."""
NOTHING: Curve = np.empty((0, 2))


def learning(comparison: Comparison) -> str:
    """Pellets against agent-steps, then losses against updates; where a history is damaged, that."""
    damage = comparison.sections["learning"].settings["damage"].values()
    lost = "".join(f"<p>Not drawn: {escape(text)}.</p>" for text in damage)
    return lost + _pellets(comparison) + _imitation(comparison) + _gradients(comparison)


def thinned(curve: Curve, bins: int = BINS, *, log: bool = False) -> Curve:
    """The means [B, 2] of records that are neighbours along x: of those in each of `bins`, equally wide, or in log."""
    if len(curve) <= bins:
        return curve
    x = np.log(curve[:, 0]) if log else curve[:, 0]
    edges = np.linspace(x[0], x[-1], bins + 1)[1:-1]
    places = np.searchsorted(edges, x, side="right")
    means = [np.column_stack([x, curve[:, 1]])[places == at].mean(axis=0) for at in np.unique(places)]
    found = np.array(means)
    if log:
        found[:, 0] = np.exp(found[:, 0])
    return found


def _pellets(comparison: Comparison) -> str:
    """The share of pellets eaten, and left over, in validation mazes and in training."""
    settings, called = comparison.sections["learning"].settings, names(comparison)
    chosen, lived = (
        [
            _curve(comparison, name, at) * [settings["steps"][who], 100 / settings["pellets"]]
            for at, who in enumerate(called)
        ]
        for name in ("validation", "mean")
    )
    lived = [thinned(_changes(curve), log=True) for curve in lived]
    if not any(curve.size for curve in (*chosen, *lived)):
        return "<p>No run has a history that could be drawn.</p>"
    x = Axis.around([curve[:, 0] for curve in (*chosen, *lived)], "agent-steps of learning", log=True, room=0.02)
    charts = []
    for title, turn in (("Pellets eaten", [1.0, 1.0]), ("Pellets left over", [1.0, -1.0])):
        rest = turn[1] < 0
        lines, thin = ([curve * turn + [0, 100 * rest] for curve in curves] for curves in (chosen, lived))
        values = [curve[:, 1] for curve in (*lines, *thin)]
        y = Axis.around(values, f"{title.lower()}, % of all", log=rest, low=None if rest else 0.0)
        chart = Chart(x, y, title)
        for at, curve in enumerate(thin):
            _draw(chart, curve, at, TRAINING)
        for at, curve in enumerate(lines):
            _draw(chart, curve, at)
            _champion(chart, curve, at, comparison.contestants[at].steps)
        charts.append(chart.svg())
    return figure(
        charts,
        "<b>What learning buys.</b> Thick, the best champion so far, in the validation mazes by which its run chooses, "
        "so that no line falls; the disc is the champion that is compared here. Thin, what is eaten while learning, in "
        "fresh training mazes, each point a mean of neighbouring records: by a whole population with its mutations "
        "where it evolves, by the newest genome where it imitates, by sampled play along policy gradients; so the two "
        "lines of a run are not of the same player. An agent-step is one step in one forager's life. Gradients cost "
        "more than that, which is not drawn: a backward pass over every step, the teacher's answers or a critic. Time "
        "on the clock is on no record.",
        key=key(comparison, {"best champion so far, validation": "", "while learning, training": TRAINING}),
    )


def _imitation(comparison: Comparison) -> str:
    """The losses of runs that imitate, in training and on validation mazes."""
    others = _having(comparison, "entropy", "critic_loss")
    runs = [at for at in _having(comparison, "loss", "validation_loss") if at not in others]
    if not runs:
        return ""
    styles = {name: style for name, (_, style) in IMITATION.items()}
    every = _chart(comparison, runs, styles, "Imitation loss, nats a taught step", WIDE)
    late = _chart(comparison, runs, styles, "The same, after a tenth of the updates", WIDE, skip=0.1)
    return figure(
        [every, late],
        "<b>Imitation loss</b>: cross-entropy of the softmax with what the teacher would have done. Thin, of the "
        "newest genome on the lives that an update learns from, a mean of neighbouring updates: in the first round the "
        "teacher's, then more and more its own, which lead where the teacher never goes, and cost more. Thick, of the "
        "average genome on validation mazes, along its own lives; dashed, along the teacher's. The disc marks the "
        "champion's update.",
        key=_key(comparison, runs, dict(IMITATION.values())),
    )


def _gradients(comparison: Comparison) -> str:
    """What runs along policy gradients record: they have no loss on validation mazes."""
    runs = _having(comparison, "entropy", "critic_loss")
    if not runs:
        return ""
    return figure(
        [_chart(comparison, runs, {name: ""}, title, NARROW) for name, title in GRADIENTS.items()],
        "<b>Along policy gradients</b>, in training; each point is a mean of neighbouring updates. Four equal chances "
        "have an entropy of ln 4 = 1.39 nats; it falls as the policy makes up its mind. The critic's loss is the mean "
        "squared error of what it expects. The policy's loss is there for its gradient: its advantages are "
        "standardised anew in every update, so that it measures no progress. None of the three is computed on "
        "validation mazes; there, pellets are counted.",
        key=_key(comparison, runs, {}),
        columns=3,
    )


def _chart(
    comparison: Comparison,
    runs: Sequence[int],
    styles: Mapping[str, str],
    title: str,
    size: tuple[int, int],
    skip: float = 0.0,
) -> str:
    """A chart of some quantities of some runs, each with its style, without the first `skip` of the updates."""
    curves = {(at, name): _curve(comparison, name, at) for at in runs for name in styles}
    last = max((curve[-1, 0] for curve in curves.values() if curve.size), default=1.0)
    drawn = {which: thinned(curve[curve[:, 0] >= skip * last], log=not skip) for which, curve in curves.items()}
    y = Axis.around([curve[:, 1] for curve in drawn.values()], "", low=0.0 if "entropy" in styles else None)
    places = [curve[:, 0] for curve in drawn.values()]
    chart = Chart(Axis.around(places, "updates", log=not skip), y, title, size)
    for (at, name), curve in drawn.items():
        _draw(chart, curve, at, styles[name])
    for at in runs:
        _champion(chart, drawn.get((at, "validation_loss"), NOTHING), at, comparison.contestants[at].generation)
    return chart.svg()


def _draw(chart: Chart, curve: Curve, at: int, style: str = "") -> None:
    """A line, or the dot that a single record is."""
    if len(curve) == 1:
        chart.dots(curve[:, 0], curve[:, 1], f"c{at}", radius=2)
    elif len(curve):
        chart.line(curve[:, 0], curve[:, 1], f"c{at}", style)


def _changes(curve: Curve) -> Curve:
    """A curve without records that say again what the one before said, as all of a round of imitation do."""
    return np.asarray(curve[np.diff(curve[:, 1], prepend=np.nan) != 0])


def _champion(chart: Chart, curve: Curve, at: int, place: float) -> None:
    """A disc where the champion stands on a curve, if it does."""
    found = curve[curve[:, 0] == place]
    chart.dots(found[:, 0], found[:, 1], f"c{at}", radius=5)


def _curve(comparison: Comparison, name: str, at: int) -> Curve:
    """A quantity of a contestant, against generations; of no records where it has none."""
    return np.asarray(comparison.sections["learning"].arrays.get(f"{name}.{at}", NOTHING), np.float64)


def _having(comparison: Comparison, *quantities: str) -> list[int]:
    """The contestants that have one of some quantities on record."""
    count = len(comparison.contestants)
    return [at for at in range(count) if any(_curve(comparison, name, at).size for name in quantities)]


def _key(comparison: Comparison, runs: Sequence[int], styles: Mapping[str, str]) -> str:
    called = names(comparison)
    return "".join(f'<span class="swatch c{at}">{escape(called[at])}</span>' for at in runs) + line_key(styles)

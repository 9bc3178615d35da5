"""Figures of the champions, their landscapes, and the plane and paths between them.

C contestants, M mazes, H and W rows and columns, K points of a path.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.report.chart import Axis, Chart
from render.report.maps import Map, Scale, figure, land, picture, pixel
from sim.comparison.comparison import Comparison
from sim.comparison.number import Section

PALETTES = {"pellets": "inferno", "imitation": "mako_r"}  # bright is better in both
LABELS = {"pellets": "pellets eaten per maze", "imitation": "imitation loss, nats a taught step"}
ROUTES = {"line": "dashed", "curve_pellets": "", "curve_imitation": "dotted"}
NORMS = "‖g‖"


def names(comparison: Comparison) -> list[str]:
    """What the contestants are called."""
    return [each.name for each in comparison.contestants]


def key(comparison: Comparison, styles: Mapping[str, str] | None = None, extra: str = "") -> str:
    """The key of a figure: an ink for each contestant, and what styles of line mean."""
    parts = [f'<span class="swatch c{at}">{escape(name)}</span>' for at, name in enumerate(names(comparison))]
    return "".join(parts) + line_key(styles or {}) + extra


def line_key(styles: Mapping[str, str], ink: str = "plain") -> str:
    """What styles of line mean."""
    return "".join(
        f'<span class="stroke"><svg viewBox="0 0 30 8"><path class="line {ink} {style}" d="M1 4H29"/></svg>'
        f"{escape(text)}</span>"
        for text, style in styles.items()
    )


def champions(comparison: Comparison) -> str:
    """How pellets are distributed over mazes, and how much of that is memory."""
    section = comparison.sections["champions"]
    kinds = {"pellets": "", "pellets_sampled": "dashed", "pellets_ablated": "dotted"}
    every = [section.arrays[name] for name in kinds]
    x = Axis.around(every, "pellets eaten in a maze", low=0.0)
    both = Chart(x, Axis(0, 100, "mazes with at most so many, %"), "How many pellets, in how many mazes")
    for at in range(len(comparison.contestants)):
        for name, style in kinds.items():
            both.steps(section.arrays[name][at], f"c{at}", style)
    greedy = section.arrays["pellets"]
    parts = [both.svg()]
    for at, other in enumerate(names(comparison)[1:], start=1):
        chart = Chart(x, Axis(x.low, x.high, _of(other)), "The same mazes, greedy play")
        chart.line([x.low, x.high], [x.low, x.high], "quiet", "thin")
        chart.dots(greedy[0], greedy[at], f"c{at}", radius=2.2)
        chart.x = Axis(x.low, x.high, _of(names(comparison)[0]))
        parts.append(chart.svg())
    mazes = greedy.shape[1]
    return figure(
        parts,
        f"<b>What the champions eat.</b> Left, the share of {mazes} validation mazes in which a champion eats at most "
        "so many pellets: farther to the right is better. Dotted, the same with the hidden state zeroed before every "
        "step. Right, each dot is a maze; below the line the first champion eats more.",
        key=key(comparison, {"greedy": "", "sampled": "dashed", "greedy, without memory": "dotted"}),
        columns=2,
    )


def landscapes(comparison: Comparison) -> str:
    """The landscapes of pellets and of the imitation loss, linear and in relief, within one range of colours."""
    section = comparison.sections["landscapes"]
    parts = []
    for kind in ("pellets", "imitation"):
        scale, fields = landscape_scale(section, kind), section.arrays[kind]
        side = pixel(section.settings["radius"], fields.shape[1:])
        cells = []
        for at, name in enumerate(names(comparison)):
            drawn = Map(scale.paint(fields[at]), side, f"{LABELS[kind]} around {name}")
            drawn.spot((0, 0), f"c{at}")
            cells.append(f'<div class="name c{at}">{escape(name)}</div>{drawn.svg(NORMS)}')
        for at, name in enumerate(names(comparison)):
            cells.append(picture(land(fields[at], scale), f"{LABELS[kind]} around {name}, as land"))
        count, reach = section.settings["mazes"]["range"][1], section.settings["radius"]
        low, high = scale.limits
        said = {
            "pellets": f"<b>Fitness.</b> Mean pellets of {count} mazes, greedy play, colours linear from {low:g} to "
            f"{high:.4g} in every picture, and heights below in the same range.",
            "imitation": f"<b>Imitation loss</b> of the same genomes: cross-entropy of the softmax, on {count} lives "
            f"of the teacher; brighter is better. Colours linear from {low:.3g} to {high:.3g} nats in every picture, "
            "and heights below in the same range; what is worse has the last colour and height.",
        }[kind]
        parts.append(
            figure(
                cells,
                f"{said} Each pixel is a genome; the circle is the champion, the window reaches {reach:g} norms of it "
                "to either side, along two random directions of its own with rows of its own norms (seed "
                f"{section.settings['directions']}).",
                key=scale.bar(),
                columns=min(len(comparison.contestants), 3),
            )
        )
    return "".join(parts)


def landscape_scale(section: Section, kind: str) -> Scale:
    """The colours of the landscapes of one kind, whoever's they are."""
    low, high = section.settings["limits"][kind]
    return Scale((float(low), float(high)), PALETTES[kind], LABELS[kind])


def plane(comparison: Comparison) -> str:
    """The plane through two champions and a beginning, the ways of learning on it, and how far off it they go."""
    section = comparison.sections["plane"]
    window, arrays, called = section.settings["window"], section.arrays, names(comparison)
    scale = Scale(tuple(section.settings["limits"]), PALETTES["pellets"], LABELS["pellets"])
    side = pixel(window["radius"], tuple(window["shape"]))
    drawn = Map(scale.paint(arrays["field"]), side, "The plane through both champions", (window["x"], window["y"]))
    for at in range(len(called)):
        drawn.path(np.concatenate([arrays["initial"][at : at + 1], arrays[f"path.{at}"]]), f"c{at}")
    for at, name in enumerate(called):
        drawn.spot(arrays["initial"][at], f"c{at}", hollow=True)
        drawn.spot(arrays["champion"][at], f"c{at}", name)
    off = [arrays[f"off.{at}"] for at in range(len(called))]
    chart = Chart(
        Axis(0, 100, "generations, % of those up to the champion"),
        Axis.around([*off, arrays["initial_off"]], "off the plane, distances", low=0.0),
        "How far off this plane they learned",
    )
    for at, away in enumerate(off):
        done = arrays[f"generations.{at}"]
        share = np.concatenate([[0], 100 * done / max(1, done[-1])])
        away = np.concatenate([arrays["initial_off"][at : at + 1], away])
        chart.line(share, away, f"c{at}")
        chart.dots(share, away, f"c{at}", radius=2.6)
    count = section.settings["mazes"]["range"][1]
    return figure(
        [drawn.svg("distances") + scale.bar(400), chart.svg()],
        f"<b>One plane for both.</b> Through the first two champions (discs) and where {escape(called[0])} began (its "
        "ring). A unit is the distance between the two champions. The ways are the runs' champions seen from straight "
        "above: they leave the plane by as much as the chart says, so the colours under a way are not what its "
        f"genomes ate. Mean pellets of {count} mazes, greedy play, linear colours.",
        key=key(comparison),
        columns=2,
    )


def paths(comparison: Comparison) -> str:
    """What lies on the line and on the trained curves, as learned and with the hidden units aligned."""
    parts: list[str] = []
    for at, other in enumerate(names(comparison)[1:], start=1):
        parts.append(_pair(comparison, at - 1, at, other))
    return "".join(parts)


def _pair(comparison: Comparison, pair: int, at: int, other: str) -> str:
    sections = {
        "as learned": comparison.sections["plane"].arrays,
        "hidden units aligned": comparison.sections["alignment"].arrays,
    }
    quantities = {"share": "pellets eaten, %", "loss": "imitation loss, nats"}
    cells = []
    for quantity, label in quantities.items():
        seen = [arrays[f"pair.{pair}.{route}.{quantity}"] for arrays in sections.values() for route in ROUTES]
        y = Axis.around(seen, label, low=0.0 if quantity == "share" else None)
        for name, arrays in sections.items():
            chart = Chart(Axis(0, 1, "t, the way from one champion to the other"), y, f"{label}, {name}")
            _along(chart, arrays, pair, quantity, at)
            cells.append(chart.svg())
    styles = {"straight line": "dashed", "curve trained for pellets": "", "curve trained for the loss": "dotted"}
    ends = "".join(
        f'<span class="swatch c{place}">{escape(name)}</span>'
        for place, name in ((0, names(comparison)[0]), (at, other))
    )
    return figure(
        cells,
        "<b>From one champion to the other</b>: on the straight line between them, and on quadratic Bezier curves of "
        "which only the middle point is trained. Greedy play above, the softmax's loss below; the same mazes and axes "
        "on both sides. Right, the hidden units of the second champion are renamed and their signs flipped first, "
        "which changes nothing that it does.",
        key=ends + line_key(styles),
    )


def _along(chart: Chart, arrays: Mapping[str, NDArray[Any]], pair: int, quantity: str, at: int) -> None:
    t = arrays[f"pair.{pair}.t"]
    for route, style in ROUTES.items():
        chart.line(t, arrays[f"pair.{pair}.{route}.{quantity}"], "plain", style)
    ends = arrays[f"pair.{pair}.line.{quantity}"][[0, -1]]
    for place, value, ink in ((0.0, ends[0], "c0"), (1.0, ends[1], f"c{at}")):
        chart.dots(place, value, ink, radius=5)


def _of(name: str) -> str:
    return f"pellets of {name}"

"""Figures of roughness and curvature: exponents with their intervals and controls, the points they come from, radii.

K scales, D directions.
"""

from itertools import cycle

import numpy as np

from render.report.chart import NARROW, Axis, Chart
from render.report.figures import NORMS, key, line_key, names
from render.report.maps import figure
from sim.comparison.comparison import Comparison
from sim.comparison.number import Section
from sim.learning.run import Run

SPREAD = 0.24  # between contestants in a row of intervals
PAIRS = ("distance of a pair, norms", "share of differing outcomes")
POINTS = {
    "level_median": ("Boxes on the median level line", ("side of a box, pixels", "share of boxes")),
    "hoelder_1": ("Variogram, p = 1", ("lag, pixels", "mean |increment| / 2")),
    "hoelder_2": ("Variogram, p = 2", ("lag, pixels", "mean increment² / 2")),
}
STYLES = ("dotted", "", "dashed")


def roughness(comparison: Comparison) -> str:
    """The exponents side by side, then the points that they were fitted to."""
    section, settings = comparison.sections["roughness"], comparison.sections["roughness"].settings
    radii = [f"{radius:g}" for radius in settings["radii"]]
    rows = {
        "level_median": "median level",
        "boundary": "boundary, fine",
        "hoelder_1": "Hölder, p = 1",
        "hoelder_2": "Hölder, p = 2",
        "hoelder_1_loss": "Hölder of the loss",
        **{f"uncertainty_{radius}": f"uncertain, {radius}" for radius in radii},
    }
    cells = [
        _points(
            comparison,
            f"uncertainty_{radius}",
            f"Uncertain pairs, {radius} norms out",
            PAIRS,
            bowl=at == len(radii) // 2,
        )
        for at, radius in enumerate(radii)
    ]
    cells += [_points(comparison, slot, title, labels) for slot, (title, labels) in POINTS.items()]
    return figure(
        [_forest(comparison, section, rows), _walks(comparison), _lifetimes(comparison)],
        "<b>Exponents and dimensions</b> with 95 % intervals. Hollow where the shares that were fitted had run into "
        "their ceiling: do not quote those. Grey, the controls: a smooth bowl with exactly the same heights through "
        "the same pipeline, and other mazes. Beside it, how pellets along a random walk forget where it began, in "
        f"steps of {settings['step']:g} norms; and the uncertainty exponent of lives that end sooner.",
        key=key(comparison, extra=_control_key()),
        columns=3,
    ) + figure(
        [cell for cell in cells if cell],
        "<b>The points behind them.</b> Filled points were fitted; dashed, the bowl. Greedy play. Fields are "
        f"{settings['planes']} random planes of {settings['side']} × {settings['side']} pixels, "
        f"{settings['radius']:g} norms to either side of the champion; pairs are drawn from all of genome space.",
        key=key(comparison, {"bowl": "dashed thin"}),
        columns=3,
    )


def _control_key() -> str:
    return '<span class="mark">▏ bowl</span><span class="mark">○ other mazes</span>'


def _forest(comparison: Comparison, section: Section, rows: dict[str, str]) -> str:
    """A row of intervals for each exponent."""
    there = {slot: text for slot, text in rows.items() if any(slot in slots for slots in section.numbers.values())}
    places = {slot: len(there) - at for at, slot in enumerate(there)}
    chart = Chart(
        Axis(0, 2.1, "exponent or dimension"), Axis(0.4, len(there) + 0.6, ""), "Roughness in numbers", NARROW, 116
    )
    count, radii = len(comparison.contestants), section.settings["radii"]
    middle = f"uncertainty_{radii[len(radii) // 2]:g}"  # the only one with controls
    for slot, place in places.items():
        for at, name in enumerate(names(comparison)):
            numbers = section.numbers[name]
            y = place + SPREAD * ((count - 1) / 2 - at)
            stem = "uncertainty" if slot == middle else slot
            if f"{stem}_bowl" in numbers and (bowl := numbers[f"{stem}_bowl"].value) is not None:
                chart.interval([bowl, bowl], [y - 0.09, y + 0.09], "quiet")
            if f"{stem}_other" in numbers and (other := numbers[f"{stem}_other"].value) is not None:
                chart.dots(other, y, "quiet", False, 2.2)
            number = numbers.get(slot)
            if number is None or number.value is None:
                continue
            if number.low is not None and number.high is not None:
                chart.interval([number.low, number.high], [y, y], f"c{at}")
            chart.dots(number.value, y, f"c{at}", "saturated" not in number.note, 3.6)
    return chart.svg([(float(place), there[slot]) for slot, place in places.items()])


def _points(comparison: Comparison, slot: str, title: str, labels: tuple[str, str], *, bowl: bool = True) -> str:
    """The log-log points of a measure, and of the bowl's; nothing where they were not kept."""
    arrays, places = comparison.sections["roughness"].arrays, range(len(comparison.contestants))
    control = f"{'uncertainty' if slot.startswith('uncertainty') else slot}_bowl"
    found = [
        (arrays[f"{each}.{at}.scales"], arrays[f"{each}.{at}.values"])
        for each in ((slot, control) if bowl else (slot,))
        for at in places
        if f"{each}.{at}.scales" in arrays
    ]
    if not found:
        return ""
    x = Axis.around([scales for scales, _ in found], labels[0], log=True)
    chart = Chart(x, Axis.around([values for _, values in found], labels[1], log=True), title, NARROW)
    for at in places:
        if bowl and f"{control}.{at}.scales" in arrays:
            chart.line(arrays[f"{control}.{at}.scales"], arrays[f"{control}.{at}.values"], f"c{at}", "dashed thin")
        if f"{slot}.{at}.scales" in arrays:
            scales, values, fitted = (arrays[f"{slot}.{at}.{name}"] for name in ("scales", "values", "fitted"))
            chart.line(scales, values, f"c{at}", "thin")
            chart.dots(scales, values, f"c{at}", fitted)
    return chart.svg()


def _lifetimes(comparison: Comparison) -> str:
    """The uncertainty exponent of shorter lives, at the middle radius."""
    section = comparison.sections["roughness"]
    settings, radii = section.settings, section.settings["radii"]
    radius, whole = f"{radii[len(radii) // 2]:g}", Run.open(comparison.contestants[0].run).setting().world.lifetime
    slots = {steps: f"uncertainty_{radius}_{steps}" for steps in settings.get("lifetimes", ())}
    slots[whole] = f"uncertainty_{radius}"
    lives = sorted(slots)
    if len(lives) < 2:
        return ""
    chart = Chart(
        Axis.around([lives], "lifetime, steps", log=True, room=0.1),
        Axis(0, 1.15, "uncertainty exponent"),
        f"Longer lives, {radius} norms out",
        NARROW,
    )
    for at, name in enumerate(names(comparison)):
        there = {steps: section.numbers[name][slots[steps]] for steps in lives if slots[steps] in section.numbers[name]}
        chart.line(list(there), [number.value or np.nan for number in there.values()], f"c{at}")
        chart.dots(list(there), [number.value or np.nan for number in there.values()], f"c{at}")
        for steps, number in there.items():
            if number.low is not None and number.high is not None:
                chart.interval([steps, steps], [number.low, number.high], f"c{at}")
    return chart.svg()


def _walks(comparison: Comparison) -> str:
    """Autocorrelation along random walks at each distance."""
    section = comparison.sections["roughness"]
    styles = dict(zip((f"{radius:g}" for radius in section.settings["radii"]), cycle(STYLES), strict=False))
    longest = max(
        (values.size for name, values in section.arrays.items() if name.startswith("correlation_")), default=2
    )
    chart = Chart(
        Axis(0, max(1, longest - 1), "steps apart"),
        Axis(-0.2, 1.0, "correlation of pellets"),
        "Along random walks",
        NARROW,
    )
    chart.line([0, longest], [0, 0], "quiet", "thin")
    for radius, style in styles.items():
        for at in range(len(comparison.contestants)):
            values = section.arrays.get(f"correlation_{radius}.{at}")
            if values is not None:
                chart.line(np.arange(values.size), values, f"c{at}", style)
    told = line_key({f"{radius} norms out": style for radius, style in styles.items()})
    return f'{chart.svg()}<div class="key small">{told}</div>'


def curvature(comparison: Comparison) -> str:
    """Where half of the fitness is lost along random directions, and the loss's curvature by horizon."""
    section = comparison.sections["curvature"]
    radii = [section.arrays[f"half_radii.{at}"] for at in range(len(comparison.contestants))]
    x = Axis.around(radii, f"distance from the champion, {NORMS}", low=0.0)
    half = Chart(x, Axis(0, 100, "directions below half by then, %"), "Where half of the fitness is lost")
    for at, found in enumerate(radii):
        half.steps(np.where(np.isfinite(found), found, 2 * x.high), f"c{at}")
    count = radii[0].size
    return figure(
        [half.svg(), _hessians(comparison, section)],
        f"<b>How far a hill reaches, and how sharp it is.</b> Left, the share of {count} random directions along "
        "which a champion has fallen below half of its pellets within a distance, mean of "
        f"{section.settings['mazes']} mazes, greedy play. Right, trace (solid, with its interval) and top eigenvalue "
        "(dashed) of the Hessian of the imitation loss, seen through the first steps of life.",
        key=key(comparison, {"trace": "", "top eigenvalue": "dashed"}),
    )


def _hessians(comparison: Comparison, section: Section) -> str:
    horizons = section.settings["horizons"]
    rows = [
        (at, kind, [section.numbers[name][f"hessian_{kind}_{steps}"] for steps in horizons])
        for at, name in enumerate(names(comparison))
        for kind in ("trace", "top")
    ]
    values = [[number.value or np.nan for number in numbers] for _, _, numbers in rows]
    bounds = [[each for number in numbers for each in (number.low, number.high) if each] for _, _, numbers in rows]
    log = all(value > 0 for row in [*values, *bounds] for value in row)
    chart = Chart(
        Axis.around([horizons], "steps of life that the loss sees", log=True, room=0.12),
        Axis.around([*values, *bounds], "curvature, nats", log=log),
        "Curvature of the imitation loss",
    )
    for (at, kind, numbers), row in zip(rows, values, strict=True):
        chart.line(horizons, row, f"c{at}", "" if kind == "trace" else "dashed")
        chart.dots(horizons, row, f"c{at}", kind == "trace")
        for steps, number in zip(horizons, numbers, strict=True):
            if number.low is not None and number.high is not None:
                chart.interval([steps, steps], [number.low, number.high], f"c{at}")
    return chart.svg()

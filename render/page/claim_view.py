"""Claims as a page shows them: the sentence, the verdict, the number that decides, and a small figure of its points."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from render.page.chart import Axis, axis, chart, placeholder
from render.page.intervals import swarm
from render.page.number_tables import cell
from render.page.words import capital, interval, value
from sim.measures import Quantity
from sim.statistics.results import Number
from sim.study.claim_rules import Bound, Difference, Paired, Slope
from sim.study.claims import Claim, Decision
from sim.study.conduct import Conducted
from sim.study.evidence import Points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE, LARGE = (300, 190), (460, 300)
ROOM = 66  # height of a strip chart without its rows
ROW = 22  # height of a group in a strip chart
MOST_STRIPS = 12  # groups, above which a strip chart shows only every n-th name
COLOURS = 6


def claim_views(made: Conducted, *, large: bool = False) -> list[dict[str, Any]]:
    """The views of all decisions of a study, in the order of its claims."""
    return [
        _view(made, decision, f"claim-{made.plan.study.name}-{at}", large)
        for at, decision in enumerate(made.compared.decisions)
    ]


def quantities(made: Conducted, claim: Claim) -> dict[str, tuple[Quantity, str]]:
    """The quantity and the detail of every measure.slot that a claim reads, if it was measured."""
    found: dict[str, tuple[Quantity, str]] = {}
    for measurement, findings in made.results:
        for reference in set(claim.references) - set(found):
            name, _, slot = reference.partition(".")
            if measurement.use.name == name and slot in findings:
                result = findings[slot]
                found[reference] = (measurement.use.measure.quantities[result.quantity], result.detail)
    return found


def _view(made: Conducted, decision: Decision, name: str, large: bool) -> dict[str, Any]:
    """A decision: its texts, its number as a table shows it, its controls, and its figure."""
    known = quantities(made, decision.claim)
    names = {key: ", ".join(filter(None, (one.name, detail))) for key, (one, detail) in known.items()}
    rule, one = decision.claim.rule, _number(decision)
    unit = known[rule.of][0].unit if rule.of in known and isinstance(rule, Bound | Difference | Paired) else ""
    return {
        "decision": decision,
        "verdict": decision.verdict,
        "kind": decision.verdict.replace(" ", "-"),
        "number": cell(one),
        "text": value(one),
        "interval": interval(one),
        "unit": unit,
        "what": capital(rule.described(names)),
        "expect": _expected(decision.claim),
        "note": decision.note.rstrip("."),
        "figure": _figure(decision, names, name, LARGE if large else SIZE),
        "controls": [_control(made, each, names) for each in decision.controls],
    }


def _number(decision: Decision) -> Number:
    """The number of a decision; of a bound, the mean itself, and not how far it is from the bound."""
    found, rule = decision.evidence, decision.claim.rule
    shift = rule.bound if isinstance(rule, Bound) else 0.0
    low, high = found.interval or (None, None)
    moved = tuple(None if end is None else end + shift for end in (found.value, low, high))
    return Number("", moved[0], moved[1:] if found.interval else None, found.sample)  # type: ignore[arg-type]


def _expected(claim: Claim) -> str:
    """Where a claim expects its number: "above 0"."""
    bound = claim.rule.bound if isinstance(claim.rule, Bound) else 0.0
    return f"{claim.expect} {bound:g}"


def _control(made: Conducted, decision: Decision, names: Mapping[str, str]) -> dict[str, Any]:
    """A control: its sentence, whether it holds, and its number."""
    return {
        "text": decision.claim.text,
        "holds": decision.verdict == "supported",
        "what": f"{decision.claim.rule.described(names)}, expected {_expected(decision.claim)}",
        "number": cell(_number(decision)),
        "note": decision.note,
    }


def _figure(decision: Decision, names: Mapping[str, str], name: str, size: tuple[int, int]) -> Markup | None:
    """The points that decide a claim, as a chart; None without points."""
    points = [each for each in decision.evidence.points if np.isfinite(each.x).any() and np.isfinite(each.y).any()]
    rule = decision.claim.rule
    if not points:
        return None
    of = capital(names.get(rule.of, rule.of))
    if isinstance(rule, Bound | Difference):
        return _strip(points, of, rule.bound if isinstance(rule, Bound) else None, name, size)
    if isinstance(rule, Slope):
        up = f"log2 of the deviation of {names.get(rule.of, rule.of)}" if rule.spread else of
        return _scatter(points, rule.axis, up, name, size, line="slope")
    against = capital(names.get(rule.references[-1], rule.references[-1]))
    return _scatter(points, against, of, name, size, line="diagonal" if isinstance(rule, Paired) else "")


def _strip(points: list[Points], label: str, bound: float | None, name: str, size: tuple[int, int]) -> Markup:
    """A row of dots for each group, with its mean, and the bound as a dashed line."""
    step = -(-len(points) // MOST_STRIPS)
    shown = points[::step]
    named = {len(shown) - at - 0.5: each.name for at, each in enumerate(shown)}
    ends = [np.array([bound])] if bound is not None else []
    x, y = axis([*(each.y for each in shown), *ends], room=0.08), Axis(0, len(shown), named=named)

    def draw(axes: "Axes") -> None:
        if bound is not None:
            axes.axvline(bound, color=placeholder("quiet"), linewidth=1.2, linestyle=(0, (4, 3)))
        long = size[0] / (x.high - x.low) * 0.6
        for at, (up, each) in enumerate(zip(named, shown, strict=True)):
            spots = np.sort(each.y[np.isfinite(each.y)])
            pen = placeholder(f"c{at % COLOURS}" if len(shown) <= COLOURS else "plain")
            axes.plot(
                spots, up + swarm(spots * long) / ROW, "o", color=pen, markersize=5.4, alpha=0.65, markeredgewidth=0
            )
            axes.vlines(spots.mean(), up - 0.34, up + 0.34, pen, linewidth=2.4)

    return chart(name, label, x, y, draw, (size[0], ROOM + ROW * len(shown)))


def _scatter(points: list[Points], along: str, up: str, name: str, size: tuple[int, int], *, line: str) -> Markup:
    """Points in the colour of their group or stratum; with the diagonal, or a line through each stratum."""
    log = line == "slope"
    both = [each.x for each in points], [each.y for each in points]
    if line == "diagonal":
        both = both[0] + both[1], both[0] + both[1]
    x, y = (
        axis(both[0], along, log=log, few=log),
        axis(both[1], "\u00a0" if size == SIZE else up),
    )  # a label gives the axis its ticks

    def draw(axes: "Axes") -> None:
        if line == "diagonal":
            axes.plot([x.low, x.high], [x.low, x.high], color=placeholder("quiet"), linewidth=0.9)
        for at, each in enumerate(points):
            pen = placeholder(f"c{at % COLOURS}" if 1 < len(points) <= COLOURS else "c0")
            axes.plot(each.x, each.y, "o", color=pen, markersize=5, alpha=0.7, markeredgewidth=0)
            there = np.isfinite(each.y)
            if line == "slope" and there.sum() > 1:
                slope, height = np.polyfit(np.log2(each.x[there]), each.y[there], 1)
                axes.plot(each.x, height + slope * np.log2(each.x), color=pen, linewidth=1.6)

    return chart(name, up, x, y, draw, size)


def headline(view: Mapping[str, Any]) -> str:
    """The deciding number of a view with its interval, as a short text."""
    text = f"{view['text']} {view['unit']}".strip()
    return f"{text} ({view['interval']})" if view["interval"] else text


def tally(verdicts: list[str]) -> list[tuple[str, int]]:
    """How many verdicts there are of each kind, in a fixed order."""
    kinds = ("supported", "contradicted", "not told apart")
    return [(kind, verdicts.count(kind)) for kind in kinds]

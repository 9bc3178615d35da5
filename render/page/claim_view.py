"""Claims as a page shows them: the sentence, the verdict, the number that decides, and a small figure of its points."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from render.page.chart import Axis, axis, chart, placeholder
from render.page.contents import MOST, Label, shortened
from render.page.intervals import draw_strip
from render.page.words import capital, interval, p_value, sample, value
from sim.measures import Quantity
from sim.statistics.bootstrap import iqm
from sim.study.claim_rules import Bound, Correlation, Difference, Paired
from sim.study.claims import Claim, Decision
from sim.study.conduct import Conducted
from sim.study.evidence import Points
from sim.study.rule import Rule
from sim.study.slope_rule import Slope

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE, LARGE = (300, 190), (460, 300)
ROOM = 52  # height of a strip chart without its rows
ROW = 22  # height of a group in a strip chart
MOST_STRIPS = 12  # groups, above which a strip chart shows only every n-th name
FEW = 40  # points, up to which they are large


def claim_views(made: Conducted, *, large: bool = False) -> list[dict[str, Any]]:
    """The views of all decisions of a study, in the order of its claims."""
    return [
        _view(made, decision, f"claim-{made.plan.study.name}-{at}", large)
        for at, decision in enumerate(made.compared.decisions)
    ]


@dataclass(frozen=True, slots=True)
class Known:
    """What a measure.slot of a claim is: its quantity, its detail, and what its values count."""

    quantity: Quantity
    detail: str
    counted: str

    @property
    def name(self) -> str:
        """The quantity with its detail."""
        return ", ".join(filter(None, (self.quantity.name, self.detail)))

    @property
    def heading(self) -> str:
        """The same with the unit."""
        return ", ".join(filter(None, (self.name, self.quantity.unit)))


def known(made: Conducted, claim: Claim) -> dict[str, Known]:
    """What every measure.slot is that a claim reads, if it was measured."""
    found: dict[str, Known] = {}
    for measurement, findings in made.results:
        for reference in set(claim.references) - set(found):
            name, _, slot = reference.partition(".")
            if measurement.use.name == name and slot in findings:
                result, measure = findings[slot], measurement.use.measure
                quantity = measure.quantities[result.quantity]
                counted = quantity.counted if measure.of == "group" else f"{measure.of}s"
                found[reference] = Known(quantity, result.detail, counted)
    return found


def _view(made: Conducted, decision: Decision, name: str, large: bool) -> dict[str, Any]:
    """A decision: its texts, its number, its controls, and its figure."""
    about, found = known(made, decision.claim), decision.evidence
    names = {key: one.name for key, one in about.items()}
    counted = _counted(decision.claim.rule, about)
    unknown = found.value is not None and found.interval is None and not decision.note
    points = [each for each in found.points if np.isfinite(each.x).any() and np.isfinite(each.y).any()]
    points = [replace(each, name=shortened(made.plan, each.name)) for each in points]
    size = LARGE if large else SIZE
    figure = _figure(decision.claim.rule, points, about, name, size)
    keyed = not isinstance(decision.claim.rule, Bound | Difference) and 1 < len(points) <= MOST
    return {
        "decision": decision,
        "verdict": decision.verdict,
        "kind": decision.verdict.replace(" ", "-"),
        "headline": headline(decision, about),
        "what": shortened(made.plan, capital(decision.claim.rule.described(names))),
        "expect": _expected(decision.claim),
        "sample": counted and found.sample and sample(decision.estimate, counted),
        "p": found.p is not None and p_value(found.p, is_bound=found.p_is_bound),
        "note": "there are too few for an interval" if unknown else decision.note.rstrip("."),
        "title": figure[0],
        "figure": figure[1],
        "labels": [Label(each.name, (each.name,), (f"c{at}",)) for at, each in enumerate(points)] if keyed else [],
        "controls": [_control(made, each) for each in decision.controls],
    }


def _counted(rule: Rule, about: Mapping[str, Known]) -> str:
    """What the sample of a claim's number consists of."""
    if isinstance(rule, Correlation) and rule.over == "groups":
        return "groups"
    return about[rule.of].counted if rule.of in about else ""


def headline(decision: Decision, about: Mapping[str, Known]) -> str:
    """The deciding number with its unit and its interval, as a short text."""
    rule, one = decision.claim.rule, decision.estimate
    unit = about[rule.of].quantity.unit if rule.of in about and isinstance(rule, Bound | Difference | Paired) else ""
    unit = "points" if unit == "%" and not isinstance(rule, Bound) else unit  # a difference of percentages
    text = f"{value(one)} {unit}".strip()
    return f"{text} ({interval(one)})" if one.interval else text


def _expected(claim: Claim) -> str:
    """Where a claim expects its number: "above 0"."""
    bound = claim.rule.bound if isinstance(claim.rule, Bound) else 0.0
    return f"{claim.expect} {bound:g}"


def _control(made: Conducted, decision: Decision) -> dict[str, Any]:
    """A control: its sentence, whether it holds, and its number."""
    about = known(made, decision.claim)
    what = decision.claim.rule.described({key: one.name for key, one in about.items()})
    return {
        "text": decision.claim.text,
        "holds": decision.verdict == "supported",
        "what": capital(f"{shortened(made.plan, what)}, expected {_expected(decision.claim)}"),
        "headline": headline(decision, about),
        "note": decision.note.rstrip("."),
    }


def _figure(
    rule: Rule, points: list[Points], about: Mapping[str, Known], name: str, size: tuple[int, int]
) -> tuple[str, Markup | None]:
    """The points that decide a claim, as a chart with its title; None without points."""
    if not points or any(each not in about for each in rule.references):
        return "", None
    of, against = about[rule.of], about[rule.references[-1]]
    if isinstance(rule, Bound | Difference):
        title = capital(of.heading)
        return title, _strip(points, title, rule.bound if isinstance(rule, Bound) else None, name, size)
    if isinstance(rule, Slope):
        title = f"log2 of the standard deviation over runs of {of.name}" if rule.spread else capital(of.heading)
        title += f" at equal {against.name}" if rule.given else ""
        return title, _scatter(points, rule.axis, title, name, size, line="slope")
    title = f"{capital(of.name if isinstance(rule, Correlation) else of.heading)} (up) against {against.name}"
    line = "diagonal" if isinstance(rule, Paired) else ""
    return title, _scatter(points, capital(against.heading), title, name, size, line=line)


def _strip(points: list[Points], label: str, bound: float | None, name: str, size: tuple[int, int]) -> Markup:
    """A row of dots for each group, with its interquartile mean, or the interval of its number; the bound is dashed."""
    step = -(-len(points) // MOST_STRIPS)
    shown = points[::step]
    named = {len(shown) - at - 0.5: each.name for at, each in enumerate(shown)}
    ends = [np.array([bound])] if bound is not None else []
    bands = [np.array(each.interval, np.float64) for each in shown if each.interval is not None]
    x, y = axis([*(each.y for each in shown), *bands, *ends], room=0.08), Axis(0, len(shown), named=named)

    def draw(axes: "Axes") -> None:
        if bound is not None:
            axes.axvline(bound, color=placeholder("quiet"), linewidth=1.2, linestyle=(0, (4, 3)))
        long = size[0] / (x.high - x.low) * 0.6
        for at, (up, each) in enumerate(zip(named, shown, strict=True)):
            values = each.y[np.isfinite(each.y)]
            pen = placeholder(f"c{at % MOST}" if len(shown) <= MOST else "plain")
            draw_strip(axes, values, up, pen, float(iqm(values)), each.interval, pixels=long, row=ROW)

    return chart(name, label, x, y, draw, (size[0], ROOM + ROW * len(shown)), titled=False)


def _scatter(points: list[Points], along: str, up: str, name: str, size: tuple[int, int], *, line: str) -> Markup:
    """Points in the colour of their group or stratum; with the diagonal, or a line through each stratum."""
    log = line == "slope"
    both = [each.x for each in points], [each.y for each in points]
    if line == "diagonal":
        both = both[0] + both[1], both[0] + both[1]
    x, y = axis(both[0], along, log=log, few=log), axis(both[1], "\u00a0")  # a label gives the axis its ticks
    large = 7.0 if sum(len(each.x) for each in points) <= FEW else 5.0

    def draw(axes: "Axes") -> None:
        if line == "diagonal":
            axes.plot([x.low, x.high], [x.low, x.high], color=placeholder("quiet"), linewidth=0.9)
        for at, each in enumerate(points):
            pen = placeholder(f"c{at % MOST}" if 1 < len(points) <= MOST else "c0")
            axes.plot(each.x, each.y, "o", color=pen, markersize=large, alpha=0.7, markeredgewidth=0)
            there = np.isfinite(each.y)
            if line == "slope" and there.sum() > 1:
                slope, height = np.polyfit(np.log2(each.x[there]), each.y[there], 1)
                axes.plot(each.x, height + slope * np.log2(each.x), color=pen, linewidth=1.6)

    return chart(name, up, x, y, draw, size, titled=False)


def tally(verdicts: list[str]) -> list[tuple[str, int]]:
    """How many verdicts there are of each kind, in a fixed order."""
    kinds = ("supported", "contradicted", "not told apart")
    return [(kind, verdicts.count(kind)) for kind in kinds]

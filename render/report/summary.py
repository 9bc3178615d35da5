"""The summary of a comparison: a table of what was found, and the same in sentences that say no more than it shows."""

from collections.abc import Sequence
from html import escape

from render.report.figures import names
from render.report.notes import Notes
from render.report.words import doubtful, sample
from sim.comparison.comparison import Comparison
from sim.comparison.contest import pair_name
from sim.comparison.number import Number

ROWS = (
    ("champions", "share", "Pellets eaten, greedy"),
    ("champions", "share_sampled", "Pellets eaten, sampled"),
    ("champions", "ablation", "Lost without memory"),
    ("learning", "nearly_steps", "Learning until 90 % of its best"),
    ("landscapes", "half_share", "Landscape above half of its centre"),
    ("curvature", "half_radius", "Half of the fitness is lost at"),
    ("landscapes", "imitation_centre", "Imitation loss"),
    ("roughness", "uncertainty_{}", "Uncertainty exponent, {} norms out"),
)
BETWEEN = (
    ("champions", "difference", "The first eats more, greedy"),
    ("plane", "distance", "Distance of the genomes"),
    ("plane", "line_pellets_barrier", "Barrier on the line"),
    ("alignment", "line_pellets_barrier", "… with hidden units aligned"),
    ("plane", "curve_pellets_barrier", "Barrier on a trained curve"),
    ("alignment", "curve_pellets_barrier", "… with hidden units aligned"),
    ("curvature", "cka_outputs", "Likeness of outputs (CKA)"),
)


def who(comparison: Comparison, at: int) -> str:
    """A contestant's name in its ink."""
    return f'<b class="who c{at}">{escape(names(comparison)[at])}</b>'


def get(comparison: Comparison, section: str, subject: str, slot: str) -> Number | None:
    """A number, or None where it was not measured or does not exist."""
    found = comparison.sections[section].numbers.get(subject, {}).get(slot)
    return found if found is not None and found.value is not None else None


def pairs(comparison: Comparison) -> list[str]:
    """The subjects that numbers of the first contestant against each other one have."""
    first, *others = comparison.contestants
    return [pair_name(first, other) for other in others]


def headline(comparison: Comparison, notes: Notes) -> str:
    """What was found, in numbers: a table for the contestants, and one for what lies between them."""
    heads = [who(comparison, at) for at in range(len(comparison.contestants))]
    radii = [f"{radius:g}" for radius in comparison.sections["roughness"].settings["radii"]]
    rows = [
        (section, slot.format(radius), label.format(radius))
        for section, slot, label in ROWS
        for radius in (radii if "{}" in slot else [""])
    ]
    first = _table(comparison, rows, names(comparison), heads, notes)
    others = [f"{who(comparison, 0)} and {who(comparison, at)}" for at in range(1, len(comparison.contestants))]
    return first + _table(comparison, BETWEEN, pairs(comparison), others, notes)


def _table(
    comparison: Comparison,
    rows: Sequence[tuple[str, str, str]],
    subjects: Sequence[str],
    heads: Sequence[str],
    notes: Notes,
) -> str:
    body = []
    for section, slot, label in rows:
        numbers = [get(comparison, section, subject, slot) for subject in subjects]
        there = [number for number in numbers if number is not None]
        if not there:
            continue
        cells = "".join(f"<td>{notes.shown(each, unit=True) if each is not None else '–'}</td>" for each in numbers)
        said = " / ".join(dict.fromkeys(sample(number) for number in there))
        seeds = " / ".join(dict.fromkeys(str(number.seed) for number in there))
        body.append(
            f'<tr><th scope="row">{escape(label)}{notes.call(there[0].key)}</th>{cells}'
            f'<td class="sample">{escape(said)}; seed {seeds}</td></tr>'
        )
    top = "".join(f'<th scope="col">{head}</th>' for head in ("", *heads, "sample"))
    rest = f"<thead><tr>{top}</tr></thead><tbody>{''.join(body)}</tbody>"
    return f'<div class="wide"><table class="first">{rest}</table></div>'


def sentences(comparison: Comparison, notes: Notes) -> str:
    """What was found, in words."""
    said: list[str] = []
    for at, pair in enumerate(pairs(comparison), start=1):
        said += [
            sentence
            for sentence in (_difference(comparison, notes, at, pair), _between(comparison, notes, at, pair))
            if sentence
        ]
    shared = (_soon(comparison, notes), _hills(comparison, notes), _rough(comparison, notes))
    said += [sentence for sentence in shared if sentence]
    return f'<ul class="found">{"".join(f"<li>{sentence}</li>" for sentence in said)}</ul>'


def _difference(comparison: Comparison, notes: Notes, at: int, pair: str) -> str:
    number = get(comparison, "champions", pair, "difference")
    if number is None or number.value is None or number.low is None or number.high is None:
        return ""
    shown = notes.shown(number, unit=True, called=True)
    if number.low <= 0 <= number.high:
        return (
            f"Played greedily in the same {sample(number)}, {who(comparison, 0)} and {who(comparison, at)} cannot be "
            f"told apart: the difference is {shown} a maze, and its interval holds 0."
        )
    better, worse = (0, at) if number.value > 0 else (at, 0)
    less = "" if number.value > 0 else ", what the first eats less what the other eats"
    return (
        f"{who(comparison, better)} eats more than {who(comparison, worse)}: {shown} a maze{less}, in the same "
        f"{sample(number)}."
    )


def _between(comparison: Comparison, notes: Notes, at: int, pair: str) -> str:
    line, aligned, curve = (
        get(comparison, section, pair, slot)
        for section, slot in (
            ("plane", "line_pellets_barrier"),
            ("alignment", "line_pellets_barrier"),
            ("alignment", "curve_pellets_barrier"),
        )
    )
    if line is None or aligned is None or curve is None:
        return ""
    return (
        f"The straight line from {who(comparison, 0)} to {who(comparison, at)} falls by "
        f"{notes.shown(line, called=True)} % of all pellets below what its ends promise, by {notes.shown(aligned)} % "
        f"once hidden units are aligned, and the trained curve between the aligned champions by {notes.shown(curve)} "
        "%."
    )


def _soon(comparison: Comparison, notes: Notes) -> str:
    """How much learning each took, which is not what it cost."""
    parts: list[str] = []
    for at, name in enumerate(names(comparison)):
        number = get(comparison, "learning", name, "nearly_steps")
        if number is not None:
            first = not parts
            begin = " first ate 90 % of what it eats in the end" if first else ""
            taken = notes.shown(number, unit=first, called=first)
            parts.append(f"{who(comparison, at)}{begin} after {taken}{' of learning' if first else ''}")
    return f"{', '.join(parts)}." if parts else ""


def _hills(comparison: Comparison, notes: Notes) -> str:
    parts: list[str] = []
    for at, name in enumerate(names(comparison)):
        number = get(comparison, "curvature", name, "half_radius")
        if number is not None:
            parts.append(f"{notes.shown(number, unit=True, called=not parts)} from {who(comparison, at)}")
            count = sample(number)
    if not parts:
        return ""
    return f"Half of the fitness is lost {', '.join(parts)} (the median of {count})."


def _rough(comparison: Comparison, notes: Notes) -> str:
    """The uncertainty exponents farthest out, where most of the landscape lies."""
    radius = f"{comparison.sections['roughness'].settings['radii'][-1]:g}"
    parts: list[str] = []
    for at, name in enumerate(names(comparison)):
        number = get(comparison, "roughness", name, f"uncertainty_{radius}")
        if number is not None and not doubtful(number):
            parts.append(f"{notes.shown(number, called=not parts)} around {who(comparison, at)}")
    if not parts:
        return ""
    return (
        f"The uncertainty exponent, {radius} norms from the champion, is {' and '.join(parts)}: 1 is a landscape of "
        "smooth edges, and the nearer to 0, the less does a closer look help."
    )

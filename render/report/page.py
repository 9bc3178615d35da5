"""The page of a comparison: one HTML file that holds everything that it shows, and needs no script."""

from collections.abc import Callable, Mapping
from html import escape

from render.report import exponents, figures
from render.report.learning import learning
from render.report.maps import data_uri
from render.report.notes import Notes
from render.report.style import STYLE
from render.report.summary import headline, pairs, sentences, who
from render.report.tables import table
from render.report.words import number
from sim.comparison.comparison import Comparison
from sim.comparison.number import Numbers
from sim.provenance import provenance

TITLES: dict[str, tuple[str, str]] = {
    "learning": (
        "How they learned",
        "Runs write down what they learn as they go. Methods differ in what they record and in what a generation "
        "costs, so pellets are drawn against steps of life, and losses, which only gradients have, against updates.",
    ),
    "champions": (
        "What the champions eat",
        "Every champion plays the same validation mazes, none of which any run chose its champion on. The test mazes "
        "stay closed. Greedy play always takes the best action; sampled play draws from the softmax of the outputs.",
    ),
    "landscapes": (
        "The landscapes around them",
        "Each champion stands in the middle of a plane of its own. Two directions are drawn at random and scaled, row "
        "by row, to the weights that they are added to (Li et al. 2018); one norm is the length of the champion's "
        "genome.",
    ),
    "plane": (
        "Between the champions",
        "The plane through the first two champions and a beginning shows where learning went, and how much of the way "
        "cannot be seen on any plane. The line and the curves ask whether two stand on one hill (Garipov et al. 2018).",
    ),
    "alignment": (
        "The same, hidden units aligned",
        "Renaming hidden units, or flipping their signs, gives another genome that acts the same. A barrier between "
        "two champions may be no more than that; so each other one is replaced by its twin that lies nearest to the "
        "first. Its paths are drawn above, beside those as learned.",
    ),
    "roughness": (
        "How rough the landscapes are",
        "Pellets are counted, so fitness is a step function of the genome, and steps fool estimators of roughness: "
        "read each number beside its control, a smooth bowl with the same heights. Which of these numbers can bear "
        "weight is said with them.",
    ),
    "curvature": (
        "Curvature, and how far a hill reaches",
        "The imitation loss is smooth and has a Hessian. Pellets are not; their smoothed mean, which evolution "
        "strategies climb (Lehman et al. 2018), has one too, if only as an estimate. Last, how alike the champions "
        "answer.",
    ),
}
DRAWN: dict[str, tuple[Callable[[Comparison], str], ...]] = {
    "learning": (learning,),
    "champions": (figures.champions,),
    "landscapes": (figures.landscapes,),
    "plane": (figures.plane, figures.paths),
    "alignment": (),
    "roughness": (exponents.roughness,),
    "curvature": (exponents.curvature,),
}


def page(comparison: Comparison, film: str = "", command: str = "", made_by: Mapping[str, str] | None = None) -> str:
    """The HTML of a comparison; `film` is that of its film, `command` finds the numbers again."""
    notes = Notes()
    called = [escape(name) for name in figures.names(comparison)]
    heading = " and ".join(who(comparison, at) for at in range(len(called)))
    begin = _begin(comparison, notes, heading, command)
    parts = [_section(comparison, notes, at, name) for at, name in enumerate(comparison.sections, start=1)]
    if film:
        parts.append(
            f'<section id="film"><h2><span>{len(parts) + 1}</span>The landscapes, in step</h2>'
            "<p>The same tour through each landscape: its plane, slid along a third random direction from one side of "
            f"the champion to the other.</p>{film}</section>"
        )
    foot = (
        f'<section id="notes"><h2>Definitions</h2>{notes.listed()}</section><footer><p>{_made(made_by)} All numbers, '
        "with their settings and these definitions, are in <code>comparison.json</code> beside this page; the arrays "
        "behind the figures in <code>parts/</code>.</p></footer>"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{' and '.join(called)}: landscapes compared</title><style>{STYLE}</style></head>\n"
        f"<body><main>{begin}\n" + "\n".join(parts) + f"\n{foot}</main></body></html>\n"
    )


def _begin(comparison: Comparison, notes: Notes, heading: str, command: str) -> str:
    """Title, who they are, what was found, and what that rests on."""
    rows = [
        f"{who(comparison, at)} is the champion of generation {each.generation} of "
        f"<code>{escape(str(each.run))}</code> (seed {each.seed}), after {number(each.steps)} agent-steps of learning"
        for at, each in enumerate(comparison.contestants)
    ]
    methods = [each.method for each in comparison.contestants]
    alone = "one run for each method" if len(set(methods)) == len(methods) else "few runs"
    quick = (
        " These are the sizes of <code>--quick</code>: look at the intervals, and measure again without it before you "
        "quote anything."
        if comparison.config.quick
        else ""
    )
    links = "".join(
        f'<a href="#{name}">{at} {escape(TITLES.get(name, (name, ""))[0])}</a>'
        for at, name in enumerate(comparison.sections, start=1)
    )
    links += '<a href="#notes">Definitions</a>'
    again = f'<p class="stamp">Found again by <code>{escape(command)}</code></p>' if command else ""
    return (
        f"<header><h1>{heading}: the landscapes where they learned</h1>"
        f'<p class="lead">{"; ".join(rows)}.</p></header>'
        f'<section id="found">{headline(comparison, notes)}{sentences(comparison, notes)}'
        "<p>Small figures are 95 % intervals. They say how sure a number is for <i>these</i> champions, over mazes, "
        f"planes or directions: with {alone}, nothing here is a claim about methods, which wants ten seeds or more "
        "(Agarwal et al. 2021), and <code>foragescape methods</code>."
        f'{quick}</p>{again}</section><nav aria-label="sections">{links}</nav>'
    )


def _section(comparison: Comparison, notes: Notes, at: int, name: str) -> str:
    """A section: what it asks, its figures, and all its numbers."""
    title, text = TITLES.get(name, (name, ""))
    section = comparison.sections[name]
    drawn = "".join(draw(comparison) for draw in DRAWN.get(name, ()))
    who_is = figures.names(comparison)
    own = {subject: section.numbers[subject] for subject in who_is if subject in section.numbers}
    between = {subject: section.numbers[subject] for subject in pairs(comparison) if subject in section.numbers}
    rest = {
        subject: slots for subject, slots in section.numbers.items() if subject not in own and subject not in between
    }
    tables = [
        _table(own, notes, [who(comparison, who_is.index(subject)) for subject in own], "Around each champion."),
        _table(
            between,
            notes,
            [f"{who(comparison, 0)} and {who(comparison, pairs(comparison).index(each) + 1)}" for each in between],
            "Between two champions.",
        ),
        _table(rest, notes, [escape(subject) for subject in rest], "Over several."),
    ]
    head = f"<h2><span>{at}</span>{escape(title)}</h2><p>{escape(text)}</p>"
    return f'<section id="{name}">{head}{drawn}{"".join(tables)}</section>'


def _table(numbers: Numbers, notes: Notes, heads: list[str], caption: str) -> str:
    return table(numbers, notes, heads, caption) if numbers else ""


def video(source: str, still: bytes, caption: str) -> str:
    """The film at an address, its still on paper, and a caption (HTML)."""
    poster = data_uri(still, "image/webp")
    return (
        f'<figure><video src="{source}" poster="{poster}" controls loop muted playsinline preload="metadata"></video>'
        f'<img class="still" src="{poster}" alt="A frame of the film"><figcaption>{caption}</figcaption></figure>'
    )


def _made(made_by: Mapping[str, str] | None) -> str:
    about = made_by or provenance()
    versions = ", ".join(f"{name} {about[name]}" for name in ("numpy", "numba", "torch", "python") if name in about)
    told = about.get("foragescape", "unknown")
    return (
        f"Made by foragescape {escape(told)} (revision {escape(about.get('revision', 'unknown'))}; {escape(versions)})."
    )

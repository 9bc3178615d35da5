"""The page of methods: one HTML file and one figure, made of the numbers of many runs.

index.html    the page, which holds everything that it shows; figure.svg: its figure as a file of its own
methods.json  all numbers, and parts/, manifest.json: see sim.methods.methods
"""

import shlex
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from agents.files import replace_file
from render.report.notes import Notes
from render.report.report import flags
from render.report.strips import INKED, SHAPES, called, paper, strips
from render.report.style import STYLE
from render.report.verdicts import lead, sentences, tally, who
from render.report.words import number as spelled
from sim.comparison.definitions import DEFINITIONS
from sim.comparison.definitions.methods import AROUND, BETWEEN
from sim.comparison.number import Number
from sim.comparison.statistics import FEWEST
from sim.learning.run import Run
from sim.methods.config import MethodsConfig
from sim.methods.methods import RESULT, Methods, compare_methods
from sim.methods.pairing import couple_name, couples
from sim.methods.statistics import differs
from sim.provenance import provenance
from sim.rollout.machine import CPU, Machine

PAGE, FIGURE = "index.html", "figure.svg"
FEW = 10  # runs of a method below which the page says so
COUNTS = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six"}
OWN = f"""
.strips {{ display: block; width: 100%; min-width: 46rem; height: auto; }}
td.alike data {{ font-weight: 400; color: var(--quiet); }}
#runs td .bounds, #pairs td .bounds {{ display: block; }}
td .chance {{ display: block; color: var(--quiet); font-size: .86em; white-space: nowrap; }}
{SHAPES}{INKED}
#who code {{ white-space: nowrap; }}
@media print {{ .strips {{ min-width: 0; max-height: 195mm; }} }}
"""

Progress = Callable[[float, str], None]


def report_methods(
    runs: Sequence[Run],
    config: MethodsConfig,
    out: Path,
    *,
    fresh: bool = False,
    machine: Machine = CPU,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Compare methods by their runs into the folder `out`, with a page and a figure; the same call continues it.

    Returns where they are. Raises UserError as `compare_methods` does.
    """

    def finish(made: Methods) -> None:
        html = page(made, _command(made, out))
        replace_file(out / PAGE, html.encode(errors="backslashreplace"))  # a folder's name may hold any byte
        replace_file(out / FIGURE, paper(made, _title(made)).encode(errors="backslashreplace"))

    compare_methods(runs, config, out, fresh=fresh, machine=machine, progress=progress, finish=finish)
    return {"page": str(out / PAGE), "numbers": str(out / RESULT), "figure": str(out / FIGURE)}


def page(made: Methods, command: str = "") -> str:
    """The HTML of a comparison of methods; `command` finds the numbers again."""
    notes = Notes()
    names = [called(list(made.contestants))[method] for method in made.contestants]
    found = _found(made, notes)
    drawn = (
        f'<section id="figure"><figure><div class="wide">{strips(made)}</div><figcaption>'
        "<b>Every quantity of every run.</b> A dot is a run; in the last two lines a pair of runs, of one method or of "
        "two. Axes do not begin at zero. Bands that overlap may still differ, and what the difference is says the "
        "table.</figcaption></figure></section>"
    )
    tables = _around(made, notes) + _between(made, notes) + _runs(made, command)
    about = provenance()
    made_by = f"Made by foragescape {escape(about['foragescape'])} (revision {escape(about['revision'])})."
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(', '.join(names))}: methods compared</title><style>{STYLE}{OWN}</style></head>\n"
        f'<body><main><header><h1>{_title(made)}</h1><p class="lead">{lead(made)}</p></header>\n'
        f"{drawn}\n{found}\n{tables}\n"
        f'<section id="notes"><h2>Definitions</h2>{notes.listed()}</section><footer><p>{made_by} All numbers, the '
        f"values of every run and pair, and these definitions are in <code>{RESULT}</code> beside this page.</p>"
        "</footer></main></body></html>\n"
    )


def _title(made: Methods) -> str:
    """How many methods, and how many runs of each."""
    often = sorted({len(some) for some in made.contestants.values()})
    runs = spelled(often[0]) if len(often) == 1 else f"{spelled(often[0])} to {spelled(often[-1])}"
    return f"{COUNTS[len(made.contestants)]} ways of learning, {runs} runs of each"


def _found(made: Methods, notes: Notes) -> str:
    """What was found, and what that rests on."""
    fewest = min(len(some) for some in made.contestants.values())
    looked, told = tally(made)
    few = f" With {fewest} runs of a method, fewer than ten, take them as a first look." if fewest < FEW else ""
    quick = " These are the sizes of <code>--quick</code>: measure again without it before you quote anything."
    counted = (
        f"that is so for {told} of {looked} differences on this page; about one in twenty would be if nothing differed."
        if looked
        else f"so none is, as that takes {FEWEST} runs of each method."
    )
    return (
        f'<section id="found"><h2>What differs</h2>{sentences(made, notes)}'
        "<p>Each number is the interquartile mean over a method's runs; small figures are its 95 % interval, a "
        "bootstrap over runs (Agarwal et al. 2021). Two methods are said to differ only where the interval of their "
        f"difference does not hold 0: {counted}{few}{quick if made.config.quick else ''}</p>{_costs(made)}</section>"
    )


def _costs(made: Methods) -> str:
    """What learning took each method, as nothing here makes that alike."""
    took = []
    for method, some in made.contestants.items():
        steps = sorted(each.steps for each in some)
        span = " to ".join(dict.fromkeys(map(spelled, (steps[0], steps[-1]))))
        took.append(f"{who(made, method)} {span}")
    return (
        "<p>Methods are compared as they were run, not at equal cost. Agent-steps of learning until the champion: "
        f"{', '.join(took)}. Backward passes and teachers are not counted.</p>"
    )


def _around(made: Methods, notes: Notes) -> str:
    """The table of what was measured of every run."""
    return (
        '<section id="runs"><h2>Of every run</h2><p>Validation mazes that no run chose its champion on; the test mazes '
        "stay closed. P is the probability that a run of the first method has the larger value"
        f"{notes.call('improvement')}; differences whose interval holds 0 are in grey.</p>"
        f"{_table(made, notes, list(AROUND), 'runs')}</section>"
    )


def _between(made: Methods, notes: Notes) -> str:
    """The tables of what was measured of every pair."""
    keys = list(BETWEEN)
    names, numbers = list(made.contestants), made.numbers["between"]
    heads = [f"{who(made, one)} × {who(made, other)}" for one, other in couples(names)]
    rows = []
    for key in keys:
        row = [slots[key] for slots in numbers.values() if key in slots]
        cells = "".join(f"<td>{notes.shown(each)}</td>" for each in row)
        rows.append((row[0], cells))
    about = "A run of one method and a run of another: interquartile means, 95 % intervals over pairs."
    crossing = _rows(rows, ["", *heads], about, notes)
    return (
        '<section id="pairs"><h2>From one champion to another</h2><p>Renaming hidden units, or flipping their signs, '
        "gives another genome that acts the same. Aligned, the second champion is replaced by the nearest of these "
        f"twins that is found.</p>{_table(made, notes, keys, 'pairs')}{crossing}</section>"
    )


def _table(made: Methods, notes: Notes, keys: Sequence[str], over: str) -> str:
    """Quantities, what each method has of them over its runs or pairs, and by how much two differ."""
    names, numbers = list(made.contestants), made.numbers
    both = couples(names)
    heads = ["", *(who(made, name) for name in names), *(f"{who(made, a)} − {who(made, b)}" for a, b in both)]
    rows = []
    for key in keys:
        own = [numbers["methods"][name][key] for name in names]
        cells = "".join(f"<td>{notes.shown(each)}</td>" for each in own)
        for one, other in both:
            couple = couple_name(one, other)
            cells += _difference(notes, numbers["differences"][couple][key], numbers["improvements"][couple][key])
        rows.append((own[0], cells))
    about = (
        f"Interquartile means and 95 % intervals over {over}; percentages differ by points; seed {made.config.seed}."
    )
    return _rows(rows, heads, about, notes)


def _difference(notes: Notes, less: Number, chance: Number) -> str:
    """A difference, and how probably the first is above."""
    kind = "" if differs(less.interval) else ' class="alike"'
    value = "–" if chance.value is None else f"{chance.value:.2f}"
    bounds = f" ({chance.low:.2f} to {chance.high:.2f})" if chance.low is not None and chance.high is not None else ""
    return f'<td{kind}>{notes.shown(less)}<span class="chance">P {value}{bounds}</span></td>'


def _rows(rows: Sequence[tuple[Number, str]], heads: Sequence[str], caption: str, notes: Notes) -> str:
    body = []
    for first, cells in rows:
        definition = DEFINITIONS[first.key]
        unit = f' <span class="which">{escape(definition.unit)}</span>' if definition.unit else ""
        label = f"{escape(definition.name)}{notes.call(first.key)}{unit}"
        body.append(f'<tr><th scope="row">{label}</th>{cells}</tr>')
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _runs(made: Methods, command: str) -> str:
    """Which runs these are, and what finds the numbers again."""
    again = f'<p class="stamp">Found again by <code>{escape(command)}</code></p>' if command else ""
    body = "".join(
        f'<tr><th scope="row">{who(made, method)}</th><td><code>{escape(str(each.run))}</code></td><td>{each.seed}</td>'
        f"<td>{spelled(each.generation)}</td><td>{spelled(each.steps)}</td>"
        f"<td>{spelled(made.runs[each.name]['share'], 1)}</td></tr>"
        for method, some in made.contestants.items()
        for each in some
    )
    heads = ("", "run", "seed", "champion of generation", "agent-steps until then", "pellets eaten, %")
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        '<section id="who"><h2>The runs</h2><div class="wide"><table><thead><tr>'
        f"{top}</tr></thead><tbody>{body}</tbody></table></div>{again}</section>"
    )


def _command(made: Methods, out: Path) -> str:
    """What makes it again, with every setting that is not the usual one."""
    runs = [str(each.run) for some in made.contestants.values() for each in some]
    return shlex.join(["foragescape", "methods", *runs, "--out", str(out), *flags(made.config, MethodsConfig())])

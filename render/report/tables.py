"""Tables: every number of a section, a row for each quantity and a column for each subject."""

from collections.abc import Sequence
from html import escape

from render.report.notes import Notes
from render.report.words import is_control, remark, sample, which
from sim.comparison.definitions import DEFINITIONS
from sim.comparison.number import Number, Numbers

Row = Sequence[Number | None]


def table(numbers: Numbers, notes: Notes, heads: Sequence[str], caption: str) -> str:
    """The numbers of several subjects, whose columns are headed by the HTML of `heads`; controls come last."""
    subjects = list(numbers.values())
    slots = list(dict.fromkeys(slot for slots in subjects for slot in slots))
    rows: list[tuple[str, str, Row]] = []
    for slot in slots:
        row = [slots.get(slot) for slots in subjects]
        rows.append((slot, next(number.key for number in row if number is not None), row))
    rows.sort(key=lambda row: is_control(row[0], row[1]))
    seeds = sorted({number.seed for _, _, row in rows for number in row if number is not None})
    several = len(seeds) > 1
    body = "".join(_row(slot, key, row, notes, several) for slot, key, row in rows)
    top = "".join(f'<th scope="col">{head}</th>' for head in ("", *heads, "sample"))
    told = f"{caption} " + (
        "Seeds are given with the samples." if several else f"Seed {seeds[0] if seeds else NOTHING}."
    )
    return (
        f'<div class="wide"><table><caption>{escape(told)}</caption><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


NOTHING = "none"


def _row(slot: str, key: str, row: Row, notes: Notes, seeds: bool) -> str:
    definition, more = DEFINITIONS[key], which(slot, key)
    label = f"{escape(definition.name)}{notes.call(key)}"
    details = ", ".join(part for part in (more, definition.unit) if part)
    if details:
        label += f' <span class="which">{escape(details)}</span>'
    there = [number for number in row if number is not None]
    samples = {_sample(number, seeds) for number in there}
    remarks = {remark(number, more) for number in there}
    shared = len(samples) == 1 and len(there) == len(row)
    cells = []
    for number in row:
        if number is None:
            cells.append("<td></td>")
            continue
        own = [] if shared else [_sample(number, seeds)]
        own += [remark(number, more)] if len(remarks) > 1 else []
        said = f'<span class="said">{escape("; ".join(filter(None, own)))}</span>' if any(own) else ""
        cells.append(f"<td>{notes.shown(number)}{said}</td>")
    last = [*(samples if shared else ()), *(remarks if len(remarks) == 1 else ())]
    kind = ' class="control"' if is_control(slot, key) else ""
    told = escape("; ".join(part for part in last if part))
    return f'<tr{kind}><th scope="row">{label}</th>{"".join(cells)}<td class="sample">{told}</td></tr>'


def _sample(number: Number, seeds: bool) -> str:
    return f"{sample(number)}{f', seed {number.seed}' if seeds else ''}"

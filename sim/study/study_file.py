"""Study files: a study as TOML, with a table of smaller sizes for a quick look, and settings that a caller changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from agents.errors import UserError
from sim.imitation.teacher import Ties
from sim.known_measures import find, from_json
from sim.study.claims import parse_claim
from sim.study.grid import flat, parse_grid
from sim.study.reference import listed
from sim.study.study import Design, Section, Slide, Study, Use
from sim.study.table_shape import is_number, shaped
from sim.values import parse, plain, read_toml, suggestion

T = TypeVar("T")
KEYS = (
    "title", "text", "limits", "seed", "ties", "pairs", "across", "alike", "together", "learn", "learners", "grid",
    "seeds", "group", "target", "highlights", "overlay", "reference", "section", "claim", "film", "quick",
)  # fmt: skip
Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Head:
    """The plain settings of a study."""

    title: str = ""
    text: str = ""
    limits: str = ""
    seed: int = 0
    ties: Ties = "left"


def read_study(path: Path, *, quick: bool = False, changes: Mapping[str, Any] | None = None) -> Study:
    """The study of a TOML file; `quick` limits its sizes to those of its table quick, then `changes` apply.

    Changes are settings by dotted names: "seed", "learn.generations", "seeds", or "use.setting", where the name of a
    measure means all its uses. Raises UserError in one line for anything that does not fit.
    """
    table = read_toml(path, "study")
    try:
        return parse_study(path.stem, table, quick=quick, changes=changes)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def parse_study(
    name: str, table: Mapping[str, Any], *, quick: bool = False, changes: Mapping[str, Any] | None = None
) -> Study:
    """The study of nested tables."""
    _refuse_unknown(table, KEYS, "setting ")
    copied: Table = shaped(table)
    limits, sections = copied.pop("quick", {}), copied.get("section", [])
    for section in sections:
        _refuse_unknown(section, ("title", "text", "measures"), "setting section.")
    uses = [use for section in sections for use in section.get("measures", [])]
    if quick:
        _limit(copied, uses, limits)
    for key, value in (changes or {}).items():
        _change(copied, uses, key, value)
    grid = None
    if {"grid", "learn", "learners", "seeds"} & copied.keys():
        learn, axes, learners = (copied.get(key, {}) for key in ("learn", "grid", "learners"))
        grid = parse_grid(learn, axes, copied.get("seeds", 1), learners)
    return Study(
        name,
        grid=grid,
        design=_part(Design, {**copied, **listed(copied)}),
        sections=tuple(
            Section(each.get("title", ""), each.get("text", ""), tuple(map(_use, each.get("measures", []))))
            for each in sections
        ),
        claims=tuple(map(parse_claim, copied.get("claim", []))),
        film=parse(Slide, copied["film"], "film.") if "film" in copied else None,
        **plain(_part(_Head, copied)),
    )


def _use(table: Table) -> Use:
    """A measure of a section's table, with its name in the study."""
    measure = from_json({name: value for name, value in table.items() if name != "as"})
    return Use(str(table.get("as", measure.name())), measure)


def _part(kind: type[T], table: Table) -> T:
    """A dataclass from the entries of a table that are its fields."""
    return parse(kind, {each.name: table[each.name] for each in fields(kind) if each.name in table})  # type: ignore[arg-type]


def _limit(table: Table, uses: list[Table], limits: Mapping[str, Any]) -> None:
    """Lower the numbers of a study to those of its table quick, and replace the values that are not numbers."""
    for use in uses:
        defaults = find(str(use.get("measure")))()
        for name, limit in limits.get("measures", {}).get(use.get("measure"), {}).items():
            value = use.get(name, getattr(defaults, name, None))
            use[name] = min(value, limit) if is_number(value) and is_number(limit) else limit
    for name in ("learn", "film", "grid"):
        if name in limits:
            table[name] = {**table.get(name, {}), **limits[name]}
    for name, settings in limits.get("learners", {}).items():
        learners = table.get("learners", {})
        table["learners"] = {**learners, name: {**flat(learners.get(name, {})), **flat(settings)}}
    if "seeds" in limits:
        table["seeds"] = limits["seeds"]
    for claim in table.get("claim", []) if "least" in limits else ():
        claim["least"] = min(claim.get("least", 0), limits["least"])


def _change(table: Table, uses: list[Table], key: str, value: Any) -> None:
    """Change one setting by its dotted name."""
    head, _, rest = key.partition(".")
    named = [use for use in uses if head in (use.get("measure"), use.get("as"))]
    if rest and named:
        known = [each.name for each in fields(find(str(named[0]["measure"])))]
        _refuse_unknown([rest], known, f"setting {head}.")
        for use in named:
            use[rest] = value
    elif rest and head in ("learn", "learners", "grid", "film"):
        table[head] = {**table.get(head, {}), rest: value}
    elif key in ("seed", "seeds", "ties", "pairs", "target"):
        table[key] = value
    else:
        measures = (str(use.get("measure")) for use in uses)
        names = list(dict.fromkeys(["seed", "seeds", "ties", "learn", "learners", "grid", "film", *measures]))
        fix = suggestion(head, names, f"its settings are {', '.join(names)}")
        raise UserError(f"the study has no {key!r} that could be set; {fix}")


def _refuse_unknown(names: Iterable[str], known: Sequence[str], what: str) -> None:
    for name in names:
        if name not in known:
            fix = suggestion(name, known, f"known are {', '.join(known)}")
            raise UserError(f"there is no {what}{name}; {fix}")

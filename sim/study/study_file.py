"""Study files: a study as TOML, with a quick version of itself, and settings that are changed from outside."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from agents.errors import UserError
from sim.imitation.teacher import Ties
from sim.measures import find, from_json
from sim.study.claims import parse_claim
from sim.study.grid import parse_grid
from sim.study.study import Design, Section, Slide, Study, Use
from sim.values import parse, plain

T = TypeVar("T")
KEYS = (
    "title", "text", "seed", "ties", "pairs", "across", "alike", "together", "learn", "grid", "seeds", "group",
    "target", "highlights", "section", "claim", "film", "quick",
)  # fmt: skip


def read_study(path: Path, *, quick: bool = False, changes: Mapping[str, Any] | None = None) -> Study:
    """The study of a TOML file, its numbers held down by its table `quick` where asked, then changed.

    `changes` are settings by dotted names: "seed", "learn.generations", "seeds", or "use.setting", where a
    measure's own name stands for all its uses. Raises UserError in one line for anything that does not fit.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot read the study {path}: {error.strerror}; check the path") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is not TOML: {error}; mend the file") from error
    try:
        return parse_study(path.stem, table, quick=quick, changes=changes)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def parse_study(
    name: str, table: Mapping[str, Any], *, quick: bool = False, changes: Mapping[str, Any] | None = None
) -> Study:
    """The study of nested tables."""
    _refuse_unknown(table, KEYS, "setting")
    table = dict(table)
    caps = table.pop("quick", {})
    measures = [dict(use) for section in table.get("section", []) for use in section.get("measures", [])]
    if quick:
        _hold_down(table, measures, caps)
    for key, value in (changes or {}).items():
        _change(table, measures, key, value)
    uses = iter(measures)
    sections = []
    for section in table.get("section", []):
        _refuse_unknown(section, ("title", "text", "measures"), "setting section.")
        found = tuple(_use(next(uses)) for _ in section.get("measures", []))
        sections.append(Section(section.get("title", ""), section.get("text", ""), found))
    grid = None
    if "grid" in table or "learn" in table or "seeds" in table:
        grid = parse_grid(table.get("learn", {}), table.get("grid", {}), table.get("seeds", 1))
    return Study(
        name,
        grid=grid,
        design=_part(Design, table),
        sections=tuple(sections),
        claims=tuple(parse_claim(claim) for claim in table.get("claim", [])),
        film=parse(Slide, table["film"], "film.") if "film" in table else None,
        **plain(_part(_Head, table)),
    )


def _use(table: dict[str, Any]) -> Use:
    """A measure of a section's table, and what it is called."""
    settings = {name: value for name, value in table.items() if name != "as"}
    measure = from_json(settings)
    return Use(str(table.get("as", measure.name())), measure)


@dataclass(frozen=True, slots=True)
class _Head:
    """The plain settings of a study."""

    title: str = ""
    text: str = ""
    seed: int = 0
    ties: Ties = "left"


def _part(kind: type[T], table: Mapping[str, Any]) -> T:
    """A dataclass from those entries of a table that it has."""
    return parse(kind, {each.name: table[each.name] for each in fields(kind) if each.name in table})  # type: ignore[arg-type]


def _hold_down(table: dict[str, Any], measures: list[dict[str, Any]], caps: Mapping[str, Any]) -> None:
    """Lower the numbers of a study to those of its table `quick`, and set what is no number."""
    for use in measures:
        defaults = find(str(use.get("measure")))()
        for name, cap in caps.get("measures", {}).get(use.get("measure"), {}).items():
            value = use.get(name, getattr(defaults, name, None))
            use[name] = min(value, cap) if isinstance(value, int | float) and not isinstance(cap, bool) else cap
    for name in ("learn", "film", "grid"):
        if name in caps:
            table[name] = {**table.get(name, {}), **caps[name]}
    if "seeds" in caps:
        table["seeds"] = caps["seeds"]


def _change(table: dict[str, Any], measures: list[dict[str, Any]], key: str, value: Any) -> None:
    """Change one setting by its dotted name."""
    head, _, rest = key.partition(".")
    uses = [use for use in measures if head in (use.get("measure"), use.get("as"))]
    if rest and uses:
        known = [each.name for each in fields(find(str(uses[0]["measure"])))]
        _refuse_unknown({rest: value}, known, f"setting {head}.")
        for use in uses:
            use[rest] = value
    elif rest and head in ("learn", "grid", "film"):
        table[head] = {**table.get(head, {}), rest: value}
    elif not rest and key in ("seed", "seeds", "ties", "pairs", "target"):
        table[key] = value
    else:
        names = ["seed", "seeds", "ties", "learn", "grid", "film", *(str(use.get("measure")) for use in measures)]
        near = difflib.get_close_matches(head, names, 1)
        fix = f"did you mean {near[0]}?" if near else f"it has {', '.join(dict.fromkeys(names))}"
        raise UserError(f"the study has no {key!r} that could be set; {fix}")


def _refuse_unknown(table: Mapping[str, Any], known: Any, what: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            fix = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise UserError(f"there is no {what}{'' if what.endswith('.') else ' '}{key}; {fix}")

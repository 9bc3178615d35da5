"""Parties: whom a page is about, each with an ink, and every result of its study with whom it is of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from markupsafe import Markup

from render.page.words import capital
from sim.measures import Quantity
from sim.statistics.results import Number, Result
from sim.study.conduct import Conducted
from sim.study.plan import Plan, Planned
from sim.study.study import Use

MOST = 6  # inks
AND = " | "
Row = tuple[str, str]
"""What makes results a row of a table: their use, and their slot."""
Numbers = dict[str, dict[Row, Number]]
"""By the key of a party, and by row."""


@dataclass(frozen=True, slots=True)
class Party:
    """A subject, a group, or two of them; what a column of a table is of."""

    key: str
    names: tuple[str, ...]
    inks: tuple[str, ...]

    def html(self, joint: str = "×") -> Markup:
        """The names in their inks."""
        words = [Markup('<b class="who {}">{}</b>').format(*each) for each in zip(self.inks, self.names, strict=True)]
        return Markup(" {} ").format(joint).join(words)


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A result with the party that it is of; "" is all of them."""

    party: str
    use: Use
    slot: str
    row: Row
    quantity: Quantity
    detail: str
    result: Result
    runs: tuple[str, ...]
    """The names of the runs that it was measured of."""
    counted: str
    """What samples of its numbers on the page count."""

    @property
    def label(self) -> str:
        """Its quantity with the unit."""
        return ", ".join(filter(None, (self.quantity.name, self.quantity.unit)))

    @property
    def which(self) -> str:
        """What tells it from others of one quantity."""
        alias = self.use.name.replace("_", " ") if self.use.name != self.use.measure.name() else ""
        return ", ".join(filter(None, (alias, self.detail)))

    @property
    def title(self) -> str:
        """Both."""
        return capital(", ".join(filter(None, (self.label, self.which))))

    @property
    def base(self) -> str:
        """The quantity that it is, or is a control of."""
        return self.quantity.control_of or self.result.quantity

    @property
    def basic(self) -> Quantity:
        """The definition of that."""
        return self.use.measure.quantities[self.base]


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """The parties of a page by key, single ones first, and all results in order."""

    made: Conducted
    grouped: bool
    """Whether the page is about groups of runs, and not about single ones."""
    parties: dict[str, Party]
    shown: tuple[Shown, ...]
    inks: dict[str, str]
    """The ink of every run, by its name."""

    def several(self, count: int) -> list[Party]:
        """The parties of one name, or of two."""
        return [each for each in self.parties.values() if len(each.names) == count]

    def ink(self, each: Shown) -> str:
        """Whose ink a result has: of a pair of subjects, that of the second; of two groups, none."""
        party = self.parties.get(each.party)
        if party is None:
            return "plain"
        return "quiet" if self.grouped and len(party.inks) > 1 else party.inks[-1]

    def rows(self, uses: Sequence[str]) -> list[Shown]:
        """A number of every row that some uses make: those of one quantity together, then those of its controls."""
        found: dict[Row, Shown] = {}
        for each in self.shown:
            if isinstance(each.result, Number) and each.use.name in uses:
                found.setdefault(each.row, each)
        first: dict[Row, int] = {}
        for at, each in enumerate(found.values()):
            first.setdefault((each.use.name, each.base), at)
        return sorted(
            found.values(), key=lambda each: (first[each.use.name, each.base], bool(each.quantity.control_of))
        )

    def highlights(self) -> list[Shown]:
        """A number of every row that the page begins with."""
        every = {f"{each.use.name}.{each.slot}": each.row for each in reversed(self.shown)}
        rows = {each.row: each for each in self.rows([use.name for use in self.made.plan.study.uses])}
        wanted = dict.fromkeys(every.get(each) for each in self.made.plan.study.design.highlights)
        return [rows[row] for row in wanted if row in rows]

    def numbers(self) -> Numbers:
        """The numbers of all parties: of groups, the means over their runs or pairs."""
        found: Numbers = {}
        for each in self.shown:
            if isinstance(each.result, Number) and (not self.grouped or each.use.measure.of == "group"):
                found.setdefault(each.party, {})[each.row] = each.result
        if self.grouped:
            between = {AND.join(couple): of for couple, of in self.made.compared.between.items()}
            for key, numbers in (self.made.compared.groups | between).items():
                found.setdefault(key, {}).update(by_row(numbers))
        return found

    def differences(self, one: str, other: str, *, chances: bool = False) -> dict[Row, Number]:
        """By how much one group exceeds another, or with which probability; of whichever of both comes first."""
        every = self.made.compared.improvements if chances else self.made.compared.differences
        return by_row(every.get((one, other)) or every.get((other, one)) or {})


def by_row(numbers: Mapping[str, Number]) -> dict[Row, Number]:
    """Numbers that are named "use.slot"."""
    return {(key.partition(".")[0], key.partition(".")[2]): each for key, each in numbers.items()}


def is_grouped(plan: Plan) -> bool:
    """Whether a study is about groups: of a grid, or of several runs each."""
    several = not plan.study.design.together and any(len(runs) > 1 for runs in plan.groups.values())
    return bool(plan.cells) or several or len(plan.runs) > MOST


def cast(made: Conducted) -> Cast:
    """The cast of a study."""
    plan, grouped = made.plan, is_grouped(made.plan)
    names = list(
        plan.groups if grouped else dict.fromkeys(run.name for each in plan.measuring for run in each.task.runs)
    )
    inks = {name: f"c{at}" if len(names) <= MOST else "plain" for at, name in enumerate(names)}
    short = [name.partition(" (")[0] for name in names] if grouped else names
    called = {name: each if short.count(each) == 1 else name for name, each in zip(names, short, strict=True)}
    pairs = [tuple(run.name for run in each.task.runs) for each in plan.measuring if each.use.measure.of == "pair"]
    if grouped:
        pairs = list(combinations(names, 2)) if len(names) <= MOST else []
    keys = [*((name,) for name in names), *pairs]
    parties = {
        AND.join(key): Party(AND.join(key), tuple(called[name] for name in key), tuple(inks[name] for name in key))
        for key in keys
    }
    inked = {run.name: inks.get(run.group if grouped else run.name, "plain") for run in plan.runs}
    return Cast(made, grouped, parties, tuple(_shown(made, grouped, parties)), inked)


def _shown(made: Conducted, grouped: bool, parties: Mapping[str, Party]) -> Iterator[Shown]:
    """Every result. One of all subjects whose detail names a party is of that party."""
    every, taken = {run.name for run in made.plan.runs}, set()
    for planned, findings in made.found:
        use, runs = planned.use, tuple(run.name for run in planned.task.runs)
        party = _party(planned, grouped)
        for slot, result in findings.items():
            whose, detail, row = party, result.detail, (use.name, slot)
            if not party and detail in parties:
                whose, detail = detail, ""
                row = row if (whose, use.name, result.quantity) in taken else (use.name, result.quantity)
                taken.add((whose, use.name, result.quantity))
            elif detail in every and not isinstance(result, Number):
                detail = ""
            quantity = use.measure.quantities[result.quantity]
            counted = f"{use.measure.of}s" if grouped and use.measure.of != "group" else quantity.counted
            yield Shown(whose, use, slot, row, quantity, detail, result, runs, counted)


def _party(planned: Planned, grouped: bool) -> str:
    """The key of the party that all results of a task are of."""
    runs = planned.task.runs
    if grouped:
        groups = planned.between or tuple(dict.fromkeys(run.group for run in runs))
        return AND.join(groups) if planned.between or len(groups) == 1 else ""
    return "" if planned.use.measure.of == "group" else AND.join(run.name for run in runs)

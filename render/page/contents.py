"""The contents of a page: every result of a study, with the label of the subject, group or pair that it belongs to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from markupsafe import Markup

from render.page.words import capital, learned
from sim.measures import Category, Quantity
from sim.statistics.results import Number, Result
from sim.study.comparison import Numbers
from sim.study.conduct import Conducted
from sim.study.plan import Measurement, Plan
from sim.study.study import Use

MOST = 6  # colours
AND = " | "


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a subject, of a group of runs, or of a pair of these: one or two names with their colours."""

    key: str
    names: tuple[str, ...]
    colours: tuple[str, ...]

    def html(self, joint: str = "×") -> Markup:
        """The names in their colours."""
        both = zip(self.colours, self.names, strict=True)
        words = [Markup('<b class="who {}">{}</b>').format(colour, name) for colour, name in both]
        return Markup(" {} ").format(joint).join(words)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A result of the study, with its definition and the key of its label."""

    key: str
    """The key of its label, or "" for a result of all subjects together."""
    use: Use
    slot: str
    row: str
    """The row of a table, "use.slot": it has one number for each label."""
    quantity: Quantity
    detail: str
    result: Result
    runs: tuple[str, ...]
    """The names of the runs that were measured."""
    counted: str
    """What the sample of a number on the page consists of."""

    @property
    def heading(self) -> str:
        """The quantity with its unit."""
        return ", ".join(filter(None, (self.quantity.name, self.quantity.unit)))

    @property
    def which(self) -> str:
        """What distinguishes it from other entries of the same quantity."""
        alias = self.use.name.replace("_", " ") if self.use.name != self.use.measure.name() else ""
        return ", ".join(filter(None, (alias, self.detail)))

    @property
    def title(self) -> str:
        """The quantity with its unit, and what distinguishes the entry."""
        return capital(", ".join(filter(None, (self.heading, self.which))))

    @property
    def base(self) -> str:
        """The key of its quantity; for a control, of the quantity that it is the control of."""
        return self.quantity.control_of or self.result.quantity

    @property
    def basic(self) -> Quantity:
        """The definition of that quantity."""
        return self.use.measure.quantities[self.base]

    @property
    def control(self) -> str:
        """For a control: its name without that of the quantity."""
        return self.quantity.name.removeprefix(f"{self.basic.name}, ") if self.quantity.control_of else ""


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The labels of a page by key, single ones before pairs, and all results in order."""

    made: Conducted
    grouped: bool
    """True if the page is about groups of runs, and not about single runs."""
    labels: dict[str, Label]
    entries: tuple[Entry, ...]
    colours: dict[str, str]
    """The colour of every run, by its name."""
    names: dict[str, str]
    """What the page calls every run, by its name in the study."""

    @property
    def single(self) -> list[Label]:
        """The labels of single subjects or groups."""
        return [label for label in self.labels.values() if len(label.names) == 1]

    @property
    def pairs(self) -> list[Label]:
        """The labels of pairs."""
        return [label for label in self.labels.values() if len(label.names) == 2]

    @property
    def uses(self) -> list[str]:
        """The names of all uses of the study."""
        return [use.name for use in self.made.plan.study.uses]

    def colour(self, entry: Entry) -> str:
        """The colour of a result: for a pair of subjects, that of the second; for a pair of groups, grey."""
        label = self.labels.get(entry.key)
        if label is None:
            return "plain"
        return "quiet" if self.grouped and len(label.colours) > 1 else label.colours[-1]

    def rows(self, uses: Sequence[str]) -> list[Entry]:
        """The first entry of every row of numbers; a quantity's rows are together, and its controls follow them."""
        first: dict[str, Entry] = {}
        for entry in self.entries:
            if isinstance(entry.result, Number) and entry.use.name in uses:
                first.setdefault(entry.row, entry)
        order: dict[tuple[str, str], int] = {}
        for entry in first.values():
            order.setdefault((entry.use.name, entry.base), len(order))
        return sorted(
            first.values(), key=lambda entry: (order[entry.use.name, entry.base], bool(entry.quantity.control_of))
        )

    def highlights(self, *, categories: bool = True) -> list[Entry]:
        """The first entry of every row that the page shows first, with or without those of categories.

        A row that misleads on its own has the rows that it is to be read with before it.
        """
        row_of = {f"{entry.use.name}.{entry.slot}": entry.row for entry in reversed(self.entries)}
        rows = {entry.row: entry for entry in self.rows(self.uses)}
        wanted = (rows.get(row_of.get(slot, "")) for slot in self.made.plan.study.design.highlights)
        with_others = dict.fromkeys(
            name
            for row in wanted
            if row is not None
            for name in (*(f"{row.use.name}.{other}" for other in row.quantity.read_with), row.row)
        )
        found = [rows[name] for name in with_others if name in rows]
        return [row for row in found if categories or not isinstance(row.quantity, Category)]

    def numbers(self) -> dict[str, Numbers]:
        """The numbers by label and row; for groups, the means over their runs or pairs."""
        numbers: dict[str, Numbers] = {}
        for entry in self.entries:
            if isinstance(entry.result, Number) and (not self.grouped or entry.use.measure.of == "group"):
                numbers.setdefault(entry.key, {})[entry.row] = entry.result
        if self.grouped:
            compared = self.made.compared
            between = {AND.join(couple): means for couple, means in compared.between.items()}
            for key, means in (compared.groups | between).items():
                numbers.setdefault(key, {}).update(means)
        return numbers

    def differences(self, one: str, other: str, *, improvements: bool = False) -> Numbers:
        """The differences of two groups, or the probabilities of improvement, in the order of the groups."""
        compared = self.made.compared.improvements if improvements else self.made.compared.differences
        return compared.get((one, other)) or compared.get((other, one)) or {}


def is_grouped(plan: Plan) -> bool:
    """True if a study is about groups: of a grid, of several runs each, or of more runs than there are colours."""
    several = not plan.study.design.together and any(len(runs) > 1 for runs in plan.groups.values())
    return bool(plan.cells) or several or len(plan.runs) > MOST


def shortened(plan: Plan, text: str) -> str:
    """A text with short names of the axes of the plan's grid: "batch" in place of "imitate.batch", if it is unique."""
    axes = [name for name, _ in plan.study.grid.axes] if plan.study.grid else []
    short = {name: name.rpartition(".")[2] for name in axes}
    for name in (each for each in axes if list(short.values()).count(short[each]) == 1):
        text = text.replace(name, short[name])
    return text


def contents_of(made: Conducted) -> Contents:
    """The contents of a study's page."""
    plan, grouped = made.plan, is_grouped(made.plan)
    names = list(plan.groups) if grouped else [run.name for run in plan.runs]
    colours = {name: f"c{at}" if len(names) <= MOST else "plain" for at, name in enumerate(names)}
    of_runs = {run.name: run.name for run in plan.runs} if plan.cells else run_names(plan)
    shown = {name: shortened(plan, learned(name)) for name in names} if grouped else of_runs
    if grouped:
        pairs = list(combinations(names, 2)) if len(names) <= MOST else []
    else:
        measured = [each.task.runs for each in plan.measurements if each.use.measure.of == "pair"]
        pairs = [(first.name, second.name) for first, second in measured]
    labels = {}
    for key in (*((name,) for name in names), *pairs):
        joined = AND.join(key)
        labels[joined] = Label(joined, tuple(shown[name] for name in key), tuple(colours[name] for name in key))
    of_each = {run.name: colours[run.group if grouped else run.name] for run in plan.runs}
    return Contents(made, grouped, labels, tuple(_entries(made, grouped, labels)), of_each, of_runs)


def run_names(plan: Plan) -> dict[str, str]:
    """What a page calls runs that were given: how they learned, and if that names several, also the seed or folder."""
    names = {run.name: learned(run.group) for run in plan.runs}
    for more in (lambda run: f"seed {run.seed}", lambda run: run.path.name or run.name):
        several = Counter(names.values())
        names = {
            run.name: f"{names[run.name]}, {more(run)}" if several[names[run.name]] > 1 else names[run.name]
            for run in plan.runs
        }
    several = Counter(names.values())
    return {name: each if several[each] == 1 else name for name, each in names.items()}


def _entries(made: Conducted, grouped: bool, labels: Mapping[str, Label]) -> Iterator[Entry]:
    """An entry for every result. A result of all subjects whose detail is the key of a label belongs to that label."""
    names, taken = {run.name for run in made.plan.runs}, set()
    for measurement, findings in made.results:
        use, runs = measurement.use, tuple(run.name for run in measurement.task.runs)
        for slot, result in findings.items():
            key, detail, row = _key(measurement, grouped), result.detail, f"{use.name}.{slot}"
            if not key and detail in labels:
                key, detail, shared = detail, "", f"{use.name}.{result.quantity}"
                row = row if (key, shared) in taken else shared
                taken.add((key, shared))
            elif detail in names and not isinstance(result, Number):
                detail = ""
            quantity = use.measure.quantities[result.quantity]
            counted = f"{use.measure.of}s" if grouped and use.measure.of != "group" else quantity.counted
            yield Entry(key, use, slot, row, quantity, detail, result, runs, counted)


def _key(measurement: Measurement, grouped: bool) -> str:
    """The key of the label to which the results of a measurement belong."""
    runs = measurement.task.runs
    if not grouped:
        return "" if measurement.use.measure.of == "group" else AND.join(run.name for run in runs)
    groups = measurement.between or tuple(dict.fromkeys(run.group for run in runs))
    return AND.join(groups) if measurement.between or len(groups) == 1 else ""

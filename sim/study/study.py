"""Studies as values: what is learned, what is measured of it, how runs are paired and grouped, what is claimed.

A study is a TOML file; its tables are described in the README. Those that ship with the program are files, too.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

from agents.checks import between, choice, positive, seed
from agents.errors import UserError
from sim.imitation.teacher import Ties
from sim.measures import Measure
from sim.study.claims import Claim
from sim.study.grid import Grid
from sim.study.pairing import Rule
from sim.values import plain


@dataclass(frozen=True, slots=True)
class Use:
    """A measure under the name that a study has for it: its own, unless a study measures it twice."""

    name: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Section:
    """Measures that belong together, and what a page says of them."""

    title: str
    text: str = ""
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Design:
    """How runs are paired and grouped."""

    pairs: Rule = "none"
    """Of a group's runs: none, first (the first with each other), ring (each with the next), all."""
    across: bool = False
    """Whether runs of any two groups are paired, too, one to one."""
    alike: bool = False
    """Whether runs of one group must differ in their seeds alone, and no group may have fewer than two."""
    together: bool = False
    """Whether pairs and measures of groups are of all runs, whatever their groups."""
    group: tuple[str, ...] = ()
    """The axes whose values make a group: by default all of the grid, and of given runs the method."""
    target: str = ""
    """The use.slot that all others are correlated with over groups."""
    highlights: tuple[str, ...] = ()
    """The use.slots that a page begins with."""

    def __post_init__(self) -> None:
        """Refuse rules that do not exist."""
        if self.pairs not in get_args(Rule):
            raise UserError(f"pairs must be one of {', '.join(get_args(Rule))}, got {self.pairs!r}")


@dataclass(frozen=True, slots=True)
class Slide:
    """A film of the landscapes of all subjects, side by side along one tour."""

    frames: int = 72
    side: int = 200
    mazes: int = 8
    radius: float = 0.7
    """Half the side of every frame, in norms."""
    depth: float = 0.5
    """How far the plane slides to either side, in norms."""
    seconds: float = 7.0

    def __post_init__(self) -> None:
        """Refuse films of nothing."""
        for name in ("frames", "side", "mazes"):
            between(f"film.{name}", getattr(self, name), 1, 4096)
        for name in ("radius", "seconds"):
            positive(f"film.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class Study:
    """A whole study. Without a grid it is of runs that are given to it."""

    name: str
    title: str = ""
    text: str = ""
    seed: int = 0
    """Names mazes, planes, directions, resamples."""
    ties: Ties = "left"
    """Which of equally near cells the imitated teacher goes to."""
    grid: Grid | None = None
    design: Design = field(default_factory=Design)
    sections: tuple[Section, ...] = ()
    claims: tuple[Claim, ...] = ()
    film: Slide | None = None

    def __post_init__(self) -> None:
        """Refuse seeds that name no stream, and references to what is not measured."""
        seed(self.seed)
        choice("ties", self.ties, Ties)
        names = [use.name for use in self.uses]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UserError(f"the study {self.name} measures {twice} twice; give one of them another name under as")
        for reference in (*self.design.highlights, *filter(None, [self.design.target]), *self.references()):
            self.use_of(reference)

    @property
    def uses(self) -> tuple[Use, ...]:
        """The measures of all sections, in order."""
        return tuple(use for section in self.sections for use in section.uses)

    def references(self) -> Iterator[str]:
        """The use.slots that claims are about."""
        for claim in self.claims:
            yield claim.of
            if claim.against:
                yield claim.against

    def use_of(self, reference: str) -> Use:
        """The use that a "use.slot" names, or UserError."""
        name = reference.partition(".")[0]
        for use in self.uses:
            if use.name == name:
                return use
        near = difflib.get_close_matches(name, [use.name for use in self.uses], 1)
        fix = f"did you mean {near[0]}?" if near else "add it to a section"
        raise UserError(f"the study {self.name} does not measure {reference!r}; {fix}")

    def json(self) -> dict[str, Any]:
        """All of it, as JSON has it."""
        about = ("name", "title", "text", "seed", "ties", "design", "claims", "film")
        table: dict[str, Any] = {name: plain(getattr(self, name)) for name in about}
        table["sections"] = [
            {
                "title": each.title,
                "text": each.text,
                "measures": [{"as": use.name, **use.measure.json()} for use in each.uses],
            }
            for each in self.sections
        ]
        if self.grid is not None:
            axes = {name: list(values) for name, values in self.grid.axes}
            table["grid"] = {"base": dict(self.grid.base), "axes": axes, "seeds": list(self.grid.seeds)}
        return table

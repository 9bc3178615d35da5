"""Studies as values: which runs are learned, what is measured, how runs are paired and grouped, what is claimed.

A study is a TOML file, and the README describes its tables. The studies that ship with the program are such files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agents.checks import between, choice, positive, seed
from agents.errors import UserError
from sim.imitation.teacher import Ties
from sim.measures import Category, Measure
from sim.study.claims import Claim
from sim.study.grid import Grid
from sim.study.pairing import Rule
from sim.study.reference import Reference
from sim.values import plain, suggestion


@dataclass(frozen=True, slots=True)
class Use:
    """A measure of a study, and its name there: the measure's name, or another one if a study uses it twice."""

    name: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Section:
    """Measures that belong together, with a title and a text for the page."""

    title: str
    text: str = ""
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Design:
    """How runs are paired and grouped."""

    pairs: Rule = "none"
    """Pairs within a group: none, first (the first run with each other), ring (each with the next), all."""
    across: bool = False
    """True to pair runs of any two groups as well, one to one."""
    alike: bool = False
    """True if the runs of one group may differ only in their seeds, and each group needs two or more."""
    together: bool = False
    """True if pairs and measures of groups ignore the groups and take all runs together."""
    group: tuple[str, ...] = ()
    """The axes of the grid whose values define a group; none means all. Given runs are grouped by method."""
    target: str = ""
    """The use.slot with which all others are correlated over groups."""
    highlights: tuple[str, ...] = ()
    """The use.slots that a page shows first."""
    overlay: str = ""
    """The use.slot of a category that is drawn over all heat maps."""
    reference: Reference | None = None
    """Correlations with the target that somebody else reports, to stand beside those of the study."""

    def __post_init__(self) -> None:
        """Check the rule, and that a reference has a target beside which it can stand."""
        choice("pairs", self.pairs, Rule)
        if self.reference is not None and not self.target:
            raise UserError("a reference stands beside the correlations with a target; name a target")


@dataclass(frozen=True, slots=True)
class Slide:
    """A film of the landscapes of all subjects, side by side, along the same tour."""

    frames: int = 72
    side: int = 200
    mazes: int = 8
    radius: float = 0.7
    """Half the side of every frame, as a fraction of the genome's norm."""
    depth: float = 0.5
    """How far the plane slides to either side, as a fraction of the genome's norm."""
    seconds: float = 7.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        for name in ("frames", "side", "mazes"):
            between(f"film.{name}", getattr(self, name), 1, 4096)
        for name in ("radius", "seconds"):
            positive(f"film.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class Study:  # its fields are the tables of a study file
    """A whole study. Without a grid it measures runs that are given to it."""

    name: str
    title: str = ""
    text: str = ""
    limits: str = ""
    """What the study cannot show."""
    seed: int = 0
    """The seed of mazes, planes, directions and resamples."""
    ties: Ties = "left"
    """Which of equally near cells the teacher goes to."""
    grid: Grid | None = None
    design: Design = field(default_factory=Design)
    sections: tuple[Section, ...] = ()
    claims: tuple[Claim, ...] = ()
    film: Slide | None = None

    def __post_init__(self) -> None:
        """Check the seed, and that every reference is to a measure of the study."""
        seed(self.seed)
        choice("ties", self.ties, Ties)
        names = [use.name for use in self.uses]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UserError(f"the study {self.name} measures {twice} twice; give one of them another name under as")
        overlay = self.design.overlay
        if overlay and not isinstance(self.use_of(overlay).measure.quantities.get(overlay.partition(".")[2]), Category):
            raise UserError(f"an overlay of heat maps is a category, such as taxonomy.phase, and {overlay} is none")
        for reference in self.references():
            self._check_slot(self.use_of(reference), reference.partition(".")[2])

    @property
    def uses(self) -> tuple[Use, ...]:
        """The measures of all sections, in order."""
        return tuple(use for section in self.sections for use in section.uses)

    def references(self) -> Iterator[str]:
        """The use.slots that the design and the claims name."""
        reported = self.design.reference.correlations if self.design.reference is not None else ()
        design = (*self.design.highlights, self.design.target, self.design.overlay, *(name for name, _ in reported))
        claims = (name for claim in self.claims for name in claim.references)
        return filter(None, (*design, *claims))

    def _check_slot(self, use: Use, slot: str) -> None:
        """Refuse a slot that is of no quantity of its measure; a setting in its name may stand behind or before."""
        known = use.measure.quantities
        if not any(slot == name or slot.startswith(f"{name}_") or slot.endswith(f"_{name}") for name in known):
            fix = suggestion(slot, known, f"it has {', '.join(known)}")
            raise UserError(f"{use.name} of the study {self.name} has no {slot!r}; {fix}")

    def use_of(self, reference: str) -> Use:
        """The use that a "use.slot" names. Raises UserError if there is none."""
        name = reference.partition(".")[0]
        for use in self.uses:
            if use.name == name:
                return use
        fix = suggestion(name, [use.name for use in self.uses], "add it to a section")
        raise UserError(f"the study {self.name} does not measure {reference!r}; {fix}")

    def json(self) -> dict[str, Any]:
        """All of it, as JSON."""
        about = ("name", "title", "text", "limits", "seed", "ties", "design", "film")
        table: dict[str, Any] = {name: plain(getattr(self, name)) for name in about}
        table["claims"] = [claim.json() for claim in self.claims]
        table["sections"] = [
            {
                "title": section.title,
                "text": section.text,
                "measures": [{"as": use.name, **use.measure.json()} for use in section.uses],
            }
            for section in self.sections
        ]
        if self.grid is not None:
            axes = {name: list(values) for name, values in self.grid.axes}
            table["grid"] = {"base": dict(self.grid.base), "axes": axes, "seeds": list(self.grid.seeds)}
            if self.grid.learners:
                table["grid"]["learners"] = {name: dict(settings) for name, settings in self.grid.learners}
        return table

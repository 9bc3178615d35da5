"""References: rank correlations with a target that somebody else reports, to stand beside those of a study."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.checks import between
from agents.errors import UserError
from sim.study.grid import flat


@dataclass(frozen=True, slots=True)
class Reference:
    """Spearman's correlations of several quantities with a target, from a source."""

    source: str = ""
    """Author and year."""
    target: str = ""
    """The source's target, such as "test accuracy"."""
    sample: int = 0
    """The number of cells of the source's grid."""
    opposite: bool = False
    """True if that target falls where the study's target rises, as accuracy falls where error rises."""
    text: str = ""
    """What a reader must know about the source's numbers."""
    correlations: tuple[tuple[str, float], ...] = ()
    """The correlation of each quantity, by its use.slot."""

    def __post_init__(self) -> None:
        """Check that there are a source, a target and a sample, and correlations from -1 to 1."""
        for name in ("source", "target", "correlations", "sample"):
            if not getattr(self, name):
                raise UserError(f"a reference needs its {name}; set reference.{name}")
        for name, value in self.correlations:
            between(f"reference.correlations.{name}", value, -1, 1)

    def agrees(self, reported: float, own: float) -> bool:
        """True if a reported correlation and one of the study have the same direction."""
        return (reported * own > 0) != self.opposite


def listed(table: Mapping[str, Any]) -> dict[str, Any]:
    """The table reference of a study file, if there is one, with its correlations as a list of names and values."""
    reference = table.get("reference")
    if not isinstance(reference, Mapping) or not isinstance(reference.get("correlations"), Mapping):
        return {"reference": reference} if reference is not None else {}
    return {
        "reference": {**reference, "correlations": [list(each) for each in flat(reference["correlations"]).items()]}
    }

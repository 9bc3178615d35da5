"""Definitions: what a number of a comparison means, as a footnote says it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """A number's `name` and `unit`, what its sample `counted`, what it is with its source, and what its interval is."""

    name: str
    unit: str
    counted: str
    meaning: str
    interval: str = ""

    @property
    def text(self) -> str:
        """The whole footnote."""
        return f"{self.meaning} {self.interval}".strip()

    def json(self) -> dict[str, str]:
        """As comparison.json has it."""
        return {"name": self.name, "unit": self.unit, "counted": self.counted, "text": self.text}


OVER_MAZES = (
    "The interval is a 95 % bootstrap over mazes (Efron 1979): it says how sure the number is for this champion, and "
    "nothing of what other seeds of the method would find."
)
OVER_PLANES = (
    "The interval is a 95 % bootstrap over random planes, then parts of each; other seeds of the method are not in it."
)
OVER_PAIRS = "The interval is a 95 % bootstrap over base points; other seeds of the method are not in it."
OVER_WALKS = "The interval is a 95 % bootstrap over walks; other seeds of the method are not in it."
OVER_DIRECTIONS = "The interval is a 95 % bootstrap over directions; other seeds of the method are not in it."
BY_ERRORS = "The interval is 1.96 standard errors of the estimate on either side."
ALONE = "It is one number of these genomes, and has no interval."

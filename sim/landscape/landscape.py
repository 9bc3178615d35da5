"""The landscape as a value: a tour, the objective that is measured along it, and where its champion comes from.

T frames of a tour.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.engine.modes import arithmetic
from sim.landscape.function import FunctionObjective, digest
from sim.landscape.objective import AnyObjective, Objective
from sim.landscape.tour import Tour
from sim.provenance import check_origin, computed_in, unusual

STORY: dict[str, type | tuple[type, ...]] = {
    "method": str,
    "seed": int,
    "generation": int,
    "validation_pellets": (int, float),
}


@dataclass(frozen=True, slots=True)
class ChampionStory:
    """Where the genome that a plane is laid through comes from; None where that was not told.

    `more` are entries of JSON that another writer added, by their names.
    """

    method: str | None = None
    seed: int | None = None
    generation: int | None = None
    validation_pellets: float | None = None
    more: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> "ChampionStory":
        """The story that a genome's file or a field tells."""
        known = {name: table[name] for name, kind in STORY.items() if isinstance(table.get(name), kind)}
        return cls(**known, more=tuple((name, value) for name, value in table.items() if name not in known))

    def json(self) -> dict[str, Any]:
        """The story as JSON has it."""
        known = {name: getattr(self, name) for name in STORY}
        return {**{name: value for name, value in known.items() if value is not None}, **dict(self.more)}


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """A tour through genome space, the objective along it, and where the champion in its middle comes from."""

    tour: Tour
    objective: AnyObjective
    champion: ChampionStory | None = None
    arithmetic: str = field(default_factory=arithmetic)
    """The arithmetic that its heights are computed in: "fused" or "unfused"."""

    @property
    def counts(self) -> NDArray[np.float64]:
        """How many mazes the heights of each frame are summed over, [T]."""
        return self.objective.maze_counts(self.tour)

    @property
    def digest(self) -> str:
        """A digest, of 32 hexadecimal digits, of tour, objective and champion: equal digests mean equal heights."""
        tour = self.tour
        arrays = (tour.axis.values, tour.origin, tour.directions, tour.mix)
        about = [tour.name, tour.axis.name, tour.axis.unit, tour.layers, tour.loop, tour.precision, self.json()]
        windows = [asdict(window) for window in tour.windows]
        return digest({"arrays": [array.tobytes().hex() for array in arrays], "about": about, "windows": windows})

    def json(self) -> dict[str, Any]:
        """The objective, the champion and an unusual arithmetic as JSON values, as fields and pictures store them.

        The layers of the objective are left out, because the name of the tour says what they are.
        """
        table = self.objective.json()
        table.pop("layers", None)
        score = {name: table.pop(name) for name in ("objective",) if name in table}
        champion = {} if self.champion is None else {"champion": self.champion.json()}
        return {**table, **champion, **score, **unusual(self.arithmetic)}


def read_json(
    table: Mapping[str, Any], tour: str, quantity: str, unit: str
) -> tuple[AnyObjective, ChampionStory | None, str]:
    """Read what `Landscape.json` returned for a tour of that name: the objective, the champion and the arithmetic.

    A field of a function that was swept before functions were stored by name gives a function with an empty name.
    Raises UserError for an objective that this version does not know, and for an impossible champion.
    """
    table = dict(table)
    champion, name = table.pop("champion", None), computed_in(table)
    table.pop("arithmetic", None)
    story = None
    if isinstance(champion, Mapping):
        check_origin(champion)
        story = ChampionStory.from_json(champion)
    if "function" in table:
        return FunctionObjective.from_json(table), story, name
    if not {"layout", "lifetime"} & set(table):
        return FunctionObjective("", quantity, unit), story, name
    layers = {"layers": tour} if tour in ("horizon", "mazes") else {}
    return Objective.from_json({**table, **layers}), story, name

"""Comparisons of champions and of the landscapes around them, each number with its interval, sample and definition."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.comparison import alignment, champions, curvature, landscapes, learning, plane, roughness, store
from sim.comparison.config import CompareConfig
from sim.comparison.contest import Contest, Contestant, gather
from sim.comparison.definitions import DEFINITIONS
from sim.comparison.number import Section
from sim.comparison.progress import part
from sim.provenance import provenance
from sim.rollout.machine import CPU, Machine
from sim.run import Run

VERSION = 2  # of how sections are measured: another one makes stored parts stale
MEASURES: dict[str, tuple[Callable[..., Section], float]] = {
    "learning": (learning.measure, 0.01),
    "champions": (champions.measure, 0.01),
    "landscapes": (landscapes.measure, 0.1),
    "plane": (plane.measure, 0.09),
    "alignment": (alignment.measure, 0.08),
    "roughness": (roughness.measure, 0.56),
    "curvature": (curvature.measure, 0.15),
}
"""The sections in order, and about what share of the time each takes."""
SIZES = {"learning": "champions"}  # whose sizes a section has, where not its own: it plays in the same mazes

Progress = Callable[[float, str], None]
"""called with the share done, 0 to 1, and the section that is measured."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The contestants, the config, and what every section found."""

    contestants: tuple[Contestant, ...]
    config: CompareConfig
    sections: dict[str, Section]


def compare(
    runs: Sequence[Run],
    config: CompareConfig,
    out: Path,
    *,
    fresh: bool = False,
    machine: Machine = CPU,
    progress: Progress | None = None,
) -> Comparison:
    """Compare the champions of two runs or more, the first with each other, into the folder `out`.

    A finished section is kept, so the same call goes on where it was stopped; what depends on a changed config or
    champion is measured anew. The same runs and config give the same bits, up to torch's and BLAS's on another machine.
    """
    contest, sizes = gather(runs, seed=config.seed, ties=config.ties), config.sized
    with store.writing(out, fresh=fresh):
        sections: dict[str, Section] = {}
        done = 0.0
        for name, (measure, share) in MEASURES.items():
            sections[name] = _section(name, measure, contest, sizes, out, machine, _told(progress, name, done, share))
            done += share
        store.write_json(out / store.RESULT, _result(contest, config, sections))
    return Comparison(contest.contestants, config, sections)


def _section(
    name: str,
    measure: Callable[..., Section],
    contest: Contest,
    sizes: CompareConfig,
    out: Path,
    machine: Machine,
    heard: Callable[[float], None],
) -> Section:
    """A section, measured or taken up again: it depends on the contest and its own settings alone."""
    own = getattr(sizes, SIZES.get(name, name))
    rests = [VERSION, _versions(), contest.identity(), asdict(own)]
    if name == "learning":  # nothing else changes where a run goes on and finds no better champion
        rests.append([each.history.json() for each in contest.contestants])
    key = store.digest(rests)
    found = store.load(out, name, key)
    heard(0.0)
    if found is None:
        found = measure(contest, own, machine, heard)
        store.save(out, name, key, found)
    heard(1.0)
    return found


def _versions() -> dict[str, str]:
    """What may change a bit of the numbers, beside their inputs."""
    made_by = provenance()
    return {name: made_by[name] for name in ("foragescape", "numpy", "numba", "torch", "machine")}


def _told(progress: Progress | None, name: str, done: float, share: float) -> Callable[[float], None]:
    if progress is None:
        return lambda _: None
    return part(lambda whole: progress(whole, name), done, share)


def _result(contest: Contest, config: CompareConfig, sections: dict[str, Section]) -> dict[str, Any]:
    """What comparison.json holds."""
    used = {number.key for each in sections.values() for slots in each.numbers.values() for number in slots.values()}
    return {
        "format": store.FORMAT,
        "contestants": [each.json() for each in contest.contestants],
        "config": asdict(config),
        "sections": {name: store.to_json(section) for name, section in sections.items()},
        "definitions": {key: each.json() for key, each in DEFINITIONS.items() if key in used},
        "made_by": provenance(),
    }

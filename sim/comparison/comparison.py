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
from sim.learning.run import Run
from sim.provenance import provenance
from sim.rollout.machine import CPU, Machine

VERSION = 4  # of how sections are measured: another one makes stored parts stale
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
    finish: Callable[[Comparison], None] | None = None,
) -> Comparison:
    """Compare the champions of two runs or more, the first with each other, into the folder `out`.

    A finished section is kept, so the same call goes on where it was stopped; what depends on a changed config or
    champion is measured anew. The same runs and config give the same bits, up to torch's and BLAS's on another machine.
    `finish` makes what else the folder holds. comparison.json goes first where anything has changed, and comes last.
    """
    contest, sizes = gather(runs, seed=config.seed, ties=config.ties), config.sized
    keys = {name: _key(name, contest, sizes) for name in MEASURES}
    about = {"contestants": [each.json() for each in contest.contestants], "config": asdict(config)}
    made_of = store.digest([keys, about, provenance()])
    with store.writing(out, fresh=fresh):
        if store.made_of(out) != made_of:
            store.forget(out)
        sections: dict[str, Section] = {}
        done = 0.0
        for name, (measure, share) in MEASURES.items():
            heard = _told(progress, name, done, share)
            sections[name] = _section(name, keys[name], measure, contest, sizes, out, machine, heard)
            done += share
        made = Comparison(contest.contestants, config, sections)
        if finish is not None:
            finish(made)
        store.write_json(out / store.RESULT, {**_result(about, sections), "made_of": made_of})
    return made


def _section(
    name: str,
    key: str,
    measure: Callable[..., Section],
    contest: Contest,
    sizes: CompareConfig,
    out: Path,
    machine: Machine,
    heard: Callable[[float], None],
) -> Section:
    """A section, measured or taken up again: it depends on the contest and its own settings alone."""
    found = store.load(out, name, key)
    heard(0.0)
    if found is None:
        store.forget(out)
        found = measure(contest, _sizes(name, sizes), machine, heard)
        store.save(out, name, key, found)
    heard(1.0)
    return found


def _key(name: str, contest: Contest, sizes: CompareConfig) -> str:
    """A digest of all that a section depends on."""
    rests = [VERSION, store.versions(), contest.identity(), asdict(_sizes(name, sizes))]
    if name == "learning":  # nothing else changes where a run goes on and finds no better champion
        rests.append([each.history.json() for each in contest.contestants])
    return store.digest(rests)


def _sizes(name: str, sizes: CompareConfig) -> Any:
    return getattr(sizes, SIZES.get(name, name))


def _told(progress: Progress | None, name: str, done: float, share: float) -> Callable[[float], None]:
    if progress is None:
        return lambda _: None
    return part(lambda whole: progress(whole, name), done, share)


def _result(about: dict[str, Any], sections: dict[str, Section]) -> dict[str, Any]:
    """What comparison.json holds."""
    used = {number.key for each in sections.values() for slots in each.numbers.values() for number in slots.values()}
    return {
        "format": store.FORMAT,
        **about,
        "sections": {name: store.to_json(section) for name, section in sections.items()},
        "definitions": {key: each.json() for key, each in DEFINITIONS.items() if key in used},
        "made_by": provenance(),
    }

"""Methods of learning compared over many runs of each: every run and every pair measured once, then the claims.

A folder holds the parts that `sim.comparison.store` keeps, one a run and one a pair, and methods.json, all numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.comparison import store
from sim.comparison.contest import Contest, Contestant, pair_name
from sim.comparison.definitions import DEFINITIONS
from sim.comparison.number import Numbers, Section
from sim.learning.run import Run
from sim.methods import around, between
from sim.methods.around import Values
from sim.methods.claims import claims
from sim.methods.config import MethodsConfig
from sim.methods.pairing import Pair, across, by_method, couple_name, couples, gathered, ring
from sim.provenance import provenance
from sim.rollout.machine import CPU, Machine

FORMAT, RESULT = "foragescape-methods-1", "methods.json"
VERSION = 1  # of how runs and pairs are measured: another one makes stored parts stale
PAIR = 0.2  # about the time that a pair takes, a run taking 1

Progress = Callable[[float, str], None]
"""called with the share done, 0 to 1, and the run or pair that is measured."""


@dataclass(frozen=True, slots=True, eq=False)
class Methods:
    """The runs of each method, what was measured of each run and pair, and the numbers that follow."""

    contestants: dict[str, list[Contestant]]
    config: MethodsConfig
    runs: dict[str, Values]
    """Values of each run, by its name, those that follow from others among them."""
    within: dict[str, dict[str, Values]]
    """Of each method's pairs, by theirs."""
    between: dict[str, dict[str, Values]]
    """Of each couple of methods' pairs."""
    numbers: dict[str, Numbers]
    """As `claims` has them."""


def compare_methods(
    runs: Sequence[Run],
    config: MethodsConfig,
    out: Path,
    *,
    fresh: bool = False,
    machine: Machine = CPU,
    progress: Progress | None = None,
    finish: Callable[[Methods], None] | None = None,
) -> Methods:
    """Measure every run and pair into the folder `out`, and make of it what can be claimed of methods.

    A finished run or pair is kept, so the same call goes on where it was stopped, and runs that are named later are
    all that it adds. The same runs and config give the same bits, up to torch's and BLAS's on another machine. `finish`
    makes what else the folder holds. methods.json goes before anything of it changes, and comes last.
    """
    contest = gathered(runs, seed=config.seed, ties=config.ties)
    methods = by_method(contest)
    rings = {method: ring(some) for method, some in methods.items()}
    crossed = {couple_name(a, b): across(methods[a], methods[b]) for a, b in couples(list(methods))}
    with store.writing(out, fresh=fresh, form=FORMAT, result=RESULT, what="a comparison of methods"):
        parts = _Parts(contest, config.sized, out, machine, _told(contest, rings, crossed, progress))
        found = {each.name: parts.run(each) for some in methods.values() for each in some}
        within = {method: _of(parts, pairs) for method, pairs in rings.items()}
        crossing = {couple: _of(parts, pairs) for couple, pairs in crossed.items()}
        numbers = claims(
            {method: [found[each.name] for each in some] for method, some in methods.items()},
            {method: list(each.values()) for method, each in within.items()},
            {couple: list(each.values()) for couple, each in crossing.items()},
            seed=config.seed,
        )
        made = Methods(methods, config, found, within, crossing, numbers)
        if finish is not None:
            store.forget(out, RESULT)
            finish(made)
        store.write_json(out / RESULT, _result(made))
    return made


def _of(parts: "_Parts", pairs: Sequence[Pair]) -> dict[str, Values]:
    return {pair_name(*pair): parts.pair(*pair) for pair in pairs}


class _Parts:
    """Runs and pairs, measured or taken up again: each depends on its genomes, the ground and its own sizes alone."""

    def __init__(
        self, contest: Contest, sizes: MethodsConfig, out: Path, machine: Machine, heard: Callable[[float, str], None]
    ) -> None:
        """Nothing is measured yet; `heard` is told what each took, and its name."""
        self.contest, self.sizes, self.out, self.machine, self.heard = contest, sizes, out, machine, heard

    def run(self, each: Contestant) -> Values:
        """The values of a run."""
        own = self.sizes.around
        weights = [array.tobytes().hex() for array in (each.genome, each.initial)]
        measured = self._part(
            "run", [asdict(own), weights], lambda: around.measure(self.contest, each, own, self.machine)
        )
        self.heard(1, each.name)
        return around.derived(measured)

    def pair(self, one: Contestant, other: Contestant) -> Values:
        """The values of a pair."""
        own = self.sizes.between
        weights = [each.genome.tobytes().hex() for each in (one, other)]
        measured = self._part(
            "pair", [asdict(own), weights], lambda: between.measure(self.contest, one, other, own, self.machine)
        )
        self.heard(PAIR, pair_name(one, other))
        return measured

    def _part(self, kind: str, identity: list[Any], measure: Callable[[], Values]) -> Values:
        key = store.digest([VERSION, store.versions(), self.contest.ground(), kind, *identity])
        name = f"{kind}-{key}"
        found = store.load(self.out, name, key)
        if found is None:
            store.forget(self.out, RESULT)
            found = Section({}, {}, {quantity: np.array(value) for quantity, value in measure().items()})
            store.save(self.out, name, key, found)
        return {quantity: float(value) for quantity, value in found.arrays.items()}


def _told(
    contest: Contest, rings: dict[str, list[Pair]], crossed: dict[str, list[Pair]], progress: Progress | None
) -> Callable[[float, str], None]:
    """What is told the time that each run and pair took, and tells the share that is done."""
    pairs = sum(map(len, [*rings.values(), *crossed.values()]))
    whole, done = len(contest.contestants) + PAIR * pairs, 0.0

    def heard(took: float, name: str) -> None:
        nonlocal done
        done = min(whole, done + took)
        if progress is not None:
            progress(done / whole, name)

    return heard


def _result(made: Methods) -> dict[str, Any]:
    """What methods.json holds."""
    used = {each.key for subjects in made.numbers.values() for slots in subjects.values() for each in slots.values()}
    every = [*made.within.values(), *made.between.values()]
    return {
        "format": FORMAT,
        "methods": {method: [each.json() for each in some] for method, some in made.contestants.items()},
        "config": asdict(made.config),
        "numbers": {
            kind: {subject: {slot: each.json() for slot, each in slots.items()} for subject, slots in subjects.items()}
            for kind, subjects in made.numbers.items()
        },
        "values": {
            "runs": {name: _finite(values) for name, values in made.runs.items()},
            "pairs": {name: _finite(values) for pairs in every for name, values in pairs.items()},
        },
        "definitions": {key: each.json() for key, each in DEFINITIONS.items() if key in used},
        "made_by": provenance(),
    }


def _finite(values: Values) -> dict[str, float | None]:
    return {key: value if np.isfinite(value) else None for key, value in values.items()}
